"""Bol.com: Retailer API v10 and Offer API v11, one connection per seller account. Quirks and links in NOTES.md."""

from nexus_ui.adapters.bol.adapter import Bol
from nexus_ui.adapters.bol.api import INVENTORY, OFFERS, ORDER, ORDERS, SET_STOCK, SIGNATURE_KEYS, SUBSCRIPTIONS
from nexus_ui.adapters.bol.refusals import SCOPE
from nexus_ui.adapters.bol.tokens import CLIENT_ID, CLIENT_SECRET, LOGIN
from nexus_ui.adapters.bol.webhooks import WEBHOOKS
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

KEYS_PAGE = "Seller account > Settings > Services > API settings > Client credentials for the Retailer API"
PORTAL = "https://partner.bol.com/sdd/preferences/services/api"
DOCS = "https://api.bol.com/retailer/public/Retailer-API/"
SEEN = "Seen in use in 2026; replies tell the true one"
GUESSED = "Not published where we could read it; replies tell the true one"


def base_url(_: Credentials) -> str:
    """The same for every account."""
    return "https://api.bol.com"


def login_url(_: Credentials) -> str:
    """Where tokens are handed out."""
    return "https://login.bol.com"


FIELDS = (
    Field(
        name=CLIENT_ID,
        label="Client ID",
        help="Names the credentials you made for this panel.",
        example="0f1c9a3e-6a3d-4f0b-9a2e-1d2c3b4a5f60",
        pattern=r"[A-Za-z0-9-]{16,64}",
        where=KEYS_PAGE,
        where_url=PORTAL,
    ),
    Field(
        name=CLIENT_SECRET,
        label="Client secret",
        help="Shown by 'Show secret' beside the client ID. It is stored encrypted.",
        example="k8Zr(2fQx1+Lm0Tn7Vb4Ws9Yd3Hc6Jg5",
        pattern=r"\S{16,512}",
        secret=True,
        where=KEYS_PAGE,
        where_url=PORTAL,
    ),
)

MARKETPLACE = Marketplace(
    slug="bol",
    name="Bol.com",
    monogram="b",
    colour="#0000a4",
    api_version="v10 (offers v11)",
    api_sunset=None,
    docs_url=DOCS,
    sign_ins=(
        SignIn(
            slug="keys",
            label="Client credentials",
            help="Make client credentials for this panel alone in your seller account and paste both halves here.",
            kind=SignInKind.KEYS,
            fields=FIELDS,
        ),
    ),
    capabilities=frozenset(Capability),
    scopes=(Scope(SCOPE, "Offers, orders and stock are read and stock is published with it.", Capability.PRODUCTS),),
    limits=(
        Limit(OFFERS, burst=25, per_second=25, source=SEEN, shared_by="app"),
        Limit(SET_STOCK, burst=25, per_second=25, source=GUESSED, shared_by="app"),
        Limit(ORDERS, burst=25, per_second=25 / 60, source=SEEN, shared_by="app"),
        Limit(ORDER, burst=25, per_second=25 / 60, source=GUESSED, shared_by="app"),
        Limit(INVENTORY, burst=20, per_second=20 / 60, source=SEEN, shared_by="app"),
        Limit(SUBSCRIPTIONS, burst=10, per_second=10, source=SEEN, shared_by="app"),
        Limit(SIGNATURE_KEYS, burst=10, per_second=10 / 3600, source=SEEN, shared_by="app"),
    ),
    default_interval_minutes=60,
    interval_reason="Lists of orders are limited to about 25 calls a minute, and each changed order costs one more.",
    account_noun="seller account",
    identifier_field=CLIENT_ID,
    portal_urls={
        "invalid_credentials": PORTAL,
        "token_expired": PORTAL,
        "scope_missing": PORTAL,
        "account_suspended": "https://partner.bol.com/sdd/",
        "setup_wrong": "https://partnerplatform.bol.com/en/need-help/automate/",
    },
    base_url=base_url,
    build=Bol,
    hosts={LOGIN: login_url},
    sandbox_fields={
        CLIENT_ID: "7a1f0c52-3b64-4f6e-8a21-b0f5d1c9e743",
        CLIENT_SECRET: "sandbox-secret-that-opens-only-the-simulated-bol",
    },
    webhooks=WEBHOOKS,
    notes="Stock held by bol (Logistics via bol) is read and never written. Orders reach back three months.",
)
