"""One merchant: the shop behind it, its app and tokens, its sales channels, its numbers, and what Zalando holds."""

import hashlib
from dataclasses import dataclass

from nexus_ui.sandbox import seeds
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.tokens import Tokens
from nexus_ui.sandbox.world import World
from nexus_ui.sandbox.zalando.budgets import Budgets

MARKETPLACE = "zalando"
HOST = "api.merchants.zalando.com"
CREDENTIALS = {
    "client_id": "5d0c7a1e93b24f68a7c1e0d94b6f2a38",
    "client_secret": "sandbox-secret-that-opens-only-the-simulated-zalando",
}
MERCHANT_ID = "3f6b2c1d-8e4a-4b7f-9c05-d21a7e6f4b90"
TOKEN_LIFE = 7200
RIGHTS = (
    "products/read", "orders/read", "products/stock/write", "profile/sales-channels/read",
    "zfs-inventory/item-quantity/read",
)  # fmt: skip
HELD_EVERY = 4
_VARIANTS = 4
"""Room for the articles of one model in their numbers."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A country's shop. `location` is where the merchant's stock for it is kept here."""

    id: str
    code: str
    country: str
    live: bool = True
    zalando: bool = True
    location: int = 0


CHANNELS = (
    Channel("01924c48-49bb-40c2-9c32-ab582e6db6f4", "de", "Germany"),
    Channel("53075bd4-0205-4b5d-8145-e7a7745ab137", "at", "Austria", location=1),
    Channel("00f2a393-6889-4fc0-8cd9-86e454e6dfa3", "nl", "Netherlands", live=False),
    Channel("b1f0a5de-6d1c-4c53-9a58-3f6f8f0c2d17", "de", "Germany", zalando=False),
)
SELLING = tuple(channel for channel in CHANNELS if channel.live and channel.zalando)


@dataclass(slots=True)
class Merchant:
    """What the simulation keeps beside the shop."""

    shop: Shop
    budgets: Budgets
    tokens: Tokens


def open_merchant(world: World) -> None:
    """Open the merchant of this marketplace."""
    options = world.options
    shop = Shop(
        MARKETPLACE, HOST, "Demo Fashion", currency="EUR", clock=world.clock, products=options.products,
        orders=options.orders, seed=options.seed, timezone="Europe/Berlin", country="DE",
        locations=tuple(channel.country for channel in SELLING),
    )  # fmt: skip
    shop.credentials.update(CREDENTIALS)
    tokens = Tokens(world.clock, TOKEN_LIFE, "eyJhbGciOiJub25lIn0.{}.")
    shop.private["merchant"] = Merchant(shop, Budgets(world.clock, options.limits), tokens)
    world.open_shop(shop)


def merchant_of(shop: Shop) -> Merchant:
    """The merchant behind a shop."""
    merchant: Merchant = shop.private["merchant"]
    return merchant


def held_by_zalando(index: int) -> bool:
    """True for the models that lie in Zalando's own warehouses."""
    return index % HELD_EVERY == HELD_EVERY - 1


def ean(index: int, place: int) -> str:
    """The number of an article, with its check digit."""
    body = f"40{index * _VARIANTS + place:010d}"
    return f"{body}{check_digit(body)}"


def place_of(number: str) -> tuple[int, int] | None:
    """Index and place of the article with this number, or None for a number this catalogue cannot have."""
    if not is_ean(number) or not number.startswith("40"):
        return None
    return divmod(int(number[2:12]), _VARIANTS)


def is_ean(number: str) -> bool:
    """True for thirteen digits of which the last one checks."""
    digits = len(number) == 13 and number.isascii() and number.isdecimal()
    return digits and number[12] == str(check_digit(number[:12]))


def check_digit(body: str) -> int:
    """The digit that makes a GTIN-13 of twelve others."""
    return -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body)) % 10


def model_id(index: int) -> str:
    """Zalando's id of the model at an index."""
    return f"DF{seeds.scatter(index, 3) % 1000:03d}A{index:06d}"


def simple_id(index: int, place: int) -> str:
    """Zalando's id of an article: the model's, a colour's and a size's."""
    return f"{model_id(index)}-{chr(ord('A') + place)}11000{place}S000"


def uuid_of(name: str) -> str:
    """An id made from a name: always the same."""
    told = hashlib.blake2s(f"zalando {name}".encode(), digest_size=16).hexdigest()
    return f"{told[:8]}-{told[8:12]}-4{told[13:16]}-8{told[17:20]}-{told[20:]}"
