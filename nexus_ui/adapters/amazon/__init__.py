"""Amazon: Selling Partner API, one connection per seller account and store. Quirks and links in NOTES.md."""

from nexus_ui.adapters.amazon.adapter import Amazon
from nexus_ui.adapters.amazon.consent import APP_ID, APP_STATE, DRAFT, AmazonConsent
from nexus_ui.adapters.amazon.mailbox import AWS_KEY_ID, AWS_SECRET, QUEUE_URL
from nexus_ui.adapters.amazon.stores import STORE, STORES, store_of
from nexus_ui.adapters.amazon.tokens import CLIENT_ID, CLIENT_SECRET, LOGIN, SELLER_ID
from nexus_ui.adapters.amazon.usage import HELD_ROLE, LIMITS, LISTING_ROLE, ORDER_ROLE
from nexus_ui.adapters.contract import (
    CONSENT_HOST,
    REFRESH_TOKEN,
    About,
    Capability,
    Credentials,
    Field,
    Marketplace,
    Scope,
    SignIn,
    SignInKind,
)

PORTAL = "https://sellercentral.amazon.com"
DEVELOPER = "https://solutionproviderportal.amazon.com"
APPS = "Solution Provider Portal > Develop Apps > your app"
DOCS = "https://developer-docs.amazon.com/sp-api"


def base_url(fields: Credentials) -> str:
    """The host of the store's region."""
    return f"https://{store_of(fields).host}"


def login_url(_: Credentials) -> str:
    """Where tokens are handed out, for all regions."""
    return "https://api.amazon.com"


def consent_url(fields: Credentials) -> str:
    """The Seller Central that asks this store's sellers."""
    return f"https://{store_of(fields).seller_central}"


STORE_FIELD = Field(
    name=STORE,
    label="Store",
    help="The country whose listings and orders this connection is for. Each country is a connection of its own.",
    example="ATVPDKIKX0DER",
    pattern="|".join(STORES),
    choices=tuple((store.id, f"{store.country} ({store.site})") for store in STORES.values()),
    where="Any store of the account. Amazon calls this value marketplace ID.",
    where_url=f"{DOCS}/docs/marketplace-ids",
)
CLIENT = (
    Field(
        name=CLIENT_ID,
        label="LWA client ID",
        help="Names your app to Login with Amazon.",
        example="amzn1.application-oa2-client.0f1c9a3e6a3d4f0b9a2e1d2c3b4a5f60",
        pattern=r"amzn1\.application-oa2-client\.[A-Za-z0-9]{16,64}",
        where=f"{APPS} > LWA credentials > View",
        where_url=DEVELOPER,
    ),
    Field(
        name=CLIENT_SECRET,
        label="LWA client secret",
        help="Proves that a call comes from your app. Amazon ends it after 180 days at most. It is stored encrypted.",
        example="amzn1.oa2-cs.v1.0f1c9a3e6a3d4f0b9a2e1d2c3b4a5f600f1c9a3e6a3d4f0b9a2e1d2c3b4a5f60",
        pattern=r"(amzn1\.oa2-cs\.v1\.)?[A-Za-z0-9]{32,128}",
        secret=True,
        where=f"{APPS} > LWA credentials > View",
        where_url=DEVELOPER,
    ),
)
NOTIFICATIONS = (
    Field(
        name=QUEUE_URL,
        label="Notification queue",
        help="Leave it empty unless changes should show within a minute. Amazon writes them only into a queue of your "
        "own, made for this panel alone, to which Amazon's account 437568002678 may send.",
        example="https://sqs.us-east-1.amazonaws.com/123456789012/nexus-amazon",
        pattern=r"https://sqs\.[a-z0-9-]+\.amazonaws\.com/\d{12}/[A-Za-z0-9_-]{1,80}",
        where="AWS console > Simple Queue Service > your queue > URL",
        where_url="https://console.aws.amazon.com/sqs",
        optional=True,
    ),
    Field(
        name=AWS_KEY_ID,
        label="AWS access key ID",
        help="Of a user who may receive and delete messages of that queue, and nothing else.",
        example="AKIA0123456789ABCDEF",
        pattern=r"[A-Z0-9]{16,128}",
        where="AWS console > IAM > Users > your user > Security credentials",
        where_url="https://console.aws.amazon.com/iam",
        optional=True,
    ),
    Field(
        name=AWS_SECRET,
        label="AWS secret access key",
        help="Shown once, when the key is made. It is stored encrypted.",
        example="wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        pattern=r"[A-Za-z0-9/+=]{30,128}",
        secret=True,
        where="AWS console > IAM > Users > your user > Security credentials",
        where_url="https://console.aws.amazon.com/iam",
        optional=True,
    ),
)
CONSENT_FIELDS = (
    STORE_FIELD,
    Field(
        name=APP_ID,
        label="Application ID",
        help="Names your app to Seller Central, which asks you for consent.",
        example="amzn1.sp.solution.0f1c9a3e-6a3d-4f0b-9a2e-1d2c3b4a5f60",
        pattern=r"amzn1\.sp\.solution\.[A-Za-z0-9-]{16,64}",
        where=APPS,
        where_url=DEVELOPER,
    ),
    *CLIENT,
    Field(
        name=APP_STATE,
        label="State of the app",
        help="Amazon asks for an app that is not published yet only when it is called a draft.",
        example=DRAFT,
        pattern=f"published|{DRAFT}",
        choices=(("published", "Published"), (DRAFT, "Draft")),
        where=APPS,
        where_url=DEVELOPER,
        optional=True,
    ),
    *NOTIFICATIONS,
)
TOKEN_FIELDS = (
    STORE_FIELD,
    Field(
        name=SELLER_ID,
        label="Seller ID",
        help="Amazon's name for your account, also called merchant token. Listings are asked for by it.",
        example="A3E6A3D4F0B9A2",
        pattern=r"A[A-Z0-9]{8,19}",
        where="Seller Central > Settings > Account Info > Merchant Token",
        where_url=f"{PORTAL}/sw/AccountInfo/MerchantToken/step/MerchantToken",
    ),
    *CLIENT,
    Field(
        name=REFRESH_TOKEN,
        label="Refresh token",
        help="Shown once, when you authorise your own app for your account. It is stored encrypted.",
        example="Atzr|IwEBIF0xYzlhM2U2YTNkNGYwYjlhMmUxZDJjM2I0YTVmNjA",
        pattern=r"Atzr\|[A-Za-z0-9_\-]{20,2000}",
        secret=True,
        where=f"{APPS} > Authorize > Authorize app",
        where_url=DEVELOPER,
    ),
    *NOTIFICATIONS,
)

MARKETPLACE = Marketplace(
    slug="amazon",
    name="Amazon",
    monogram="a",
    colour="#ff9900",
    api_version="orders 2026-01-01, listings 2021-08-01",
    api_sunset=None,
    docs_url=DOCS,
    sign_ins=(
        SignIn(
            slug="consent",
            label="Approve in Seller Central",
            help="You are sent to Seller Central, approve the app there, and come back. Amazon asks again each year.",
            kind=SignInKind.CONSENT,
            fields=CONSENT_FIELDS,
        ),
        SignIn(
            slug="self_authorised",
            label="Own app",
            help="For a private app that you authorise for your own account: paste the refresh token shown then.",
            kind=SignInKind.KEYS,
            fields=TOKEN_FIELDS,
        ),
    ),
    capabilities=frozenset(Capability),
    scopes=(
        Scope(LISTING_ROLE, "Listings and prices are read and stock is published with it.", Capability.PRODUCTS),
        Scope(ORDER_ROLE, "Orders are read with it, without anything about the buyer.", Capability.ORDERS),
        Scope(HELD_ROLE, "The stock Amazon holds (FBA) is read with it.", Capability.INVENTORY),
    ),
    limits=LIMITS,
    default_interval_minutes=60,
    interval_reason="Order searches come back at one in three minutes, for all stores of a seller together.",
    account_noun="store",
    identifier_field=STORE,
    portal_urls={
        "token_expired": f"{PORTAL}/apps/manage",
        "invalid_credentials": DEVELOPER,
        "scope_missing": DEVELOPER,
        "account_suspended": f"{PORTAL}/performance/dashboard",
        "setup_wrong": f"{PORTAL}/sw/AccountInfo/MerchantToken/step/MerchantToken",
    },
    base_url=base_url,
    build=Amazon,
    consent=AmazonConsent(),
    hosts={LOGIN: login_url, CONSENT_HOST: consent_url},
    sandbox_fields={
        STORE: "ATVPDKIKX0DER",
        SELLER_ID: "A2SANDBOXSELLR",
        APP_ID: "amzn1.sp.solution.73616e64-626f-4a78-9a6e-646276f78000",
        CLIENT_ID: "amzn1.application-oa2-client.5a6e64626f785a6e64626f785a6e6462",
        CLIENT_SECRET: "amzn1.oa2-cs.v1.73616e64626f782d6f6e6c792d6f70656e732d6e6f7468696e672d656c7365",
        REFRESH_TOKEN: "Atzr|sandbox-only-opens-nothing-else-na",
    },
    mailbox_field=QUEUE_URL,
    reads_back=About.STOCK,
    notes="Stock held by Amazon (FBA) is read and never written. Nothing about buyers is asked for.",
)
