"""The Connections page's questions: one page of cards in a constant number of statements, and what changed since."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlmodel import Session, SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.rules.diagnosis import Waiting
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.pushes import held_pushes
from nexus_ui.storage.waiting import waiting_of

CARDS_PER_PAGE = 48
REMEMBERED_CYCLES = 5

C = SQLModel.metadata.tables["connections"].c
Y = SQLModel.metadata.tables["cycles"].c
O = SQLModel.metadata.tables["orders"].c  # noqa: E741 - the letter its table begins with, as C and Y


class CardSort(StrEnum):
    """What the cards can be sorted by. `attention` brings what is broken to the front."""

    ATTENTION = "attention"
    NAME = "name"
    LAST_SYNC = "last_sync"
    NEXT_SYNC = "next_sync"


@dataclass(frozen=True, slots=True)
class Day:
    """From `start` to before `end`: today, as the person who looks counts it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class CardFilter:
    """Which connections to show. `status` is one of the four words, `paused` or `overdue`; "" means all."""

    status: str = ""
    marketplace: str = ""
    search: str = ""
    sort: CardSort = CardSort.ATTENTION
    number: int = 1


@dataclass(frozen=True, slots=True)
class Past:
    """A cycle that went well: how many records in how many seconds."""

    records: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Running:
    """The cycle that is under way."""

    cycle_id: str
    stage: str
    started_at: datetime
    heartbeat_at: datetime | None
    waiting_until: datetime | None
    products: int
    orders: int
    inventory: int
    expected_records: int | None
    past: tuple[Past, ...] = ()


@dataclass(frozen=True, slots=True)
class CardView:
    """What one card is made of, as stored; the page's rules turn it into words. `waiting`: what stands still."""

    id: str
    marketplace: str
    name: str
    account_name: str
    identifier: str
    sign_in: str
    public_fields: dict[str, Any]
    sandbox: bool
    paused_at: datetime | None
    paused_until: datetime | None
    pause_reason: str
    next_sync_at: datetime | None
    requested_at: datetime | None
    cycle_id: str | None
    lease_until: datetime | None
    first_cycle_done: bool
    last_finished_at: datetime | None
    last_success_at: datetime | None
    rate_limited_until: datetime | None
    error_kind: str | None
    error_message: str
    error_since: datetime | None
    error_scope: str
    recent_outcomes: str
    products_count: int
    revision: int
    overdue_since: datetime | None = None
    overdue_because: str = ""
    doubt: str = ""
    doubt_since: datetime | None = None
    orders_today: int = 0
    running: Running | None = None
    waiting: Waiting | None = None
    held_pushes: int = 0


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of cards, with how many connections there are of each status (before the status filter)."""

    cards: tuple[CardView, ...]
    paging: Paging
    counts: dict[str, int] = field(default_factory=dict)
    marketplaces: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A connection whose card changed (also one that was removed)."""

    connection_id: str
    revision: int
    at: datetime


def card_page(wanted: CardFilter, now: datetime, today: Day) -> CardPage:
    """One page of cards. Seven statements, however many connections there are; two more when any is in trouble."""
    alive = [C.removed_at.is_(None), *_conditions(wanted)]
    with reading() as session:
        kinds = rows(session, select(C.marketplace).where(C.removed_at.is_(None)).distinct())
        counts = _counts(session, alive, now)
        place = paging(wanted.number, counts.get(wanted.status or "all", 0), counts["all"], CARDS_PER_PAGE)
        chosen = _cards().where(*alive, *_of_status(wanted.status, now)).order_by(*_order(wanted.sort, now))
        cards = _filled(session, rows(session, chosen.limit(place.size).offset(place.offset)), now, today)
    return CardPage(tuple(cards), place, counts, tuple(sorted(slug for (slug,) in kinds)))


def card(connection_id: str, today: Day) -> CardView | None:
    """One card, or None when the connection does not exist (any more)."""
    with reading() as session:
        found = rows(session, _cards().where(C.id == connection_id, C.removed_at.is_(None)))
        filled = _filled(session, found, utcnow(), today)
    return filled[0] if filled else None


def changed_since(moment: datetime) -> list[Changed]:
    """Every connection whose card changed at or after `moment`, earliest first."""
    wanted = select(C.id, C.revision, C.changed_at).where(C.changed_at >= moment).order_by(C.changed_at)
    with reading() as session:
        return [Changed(*row) for row in rows(session, wanted)]


_ADDED = {"orders_today", "running", "waiting", "held_pushes"}
_PLAIN = tuple(C[name] for name in CardView.__dataclass_fields__ if name not in _ADDED)


def _cards() -> Select[Any]:
    return select(*_PLAIN)


def _conditions(wanted: CardFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.marketplace:
        conditions.append(C.marketplace == wanted.marketplace)
    words = wanted.search.strip()
    if words:
        places = (C.name, C.identifier, C.account_name)
        conditions.append(or_(*(place.icontains(words, autoescape=True) for place in places)))
    return conditions


def _status(now: datetime) -> ColumnElement[str]:
    """What `rules.status.status` says, for filters and counts in SQL; a test holds the two together."""
    return case(
        (C.rate_limited_until > now, "rate_limited"),
        (C.recent_outcomes.endswith("f"), "error"),
        (C.first_cycle_done.is_(True), "active"),
        else_="pending",
    )


def _paused(now: datetime) -> ColumnElement[bool]:
    """What `rules.status.paused` says."""
    return case((C.paused_at.is_(None), False), (C.paused_until <= now, False), else_=True)


def _of_status(status: str, now: datetime) -> list[ColumnElement[bool]]:
    if not status:
        return []
    if status == "overdue":
        return [C.overdue_since.is_not(None)]
    return [_paused(now).is_(True)] if status == "paused" else [_status(now) == status]


def _counts(session: Session, alive: list[ColumnElement[bool]], now: datetime) -> dict[str, int]:
    marks = (_paused(now).label("paused"), C.overdue_since.is_not(None).label("overdue"))
    each = select(_status(now).label("status"), *marks).where(*alive).subquery()
    per_status = rows(session, select(*each.c, func.count()).group_by(*each.c))
    counts = {"all": 0, "active": 0, "error": 0, "rate_limited": 0, "pending": 0, "paused": 0, "overdue": 0}
    for status, paused, overdue, number in per_status:
        counts["all"] += number
        counts[status] += number
        counts["paused"] += number if paused else 0
        counts["overdue"] += number if overdue else 0
    return counts


def _order(sort: CardSort, now: datetime) -> tuple[Any, ...]:
    name = (func.lower(C.name), C.id)
    match sort:
        case CardSort.NAME:
            return name
        case CardSort.LAST_SYNC:
            return (C.last_finished_at.is_(None), C.last_finished_at.desc(), *name)
        case CardSort.NEXT_SYNC:
            return (C.next_sync_at.is_(None), C.next_sync_at, *name)
    urgency = case(
        (_status(now) == "error", 0),
        (C.overdue_since.is_not(None), 1),
        (_status(now) == "rate_limited", 2),
        (C.doubt != "", 3),
        (_status(now) == "pending", 4),
        else_=5,
    )
    return (urgency, *name)


def _filled(session: Session, found: list[Any], now: datetime, today: Day) -> list[CardView]:
    """The cards with what other tables add: the running cycle, its history, today's orders, what an error holds up."""
    ids = [row.id for row in found]
    orders = _orders_today(session, ids, today)
    running = _running(session, {row.id: row.cycle_id for row in found if row.cycle_id})
    waiting = waiting_of(session, [row.id for row in found if _stands_still(row)], now)
    held = held_pushes(session, ids)
    return [
        CardView(
            **row._mapping,
            orders_today=orders.get(row.id, 0),
            running=running.get(row.id),
            waiting=waiting.get(row.id),
            held_pushes=held.get(row.id, 0),
        )
        for row in found
    ]


def _stands_still(row: Any) -> bool:
    """Whether something of it may wait: after an error, in a pause, and where a sync brought only a part."""
    return bool(row.error_kind or row.paused_at or row.recent_outcomes.endswith("p"))


def _orders_today(session: Session, ids: list[str], today: Day) -> dict[str, int]:
    if not ids:
        return {}
    counted = (
        select(O.connection_id, func.count())
        .where(O.connection_id.in_(ids), O.placed_at >= today.start, O.placed_at < today.end)
        .group_by(O.connection_id)
    )
    return {row[0]: row[1] for row in rows(session, counted)}


def _running(session: Session, cycles: dict[str, str]) -> dict[str, Running]:
    if not cycles:
        return {}
    wanted = select(
        Y.connection_id,
        Y.id,
        Y.stage,
        Y.started_at,
        Y.heartbeat_at,
        Y.waiting_until,
        Y.products,
        Y.orders,
        Y.inventory,
        Y.expected_records,
    ).where(Y.id.in_(list(cycles.values())), Y.state == "running")
    past = _past(session, list(cycles))
    return {row[0]: _at_work(row, past.get(row[0], ())) for row in rows(session, wanted)}


def _at_work(row: Any, past: tuple[Past, ...]) -> Running:
    facts = dict(row._mapping)
    del facts["connection_id"]
    return Running(cycle_id=facts.pop("id"), past=past, **facts)


def _past(session: Session, ids: list[str]) -> dict[str, tuple[Past, ...]]:
    """The last cycles that went well, by connection, newest first."""
    place = func.row_number().over(partition_by=Y.connection_id, order_by=Y.started_at.desc()).label("place")
    well = (Y.state == "finished", Y.outcome == "success", Y.finished_at.is_not(None))
    columns = (Y.connection_id, Y.started_at, Y.finished_at, Y.products, Y.orders, Y.inventory)
    newest = select(*columns, place).where(Y.connection_id.in_(ids), *well).subquery()
    found: dict[str, list[Past]] = {}
    chosen = select(newest).where(newest.c.place <= REMEMBERED_CYCLES).order_by(newest.c.place)
    for connection_id, started, finished, products, orders, inventory, _ in rows(session, chosen):
        past = Past(products + orders + inventory, (finished - started).total_seconds())
        found.setdefault(connection_id, []).append(past)
    return {connection_id: tuple(cycles) for connection_id, cycles in found.items()}
