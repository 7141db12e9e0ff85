"""One WordPress with the plugin: the shop behind it, its keys, what was edited, and its finished pages."""

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from nexus_ui.sandbox import catalog
from nexus_ui.sandbox.catalog_records import Product
from nexus_ui.sandbox.hooks import Desk
from nexus_ui.sandbox.shop import DAY, MICROS, Shop
from nexus_ui.sandbox.woocommerce import dates
from nexus_ui.sandbox.woocommerce.assortment import reshaped
from nexus_ui.sandbox.woocommerce.numbering import Numbering
from nexus_ui.sandbox.world import Options, World

MARKETPLACE = "woocommerce"
DEMO_HOST, SECOND_HOST = "demo-shop.example", "second-shop.example"
SECOND_SIZE = 60
CREATED_BEFORE, CREATED_STEP = 800 * DAY, 60 * MICROS
SEARCHES_KEPT = 32
Spot = tuple[int, int | None]
MEGABYTE = 1024 * 1024
SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}


@dataclass(slots=True)
class Site:
    """What the simulation keeps beside the shop."""

    shop: Shop
    catalogue: Sequence[Product] | None
    room: int
    zone: ZoneInfo = field(init=False)
    webhooks: Desk = field(init=False)
    numbers: Numbering = field(init=False)
    opened: int = field(init=False)
    image_dates: dict[str, str | None] = field(init=False)
    edits: dict[Spot, dict[str, Any]] = field(default_factory=dict)
    nonces: dict[str, float] = field(default_factory=dict)
    _pages: OrderedDict[Hashable, tuple[bytes, dict[str, str]]] = field(default_factory=OrderedDict)
    _pages_size: int = 0
    _searches: OrderedDict[Hashable, list[int]] = field(default_factory=OrderedDict)

    def __post_init__(self) -> None:
        """Derive zone and numbers from the shop."""
        self.zone = ZoneInfo(self.shop.timezone)
        self.numbers = Numbering(self.catalogue)
        self.opened = self.shop.now()
        self.image_dates = {
            **dates.pair("date_created", self.opened, self.zone),
            **dates.pair("date_modified", self.opened, self.zone),
        }

    def product(self, index: int) -> Product:
        """The product as this shop sells it. Raises KeyError when it is gone."""
        product = self.shop.product(index)
        return product if self.catalogue is not None else reshaped(product, index)

    def find_sku(self, sku: str) -> Spot | None:
        """Where a SKU is now, edits included: a product (place None) or one of its variations. None when nowhere."""
        for spot, fields in self.edits.items():
            if fields.get("sku") == sku and spot[0] in self.shop.products:
                return spot
        found = self.shop.find_sku(sku)
        if found is None or found[0] not in self.shop.products:
            return None
        index, place = found
        spot = (index, place if self.product(index).kind == "variable" else None)
        return None if "sku" in self.edits.get(spot, {}) else spot

    def created(self, index: int) -> int:
        """When the product at an index was made: long ago, in the order of the indices."""
        return self.opened - CREATED_BEFORE + index * CREATED_STEP

    def page(self, key: Hashable) -> tuple[bytes, dict[str, str]] | None:
        """A page finished earlier (body and headers), or None."""
        found = self._pages.get(key)
        if found is not None:
            self._pages.move_to_end(key)
        return found

    def keep_page(self, key: Hashable, body: bytes, headers: dict[str, str]) -> None:
        """Remember a finished page, forgetting the least used beyond the room in bytes."""
        self._pages[key] = body, headers
        self._pages_size += len(body)
        while self._pages_size > self.room:
            self._pages_size -= len(self._pages.popitem(last=False)[1][0])

    def search(self, key: Hashable) -> list[int] | None:
        """What a search found earlier, or None."""
        return self._searches.get(key)

    def keep_search(self, key: Hashable, found: list[int]) -> None:
        """Remember what a search found, forgetting the oldest search."""
        self._searches[key] = found
        if len(self._searches) > SEARCHES_KEPT:
            self._searches.popitem(last=False)


def open_shops(world: World) -> None:
    """Open the two shops of this marketplace. Raises CatalogError for a file that cannot be served."""
    options, path = world.options, world.options.catalogs.get(MARKETPLACE)
    catalogue = None if path is None else catalog.load_woocommerce(path)
    room = options.cache_mb * MEGABYTE // 4
    demo = Shop(
        MARKETPLACE, DEMO_HOST, "Demo Shop", currency="EUR", clock=world.clock,
        products=options.products, orders=options.orders, seed=options.seed, catalogue=catalogue,
    )  # fmt: skip
    for shop, goods in ((demo, catalogue), (_second(world, options), None)):
        shop.credentials.update(keys_of(shop.host))
        shop.private["site"] = Site(shop, goods, room)
        world.open_shop(shop)


def _second(world: World, options: Options) -> Shop:
    return Shop(
        MARKETPLACE, SECOND_HOST, "Second Shop", currency="USD", clock=world.clock,
        products=SECOND_SIZE, orders=SECOND_SIZE // 2, seed=options.seed + 1,
        timezone="America/New_York", country="US",
    )  # fmt: skip


def keys_of(host: str) -> dict[str, str]:
    """The two key pairs of a shop: always the same for a host, and good for nothing but the sandbox."""
    return {
        name: prefix + hashlib.sha1(f"{host} {name}".encode(), usedforsecurity=False).hexdigest()
        for name, prefix in (
            ("consumer_key", "ck_"),
            ("consumer_secret", "cs_"),
            ("read_only_consumer_key", "ck_"),
            ("read_only_consumer_secret", "cs_"),
        )
    }


def site_of(shop: Shop) -> Site:
    """The site in front of a shop."""
    site: Site = shop.private["site"]
    return site


def symbol(currency: str) -> str:
    """The sign of a currency, or its code."""
    return SYMBOLS.get(currency, currency)
