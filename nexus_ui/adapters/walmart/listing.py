"""Walmart's lists, one page at a time: items, what the seller's ship nodes hold, what Walmart holds, orders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.decode import nameless
from nexus_ui.adapters.walmart import wire
from nexus_ui.adapters.walmart.api import Api
from nexus_ui.adapters.walmart.refusals import INVENTORY, ITEMS, ORDERS, NotEnrolled, NothingThere
from nexus_ui.errors import SetupWrong

ITEMS_PAGE, SHELVES_PAGE, HELD_PAGE, ORDERS_PAGE = 200, 50, 300, 200
FIRST = "*"
"""The cursor that begins a list of items."""

_items = msgspec.json.Decoder(wire.Items)
_inventories = msgspec.json.Decoder(wire.Inventories)
_held = msgspec.json.Decoder(wire.HeldPage)
_orders = msgspec.json.Decoder(wire.OrderPage)
_ORDER = ("purchaseOrderId", "customerOrderId", "orderDate")
_LINE = ("lineNumber", "item", "charges", "orderLineQuantity", "statusDate", "orderLineStatuses", "refund")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Row:
    """A record of a list as it came, with the name it has there."""

    key: str
    told: Any


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer of a list: its records, how many there are in all, and how it goes on."""

    rows: Sequence[Row] = ()
    total: int | None = None
    cursor: str | None = None


async def items(api: Api, cursor: str, offset: int) -> Sheet:
    """A page of the seller's items, whatever their state."""

    def decode(answer: Answer) -> Sheet:
        told = _items.decode(answer.body)
        return Sheet([_row(one, "sku") for one in _each(told.items)], told.total_items, told.next_cursor)

    params = {"nextCursor": cursor, "offset": offset, "limit": ITEMS_PAGE}
    return await _or_empty(api, "/v3/items", "items", ITEMS, decode, params)


async def item(api: Api, sku: str) -> Sheet:
    """The item with this SKU; nothing where there is none."""

    def decode(answer: Answer) -> Sheet:
        return Sheet([_row(one, "sku") for one in _each(_items.decode(answer.body).items)])

    return await _or_empty(api, "/v3/items", "items", ITEMS, decode, {"sku": sku})


async def shelves(api: Api, cursor: str | None) -> Sheet:
    """A page of what the seller's ship nodes hold."""

    def decode(answer: Answer) -> Sheet:
        told = _inventories.decode(answer.body)
        raws = told.elements.inventories if told.elements else None
        return _sheet([_row(one, "sku") for one in _each(raws)], told.meta)

    params = {"limit": SHELVES_PAGE, "nextCursor": cursor}
    if cursor:
        return await api.get("/v3/inventories", "inventories", INVENTORY, decode, params)
    return await _or_empty(api, "/v3/inventories", "inventories", INVENTORY, decode, params)


async def held(api: Api, offset: int, since: datetime | None, sku: str | None = None) -> Sheet:
    """A page of what Walmart's own warehouses hold (WFS), or of one SKU; empty for a seller not taking part.

    The older list tells what changed since. It is to be removed in 2026, and then the newer one is asked.
    """
    after = f"{since.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if since else None
    params = {"sku": sku, "limit": HELD_PAGE, "offset": offset}
    try:
        try:
            return await _or_empty(
                api, "/v3/fulfillment/inventory", "held", INVENTORY, _held_sheet, {**params, "fromModifiedDate": after}
            )
        except SetupWrong:
            return await _or_empty(api, "/v3/wfs/inventory", "held", INVENTORY, _held_sheet, params)
    except NotEnrolled:
        return Sheet()


async def orders(api: Api, params: Mapping[str, Any], cursor: str | None) -> Sheet:
    """A page of orders without their buyers. The cursor, a whole query, takes the place of the question."""

    def decode(answer: Answer) -> Sheet:
        told = _orders.decode(answer.body).list
        raws = told.elements.order if told.elements else None
        return _sheet([_row(harmless(one), "purchaseOrderId") for one in _each(raws)], told.meta)

    path = f"/v3/orders?{cursor.removeprefix('?')}" if cursor else "/v3/orders"
    asked = None if cursor else params
    return await _or_empty(api, path, "orders", ORDERS, decode, asked, confidential=True)


async def order(api: Api, ref: str) -> Row:
    """An order without its buyer; raises NothingThere."""

    def decode(answer: Answer) -> Row:
        told = msgspec.json.decode(answer.body)
        return _row(harmless(told.get("order", told) if isinstance(told, dict) else told), "purchaseOrderId")

    return await api.get(f"/v3/orders/{quote(ref, safe='')}", "order", ORDERS, decode, confidential=True)


def harmless(order: Any) -> Any:
    """An order without what it says of its buyer."""
    if not isinstance(order, dict):
        return {}
    kept = {name: order[name] for name in _ORDER if name in order}
    lines = (order.get("orderLines") or {}).get("orderLine") if isinstance(order.get("orderLines"), dict) else None
    if isinstance(lines, list):
        told = [{name: line[name] for name in _LINE if name in line} for line in lines if isinstance(line, dict)]
        kept["orderLines"] = {"orderLine": told}
    return kept


async def _or_empty(
    api: Api,
    path: str,
    operation: str,
    area: str,
    decode: Callable[[Answer], Sheet],
    params: Mapping[str, Any] | None,
    *,
    confidential: bool = False,
) -> Sheet:
    """A page; an empty one where Walmart says that there is nothing."""
    try:
        return await api.get(path, operation, area, decode, params, confidential=confidential)
    except NothingThere:
        return Sheet()


def _held_sheet(answer: Answer) -> Sheet:
    told = _held.decode(answer.body)
    entries = _each(told.payload.inventory if told.payload else None)
    rows = [Row(_row(_item_of(entry), "sku").key, entry) for entry in entries]
    return Sheet(rows, told.headers.total_count if told.headers else None)


def _item_of(entry: Any) -> Any:
    """The part of an entry that names its item: the newer list keeps it apart."""
    return entry.get("itemInformation", entry) if isinstance(entry, dict) else entry


def _sheet(rows: Sequence[Row], meta: wire.Meta | None) -> Sheet:
    return Sheet(rows, meta.total_count, meta.next_cursor) if meta else Sheet(rows)


def _each(raws: Sequence[msgspec.Raw] | None) -> list[Any]:
    return [msgspec.json.decode(raw) for raw in raws or ()]


def _row(told: Any, key: str) -> Row:
    name = told.get(key) if isinstance(told, dict) else None
    return Row(str(name) if name else nameless(msgspec.json.encode(told).decode()), told)
