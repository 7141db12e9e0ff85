"""The stock of every SKU as the Stock page shows it: filtered, sorted and paged in SQL, and what a person sets.

The same SKU in the sandbox is another one: it has its own line, its own movements, and only its own connections.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select, tuple_, union
from sqlmodel import Session, SQLModel

from nexus_ui.rules.ledger import Kind
from nexus_ui.storage import counting, preferences
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.counting import Counted
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.products import P, V
from nexus_ui.storage.shown import Seen, Shown, shown_of
from nexus_ui.storage.targets import live, offered, target

I = SQLModel.metadata.tables["stock_items"].c  # noqa: E741 - beside P, V and S
M = SQLModel.metadata.tables["stock_movements"].c
C = SQLModel.metadata.tables["connections"].c
PEOPLE = SQLModel.metadata.tables["people"].c
ORDERS = SQLModel.metadata.tables["orders"].c
CHUNK = 500
MOST_MOVEMENTS = 200


class Only(StrEnum):
    """Which SKUs to show."""

    DIFFERING = "differing"
    UNKNOWN = "unknown"
    ZERO = "zero"


class StockSort(StrEnum):
    """What the list can be sorted by."""

    SKU = "sku"
    ON_HAND = "on_hand"
    RESERVED = "reserved"
    AVAILABLE = "available"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class StockFilter:
    """Which SKUs to show; None and "" mean all. `search` looks into SKU and title."""

    connection_id: str | None = None
    only: Only | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class StockLine:
    """One SKU. `on_hand` and `available` are None until somebody tells a number."""

    sku: str
    sandbox: bool
    title: str
    on_hand: int | None
    reserved: int
    changed_at: datetime | None
    shown: tuple[Shown, ...]

    @property
    def available(self) -> int | None:
        """What can be sold."""
        return None if self.on_hand is None else self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class StockPage:
    """One page of SKUs."""

    lines: tuple[StockLine, ...]
    paging: Paging


@dataclass(frozen=True, slots=True)
class Movement:
    """Units that came or went. `order` is the order's number where there is one; `by` a person's name."""

    cause: str
    kind: Kind
    quantity: int
    at: datetime
    by: str | None
    origin: Origin | None
    order: str | None
    note: str


@dataclass(frozen=True, slots=True)
class StockDetail:
    """A SKU with its newest movements; `movements_in_all` says how many there are."""

    line: StockLine
    movements: tuple[Movement, ...]
    movements_in_all: int


def stock_page(
    wanted: StockFilter, sort: StockSort = StockSort.SKU, descending: bool = False, number: int = 1
) -> StockPage:
    """Page `number` (from 1) of the SKUs that pass the filter; what is unknown sorts last either way."""
    every = _every()
    with reading() as session:
        total = rows(session, select(func.count()).select_from(every))[0][0]
        passing = _conditions(wanted, every)
        matching = rows(session, _joined(every, func.count()).where(*passing))[0][0] if passing else total
        place = paging(number, matching, total)
        chosen = _joined(every, *_columns(every)).where(*passing).order_by(*_order(every, sort, descending))
        lines = _lines(session, rows(session, chosen.limit(place.size).offset(place.offset)))
    return StockPage(tuple(lines), place)


def stock_detail(sku: str, sandbox: bool) -> StockDetail | None:
    """One SKU with its newest movements; None when nobody lists it and nobody counted it."""
    every = _every()
    with reading() as session:
        its = (every.c.sku == sku, every.c.sandbox == sandbox)
        lines = _lines(session, rows(session, _joined(every, *_columns(every)).where(*its)))
        if not lines:
            return None
        in_all = rows(session, select(func.count()).where(M.sku == sku, M.sandbox == sandbox))[0][0]
        movements = _movements(session, sku, sandbox)
    return StockDetail(lines[0], movements, in_all)


def export_stock(wanted: StockFilter) -> Iterator[StockLine]:
    """Every SKU that passes the filter, in the order of the SKUs, read in short transactions."""
    last: tuple[str, bool] | None = None
    while True:
        every = _every()
        key = (every.c.sku, every.c.sandbox)
        chosen = _joined(every, *_columns(every)).where(*_conditions(wanted, every)).order_by(*key).limit(CHUNK)
        with reading() as session:
            found = rows(session, chosen.where(tuple_(*key) > last) if last is not None else chosen)
            lines = _lines(session, found)
        yield from lines
        if len(found) < CHUNK:
            return
        last = (found[-1].sku, found[-1].sandbox)


def on_hand_of(skus: Sequence[str], sandbox: bool) -> dict[str, int | None]:
    """What is on hand of those of `skus` that a connection lists or that were counted; None: not known yet."""
    found: dict[str, int | None] = {}
    every = _every()
    with reading() as session:
        for start in range(0, len(skus), CHUNK):
            asked = _joined(every, every.c.sku, I.on_hand).where(every.c.sku.in_(skus[start : start + CHUNK]))
            asked = asked.where(every.c.sandbox == sandbox)
            found |= {row.sku: row.on_hand for row in rows(session, asked)}
    return found


def counted_by(cause: str, skus: Sequence[str], sandbox: bool) -> set[str]:
    """The SKUs for which this cause was written already."""
    found: set[str] = set()
    with reading() as session:
        for start in range(0, len(skus), CHUNK):
            asked = select(M.sku).where(M.sku.in_(skus[start : start + CHUNK]), M.sandbox == sandbox, M.cause == cause)
            found |= {row.sku for row in rows(session, asked)}
    return found


def set_on_hand(
    session: Session,
    sandbox: bool,
    numbers: Mapping[str, int],
    kind: Kind,
    cause: str,
    by: str,
    note: str,
    seen: Mapping[str, int | None] | None = None,
) -> list[Counted]:
    """Set what is on hand, each SKU once per cause, and only where it still is as `seen`; returns what was written."""
    return counting.count(Bulk(session), sandbox, numbers, kind, cause, by, note, seen)


def _listed() -> list[ColumnElement[bool]]:
    """Variants whose stock is the merchant's, joined with their connections, which are not removed."""
    ours = [V.sku.is_not(None), V.sku != "", V.tracked, V.fulfilment == "merchant"]
    return [*ours, C.id == V.connection_id, C.removed_at.is_(None)]


def _every() -> Subquery:
    """Every SKU that is listed or was counted."""
    return union(select(V.sku, C.sandbox).where(*_listed()), select(I.sku, I.sandbox)).subquery("every_sku")


def _joined(every: Subquery, *columns: Any) -> Any:
    return select(*columns).select_from(
        every.outerjoin(I.sku.table, and_(I.sku == every.c.sku, I.sandbox == every.c.sandbox))
    )


def _columns(every: Subquery) -> tuple[Any, ...]:
    return every.c.sku, every.c.sandbox, I.on_hand, I.reserved, I.changed_at


def _conditions(wanted: StockFilter, every: Subquery) -> list[ColumnElement[bool]]:
    needed: list[ColumnElement[bool]] = []
    sku, there = every.c.sku, tuple_(every.c.sku, every.c.sandbox)
    if wanted.connection_id:
        listed_there = select(V.sku, C.sandbox).where(*_listed(), V.connection_id == wanted.connection_id)
        needed.append(there.in_(listed_there))
    if wanted.only is Only.UNKNOWN:
        needed.append(I.sku.is_(None))
    if wanted.only is Only.ZERO:
        needed.append(I.on_hand - I.reserved <= 0)
    if wanted.only is Only.DIFFERING:
        differs = live() != target(preferences.stock())
        needed.append(there.in_(select(V.sku, C.sandbox).select_from(offered()).where(differs)))
    if text := wanted.search.strip():
        its = and_(P.connection_id == V.connection_id, P.ref == V.product_ref)
        titled = select(V.sku, C.sandbox).where(its, *_listed(), P.title.icontains(text, autoescape=True))
        needed.append(or_(sku.icontains(text, autoescape=True), there.in_(titled)))
    return needed


def _order(every: Subquery, sort: StockSort, descending: bool) -> list[ColumnElement[Any]]:
    key = {
        StockSort.SKU: every.c.sku,
        StockSort.ON_HAND: I.on_hand,
        StockSort.RESERVED: I.reserved,
        StockSort.AVAILABLE: I.on_hand - I.reserved,
        StockSort.CHANGED: I.changed_at,
    }[sort]
    if sort is StockSort.SKU:
        return [key.desc() if descending else key.asc(), every.c.sandbox]
    return [(key.desc() if descending else key.asc()).nulls_last(), every.c.sku, every.c.sandbox]


def _lines(session: Session, found: Sequence[Any]) -> list[StockLine]:
    skus = [row.sku for row in found]
    seen = shown_of(session, skus) if skus else Seen({}, {})
    return [
        StockLine(
            *(row.sku, row.sandbox, seen.titles.get((row.sku, row.sandbox), ""), row.on_hand, row.reserved or 0),
            *(row.changed_at, seen.shown.get((row.sku, row.sandbox), ())),
        )
        for row in found
    ]


def _movements(session: Session, sku: str, sandbox: bool) -> tuple[Movement, ...]:
    chosen = select(M.cause, M.kind, M.quantity, M.at, M.note, M.connection_id, PEOPLE.name, ORDERS.number)
    ordered = and_(ORDERS.connection_id == M.connection_id, ORDERS.ref == M.order_ref)
    joined = M.sku.table.outerjoin(PEOPLE.id.table, PEOPLE.id == M.by).outerjoin(ORDERS.ref.table, ordered)
    chosen = chosen.select_from(joined).where(M.sku == sku, M.sandbox == sandbox)
    chosen = chosen.order_by(M.at.desc(), M.cause.desc())
    found = rows(session, chosen.limit(MOST_MOVEMENTS))
    origins = origins_of(session, {row.connection_id for row in found if row.connection_id})
    return tuple(
        Movement(
            *(row.cause, Kind(row.kind), row.quantity, row.at, row.name),
            *(origins.get(row.connection_id), row.number, row.note),
        )
        for row in found
    )
