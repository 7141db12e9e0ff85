"""Talking to one WooCommerce shop over REST v3."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

import httpx
import msgspec

from nexus_ui.adapters.contract import Account, Link
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.decode import each_translated, each_typed, loose_json
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.signatures import basic, sign_oauth1
from nexus_ui.adapters.woocommerce import translate
from nexus_ui.adapters.woocommerce.preflight import preflight
from nexus_ui.adapters.woocommerce.refusals import judge
from nexus_ui.adapters.woocommerce.stock import write_stock
from nexus_ui.adapters.woocommerce.translate import Item, Sale, Variation
from nexus_ui.adapters.woocommerce.walk import PER_PAGE, Place
from nexus_ui.errors import Surprise
from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt

W = TypeVar("W")
R = TypeVar("R")
API = "/wp-json/wc/v3"
PARALLEL = 2
"""Calls at once: the shop's own server answers them, and many are small."""

_items = msgspec.json.Decoder(list[Item])
_sales = msgspec.json.Decoder(list[Sale])
_variations = msgspec.json.Decoder(list[Variation])


class Setting(msgspec.Struct):
    """One of the shop's general settings."""

    id: str
    value: object = None


class KeyPair:
    """Signs each request: Basic over HTTPS, OAuth 1.0a over plain HTTP, where WooCommerce ignores Basic."""

    def __init__(self, link: Link) -> None:
        """Take the key pair from the link's keyring."""
        self._keys = link.keys

    async def apply(self, request: httpx.Request) -> str:
        """Sign `request`."""
        held = await self._keys.current()
        key, secret = held["consumer_key"], held["consumer_secret"]
        if request.url.scheme == "https":
            request.headers["Authorization"] = basic(key, secret)
        else:
            sign_oauth1(request, key, secret)
        return key

    async def renew(self, used: str) -> bool:
        """A key pair cannot be renewed."""
        return False


@dataclass(slots=True)
class _Listed:
    items: list[Item]
    bad: list[BadRecord]
    total: int | None


class WooCommerce:
    """Speaks for one shop."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to this shop's keys."""
        self._http: Http = link.http.using(judge=judge, auth=KeyPair(link))
        self._currency: str | None = None
        self._together = asyncio.Semaphore(PARALLEL)

    async def verify(self) -> Account:
        """Sign in and try each capability without changing anything."""
        return await preflight(self._http, await self._shop_currency())

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """Products changed since, oldest change first, each with its variations."""
        place: Place | None = Place.read(resume, since)
        currency = await self._shop_currency()
        while place is not None:
            listed = await self._list(f"{API}/products", "products", place)
            variations, bad = await self._variations_of(listed.items)
            good, skipped = self._translated(listed.items, variations, bad, partial(_product, currency))
            changed = [item.date_modified_gmt for item in listed.items if item.date_modified_gmt]
            place = place.after_page(len(listed.items) + len(listed.bad), changed)
            newest = max((product.updated_at for product in good), default=None)
            yield Page(good, [*listed.bad, *bad, *skipped], place.text() if place else None, newest, listed.total)

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders changed since, oldest change first."""
        place: Place | None = Place.read(resume, since)
        while place is not None:
            (sales, bad), total = await self._sales(place)
            good, skipped = each_translated(sales, translate.order, self._http.mask)
            place = place.after_page(
                len(sales) + len(bad), [one.date_modified_gmt for one in sales if one.date_modified_gmt]
            )
            newest = max((order.updated_at for order in good), default=None)
            yield Page(good, [*bad, *skipped], place.text() if place else None, newest, total)

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """Stock of what was sold since: a sale lowers stock without touching the product's date of change.

        The first read (`since` None) finds nothing to add, because products arrive with their quantities.
        """
        place = Place.read(resume, since) if since else None
        if place is None:
            yield Page([], [], None)
        while place is not None:
            (sales, _), _ = await self._sales(place)
            sold = sorted({line.product_id for sale in sales for line in sale.line_items if line.product_id})
            levels, bad = await self._levels(sold)
            place = place.after_page(len(sales), [one.date_modified_gmt for one in sales if one.date_modified_gmt])
            yield Page(levels, bad, place.text() if place else None)

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; one receipt per change."""
        return await write_stock(self._http, changes)

    async def _list(self, path: str, operation: str, place: Place) -> _Listed:
        exchange = Exchange("GET", path, operation, params=place.params())
        (items, bad), total = await self._http.fetch(
            exchange, lambda answer: (self._each(_items, Item, answer), _total(answer))
        )
        return _Listed(items, bad, total)

    async def _sales(self, place: Place) -> tuple[tuple[list[Sale], list[BadRecord]], int | None]:
        exchange = Exchange("GET", f"{API}/orders", "orders", params=place.params())
        return await self._http.fetch(exchange, lambda answer: (self._each(_sales, Sale, answer), _total(answer)))

    def _translated(
        self,
        items: Sequence[Item],
        variations: Mapping[int, Sequence[Variation]],
        bad: Sequence[BadRecord],
        one: Callable[[Item, Sequence[Variation]], R],
    ) -> tuple[list[R], list[BadRecord]]:
        """Each item with its variations, but none of which a variation was unreadable: no half products."""
        unreadable = {record.ref for record in bad}
        whole = [item for item in items if str(item.id) not in unreadable]
        return each_translated(whole, lambda item: one(item, variations.get(item.id, ())), self._http.mask)

    def _each(
        self, decoder: msgspec.json.Decoder[list[W]], kind: type[W], answer: Answer
    ) -> tuple[list[W], list[BadRecord]]:
        """The records of an answer: all at once, or one by one when one of them is of another shape."""
        try:
            return decoder.decode(answer.body), []
        except msgspec.ValidationError:
            items = loose_json(answer.body)
            if not isinstance(items, list):
                raise
            return each_typed(items, kind, self._http.mask)

    async def _levels(self, products: list[int]) -> tuple[list[StockLevel], list[BadRecord]]:
        levels: list[StockLevel] = []
        bad: list[BadRecord] = []
        for start in range(0, len(products), PER_PAGE):
            chosen = ",".join(map(str, products[start : start + PER_PAGE]))
            exchange = Exchange(
                "GET", f"{API}/products", "products", params={"include": chosen, "per_page": PER_PAGE, "status": "any"}
            )
            items, odd = await self._http.fetch(exchange, lambda answer: self._each(_items, Item, answer))
            variations, more = await self._variations_of(items)
            found, skipped = self._translated(items, variations, more, translate.stock_levels)
            levels.extend(level for several in found for level in several)
            bad += [*odd, *more, *skipped]
        return levels, bad

    async def _variations_of(self, items: Sequence[Item]) -> tuple[dict[int, list[Variation]], list[BadRecord]]:
        parents = [item.id for item in items if item.type == "variable" and item.variations and item.id > 0]
        async with asyncio.TaskGroup() as group:
            tasks = {parent: group.create_task(self._variations(parent)) for parent in parents}
        found = {parent: task.result()[0] for parent, task in tasks.items()}
        odd = [
            BadRecord(str(parent), bad.reason, bad.raw) for parent, task in tasks.items() for bad in task.result()[1]
        ]
        return found, odd

    async def _variations(self, parent: int) -> tuple[list[Variation], list[BadRecord]]:
        found: list[Variation] = []
        odd: list[BadRecord] = []
        path = f"{API}/products/{parent}/variations"
        while True:
            params = {"per_page": PER_PAGE, "offset": len(found) + len(odd), "orderby": "id", "order": "asc"}
            async with self._together:
                good, bad = await self._http.fetch(
                    Exchange("GET", path, "variations", params=params),
                    lambda answer: self._each(_variations, Variation, answer),
                )
            found += good
            odd += bad
            if len(good) + len(bad) < PER_PAGE:
                return found, odd

    async def _shop_currency(self) -> str:
        if self._currency is None:
            settings = await self._http.fetch(
                Exchange("GET", f"{API}/settings/general", "settings"),
                lambda answer: msgspec.json.decode(answer.body, type=list[Setting]),
            )
            found = {setting.id: setting.value for setting in settings}.get("woocommerce_currency")
            if not isinstance(found, str) or len(found) != 3:
                raise Surprise("The shop does not say in which currency it sells.")
            self._currency = found
        return self._currency


def _product(currency: str, item: Item, variations: Sequence[Variation]) -> Product:
    return translate.product(item, variations, currency)


def _total(answer: Answer) -> int | None:
    text = answer.headers.get("x-wp-total", "")
    return int(text) if text.isdecimal() else None
