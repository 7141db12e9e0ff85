"""Webhook deliveries as a person looks at them: verified ones page by page, the newest refused ones, and the rates."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, func, select
from sqlmodel import Session, SQLModel

from nexus_ui.adapters.contract import About, Named
from nexus_ui.errors import NotFound
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows

PAGE_SIZE = 25
MOST_COUNTED = 10_000
"""No more than these are listed, so that a page costs the same after a year as after a day."""
REJECTIONS_SHOWN = 20

D = SQLModel.metadata.tables["webhook_deliveries"].c
R = SQLModel.metadata.tables["webhook_rejections"].c
T = SQLModel.metadata.tables["webhook_tallies"].c
Y = SQLModel.metadata.tables["cycles"].c


class DeliveryState(StrEnum):
    """What became of a verified delivery."""

    KEPT = "kept"
    DONE = "done"
    IGNORED = "ignored"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One verified delivery in the list."""

    id: str
    topic: str
    received_at: datetime
    copies: int
    state: DeliveryState
    attempts: int
    due_at: datetime | None
    done_at: datetime | None
    effect: str
    problem: str


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One page of a connection's newest deliveries, and how many of those are in each state."""

    lines: tuple[DeliveryLine, ...]
    paging: Paging
    counts: dict[DeliveryState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeliveryDetail:
    """One delivery, opened. `body` is masked and capped."""

    line: DeliveryLine
    connection_id: str
    named: tuple[Named, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Rejection:
    """A delivery that was refused; `topic` is what it claimed to be."""

    id: str
    at: datetime
    topic: str
    status: int
    reason: str
    size: int


@dataclass(frozen=True, slots=True)
class Noted:
    """What a sync cycle noted."""

    cycle_id: str
    at: datetime
    sentence: str


class Rates(NamedTuple):
    """How many deliveries were accepted and rejected in the last day and the last week."""

    accepted_24h: int = 0
    rejected_24h: int = 0
    accepted_7d: int = 0
    rejected_7d: int = 0


def page(connection_id: str, state: DeliveryState | None = None, number: int = 1) -> DeliveryPage:
    """Page `number` (from 1) of a connection's newest deliveries; of one state, or of all."""
    with reading() as session:
        newest = _newest(session, connection_id)
        counts = _counts(session, newest)
        total = sum(counts.values())
        place = paging(number, counts.get(state, 0) if state else total, total, PAGE_SIZE)
        wanted = _lines().where(newest, D.state == state.value) if state else _lines().where(newest)
        ordered = wanted.order_by(D.received_at.desc(), D.id.desc())
        found = rows(session, ordered.limit(PAGE_SIZE).offset(place.offset)) if place.matching else []
    return DeliveryPage(tuple(_line(row) for row in found), place, counts)


def delivery(connection_id: str, delivery_id: str) -> DeliveryDetail:
    """One delivery of a connection with its masked body; raises NotFound."""
    wanted = _lines(D.named, D.body).where(D.id == delivery_id, D.connection_id == connection_id)
    with reading() as session:
        found = rows(session, wanted)
    if not found:
        raise NotFound("This delivery is no longer kept.")
    *line, named, body = found[0]
    return DeliveryDetail(_line(line), connection_id, tuple(Named(About(about), ref) for about, ref in named), body)


def rejections(connection_id: str) -> tuple[Rejection, ...]:
    """The newest refused deliveries that claimed to be for this connection."""
    columns = [R[name] for name in Rejection.__slots__]
    wanted = select(*columns).where(R.connection_id == connection_id).order_by(R.at.desc(), R.id)
    with reading() as session:
        return tuple(Rejection(*row) for row in rows(session, wanted.limit(REJECTIONS_SHOWN)))


def rates(connection_id: str, now: datetime) -> dict[str, Rates]:
    """Accepted and rejected deliveries by topic; those refused before anything was believed count under ""."""
    day, week = now - timedelta(hours=24), now - timedelta(days=7)
    sums = [
        func.coalesce(func.sum(case((T.hour > since, column), else_=0)), 0)
        for since in (day, week)
        for column in (T.accepted, T.rejected)
    ]
    wanted = select(T.topic, *sums).where(T.connection_id == connection_id, T.hour > week).group_by(T.topic)
    with reading() as session:
        return {topic: Rates(*map(int, counted)) for topic, *counted in rows(session, wanted)}


def newest_note(connection_id: str, begins: str, since: datetime) -> Noted | None:
    """The newest note of a connection's cycles since then that begins with these words."""
    told = cast(Y.evidence, Text).contains(f'"{begins}', autoescape=True)
    columns = select(Y.id, Y.started_at, Y.evidence).where(Y.connection_id == connection_id, Y.started_at >= since)
    with reading() as session:
        found = rows(session, columns.where(told).order_by(Y.started_at.desc()).limit(1))
    for cycle_id, at, evidence in found:
        for note in evidence.get("notes", ()):
            if note.startswith(begins):
                return Noted(cycle_id, at, note)
    return None


def _lines(*more: Any) -> Select[Any]:
    return select(*(D[name] for name in DeliveryLine.__slots__), *more)


def _line(row: Any) -> DeliveryLine:
    values = dict(zip(DeliveryLine.__slots__, row, strict=True))
    return DeliveryLine(**values | {"state": DeliveryState(values["state"])})


def _newest(session: Session, connection_id: str) -> ColumnElement[bool]:
    """What is true of a connection's newest deliveries: all of them, unless there are more than can be counted."""
    mine = D.connection_id == connection_id
    last = select(D.received_at).where(mine).order_by(D.received_at.desc()).limit(1).offset(MOST_COUNTED - 1)
    found = rows(session, last)
    return and_(mine, D.received_at >= found[0][0]) if found else mine


def _counts(session: Session, newest: ColumnElement[bool]) -> dict[DeliveryState, int]:
    counted = rows(session, select(D.state, func.count()).where(newest).group_by(D.state))
    return {DeliveryState(state): int(number) for state, number in counted}
