"""Speaking to one Shopify shop over its GraphQL Admin API."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

import httpx

from nexus_ui.adapters.contract import Account, Link, Looked, Named, Registration, Scope
from nexus_ui.adapters.kit.auth import TokenAuth
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.adapters.shopify import documents, registry, tokens, translate, wire
from nexus_ui.adapters.shopify.children import Children, short_order
from nexus_ui.adapters.shopify.graph import Graph
from nexus_ui.adapters.shopify.looking import Lookup
from nexus_ui.adapters.shopify.preflight import preflight
from nexus_ui.adapters.shopify.refusals import judge
from nexus_ui.adapters.shopify.stock import set_stock
from nexus_ui.adapters.shopify.walk import Walk
from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt

N = TypeVar("N")
R = TypeVar("R")
_MOST_LOCATIONS = 10


@dataclass(frozen=True, slots=True)
class _Setting:
    """What translating needs to know of the shop."""

    currency: str
    locations: int


class ShopifyAdapter:
    """One shop. Raises errors of `errors` only."""

    def __init__(self, link: Link, scopes: tuple[Scope, ...]) -> None:
        """Speak through the link, signing in with what its keyring holds."""
        bare = link.http.using(judge=judge)
        auth = TokenAuth(link.keys, _place_token, partial(tokens.renewal_for, bare))
        self._graph = Graph(bare.using(auth=auth))
        self._scopes = scopes
        self._known: asyncio.Task[_Setting] | None = None

    async def verify(self) -> Account:
        """Who answered, and the preflight table; raises when signing in fails."""
        return await preflight(self._graph, self._scopes)

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """Products with variants and levels, oldest change first."""
        setting = await self._setting()
        children = Children(self._graph, setting.locations)
        walk = Walk(
            graph=self._graph,
            operation="products",
            document=documents.PRODUCTS,
            kind=wire.Reply[wire.Walked[wire.Product]],
            node=wire.Product,
            children="variants",
            variables={"levels": setting.locations},
            complete=children.complete_product,
            overflows=children.short_product,
            count=lambda node: len(node.variants.nodes),
            translate=self._translated(partial(translate.product, currency=setting.currency)),
        )
        async for page in walk.pages(since, resume):
            yield page

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders with their lines, oldest change first."""
        walk = Walk(
            graph=self._graph,
            operation="orders",
            document=documents.ORDERS,
            kind=wire.Reply[wire.Walked[wire.Order]],
            node=wire.Order,
            children="lines",
            variables={},
            complete=Children(self._graph, 1).complete_order,
            overflows=short_order,
            count=lambda node: len(node.line_items.nodes),
            translate=self._translated(translate.order),
            terms="status:any",
        )
        async for page in walk.pages(since, resume):
            yield page

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """Stock levels of the products changed since then: a change of stock counts as a change of its product."""
        setting = await self._setting()
        children = Children(self._graph, setting.locations)
        walk = Walk(
            graph=self._graph,
            operation="inventory",
            document=documents.STOCK,
            kind=wire.Reply[wire.Walked[wire.CountedProduct]],
            node=wire.CountedProduct,
            children="variants",
            variables={"levels": setting.locations},
            complete=children.complete_count,
            overflows=children.short_count,
            count=lambda node: len(node.variants.nodes),
            translate=self._levels,
        )
        async for page in walk.pages(since, resume):
            yield page

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; exactly one receipt per change."""
        return await set_stock(self._graph, changes)

    async def registrations(self) -> list[Registration]:
        """Every webhook of this app in this shop."""
        return await registry.registered(self._graph)

    async def register(self, topic: str, address: str, secret: str) -> Registration:
        """Register one topic; Shopify signs with the app's client secret, so `secret` is not used."""
        return await registry.add(self._graph, topic, address)

    async def unregister(self, registration: Registration) -> None:
        """Take one webhook away."""
        await registry.remove(self._graph, registration)

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named product, order or inventory item as it is now."""
        setting = await self._setting()
        return await Lookup(self._graph, setting.currency, setting.locations).look(named)

    async def _setting(self) -> _Setting:
        """Currency and number of locations, asked once for all streams."""
        if self._known is None:
            self._known = asyncio.ensure_future(self._ask_setting())
        try:
            return await asyncio.shield(self._known)
        except BaseException:
            self._known = None
            raise

    async def _ask_setting(self) -> _Setting:
        found = await self._graph.ask(wire.Reply[wire.Setting], "shop", documents.SETTING)
        return _Setting(found.shop.currency_code, max(1, min(_MOST_LOCATIONS, len(found.locations.nodes))))

    def _translated(self, one: Callable[[N], R]) -> Callable[[list[N]], tuple[list[R], list[BadRecord]]]:
        return lambda nodes: each_translated(nodes, one, self._graph.http.mask)

    def _levels(self, nodes: list[wire.CountedProduct]) -> tuple[list[StockLevel], list[BadRecord]]:
        groups, bad = each_translated(nodes, translate.levels, self._graph.http.mask)
        return [level for group in groups for level in group], bad


def _place_token(request: httpx.Request, token: str) -> None:
    request.headers["X-Shopify-Access-Token"] = token
