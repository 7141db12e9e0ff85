"""What the answers are made from: small views on a shop's products, variants, stock levels and orders."""

import time
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from nexus_ui.sandbox import seeds
from nexus_ui.sandbox.catalog_records import Product, Variant
from nexus_ui.sandbox.sales import Sale, SaleLine
from nexus_ui.sandbox.shop import DAY, MICROS, Shop
from nexus_ui.sandbox.shopify import ids

_AGE_OF_PRODUCT = 30 * DAY


class ProductSource:
    """A product as it is now."""

    __slots__ = ("index", "item", "shop", "stamp")

    def __init__(self, shop: Shop, index: int) -> None:
        """Raises KeyError when the product is gone."""
        self.shop, self.index = shop, index
        self.item: Product = shop.product(index)
        self.stamp = shop.products.stamp(index)

    @property
    def created(self) -> int:
        """When it was made, in microseconds."""
        return self.shop.products.first_stamp(self.index) - _AGE_OF_PRODUCT

    def variants(self) -> list["VariantSource"]:
        """All its variants, in their order."""
        return [VariantSource(self, place, item) for place, item in enumerate(self.item.variants)]


class VariantSource:
    """A variant, and at once its inventory item."""

    __slots__ = ("item", "number", "place", "product")

    def __init__(self, product: ProductSource, place: int, item: Variant) -> None:
        self.product, self.place, self.item = product, place, item
        self.number = product.index * ids.PLACES + place

    def levels(self) -> list["LevelSource"]:
        """One level per location."""
        held = self.product.shop.levels(self.product.index, self.place, self.item)
        return [LevelSource(self, place, quantity) for place, quantity in enumerate(held)]

    def quantity(self) -> int | None:
        """What is available over all locations, or None where nothing is known."""
        held = self.product.shop.levels(self.product.index, self.place, self.item)
        return None if held[0] is None else sum(count or 0 for count in held)


class LevelSource:
    """What is held of an inventory item at one location."""

    __slots__ = ("available", "place", "variant")

    def __init__(self, variant: VariantSource, place: int, available: int | None) -> None:
        self.variant, self.place, self.available = variant, place, available or 0

    def committed(self) -> int:
        """What is promised to open orders: steady, so that on_hand can be told from available."""
        return seeds.scatter(self.variant.number, self.place, 5) % 4 if self.variant.item.tracked else 0

    def quantity(self, name: str) -> int | None:
        """A named quantity, or None for a name that does not exist."""
        if name == "available":
            return self.available
        if name == "on_hand":
            return self.available + self.committed()
        if name == "committed":
            return self.committed()
        return 0 if name in ("incoming", "reserved", "damaged", "safety_stock", "quality_control") else None


@dataclass(frozen=True, slots=True)
class LocationSource:
    """One of the shop's locations."""

    shop: Shop
    place: int


class OrderSource:
    """An order as it is now."""

    __slots__ = ("index", "sale", "shop", "stamp")

    def __init__(self, shop: Shop, index: int) -> None:
        """Raises KeyError when there is no such order."""
        self.shop, self.index = shop, index
        self.sale: Sale = shop.order(index)
        self.stamp = shop.orders.stamp(index)

    def lines(self) -> list["LineSource"]:
        """All its lines."""
        return [LineSource(self, place, line) for place, line in enumerate(self.sale.lines)]


@dataclass(frozen=True, slots=True)
class LineSource:
    """One line of an order."""

    order: OrderSource
    place: int
    line: SaleLine


@dataclass(frozen=True, slots=True)
class Typed:
    """Something of which the type is known only when it is there."""

    typename: str
    source: Any


def money(amount: Decimal | None) -> str:
    """An amount as Shopify writes it: a string with two decimals."""
    return "0.00" if amount is None else format(amount, ".2f")


def iso(stamp: int) -> str:
    """Microseconds as Shopify writes times: whole seconds, UTC."""
    return _iso(stamp // MICROS)


@lru_cache(maxsize=4096)
def _iso(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
