"""Talking to one stall."""

from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal

import httpx
import msgspec

from nexus_ui.adapters.contract import Account, Check, CheckState, Keyring, Link
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.records import Money, Order, OrderLine, OrderStatus, Page, Product, ProductStatus, StockLevel, Variant


class Stall(msgspec.Struct):
    """Who answers."""

    number: str
    keeper: str


class Ware(msgspec.Struct):
    """A thing on the stall."""

    id: str
    name: str
    price: str
    left: int
    changed: datetime


class Sale(msgspec.Struct):
    """A thing that went."""

    id: str
    ware: str
    name: str
    price: str
    at: datetime


class Leaf(msgspec.Struct):
    """A page of the stall's book."""

    wares: list[Ware] = []
    sales: list[Sale] = []
    after: str | None = None


class StallKey:
    """Shows the key with every call."""

    def __init__(self, keys: Keyring) -> None:
        """Of this keyring."""
        self._keys = keys

    async def apply(self, request: httpx.Request) -> str:
        """Put it into the header."""
        held = await self._keys.current()
        request.headers["Stall-Key"] = held["key"]
        return held["key"]

    async def renew(self, used: str) -> bool:
        """A key is never renewed."""
        return False


class Bazaar:
    """Speaks for one stall."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to the stall's key."""
        self._http = link.http.using(auth=StallKey(link.keys))

    async def verify(self) -> Account:
        """Who answers."""
        stall = await self._http.fetch(
            Exchange("GET", "/stall", "stall"), lambda answer: msgspec.json.decode(answer.body, type=Stall)
        )
        checks = (Check("sign_in", "Signs in", CheckState.PASS, f"{stall.keeper} answered."),)
        return Account(stall.number, stall.keeper, stall.number, "EUR", None, checks)

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """What the stall sells."""
        async for leaf in self._leaves("wares", resume):
            newest = max((ware.changed for ware in leaf.wares), default=None)
            yield Page([_product(ware) for ware in leaf.wares], [], leaf.after, newest)

    async def orders(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Order]]:
        """What it sold."""
        async for leaf in self._leaves("sales", resume):
            yield Page([_order(sale) for sale in leaf.sales], [], leaf.after)

    async def _leaves(self, book: str, after: str | None) -> AsyncIterator[Leaf]:
        while True:
            asked = {"after": after} if after else None
            leaf = await self._http.fetch(Exchange("GET", f"/{book}", book, params=asked), _leaf)
            yield leaf
            after = leaf.after
            if after is None:
                return


def _leaf(answer: Answer) -> Leaf:
    return msgspec.json.decode(answer.body, type=Leaf)


def _product(ware: Ware) -> Product:
    level = StockLevel(ware.id, "stall", ware.left, updated_at=ware.changed)
    variant = Variant(ware.id, ware.id, ware.id.upper(), "", Money(Decimal(ware.price), "EUR"), levels=(level,))
    return Product(ware.id, ware.name, ProductStatus.ACTIVE, ware.changed, (variant,))


def _order(sale: Sale) -> Order:
    price = Money(Decimal(sale.price), "EUR")
    line = OrderLine(f"{sale.id}-1", sale.ware.upper(), sale.name, 1, price, sale.ware)
    return Order(sale.id, sale.id, OrderStatus.SHIPPED, sale.at, sale.at, price, (line,))
