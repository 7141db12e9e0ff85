"""Shopify: GraphQL Admin API, one connection per shop. Quirks, links and known limits stand in NOTES.md."""

from datetime import date

from nexus_ui.adapters.contract import (
    ACCESS_TOKEN,
    About,
    Adapter,
    Capability,
    Credentials,
    Field,
    Limit,
    Link,
    Marketplace,
    Scope,
    SignIn,
    SignInKind,
)
from nexus_ui.adapters.shopify.adapter import ShopifyAdapter
from nexus_ui.adapters.shopify.consent import SHOP, ShopifyConsent
from nexus_ui.adapters.shopify.graph import API_VERSION
from nexus_ui.adapters.shopify.preflight import ALL_ORDERS
from nexus_ui.adapters.shopify.tokens import CLIENT_ID, CLIENT_SECRET
from nexus_ui.adapters.shopify.webhooks import WEBHOOKS

_DASHBOARD = "https://dev.shopify.com/dashboard"
_ADMIN = "https://admin.shopify.com"
_DOCS = "https://shopify.dev/docs/api/admin-graphql/2026-10"

SHOP_DOMAIN = Field(
    name=SHOP,
    label="Shop domain",
    help="The name that ends in .myshopify.com, also when buyers see another address.",
    example="my-shop.myshopify.com",
    pattern=r"[a-zA-Z0-9][a-zA-Z0-9\-_]*\.myshopify\.com",
    where="Shopify admin > Settings > Domains",
    where_url=_ADMIN,
)
APP_ID = Field(
    name=CLIENT_ID,
    label="App client ID",
    help="Names your app. It is not secret.",
    example="1529496a3060ab6a84c5b5360beca9d3",
    pattern=r"[0-9a-zA-Z]{20,64}",
    where="Dev Dashboard > your app > Settings",
    where_url=_DASHBOARD,
)
APP_SECRET = Field(
    name=CLIENT_SECRET,
    label="App client secret",
    help="Proves that a call comes from your app. It is stored encrypted.",
    example="shpss_0123456789abcdef0123456789abcdef",
    pattern=r"[0-9a-zA-Z_\-]{20,100}",
    secret=True,
    where="Dev Dashboard > your app > Settings",
    where_url=_DASHBOARD,
)
PASTED_TOKEN = Field(
    name=ACCESS_TOKEN,
    label="Admin API access token",
    help="Shown once, when an app made in the shop's admin before 2026 was installed. It is stored encrypted.",
    example="shpat_0123456789abcdef0123456789abcdef",
    pattern=r"shp[a-z]{2}_[0-9a-zA-Z]{20,100}",
    secret=True,
    where="Shopify admin > Settings > Apps > Develop apps > your app > API credentials",
    where_url=_ADMIN,
)
WEBHOOK_SIGNER = Field(
    name=CLIENT_SECRET,
    label="API secret key",
    help="Only webhooks need it: Shopify signs them with it. Without it, changes arrive at the next sync cycle.",
    example="shpss_0123456789abcdef0123456789abcdef",
    pattern=r"[0-9a-zA-Z_\-]{20,100}",
    secret=True,
    where="Shopify admin > Settings > Apps > Develop apps > your app > API credentials",
    where_url=_ADMIN,
    optional=True,
)

SCOPES = (
    Scope("read_products", "Products, variants and prices are read with it.", Capability.PRODUCTS),
    Scope("read_inventory", "Stock is read with it.", Capability.INVENTORY),
    Scope("write_inventory", "Stock is published with it.", Capability.SET_STOCK),
    Scope("read_locations", "Stock is told apart by location with it.", Capability.INVENTORY),
    Scope("read_orders", "Orders of the last 60 days are read with it.", Capability.ORDERS),
    Scope(ALL_ORDERS, "Orders older than 60 days are read with it. Shopify grants it on request."),
)


def base_url(fields: Credentials) -> str:
    """The shop's own address."""
    return f"https://{fields[SHOP].lower()}"


def build(link: Link) -> Adapter:
    """The adapter of one shop."""
    return ShopifyAdapter(link, SCOPES)


MARKETPLACE = Marketplace(
    slug="shopify",
    name="Shopify",
    monogram="S",
    colour="#5e8e3e",
    api_version=API_VERSION,
    api_sunset=date(2027, 10, 1),
    docs_url=_DOCS,
    sign_ins=(
        SignIn(
            "consent",
            "Approve in Shopify",
            "You are sent to your shop, approve the app there, and come back.",
            SignInKind.CONSENT,
            (SHOP_DOMAIN, APP_ID, APP_SECRET),
        ),
        SignIn(
            "client_credentials",
            "Own app",
            "For an app made in the Dev Dashboard of the organisation that owns the shop.",
            SignInKind.KEYS,
            (SHOP_DOMAIN, APP_ID, APP_SECRET),
        ),
        SignIn(
            "token",
            "Access token",
            "For an app made in the shop's admin before 2026. New ones cannot be made any more.",
            SignInKind.KEYS,
            (SHOP_DOMAIN, PASTED_TOKEN, WEBHOOK_SIGNER),
        ),
    ),
    capabilities=frozenset(Capability),
    scopes=SCOPES,
    limits=(
        Limit(
            operation="*",
            burst=2_000,
            per_second=100,
            unit="points",
            dearest_call=1_000,
            source="https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits (read 2026-11-23)",
        ),
    ),
    default_interval_minutes=60,
    interval_reason="The changes of an hour cost an ordinary shop a few seconds of its budget, which other apps share.",
    account_noun="shop",
    identifier_field=SHOP,
    portal_urls={
        "account_suspended": "https://{shop_domain}/admin",
        "token_expired": "https://{shop_domain}/admin/settings/apps",
        "invalid_credentials": _DASHBOARD,
        "scope_missing": _DASHBOARD,
        "setup_wrong": _ADMIN,
    },
    base_url=base_url,
    build=build,
    consent=ShopifyConsent(tuple(scope.name for scope in SCOPES if scope.capability)),
    sandbox_fields={
        SHOP: "demo.myshopify.com",
        ACCESS_TOKEN: "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",
        CLIENT_SECRET: "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",
    },
    webhooks=WEBHOOKS,
    reads_back=About.STOCK,
    notes="Orders older than 60 days need the permission read_all_orders.",
)
