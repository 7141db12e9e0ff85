"""Walmart Marketplace (US): one connection per seller account, client credentials. Quirks and links in NOTES.md."""

from nexus_ui.adapters.contract import (
    About,
    Capability,
    Credentials,
    Field,
    Marketplace,
    Scope,
    SignIn,
    SignInKind,
)
from nexus_ui.adapters.walmart.adapter import Walmart
from nexus_ui.adapters.walmart.api import LIMITS
from nexus_ui.adapters.walmart.refusals import FEEDS, INVENTORY, ITEMS, ORDERS
from nexus_ui.adapters.walmart.tokens import CHANNEL_TYPE, CLIENT_ID, CLIENT_SECRET
from nexus_ui.adapters.walmart.webhooks import WEBHOOKS

DOCS = "https://developer.walmart.com/us-marketplace/docs"
KEYS_URL = "https://developer.walmart.com/account/generateKey"
KEYS_PAGE = "Walmart Developer Portal > My Account > API Keys > Production keys"
PORTAL = "https://seller.walmart.com/"


def base_url(_: Credentials) -> str:
    """The same for every account; Walmart's sandbox is reached by NEXUS_ENDPOINT_WALMART."""
    return "https://marketplace.walmartapis.com"


FIELDS = (
    Field(
        name=CLIENT_ID,
        label="Client ID",
        help="Names your seller account's API key.",
        example="c7291c62-7290-4f3e-9c3b-8f6f0a1b2c3d",
        pattern=r"[A-Za-z0-9-]{16,64}",
        where=KEYS_PAGE,
        where_url=KEYS_URL,
    ),
    Field(
        name=CLIENT_SECRET,
        label="Client secret",
        help="Shown beside the client ID. It is stored encrypted. Making a new one ends the old one.",
        example="AKx8vQ2mZr7LpWn4Tb9Ys3Hd6Jc1Gf5KeUoXaBiNqRtMvPwLzCyDsE",
        pattern=r"\S{16,512}",
        secret=True,
        where=KEYS_PAGE,
        where_url=KEYS_URL,
    ),
    Field(
        name=CHANNEL_TYPE,
        label="Channel type",
        help="Only if Walmart gave you a Consumer Channel Type when you signed up. Leave it empty otherwise.",
        example="0f3e4dd4-0514-4346-b39d-af0e00ea066d",
        pattern=r"[A-Za-z0-9-]{8,64}",
        where="The mail or page with which Walmart admitted your software.",
        optional=True,
    ),
)

MARKETPLACE = Marketplace(
    slug="walmart",
    name="Walmart",
    monogram="W",
    colour="#0053e2",
    api_version="v3",
    api_sunset=None,
    docs_url=DOCS,
    sign_ins=(
        SignIn(
            slug="keys",
            label="API key",
            help="Make an API key for your seller account in Walmart's developer portal and paste both halves here.",
            kind=SignInKind.KEYS,
            fields=FIELDS,
        ),
    ),
    capabilities=frozenset(Capability),
    scopes=(
        Scope(ITEMS, "Reads items with their price.", Capability.PRODUCTS),
        Scope(ORDERS, "Reads orders.", Capability.ORDERS),
        Scope(INVENTORY, "Reads stock, also what Walmart holds (WFS), and publishes it.", Capability.SET_STOCK),
        Scope(FEEDS, "Tells what became of many quantities published at once."),
    ),
    limits=LIMITS,
    default_interval_minutes=60,
    interval_reason="Items cannot be asked for changes, so each cycle reads them all, 200 a call, 60 calls a minute.",
    account_noun="seller account",
    identifier_field=CLIENT_ID,
    portal_urls={
        "invalid_credentials": KEYS_URL,
        "token_expired": KEYS_URL,
        "scope_missing": KEYS_URL,
        "account_suspended": PORTAL,
        "setup_wrong": DOCS,
    },
    base_url=base_url,
    build=Walmart,
    sandbox_fields={
        CLIENT_ID: "5b1d7a0e-94c2-4c38-b3a6-2f7c1e9d8a40",
        CLIENT_SECRET: "sandbox-secret-that-opens-only-the-simulated-walmart",
    },
    webhooks=WEBHOOKS,
    reads_back=About.STOCK,
    notes="United States only. What Walmart holds itself (WFS) is read and never written.",
)
