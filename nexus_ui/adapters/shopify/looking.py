"""Looking at single products, orders and stock by their ids, many in one call, translated as the walks do."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.adapters.kit.decode import each_translated, each_typed, loose_json
from nexus_ui.adapters.shopify import documents, translate, wire
from nexus_ui.adapters.shopify.children import Children, short_order
from nexus_ui.adapters.shopify.graph import Graph, decoder
from nexus_ui.adapters.shopify.refusals import TooExpensive
from nexus_ui.adapters.shopify.walk import Identified
from nexus_ui.records import BadRecord

N = TypeVar("N", bound=Identified)
R = TypeVar("R")
_AT_ONCE = 25
_POINTS_EACH = 60.0
_MOST_POINTS = 500.0
_CHILDREN = 10


@dataclass(frozen=True, slots=True)
class Lookup:
    """Looks at the things of one shop, which sells in `currency` and holds stock at so many places."""

    graph: Graph
    currency: str
    locations: int

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named thing as it is now; raises errors of `errors`."""
        children = Children(self.graph, self.locations)
        levels = {"levels": self.locations}
        goods = _Kind(
            self.graph, "look at products", documents.LOOK_PRODUCTS, wire.Reply[wire.Found[wire.Product]], wire.Product,
            {"variants": _CHILDREN, **levels}, children.short_product, children.complete_product,
        )  # fmt: skip
        sales = _Kind(
            self.graph, "look at orders", documents.LOOK_ORDERS, wire.Reply[wire.Found[wire.Order]], wire.Order,
            {"lines": _CHILDREN}, short_order, children.complete_order,
        )  # fmt: skip
        stock = _Kind(
            self.graph, "look at stock", documents.LOOK_STOCK, wire.Reply[wire.Found[wire.CountedItem]],
            wire.CountedItem, levels, _short_item, children.complete_item,
        )  # fmt: skip
        mask = self.graph.http.mask
        products, bad = await goods.find(_refs(named, About.PRODUCT))
        orders, odd = await sales.find(_refs(named, About.ORDER))
        items, strange = await stock.find(_refs(named, About.STOCK))
        bad += [*odd, *strange]
        there = [*(one.id for one in products), *(one.id for one in orders), *(one.id for one in items)]
        seen = {*there, *(record.ref for record in bad)}
        good, worse = each_translated(products, lambda node: translate.product(node, self.currency), mask)
        sold, wrong = each_translated(orders, translate.order, mask)
        counted, absurd = each_translated(items, translate.counted, mask)
        return Looked(
            products=good,
            orders=sold,
            levels=[level for several in counted for level in several],
            bad=[*bad, *worse, *wrong, *absurd],
            gone=[one for one in named if one.ref not in seen],
        )


@dataclass(frozen=True, slots=True)
class _Kind(Generic[N]):
    """How one kind of thing is asked for and completed."""

    graph: Graph
    operation: str
    document: str
    kind: type[wire.Reply[wire.Found[N]]]
    node: type[N]
    variables: dict[str, Any]
    overflows: Callable[[N], bool]
    complete: Callable[[N], Awaitable[None]]

    async def find(self, refs: Sequence[str]) -> tuple[list[N], list[BadRecord]]:
        """The things with these ids that are there, whole, and those that make no sense."""
        found: list[N] = []
        bad: list[BadRecord] = []
        for start in range(0, len(refs), _AT_ONCE):
            nodes, odd = await self._ask(refs[start : start + _AT_ONCE])
            found += nodes
            bad += odd
        for node in found:
            if self.overflows(node):
                await self.complete(node)
        return found, bad

    async def _ask(self, refs: Sequence[str]) -> tuple[list[N], list[BadRecord]]:
        """One call, or several where that is too much for one."""
        bad: list[BadRecord] = []
        asked = {"ids": list(refs), **self.variables}
        points = min(_MOST_POINTS, _POINTS_EACH * len(refs))
        try:
            data, _ = await self.graph.run(
                lambda body: self._decode(body, bad), self.operation, self.document, asked, points
            )
        except TooExpensive:
            if len(refs) == 1:
                raise
            half = len(refs) // 2
            first, second = await self._ask(refs[:half]), await self._ask(refs[half:])
            return first[0] + second[0], first[1] + second[1]
        return [node for node in data.nodes if node is not None], bad

    def _decode(self, body: bytes, bad: list[BadRecord]) -> wire.Reply[wire.Found[N]]:
        """The things, typed at once; where single ones do not fit, they go to `bad` and the others are kept."""
        bad.clear()
        try:
            return decoder(self.kind)(body)
        except msgspec.DecodeError:
            loose = loose_json(body)
        nodes = _nodes_taken_out(loose)
        reply = msgspec.convert(loose, self.kind)
        good, odd = each_typed(nodes, self.node, self.graph.http.mask)
        bad.extend(odd)
        if reply.data is not None:
            reply.data.nodes = [*good]
        return reply


def _nodes_taken_out(loose: Any) -> list[Any]:
    """Remove what was found from a loosely decoded answer; an empty list when it holds nothing."""
    try:
        nodes = loose["data"]["nodes"]
    except (KeyError, TypeError):
        return []
    if not isinstance(nodes, list):
        return []
    loose["data"]["nodes"] = []
    return [node for node in nodes if node is not None]


def _refs(named: Sequence[Named], about: About) -> list[str]:
    return list(dict.fromkeys(one.ref for one in named if one.about is about))


def _short_item(node: wire.CountedItem) -> bool:
    return node.inventory_levels.page_info.has_next_page
