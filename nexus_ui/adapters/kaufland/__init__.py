"""Kaufland Global Marketplace: one storefront of a seller, Seller API v2, every call signed."""

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
from nexus_ui.adapters.kaufland.adapter import ALERT_EMAIL, Kaufland
from nexus_ui.adapters.kaufland.refusals import ORDERS, UNITS, WRITE
from nexus_ui.adapters.kaufland.signing import BASE64, HEX
from nexus_ui.adapters.kaufland.storefronts import STOREFRONTS
from nexus_ui.adapters.kaufland.webhooks import WEBHOOKS

API = "https://sellerapi.kaufland.com/v2"
KEYS_URL = "https://sellerportal.kaufland.de/settings/api"
KEYS_PAGE = "Seller portal > Settings > Shop settings > API"
DOCS = "https://sellerapi.kaufland.com/?page=rest-api"
PACE = "111 calls a second per seller over all storefronts (third-party notes of 2026); no header tells what is left."


def base_url(fields: Credentials) -> str:
    """One address for all storefronts; the playground is reached by NEXUS_ENDPOINT_KAUFLAND."""
    return API


FIELDS = (
    Field(
        name="storefront",
        label="Storefront",
        help="The country's site whose offers and orders this connection is for. Each country is a connection.",
        example="de",
        pattern="|".join(STOREFRONTS),
        choices=tuple((one.code, f"{one.country} ({one.site})") for one in STOREFRONTS.values()),
        where="The storefronts you opened in the seller portal.",
    ),
    Field(
        name="client_key",
        label="Client key",
        help="About 32 letters and digits. It names your account; the same pair serves all your storefronts.",
        example="7bffc16ba2cc5ac1cbf527d6fa392630",
        pattern=r"[A-Za-z0-9]{24,48}",
        where=KEYS_PAGE,
        where_url=KEYS_URL,
    ),
    Field(
        name="secret_key",
        label="Secret key",
        help="64 letters and digits, shown once. New keys end the old pair, in every program that uses it.",
        example="a7d0cb1da1ddbc86c96ee5fedd341b7d8ebfbb2f5c83cfe0909f4e57f05dd403",
        pattern=r"[A-Za-z0-9]{48,80}",
        secret=True,
        where=KEYS_PAGE,
        where_url=KEYS_URL,
    ),
    Field(
        name=ALERT_EMAIL,
        label="E-mail for alerts",
        help="Kaufland writes here when its notifications cannot reach this panel, and sends none without an address.",
        example="you@example.com",
        pattern=r"[^@\s]{1,64}@[^@\s]{1,190}",
        optional=True,
    ),
    Field(
        name="signature_form",
        label="Form of signatures",
        help="Leave it as it is, unless Kaufland refuses keys that are certainly right.",
        example=HEX,
        pattern=f"{HEX}|{BASE64}",
        choices=((HEX, "Hexadecimal, as documented"), (BASE64, "Base64")),
        optional=True,
    ),
)

MARKETPLACE = Marketplace(
    slug="kaufland",
    name="Kaufland",
    monogram="K",
    colour="#e10915",
    api_version="v2",
    api_sunset=None,
    docs_url=DOCS,
    sign_ins=(
        SignIn(
            slug="keys",
            label="Key pair",
            help="Make a pair of keys in the seller portal and paste both halves here.",
            kind=SignInKind.KEYS,
            fields=FIELDS,
        ),
    ),
    capabilities=frozenset(Capability),
    scopes=(
        Scope(UNITS, "Reads offers with price and stock.", Capability.PRODUCTS),
        Scope(ORDERS, "Reads orders.", Capability.ORDERS),
        Scope(WRITE, "Publishes stock.", Capability.SET_STOCK),
    ),
    limits=(Limit("*", burst=30, per_second=100, source=PACE, shared_by="client_key"),),
    default_interval_minutes=60,
    interval_reason="Offers cannot be asked for changes, so each cycle reads them all, a hundred a call.",
    account_noun="storefront",
    identifier_field="storefront",
    portal_urls={
        "invalid_credentials": KEYS_URL,
        "scope_missing": KEYS_URL,
        "setup_wrong": "https://sellerportal.kaufland.de/",
        "account_suspended": "https://sellerportal.kaufland.de/",
    },
    base_url=base_url,
    build=Kaufland,
    sandbox_fields={
        "storefront": "de",
        "client_key": "1dbe6efd5fccbb0a225f8d8d1886c92b",
        "secret_key": "bf2945ce03a1bb6a262e23f08461833aeec51872c39c012134851eab8cdefad6",
        ALERT_EMAIL: "alerts@example.com",
    },
    webhooks=WEBHOOKS,
    notes="Stock is one number per offer. What Kaufland stores itself (FBK) is read and never written.",
)
