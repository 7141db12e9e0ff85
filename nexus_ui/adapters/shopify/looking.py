"""Looking at single products, orders and stock by their ids, many in one call, translated as the walks do."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.adapters.kit.decode import each_translated, each_typed, loose_json
from nexus_ui.adapters.shopify import documents, translate, wire
from nexus_ui.adapters.shopify.children import Children, short_order
from nexus_ui.adapters.shopify.graph import Graph, decoder
from nexus_ui.adapters.shopify.refusals import TooExpensive
from nexus_ui.adapters.shopify.walk import Identified
from nexus_ui.errors import Surprise
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
        products = await goods.find(_refs(named, About.PRODUCT))
        orders = await sales.find(_refs(named, About.ORDER))
        items = await stock.find(_refs(named, About.STOCK))
        good, bad = each_translated(products.nodes, lambda node: translate.product(node, self.currency), mask)
        sold, wrong = each_translated(orders.nodes, translate.order, mask)
        counted, absurd = each_translated(items.nodes, translate.counted, mask)
        gone = {*products.gone, *orders.gone, *items.gone}
        return Looked(
            products=good,
            orders=sold,
            levels=[level for several in counted for level in several],
            bad=[*products.bad, *orders.bad, *items.bad, *bad, *wrong, *absurd],
            gone=[one for one in named if one.ref in gone],
        )


@dataclass(slots=True)
class _Found(Generic[N]):
    """What is there, what makes no sense, and the ids for which there is nothing."""

    nodes: list[N] = field(default_factory=list)
    bad: list[BadRecord] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


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

    async def find(self, refs: Sequence[str]) -> _Found[N]:
        """The things with these ids, whole."""
        found: _Found[N] = _Found()
        for start in range(0, len(refs), _AT_ONCE):
            await self._ask(refs[start : start + _AT_ONCE], found)
        for node in found.nodes:
            if self.overflows(node):
                await self.complete(node)
        return found

    async def _ask(self, refs: Sequence[str], found: _Found[N]) -> None:
        """Add what one call finds, or several where that is too much for one."""
        asked = {"ids": list(refs), **self.variables}
        points = min(_MOST_POINTS, _POINTS_EACH * len(refs))
        odd: dict[int, BadRecord] = {}
        try:
            data, _ = await self.graph.run(
                lambda body: self._decode(body, odd), self.operation, self.document, asked, points
            )
        except TooExpensive:
            if len(refs) == 1:
                raise
            half = len(refs) // 2
            await self._ask(refs[:half], found)
            await self._ask(refs[half:], found)
            return
        if len(data.nodes) != len(refs):
            raise Surprise("Shopify answered with more or fewer things than it was asked for.")
        for place, (ref, node) in enumerate(zip(refs, data.nodes, strict=True)):
            if node is not None:
                found.nodes.append(node)
            elif place in odd:
                found.bad.append(BadRecord(ref, odd[place].reason, odd[place].raw))
            else:
                found.gone.append(ref)

    def _decode(self, body: bytes, odd: dict[int, BadRecord]) -> wire.Reply[wire.Found[N]]:
        """The things, typed at once; where single ones do not fit, they go to `odd` and the others are kept."""
        odd.clear()
        try:
            return decoder(self.kind)(body)
        except msgspec.DecodeError:
            loose = loose_json(body)
        nodes = _nodes_taken_out(loose)
        reply = msgspec.convert(loose, self.kind)
        if reply.data is not None:
            reply.data.nodes = [self._typed(place, node, odd) for place, node in enumerate(nodes)]
        return reply

    def _typed(self, place: int, node: Any, odd: dict[int, BadRecord]) -> N | None:
        if node is None:
            return None
        good, bad = each_typed([node], self.node, self.graph.http.mask)
        odd.update((place, record) for record in bad)
        return good[0] if good else None


def _nodes_taken_out(loose: Any) -> list[Any]:
    """Remove what was found from a loosely decoded answer; an empty list when it holds nothing."""
    try:
        nodes = loose["data"]["nodes"]
    except (KeyError, TypeError):
        return []
    if not isinstance(nodes, list):
        return []
    loose["data"]["nodes"] = []
    return nodes


def _refs(named: Sequence[Named], about: About) -> list[str]:
    return list(dict.fromkeys(one.ref for one in named if one.about is about))


def _short_item(node: wire.CountedItem) -> bool:
    return node.inventory_levels.page_info.has_next_page
