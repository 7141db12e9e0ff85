"""eBay: Inventory and Fulfillment API, one connection per seller and site. Quirks and links in NOTES.md."""

from nexus_ui.adapters.contract import (
    ACCESS_TOKEN,
    CONSENT_HOST,
    REFRESH_TOKEN,
    Capability,
    Credentials,
    Field,
    Limit,
    Marketplace,
    Scope,
    SignIn,
    SignInKind,
)
from nexus_ui.adapters.ebay import quotas
from nexus_ui.adapters.ebay.adapter import Ebay
from nexus_ui.adapters.ebay.api import IDENTITY_HOST
from nexus_ui.adapters.ebay.consent import EbayConsent
from nexus_ui.adapters.ebay.refusals import IDENTITY, INVENTORY, NOTIFICATIONS, ORDERS
from nexus_ui.adapters.ebay.registry import ALERT_EMAIL
from nexus_ui.adapters.ebay.sites import SITES
from nexus_ui.adapters.ebay.tokens import CLIENT_ID, CLIENT_SECRET, RU_NAME
from nexus_ui.adapters.ebay.webhooks import WEBHOOKS

KEYS_URL = "https://developer.ebay.com/my/keys"
TOKENS_URL = "https://developer.ebay.com/my/auth"
KEYS_PAGE = "eBay Developers Program > your account > Application Keysets"
TOKENS_PAGE = "eBay Developers Program > your account > User Access Tokens"
SELLER_HUB = "https://www.ebay.com/sh/ovw"
DOCS = "https://developer.ebay.com/api-docs/sell/static/inventory/inventory-landing.html"
A_DAY = 86_400
REMEMBERED = "A default heard of, not read at the vendor's; eBay's Analytics API tells the app's true quota."


def base_url(fields: Credentials) -> str:
    """The API of the world the keys are for: eBay's own sandbox is separate, and its App IDs say SBX."""
    return _host(fields, "api")


def consent_url(fields: Credentials) -> str:
    """Where sellers consent."""
    return _host(fields, "auth")


def identity_url(fields: Credentials) -> str:
    """Where eBay tells who signed in."""
    return _host(fields, "apiz")


def _host(fields: Credentials, name: str) -> str:
    return f"https://{name}{'.sandbox' if '-SBX-' in fields.get(CLIENT_ID, '') else ''}.ebay.com"


SITE = Field(
    name="site",
    label="Site",
    help="The eBay site whose listings and orders this connection is for. Each site is a connection.",
    example="EBAY_DE",
    pattern="|".join(SITES),
    choices=tuple((one.code, f"{one.country} ({one.domain})") for one in SITES.values()),
    where="The sites you sell on.",
)
APP_ID = Field(
    name=CLIENT_ID,
    label="App ID (Client ID)",
    help="Names your app. One that says PRD is for the real eBay, one that says SBX for eBay's own sandbox.",
    example="AcmeLtd-Panel-PRD-1a2b3c4d5-6e7f8a9b",
    pattern=r"[A-Za-z0-9_.-]{8,100}",
    where=KEYS_PAGE,
    where_url=KEYS_URL,
)
CERT_ID = Field(
    name=CLIENT_SECRET,
    label="Cert ID (Client Secret)",
    help="Proves that a call comes from your app. It is stored encrypted.",
    example="PRD-1a2b3c4d5e6f-7a8b-4c9d-8e0f-1a2b",
    pattern=r"[A-Za-z0-9_.-]{8,100}",
    secret=True,
    where=KEYS_PAGE,
    where_url=KEYS_URL,
)
DEV_ID = Field(
    name="dev_id",
    label="Dev ID",
    help="Names you as a developer. The interfaces used here do not ask for it; it may stay empty.",
    example="1a2b3c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d",
    pattern=r"[A-Za-z0-9-]{8,100}",
    where=KEYS_PAGE,
    where_url=KEYS_URL,
    optional=True,
)
ALERTS = Field(
    name=ALERT_EMAIL,
    label="E-mail for alerts",
    help="eBay writes here when its notifications cannot reach this panel, and sends none without an address.",
    example="you@example.com",
    pattern=r"[^@\s]{1,64}@[^@\s]{1,190}",
    optional=True,
)
REDIRECT = Field(
    name=RU_NAME,
    label="RuName",
    help="eBay's name for this panel's address. In its settings, 'auth accepted URL' must be this panel's address "
    "followed by /oauth/ebay/callback, over HTTPS.",
    example="Acme_Ltd-AcmeLtd-Panel-abcdefg",
    pattern=r"[A-Za-z0-9_.-]{8,120}",
    where=f"{TOKENS_PAGE} > Get a Token from eBay via Your Application",
    where_url=TOKENS_URL,
)
PASTED_REFRESH = Field(
    name=REFRESH_TOKEN,
    label="Refresh token",
    help="Lasts 18 months and brings a new access token every two hours. It is stored encrypted.",
    example="v^1.1#i^1#r^1#I^3#p^3#f^0#t^Ul4xMF8xOjNCN0E5RkQ4",
    pattern=r"\S{20,4096}",
    secret=True,
    where="Given beside the user token when a seller consents to your app.",
    where_url=TOKENS_URL,
)
PASTED_TOKEN = Field(
    name=ACCESS_TOKEN,
    label="User token",
    help="Lasts two hours; the refresh token brings the next one. It may stay empty.",
    example="v^1.1#i^1#p^3#r^0#I^3#f^0#t^H4sIAAAAAAAAAOVYa2wUVRTu",
    pattern=r"\S{20,8192}",
    secret=True,
    where=TOKENS_PAGE,
    where_url=TOKENS_URL,
    optional=True,
)

SCOPES = (
    Scope(INVENTORY, "Listings and stock are read and stock is published with it.", Capability.PRODUCTS),
    Scope(ORDERS, "Orders are read with it.", Capability.ORDERS),
    Scope(IDENTITY, "Tells which seller signed in, by an id that never changes."),
    Scope(NOTIFICATIONS, "Has new orders told at once."),
)

MARKETPLACE = Marketplace(
    slug="ebay",
    name="eBay",
    monogram="e",
    colour="#0064d2",
    api_version="v1",
    api_sunset=None,
    docs_url=DOCS,
    sign_ins=(
        SignIn(
            "consent",
            "Agree at eBay",
            "You are sent to eBay, sign in as the seller, agree, and come back.",
            SignInKind.CONSENT,
            (SITE, APP_ID, CERT_ID, DEV_ID, REDIRECT, ALERTS),
        ),
        SignIn(
            "tokens",
            "Pasted tokens",
            "For a panel that eBay cannot lead the browser back to, because its address is not on HTTPS.",
            SignInKind.KEYS,
            (SITE, APP_ID, CERT_ID, DEV_ID, PASTED_REFRESH, PASTED_TOKEN, ALERTS),
        ),
    ),
    capabilities=frozenset(Capability),
    scopes=SCOPES,
    limits=(
        Limit(quotas.LISTINGS, burst=2_000_000, per_second=2_000_000 / A_DAY, source=REMEMBERED, shared_by="app"),
        Limit(quotas.ORDERS, burst=100_000, per_second=100_000 / A_DAY, source=REMEMBERED, shared_by="app"),
    ),
    default_interval_minutes=60,
    interval_reason="Every cycle reads all listings, since eBay tells no date of change: one call for each of them.",
    account_noun="seller",
    identifier_field="site",
    portal_urls={
        "invalid_credentials": KEYS_URL,
        "token_expired": TOKENS_URL,
        "scope_missing": KEYS_URL,
        "setup_wrong": KEYS_URL,
        "account_suspended": SELLER_HUB,
    },
    base_url=base_url,
    build=Ebay,
    consent=EbayConsent(tuple(scope.name for scope in SCOPES)),
    hosts={CONSENT_HOST: consent_url, IDENTITY_HOST: identity_url},
    sandbox_fields={
        "site": "EBAY_DE",
        CLIENT_ID: "NexusCon-Nexus-PRD-5f1c0a7e2-9b3d4e6f",
        CLIENT_SECRET: "PRD-5f1c0a7e2b9d-3d4e-4f60-8a21-7c5e",
        RU_NAME: "Nexus_Connecti-NexusCon-Nexus-sandbox",
        REFRESH_TOKEN: "v^1.1#i^1#r^1#I^3#p^3#f^0#t^refresh-token-that-opens-only-the-simulated-eBay",
        ALERT_EMAIL: "alerts@example.com",
    },
    webhooks=WEBHOOKS,
    notes="Seen is what the Inventory API knows: listings made in Seller Hub must be moved into it first.",
)
