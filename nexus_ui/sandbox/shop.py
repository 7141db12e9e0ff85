"""One simulated shop: what it sells, holds and has sold. Generated from the index, changes kept on top."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from nexus_ui.sandbox import seeds
from nexus_ui.sandbox.catalog_records import Product, Variant
from nexus_ui.sandbox.faults import Faults
from nexus_ui.sandbox.happenings import Happening, Kind, Listener
from nexus_ui.sandbox.sales import Sale, SaleLine
from nexus_ui.sandbox.timeline import Timeline

MICROS = 1_000_000
DAY = 86_400 * MICROS
ORDERS_SPREAD = 90 * DAY
PRODUCTS_SPREAD = 365 * DAY
ORDERS_ENDED = 60 * MICROS
"""The last order of the past is so old when the shop opens: the numbers shown then have left its units out already."""


class Shop:
    """A shop of one marketplace. All times are microseconds since 1970, all changes move the thing to the end."""

    def __init__(
        self,
        marketplace: str,
        host: str,
        name: str,
        *,
        currency: str,
        clock: Callable[[], float],
        products: int,
        orders: int,
        seed: int,
        catalogue: Sequence[Product] | None = None,
        timezone: str = "Europe/Amsterdam",
        country: str = "NL",
        locations: tuple[str, ...] = ("Main warehouse",),
    ) -> None:
        """Serve `catalogue` when given, else `products` generated ones; `orders` are spread over the last 90 days."""
        self.marketplace, self.host, self.name = marketplace, host, name
        self.currency, self.timezone, self.country, self.locations = currency, timezone, country, locations
        self.clock, self.seed = clock, seed
        self.faults = Faults(clock)
        self.credentials: dict[str, str] = {}
        self.private: dict[str, Any] = {}
        self.listeners: list[Listener] = []
        self._catalogue = catalogue
        self._versions: dict[int, int] = {}
        self._stock: dict[tuple[int, int, int], int] = {}
        self._placed: dict[int, Sale] = {}
        self._skus: dict[str, tuple[int, int]] | None = None
        size = products if catalogue is None else len(catalogue)
        self.products = Timeline(size, _evenly(size, _month_start(clock()) - PRODUCTS_SPREAD, PRODUCTS_SPREAD))
        count = orders if size else 0
        self._first_order = int(clock() * MICROS) - ORDERS_SPREAD - ORDERS_ENDED
        self.orders = Timeline(count, _evenly(count, self._first_order, ORDERS_SPREAD))

    def now(self) -> int:
        """The shop's time in microseconds."""
        return int(self.clock() * MICROS)

    def revision(self) -> tuple[int, int, int]:
        """Changes whenever anything the shop would answer about goods or orders may have changed."""
        spoiler = self.faults.look("bad_records")
        return self.products.revision, self.orders.revision, spoiler.every if spoiler else 0

    # goods

    def product(self, index: int) -> Product:
        """The product at an index, with its latest changes. Raises KeyError when it is gone."""
        if index not in self.products:
            raise KeyError(index)
        version = self._versions.get(index, 0)
        found = self._listed(index, version)
        spoiler = self.faults.look("bad_records")
        if spoiler is not None and index % max(1, spoiler.every) == 0:
            return _spoiled(found, index)
        return found

    def find_sku(self, sku: str) -> tuple[int, int] | None:
        """Index and variant place of a SKU, or None."""
        if self._catalogue is None:
            place = seeds.place_of(sku)
            if place is None or place[0] not in self.products:
                return None
            variants = self._listed(place[0], 0).variants
            return place if place[1] < len(variants) and variants[place[1]].sku == sku else None
        if self._skus is None:
            self._skus = {
                variant.sku: (index, place)
                for index, item in enumerate(self._catalogue)
                for place, variant in enumerate(item.variants)
                if variant.sku
            }
        return self._skus.get(sku)

    def offer(self, goods: Sequence[Product]) -> None:
        """Sell these goods in the place of those it was opened with. Raises ValueError unless there are as many."""
        if len(goods) != self.products.size:
            raise ValueError(f"{self.host} was opened with {self.products.size} products, not {len(goods)}")
        self._catalogue, self._skus = goods, None

    def touch(self, indices: Iterable[int]) -> int:
        """Change these products (title and prices) and say how many there were."""
        count = 0
        for index in indices:
            self._versions[index] = self._versions.get(index, 0) + 1
            self.products.touch(index, self.now())
            self.tell(Kind.PRODUCT_CHANGED, index)
            count += 1
        return count

    def remove_product(self, index: int) -> None:
        """Delete a product. Raises KeyError when it is gone already."""
        self.products.remove(index)
        self.tell(Kind.PRODUCT_GONE, index)

    def spread_indices(self, count: int) -> list[int]:
        """So many existing product indices, evenly spread over the catalogue."""
        there = [index for index in range(self.products.size) if index in self.products]
        count = min(count, len(there))
        return [there[place * len(there) // count] for place in range(count)]

    # stock

    def stock(self, index: int, variant: int, location: int = 0) -> int | None:
        """What is available of a variant at a location, or None where the source does not say."""
        changed = self._stock.get((index, variant, location))
        return (
            self._stock_listed(self.product(index).variants[variant], index, location) if changed is None else changed
        )

    def levels(self, index: int, variant: int, listed: Variant) -> list[int | None]:
        """What is available of a variant, one entry per location."""
        if not self._stock:
            return [self._stock_listed(listed, index, place) for place in range(len(self.locations))]
        return [
            self._stock_listed(listed, index, place)
            if (changed := self._stock.get((index, variant, place))) is None
            else changed
            for place in range(len(self.locations))
        ]

    def set_stock(self, index: int, variant: int, quantity: int, location: int = 0) -> None:
        """Put a variant's available quantity at a location to this value."""
        self._stock[index, variant, location] = quantity
        self.products.touch(index, self.now())
        self.tell(Kind.STOCK_CHANGED, index, variant, location)

    # orders

    def order(self, index: int) -> Sale:
        """The order at an index. Raises KeyError when there is none."""
        changed = self._placed.get(index)
        if changed is not None:
            return changed
        if index not in self.orders:
            raise KeyError(index)
        return self._generated_order(index)

    def placed(self, index: int) -> int:
        """When an order was placed, without building it."""
        changed = self._placed.get(index)
        return self.orders.first_stamp(index) if changed is None else changed.placed

    def change_order(self, index: int, **changes: Any) -> Sale:
        """Replace fields of an order (payment, fulfilment, cancelled ...) and move it to the end."""
        self._placed[index] = msgspec.structs.replace(self.order(index), **changes)
        self.orders.touch(index, self.now())
        self.tell(Kind.ORDER_CHANGED, index)
        return self._placed[index]

    def remove_order(self, index: int) -> None:
        """Delete an order. Raises KeyError when it is gone already."""
        self.orders.remove(index)
        self._placed.pop(index, None)
        self.tell(Kind.ORDER_GONE, index)

    def place_order(self, lines: Sequence[tuple[int, int, int]] = (), **details: Any) -> int:
        """Sell (product, variant, quantity) lines now and lower the stock; without lines, something typical."""
        index = self.orders.append(self.now())
        stamp = self.orders.stamp(index)
        if lines:
            chosen = tuple(seeds.line(item, self.product(item), place, count) for item, place, count in lines)
            sold = Sale(number=1001 + index, placed=stamp, lines=chosen, buyer="Anna Berg", email="anna@example.com")
        else:
            sold = self._generated_order(index, stamp)
        self._placed[index] = msgspec.structs.replace(sold, **details) if details else sold
        self.tell(Kind.ORDER_NEW, index)
        for line in self._placed[index].lines:
            self._take(line)
        return index

    def tell(self, kind: Kind, index: int = 0, variant: int = 0, location: int = 0) -> None:
        """Let everybody who listens know what happened."""
        for listener in self.listeners:
            listener(Happening(kind, index, variant, location))

    # inside

    def _generated_order(self, index: int, placed: int | None = None) -> Sale:
        moment = self.orders.first_stamp(index) if placed is None else placed
        return seeds.sale(self.seed, index, moment, self.products.size, lambda chosen: self._listed(chosen, 0))

    def _listed(self, index: int, version: int) -> Product:
        if self._catalogue is None:
            return seeds.product(self.seed, index, version)
        found = self._catalogue[index]
        return _revised(found, version) if version else found

    def _take(self, line: SaleLine) -> None:
        held = self.stock(line.product, line.variant)
        if held is not None and line.product in self.products:
            self.set_stock(line.product, line.variant, max(0, held - line.quantity))

    @staticmethod
    def _stock_listed(listed: Variant, index: int, location: int) -> int | None:
        if listed.qty is None or location == 0:
            return listed.qty
        return seeds.scatter(index, location) % 40


def _evenly(size: int, start: int, spread: int) -> Callable[[int], int]:
    step = max(1, spread // max(1, size))
    return lambda index: start + (index + 1) * step - 1


def _month_start(seconds: float) -> int:
    now = datetime.fromtimestamp(seconds, UTC)
    return int(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()) * MICROS


def _revised(found: Product, version: int) -> Product:
    variants = tuple(
        variant if variant.price is None else replace(variant, price=variant.price + Decimal(version).scaleb(-2))
        for variant in found.variants
    )
    return replace(found, title=f"{found.title} (revision {version})", variants=variants)


def _spoiled(found: Product, index: int) -> Product:
    if not found.variants:
        return found
    absurd: tuple[dict[str, Any], ...] = (
        {"sku": None},
        {"price": Decimal("-19.90")},
        {"price": Decimal("99999999999999.99")},
        {"qty": 10**15},
    )
    first = replace(found.variants[0], **absurd[index // 7 % len(absurd)])
    return replace(found, variants=(first, *found.variants[1:]))
