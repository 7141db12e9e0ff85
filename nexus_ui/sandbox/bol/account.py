"""One seller account: the shop behind it, its client credentials, its tokens and budgets, and which stock bol holds."""

from dataclasses import dataclass, field, replace
from typing import Any

from nexus_ui.sandbox import seeds
from nexus_ui.sandbox.assortment import Assortment
from nexus_ui.sandbox.bol.budgets import Budgets
from nexus_ui.sandbox.bol.signing import KeyPair
from nexus_ui.sandbox.catalog_records import Variant
from nexus_ui.sandbox.hooks import Desk
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.tokens import Tokens
from nexus_ui.sandbox.world import World

MARKETPLACE = "bol"
HOST, LOGIN_HOST = "api.bol.com", "login.bol.com"
CREDENTIALS = {
    "client_id": "7a1f0c52-3b64-4f6e-8a21-b0f5d1c9e743",
    "client_secret": "sandbox-secret-that-opens-only-the-simulated-bol",
}
TOKEN_LIFE = 299
RETAILER_ID = "1055479"
HELD_BY_BOL_EVERY = 3


@dataclass(frozen=True, slots=True)
class Process:
    """Something bol took in: what, what it was about, why it failed (empty: it did not), and when that was."""

    number: str
    kind: str
    entity: str | None
    error: str
    at: float


@dataclass(slots=True)
class Account:
    """What the simulation keeps beside the shop. `webhooks` is its desk for them."""

    shop: Shop
    budgets: Budgets
    tokens: Tokens
    webhooks: Desk = field(init=False)
    keys: KeyPair = field(default_factory=KeyPair)
    processes: dict[str, Process] = field(default_factory=dict)
    amounts: dict[int, int] = field(default_factory=dict)
    managed: dict[int, bool] = field(default_factory=dict)


def open_account(world: World) -> Account:
    """Open the account of this marketplace, which answers at both hosts."""
    options = world.options
    shop = Shop(
        MARKETPLACE, HOST, "Demo Seller", currency="EUR", clock=world.clock, products=options.products,
        orders=options.orders, seed=options.seed, catalogue=Assortment(options.seed, options.products, _numbered),
        locations=("Own warehouse",),
    )  # fmt: skip
    shop.credentials.update(CREDENTIALS)
    account = shop.private["account"] = Account(
        shop, Budgets(world.clock, options.limits), Tokens(world.clock, TOKEN_LIFE, "eyJhbGciOiJub25lIn0.{}.")
    )
    world.open_shop(shop, also=(LOGIN_HOST,))
    return account


def account_of(shop: Shop) -> Account:
    """The account behind a shop."""
    account: Account = shop.private["account"]
    return account


def held_by_bol(index: int) -> bool:
    """True for the offers bol ships from its own warehouse."""
    return index % HELD_BY_BOL_EVERY == HELD_BY_BOL_EVERY - 1


def ean(index: int) -> str:
    """The article number of the product at an index, with its check digit."""
    body = f"87{index:010d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def _numbered(index: int, article: Variant) -> Variant:
    return replace(article, barcode=ean(index))


def offer_id(index: int) -> str:
    """The id of the offer at an index."""
    mixed = "".join(f"{seeds.scatter(index, salt):08x}" for salt in (11, 12))
    return f"{index:08x}-{mixed[:4]}-4{mixed[4:7]}-8{mixed[7:10]}-{mixed[10:16]}{index:06x}"


def index_of(shop: Shop, text: str) -> int | None:
    """The index of the offer with this id, or None."""
    try:
        index = int(text[:8], 16)
    except ValueError:
        return None
    return index if index in shop.products and offer_id(index) == text.lower() else None


def token_answer(token: str) -> dict[str, Any]:
    """What the token endpoint says."""
    return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE, "scope": "RETAILER"}
