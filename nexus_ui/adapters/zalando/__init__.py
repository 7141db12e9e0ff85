"""Zalando zDirect: one merchant over all its sales channels, with product reports, orders and stock."""

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
from nexus_ui.adapters.zalando.adapter import Zalando
from nexus_ui.adapters.zalando.api import HOLDINGS, ORDERS, REPORTS, SNAPSHOT, STOCKS
from nexus_ui.adapters.zalando.refusals import CHANNELS as READ_CHANNELS
from nexus_ui.adapters.zalando.refusals import HOLDINGS as READ_HOLDINGS
from nexus_ui.adapters.zalando.refusals import ORDERS as READ_ORDERS
from nexus_ui.adapters.zalando.refusals import PRODUCTS as READ_PRODUCTS
from nexus_ui.adapters.zalando.refusals import WRITE
from nexus_ui.adapters.zalando.stock import MOST
from nexus_ui.adapters.zalando.tokens import CLIENT_ID, CLIENT_SECRET
from nexus_ui.adapters.zalando.zfs import BOTH, PARTNER, ZALANDO

PORTAL = "https://partner.zalando.com/"
APPS = "zDirect portal > Applications > your app"
DOCS = "https://developers.merchants.zalando.com/docs/"
UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


def base_url(_: Credentials) -> str:
    """The same for every merchant; Zalando's own sandbox is reached by NEXUS_ENDPOINT_ZALANDO."""
    return "https://api.merchants.zalando.com"


FIELDS = (
    Field(
        name=CLIENT_ID,
        label="Client ID",
        help="Names the app you made for this panel.",
        example="327260e434813d6b9d0b9125ba348ba6",
        pattern=r"[A-Za-z0-9-]{16,64}",
        where=f"{APPS} > Credentials",
        where_url=PORTAL,
    ),
    Field(
        name=CLIENT_SECRET,
        label="Client secret",
        help="Stands beside the client ID. It is stored encrypted.",
        example="4c9f0f0e-5f0e-4a37-9d0e-2f8f7f1b6a55",
        pattern=r"\S{16,512}",
        secret=True,
        where=f"{APPS} > Credentials",
        where_url=PORTAL,
    ),
    Field(
        name="merchant_id",
        label="Merchant ID",
        help="Who owns the stock. An app may act for several merchants; each is a connection.",
        example="ae6a162d-e43d-4e7b-b289-b4c03b9c4ad4",
        pattern=UUID,
        where=f"{APPS} > Merchants",
        where_url=PORTAL,
    ),
    Field(
        name="shipping",
        label="Who ships",
        help="Stock in Zalando's warehouses (ZFS) is shown and never changed, so the panel must know where yours lies.",
        example=PARTNER,
        pattern=f"{PARTNER}|{BOTH}|{ZALANDO}",
        choices=(
            (BOTH, "Some articles we, some Zalando (ZFS)"),
            (PARTNER, "We ship everything ourselves"),
            (ZALANDO, "Zalando ships everything (ZFS)"),
        ),
        where="Your contract with Zalando.",
    ),
)

MARKETPLACE = Marketplace(
    slug="zalando",
    name="Zalando",
    monogram="Z",
    colour="#ff6900",
    api_version="orders 1.1, stocks 1.1",
    api_sunset=None,
    docs_url=DOCS,
    sign_ins=(
        SignIn(
            slug="keys",
            label="Client credentials",
            help="Make an app for this panel alone in the zDirect portal, switch it to production, and paste its keys.",
            kind=SignInKind.KEYS,
            fields=FIELDS,
        ),
    ),
    capabilities=frozenset(Capability),
    scopes=(
        Scope(READ_PRODUCTS, "Product reports: products, prices and stock.", Capability.PRODUCTS),
        Scope(READ_ORDERS, "Reads orders.", Capability.ORDERS),
        Scope(WRITE, "Publishes stock.", Capability.SET_STOCK),
        Scope(READ_HOLDINGS, "Tells which articles Zalando holds itself, if it does.", Capability.INVENTORY),
        Scope(READ_CHANNELS, "Tells in which countries you sell."),
    ),
    limits=(
        Limit(
            REPORTS, burst=40, per_second=200 / 60, source=f"240 a minute per app, {DOCS}psr-api.html", shared_by="app"
        ),
        Limit(
            ORDERS, burst=10, per_second=30 / 60, source=f"40 a minute, {DOCS}orders-api.html", shared_by="merchant_id"
        ),
        Limit(
            STOCKS,
            burst=MOST,
            per_second=1800 / 60,
            source=f"2000 updates and 60 calls a minute, {DOCS}offers-stocks-api.html",
            shared_by="merchant_id",
            unit="updates",
            dearest_call=MOST,
        ),
        Limit(
            HOLDINGS,
            burst=20,
            per_second=180 / 60,
            source=f"200 a minute, {DOCS}item-quantities-api.html",
            shared_by="merchant_id",
        ),
        Limit(
            SNAPSHOT,
            burst=30,
            per_second=30 / 3600,
            source=f"60 an hour, {DOCS}item-quantities-api.html",
            shared_by="merchant_id",
        ),
    ),
    default_interval_minutes=60,
    interval_reason="Reports cannot be asked for changes, so each cycle reads all of them, and they lag by minutes.",
    account_noun="merchant",
    identifier_field="merchant_id",
    portal_urls={
        "invalid_credentials": PORTAL,
        "token_expired": PORTAL,
        "scope_missing": PORTAL,
        "account_suspended": PORTAL,
        "setup_wrong": PORTAL,
    },
    base_url=base_url,
    build=Zalando,
    sandbox_fields={
        CLIENT_ID: "5d0c7a1e93b24f68a7c1e0d94b6f2a38",
        CLIENT_SECRET: "sandbox-secret-that-opens-only-the-simulated-zalando",
        "merchant_id": "3f6b2c1d-8e4a-4b7f-9c05-d21a7e6f4b90",
        "shipping": BOTH,
    },
    notes="Each offer is a variant: one article in one country. Stock at Zalando (ZFS) is read and never written.",
)
