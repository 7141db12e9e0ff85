"""WooCommerce: the seller's own shop, REST v3 with a key pair."""

from nexus_ui.adapters.contract import (
    Capability,
    Credentials,
    Field,
    Limit,
    Marketplace,
    Scope,
    SignIn,
    SignInKind,
)
from nexus_ui.adapters.woocommerce.adapter import WooCommerce
from nexus_ui.adapters.woocommerce.webhooks import WEBHOOKS

PACE = "No limit in the product. Two calls at once keep us gentle; this only bounds a shop that answers at once."
KEYS_PAGE = "WooCommerce > Settings > Advanced > REST API > Add key"
DOCS = "https://woocommerce.github.io/woocommerce-rest-api-docs/"
HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"


def base_url(fields: Credentials) -> str:
    """The shop's own address."""
    return fields["shop_url"].rstrip("/")


FIELDS = (
    Field(
        name="shop_url",
        label="Shop URL",
        help="The address buyers use, with https:// in front. Include the folder if the shop lives in one.",
        example="https://www.my-shop.com",
        pattern=rf"https?://{HOST}(?::\d{{2,5}})?(?:/[A-Za-z0-9._~-]+)*/?",
        where="The address bar of your browser when you look at your shop.",
    ),
    Field(
        name="consumer_key",
        label="Consumer key",
        help="Starts with ck_ and is shown once, when the key is made.",
        example="ck_1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4",
        pattern=r"ck_[A-Za-z0-9]{20,64}",
        secret=True,
        where=KEYS_PAGE,
        where_url=f"{DOCS}#authentication",
    ),
    Field(
        name="consumer_secret",
        label="Consumer secret",
        help="Starts with cs_ and is shown once, beside the consumer key.",
        example="cs_1f2e3d4c5b6a79880f1e2d3c4b5a69788796a5b4",
        pattern=r"cs_[A-Za-z0-9]{20,64}",
        secret=True,
        where=KEYS_PAGE,
        where_url=f"{DOCS}#authentication",
    ),
)

MARKETPLACE = Marketplace(
    slug="woocommerce",
    name="WooCommerce",
    monogram="W",
    colour="#7f54b3",
    api_version="v3",
    api_sunset=None,
    docs_url=DOCS,
    sign_ins=(
        SignIn(
            slug="keys",
            label="Key pair",
            help="Create a key with Read/Write permission in your shop and paste both halves here.",
            kind=SignInKind.KEYS,
            fields=FIELDS,
        ),
    ),
    capabilities=frozenset(Capability),
    scopes=(
        Scope("read", "Reads products and orders.", Capability.PRODUCTS),
        Scope("read/write", "Publishes stock.", Capability.SET_STOCK),
    ),
    limits=(Limit("*", burst=100, per_second=100, source=PACE),),
    default_interval_minutes=60,
    interval_reason="The shop's own server answers every call, and variable products cost one call each.",
    account_noun="shop",
    identifier_field="shop_url",
    portal_urls={
        "invalid_credentials": "{shop_url}/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys",
        "scope_missing": "{shop_url}/wp-admin/admin.php?page=wc-settings&tab=advanced&section=keys",
        "setup_wrong": "{shop_url}/wp-admin/plugins.php",
    },
    base_url=base_url,
    build=WooCommerce,
    sandbox_fields={
        "shop_url": "https://demo-shop.example",
        "consumer_key": "ck_5b6f1aa8f6c37aac8f9fb51091c28b55f45f386c",
        "consumer_secret": "cs_0499336fa5cb905520d463137ce8e18853a3c729",
    },
    webhooks=WEBHOOKS,
    notes="Stock is one number per item: WooCommerce knows no locations.",
)
