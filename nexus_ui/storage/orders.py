"""Orders of every connection as lists show them: filtered, sorted and paged in SQL, a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select, tuple_
from sqlmodel import SQLModel

from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.origins import Origin, origins_of

MOST_LINES = 200

ORDERS = SQLModel.metadata.tables["orders"].c
LINES = SQLModel.metadata.tables["order_lines"].c


class OrderSort(StrEnum):
    """What the list can be sorted by."""

    PLACED = "placed"
    NUMBER = "number"
    TOTAL = "total"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders to show. `search` looks into number and SKU; placed from `since` on and before `until`."""

    connection_id: str | None = None
    status: str | None = None
    search: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One order, without personal data. `units` is what was ordered, over all its lines."""

    origin: Origin
    ref: str
    number: str
    status: str
    marketplace_status: str
    placed_at: datetime
    updated_at: datetime
    total: Decimal | None
    currency: str
    lines: int
    units: int


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of orders."""

    items: tuple[OrderItem, ...]
    paging: Paging


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """One line of an order; `quantity` is what was ordered."""

    ref: str
    sku: str | None
    title: str
    quantity: int
    unit_price: Decimal | None
    currency: str | None


def order_page(
    wanted: OrderFilter, sort: OrderSort = OrderSort.PLACED, descending: bool = True, number: int = 1
) -> OrderPage:
    """Page `number` (from 1) of the orders that pass the filter; what is unknown sorts last either way."""
    passing = _conditions(wanted)
    with reading() as session:
        total, matching = rows(session, select(_count(), _count(*passing)))[0]
        place = paging(number, matching, total)
        chosen = select(*_ORDER, _of_lines(func.count()), _of_lines(func.coalesce(func.sum(LINES.quantity), 0)))
        chosen = chosen.where(*passing).order_by(*_order(sort, descending)).limit(place.size).offset(place.offset)
        found = rows(session, chosen)
        origins = origins_of(session, {row.connection_id for row in found}) if found else {}
    return OrderPage(tuple(_item(row, origins) for row in found), place)


def order_lines(connection_id: str, order_ref: str) -> tuple[OrderedLine, ...]:
    """The lines of one order, at most 200."""
    chosen = (
        select(*_LINE).where(LINES.connection_id == connection_id, LINES.order_ref == order_ref).order_by(LINES.ref)
    )
    with reading() as session:
        return tuple(OrderedLine(*row) for row in rows(session, chosen.limit(MOST_LINES)))


_ITEM = ("ref", "number", "status", "marketplace_status", "placed_at", "updated_at", "total", "currency")
_ORDER = (ORDERS.connection_id, *(ORDERS[name] for name in _ITEM))
_LINE = tuple(LINES[name] for name in OrderedLine.__slots__)


def _conditions(wanted: OrderFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.connection_id:
        conditions.append(ORDERS.connection_id == wanted.connection_id)
    if wanted.status:
        conditions.append(ORDERS.status == wanted.status)
    if wanted.since:
        conditions.append(ORDERS.placed_at >= wanted.since)
    if wanted.until:
        conditions.append(ORDERS.placed_at < wanted.until)
    if text := wanted.search.strip():
        with_sku = select(LINES.connection_id, LINES.order_ref).where(LINES.sku.icontains(text, autoescape=True))
        found = tuple_(ORDERS.connection_id, ORDERS.ref).in_(with_sku)
        conditions.append(or_(ORDERS.number.icontains(text, autoescape=True), found))
    return conditions


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(ORDERS.ref.table).where(*conditions).scalar_subquery()


def _of_lines(value: ColumnElement[Any]) -> ScalarSelect[Any]:
    its_lines = and_(LINES.connection_id == ORDERS.connection_id, LINES.order_ref == ORDERS.ref)
    return select(value).where(its_lines).correlate(ORDERS.ref.table).scalar_subquery()


def _order(sort: OrderSort, descending: bool) -> list[ColumnElement[Any]]:
    key = {
        OrderSort.PLACED: ORDERS.placed_at,
        OrderSort.NUMBER: ORDERS.number,
        OrderSort.TOTAL: ORDERS.total,
        OrderSort.UPDATED: ORDERS.updated_at,
    }[sort]
    return [(key.desc() if descending else key.asc()).nulls_last(), ORDERS.connection_id, ORDERS.ref]


def _item(row: Any, origins: dict[str, Origin]) -> OrderItem:
    connection_id, *known, lines, units = row
    values = dict(zip(_ITEM, known, strict=True))
    return OrderItem(origin=origins[connection_id], lines=int(lines), units=int(units), **values)
