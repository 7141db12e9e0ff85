"""Reading a page of orders: JSON:API puts items and pieces beside the orders, so they are put back together here."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.decode import loose_json, nameless
from nexus_ui.adapters.zalando.api import ORDERS, Api
from nexus_ui.adapters.zalando.refusals import ORDERS as READ_ORDERS
from nexus_ui.adapters.zalando.wire import Item, Kind, Line, Order, Orders, Related
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord

NOT_KEPT = "An order is not kept, because it names its buyer."

_orders, _kind = msgspec.json.Decoder(Orders), msgspec.json.Decoder(Kind)
_order, _item, _line = msgspec.json.Decoder(Order), msgspec.json.Decoder(Item), msgspec.json.Decoder(Line)


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order with its items and, by the item's id, their pieces."""

    order: Order
    items: Sequence[Item]
    pieces: dict[str, list[Line]]

    @property
    def lines(self) -> list[Line]:
        """All pieces of the order."""
        return [line for item in self.items for line in self.pieces[item.id]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer of the list of orders: what can be read, what cannot, and how many there were."""

    purchases: list[Purchase]
    bad: list[BadRecord]
    size: int


async def listed(api: Api, asked: Mapping[str, str | int]) -> Sheet:
    """A page of the merchant's orders with items and pieces. The answer names the buyers."""
    exchange = Exchange(
        "GET",
        f"/merchants/{api.merchant}/orders",
        ORDERS,
        params={"include": "order_items,order_lines", **asked},
        headers={"Accept": "application/vnd.api+json"},
        confidential=True,
    )
    return await api.ask(exchange, sheet, READ_ORDERS)


def sheet(answer: Answer) -> Sheet:
    """The orders of an answer; raises msgspec.DecodeError for what is no list of orders."""
    told = _orders.decode(answer.body)
    beside = _Beside.of(told.included)
    found = Sheet([], [], len(told.data))
    for raw in told.data:
        try:
            found.purchases.append(beside.purchase(_order.decode(raw)))
        except msgspec.ValidationError as error:
            ref = _text(loose_json(bytes(raw)), "id") or nameless(str(error))
            found.bad.append(BadRecord(ref, f"It makes no sense: {error}.", NOT_KEPT))
        except SkipRecord as skip:
            found.bad.append(BadRecord(skip.ref, skip.message, NOT_KEPT))
    return found


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the orders, by its id and by the id of what it belongs to."""

    items: dict[str, Item] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    belongs: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    broken: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, resources: Iterable[msgspec.Raw]) -> "_Beside":
        """Items and pieces among the resources; those of another shape are remembered as broken."""
        found = cls()
        for raw in resources:
            try:
                kind = _kind.decode(raw).type.replace("_", "").lower()
                if kind == "orderitem":
                    found._add_item(_item.decode(raw))
                elif kind == "orderline":
                    found._add_line(_line.decode(raw))
            except msgspec.ValidationError:
                found._add_broken(loose_json(bytes(raw)))
        return found

    def purchase(self, order: Order) -> Purchase:
        """An order with what belongs to it; raises SkipRecord when a part of it makes no sense."""
        parts = order.relationships
        items = [self.items[ref] for ref in self._of(order.id, order.id, parts.order_items if parts else None)]
        pieces = {
            item.id: [
                self.lines[ref]
                for ref in self._of(order.id, item.id, item.relationships.order_lines if item.relationships else None)
            ]
            for item in items
        }
        return Purchase(order, items, pieces)

    def _of(self, order: str, parent: str, related: Related | None) -> list[str]:
        """The ids of what belongs to a parent and is there."""
        named = [one.id for one in (related.data if related else None) or ()]
        refs = list(dict.fromkeys([*named, *self.belongs.get(parent, ())]))
        if wrong := next((ref for ref in refs if ref in self.broken), None):
            raise SkipRecord(f"Its part {wrong} makes no sense.", order)
        return [ref for ref in refs if ref in self.items or ref in self.lines]

    def _add_item(self, item: Item) -> None:
        self.items[item.id] = item
        if item.attributes.order_id:
            self.belongs[item.attributes.order_id].append(item.id)

    def _add_line(self, line: Line) -> None:
        self.lines[line.id] = line
        if line.attributes.order_item_id:
            self.belongs[line.attributes.order_item_id].append(line.id)

    def _add_broken(self, loose: Any) -> None:
        ref = _text(loose, "id")
        self.broken.add(ref)
        attributes = loose.get("attributes") if isinstance(loose, dict) else None
        for name in ("order_id", "order_item_id"):
            if parent := _text(attributes, name):
                self.belongs[parent].append(ref)


def _text(loose: Any, name: str) -> str:
    found = loose.get(name) if isinstance(loose, dict) else None
    return found if isinstance(found, str) else ""
