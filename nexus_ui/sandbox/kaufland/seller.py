"""One seller with his storefronts: a shop each, of single offers, with the numbers Kaufland gives them."""

import hashlib
from dataclasses import dataclass

from nexus_ui.sandbox.assortment import Assortment
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.throttle import Bucket
from nexus_ui.sandbox.world import Options, World

MARKETPLACE = "kaufland"
HOST = "sellerapi.kaufland.com"
CALLS_A_SECOND = 111
STORED_BY_KAUFLAND = 40
"""One offer in so many is stored and sent by Kaufland itself."""
UNIT_NUMBERS, PRODUCT_NUMBERS, PIECE_NUMBERS = 388_000_000_000, 362_000_000, 314_567_000_000_000
PIECES = 100
"""Room for the pieces of one order in their numbers."""
OTHER_SIZE = 60


@dataclass(slots=True)
class Storefront:
    """One country's shop of the seller. `first` tells its numbers from those of the others."""

    code: str
    shop: Shop
    first: int

    def unit(self, index: int) -> int:
        """The number of the offer at an index."""
        return UNIT_NUMBERS + self.first + index

    def product(self, index: int) -> int:
        """The number of the product behind the offer at an index."""
        return PRODUCT_NUMBERS + self.first + index

    def index(self, unit: int) -> int | None:
        """The index of an offer that is there, or None."""
        index = unit - UNIT_NUMBERS - self.first
        return index if index in self.shop.products else None

    def stored_by_kaufland(self, index: int) -> bool:
        """True for an offer that Kaufland stores."""
        return index % STORED_BY_KAUFLAND == STORED_BY_KAUFLAND - 1

    def order(self, index: int) -> str:
        """The name of the order at an index."""
        return f"M{self.code.upper()}{index:06X}"

    def piece(self, index: int, place: int) -> int:
        """The number of a piece of an order."""
        return PIECE_NUMBERS + (self.first + index) * PIECES + place

    def order_of(self, piece: int) -> int | None:
        """The index of the order that a piece is of, or None."""
        index = (piece - PIECE_NUMBERS) // PIECES - self.first
        return index if index in self.shop.orders else None


@dataclass(slots=True)
class Seller:
    """Who owns the keys: his storefronts, his warehouses and his budget."""

    client_key: str
    secret_key: str
    storefronts: dict[str, Storefront]
    bucket: Bucket
    limited: bool
    warehouses: tuple[int, ...] = (70_412, 91_007)


def open_shops(world: World) -> Seller:
    """Open the seller's two storefronts."""
    options = world.options
    german = _shop(world, HOST, "Demo seller, Germany", "EUR", options.products, options.orders, options)
    czech = _shop(world, f"cz.{HOST}", "Demo seller, Czechia", "CZK", OTHER_SIZE, OTHER_SIZE // 2, options)
    keys = keys_of(HOST)
    seller = Seller(
        client_key=keys["client_key"],
        secret_key=keys["secret_key"],
        storefronts={"de": Storefront("de", german, 0), "cz": Storefront("cz", czech, 500_000_000)},
        bucket=Bucket(CALLS_A_SECOND, CALLS_A_SECOND, world.clock),
        limited=options.limits,
    )
    for shop in (german, czech):
        shop.credentials.update(keys)
        shop.private["seller"] = seller
        world.open_shop(shop)
    return seller


def keys_of(host: str) -> dict[str, str]:
    """A seller's pair of keys: always the same for a host, and good for nothing but the sandbox."""
    return {
        "client_key": hashlib.md5(host.encode(), usedforsecurity=False).hexdigest(),
        "secret_key": hashlib.sha256(host.encode()).hexdigest(),
    }


def seller_of(shop: Shop) -> Seller:
    """The seller who owns a shop."""
    seller: Seller = shop.private["seller"]
    return seller


def _shop(world: World, host: str, name: str, currency: str, size: int, orders: int, options: Options) -> Shop:
    seed = options.seed + len(host)
    return Shop(
        MARKETPLACE, host, name, currency=currency, clock=world.clock, products=size, orders=orders, seed=seed,
        catalogue=Assortment(seed, size), timezone="Europe/Berlin", country="DE",
    )  # fmt: skip
