"""Talking to one WooCommerce shop over REST v3."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

import msgspec

from nexus_ui.adapters.contract import About, Account, Link, Looked, Named, Registration
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.adapters.woocommerce import registry, translate
from nexus_ui.adapters.woocommerce.collection import API, PARALLEL, Collections, newest
from nexus_ui.adapters.woocommerce.preflight import preflight
from nexus_ui.adapters.woocommerce.refusals import judge
from nexus_ui.adapters.woocommerce.signing import KeyPair
from nexus_ui.adapters.woocommerce.stock import write_stock
from nexus_ui.adapters.woocommerce.walk import PER_PAGE
from nexus_ui.adapters.woocommerce.wire import Item, Sale, Variation
from nexus_ui.errors import SkipRecord, Surprise
from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt

R = TypeVar("R")
Family = tuple[Item, list[Variation]]


class Setting(msgspec.Struct):
    """One of the shop's general settings."""

    id: str
    value: object = None


class WooCommerce:
    """Speaks for one shop."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to this shop's keys."""
        self._http = link.http.using(judge=judge, auth=KeyPair(link.keys))
        self._collections = Collections(self._http)
        self._currency: str | None = None

    async def verify(self) -> Account:
        """Sign in and try each capability without changing anything."""
        return await preflight(self._http, await self._shop_currency())

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """Products changed since, each with its variations."""
        currency = await self._shop_currency()
        async for leaf in self._collections.walk("products", Item, since, resume):
            products, bad = await self._families(leaf.good, partial(_product, currency))
            latest = leaf.here.capped(max((one.updated_at for one in products if one.updated_at), default=None))
            yield Page(products, [*leaf.bad, *bad], leaf.resume, latest, leaf.total)

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders changed since."""
        async for leaf in self._collections.walk("orders", Sale, since, resume):
            orders, bad = each_translated(leaf.good, translate.order, self._http.mask)
            latest = leaf.here.capped(max((order.updated_at for order in orders), default=None))
            yield Page(orders, [*leaf.bad, *bad], leaf.resume, latest, leaf.total)

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """Stock of what was sold since, because the sale of a variation need not change its product's date.

        The first read (`since` None) finds nothing to add: products arrive with their quantities.
        """
        if since is None and resume is None:
            yield Page([], [], None)
            return
        async for leaf in self._collections.walk("orders", Sale, since, resume):
            levels, bad = await self._levels(_sold(leaf.good))
            yield Page(levels, bad, leaf.resume, leaf.here.capped(newest(leaf.good)))

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; one receipt per change, in their order."""
        return await write_stock(self._http, changes)

    async def registrations(self) -> list[Registration]:
        """Every webhook of the shop, also those of others."""
        return await registry.registered(self._collections)

    async def register(self, topic: str, address: str, secret: str) -> Registration:
        """Register one topic with this secret, or give the secret to the one there is and switch it on."""
        return await registry.add(self._http, self._collections, topic, address, secret)

    async def unregister(self, registration: Registration) -> None:
        """Take one webhook away."""
        await registry.remove(self._http, registration)

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named product or order as it is now, and the stock of what the orders sold."""
        currency = await self._shop_currency()
        sales, bad = await self._collections.chosen("orders", Sale, _numbers(named, About.ORDER))
        items, odd = await self._collections.chosen("products", Item, _numbers(named, About.PRODUCT))
        orders, worse = each_translated(sales, translate.order, self._http.mask)
        products, strange = await self._families(items, partial(_product, currency))
        levels, absurd = await self._levels(sorted(set(_sold(sales)) - {item.id for item in items}))
        return Looked(
            products=products,
            orders=orders,
            levels=levels,
            bad=[*bad, *odd, *worse, *strange, *absurd],
            gone=[
                *_gone(named, About.ORDER, [one.id for one in sales], bad),
                *_gone(named, About.PRODUCT, [one.id for one in items], odd),
            ],
        )

    async def _levels(self, products: Sequence[int]) -> tuple[list[StockLevel], list[BadRecord]]:
        items, bad = await self._collections.chosen("products", Item, products)
        found, odd = await self._families(items, translate.stock_levels)
        return [level for several in found for level in several], [*bad, *odd]

    async def _families(
        self, items: Sequence[Item], translated: Callable[[Item, Sequence[Variation]], R]
    ) -> tuple[list[R], list[BadRecord]]:
        """Products with their variations, translated; one with an unreadable variation is set aside as a whole."""
        parents = [item.id for item in items if item.varies and item.id > 0]
        answers = await side_by_side([partial(self._variations, parent) for parent in parents], PARALLEL)
        found: dict[int, list[Variation] | BadRecord] = dict(zip(parents, answers, strict=True))
        whole: list[Family] = []
        bad: list[BadRecord] = []
        for item in items:
            variations = found.get(item.id, [])
            if isinstance(variations, BadRecord):
                bad.append(variations)
            else:
                whole.append((item, variations))
        good, skipped = each_translated(whole, lambda family: translated(*family), self._http.mask)
        return good, bad + skipped

    async def _variations(self, parent: int) -> list[Variation] | BadRecord:
        """All variations of a product, or the reason why it has to be set aside."""
        found: list[Variation] = []
        while True:
            params = {"per_page": PER_PAGE, "offset": len(found), "orderby": "id", "order": "asc"}
            try:
                page = await self._collections.page(f"products/{parent}/variations", Variation, params)
            except SkipRecord as gone:
                return BadRecord(str(parent), gone.message, gone.detail)
            if page.bad:
                return BadRecord(
                    str(parent), f"Of its variation {page.bad[0].ref}: {page.bad[0].reason}", page.bad[0].raw
                )
            found += page.good
            if len(page.ids) < PER_PAGE or len(found) >= (page.total or len(found) + 1):
                return found

    async def _shop_currency(self) -> str:
        if self._currency is None:
            settings = await self._http.fetch(
                Exchange("GET", f"{API}/settings/general", "settings", params={"_fields": "id,value"}),
                lambda answer: msgspec.json.decode(answer.body, type=list[Setting]),
            )
            found = {setting.id: setting.value for setting in settings}.get("woocommerce_currency")
            if not isinstance(found, str) or len(found) != 3:
                raise Surprise("The shop does not say in which currency it sells.")
            self._currency = found
        return self._currency


def _product(currency: str, item: Item, variations: Sequence[Variation]) -> Product:
    return translate.product(item, variations, currency)


def _sold(sales: Sequence[Sale]) -> list[int]:
    """The products that these orders sold."""
    return sorted({line.product_id for sale in sales for line in sale.line_items if line.product_id})


def _numbers(named: Sequence[Named], about: About) -> list[int]:
    """The ids of what is named of one kind; what is no id names nothing."""
    return sorted({int(one.ref) for one in named if one.about is about and one.ref.isdecimal()})


def _gone(named: Sequence[Named], about: About, there: Sequence[int], bad: Sequence[BadRecord]) -> list[Named]:
    """What is named of one kind and not there. With a record that does not say which it is, nothing is surely gone."""
    if min(there, default=1) < 1 or not all(record.ref.isdecimal() for record in bad):
        return []
    seen = {*map(str, there), *(record.ref for record in bad)}
    return [one for one in named if one.about is about and one.ref not in seen]
