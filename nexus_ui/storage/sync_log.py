"""The journal of a connection: its cycles newest first, and everything known about one of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlmodel import Session, SQLModel

from nexus_ui.errors import NotFound
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.tables import Cycle

PAGE_SIZE = 25
MOST_CALLS = 50
MOST_QUARANTINED = 50
EXPORT_CHUNK = 500

CYCLES = SQLModel.metadata.tables["cycles"].c
CALLS = SQLModel.metadata.tables["api_calls"].c
QUARANTINE = SQLModel.metadata.tables["quarantine"].c
PEOPLE = SQLModel.metadata.tables["people"].c


class Result(StrEnum):
    """One word for a cycle's state and outcome together, as a person reads it."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    DEFERRED = "deferred"
    NOTED = "noted"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class CycleLine:
    """One line of the log."""

    id: str
    connection_id: str
    result: Result
    trigger: str
    requested_by: str | None
    stage: str
    started_at: datetime
    finished_at: datetime | None
    waiting_until: datetime | None
    products: int
    orders: int
    inventory: int
    quarantined: int
    written: int
    pages: int
    calls: int
    retries: int
    expected_records: int | None
    error_kind: str | None
    error_message: str


@dataclass(frozen=True, slots=True)
class CallLine:
    """One HTTP exchange of a cycle, masked."""

    id: str
    at: datetime
    operation: str
    method: str
    url: str
    status: int | None
    milliseconds: int
    attempt: int
    request_id: str
    problem: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class SetAside:
    """A record that was set aside, with its reason."""

    stream: str
    ref: str
    reason: str
    raw: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class LogPage:
    """One page of a connection's log."""

    origin: Origin
    lines: tuple[CycleLine, ...]
    paging: Paging


@dataclass(frozen=True, slots=True)
class CycleDetail:
    """Everything known about one cycle. Failed and repeated calls come first, then the latest of the others."""

    line: CycleLine
    error_detail: str
    evidence: dict[str, Any]
    worker: str
    calls: tuple[CallLine, ...]
    set_aside: tuple[SetAside, ...]
    set_aside_total: int


def log_page(connection_id: str, result: Result | None = None, number: int = 1) -> LogPage:
    """Page `number` (from 1) of a connection's cycles, newest first; raises NotFound."""
    wanted = _wanted(connection_id, result)
    with reading() as session:
        origin = _origin(session, connection_id)
        total, matching = _counts(session, connection_id, result)
        place = paging(number, matching, total, PAGE_SIZE)
        found = rows(session, wanted.limit(PAGE_SIZE).offset(place.offset))
    return LogPage(origin, tuple(_line(row) for row in found), place)


def page_with(connection_id: str, cycle_id: str) -> int:
    """The number of the unfiltered page that shows `cycle_id`; 1 when there is no such cycle."""
    started = select(CYCLES.started_at).where(CYCLES.id == cycle_id).scalar_subquery()
    newer = or_(CYCLES.started_at > started, and_(CYCLES.started_at == started, CYCLES.id > cycle_id))
    with reading() as session:
        before = rows(session, select(func.count()).where(CYCLES.connection_id == connection_id, newer))
    return int(before[0][0]) // PAGE_SIZE + 1


def cycle(cycle_id: str) -> CycleDetail:
    """One cycle with its calls, its set-aside records and its evidence; raises NotFound."""
    with reading() as session:
        found = session.get(Cycle, cycle_id)
        if found is None:
            raise NotFound("This sync cycle is no longer in the log.")
        line = _line(rows(session, _cycles().where(CYCLES.id == cycle_id))[0])
        calls = _calls(session, cycle_id)
        records, records_total = _set_aside(session, found.connection_id, cycle_id)
    evidence = found.evidence or {}
    return CycleDetail(line, found.error_detail, evidence, found.worker, calls, records, records_total)


def export_cycles(connection_id: str | None = None, result: Result | None = None) -> Iterator[CycleLine]:
    """Every matching cycle, newest first, read in short transactions of 500 rows."""
    last: CycleLine | None = None
    while True:
        chunk = _wanted(connection_id, result).limit(EXPORT_CHUNK)
        if last is not None:
            tied = and_(CYCLES.started_at == last.started_at, CYCLES.id < last.id)
            chunk = chunk.where(or_(CYCLES.started_at < last.started_at, tied))
        with reading() as session:
            lines = [_line(row) for row in rows(session, chunk)]
        yield from lines
        if len(lines) < EXPORT_CHUNK:
            return
        last = lines[-1]


def _cycles() -> Select[Any]:
    names = [field for field in CycleLine.__slots__ if field not in {"result", "requested_by"}]
    person = func.coalesce(PEOPLE.name, PEOPLE.email).label("requested_by")
    joined = CYCLES.id.table.outerjoin(PEOPLE.id.table, PEOPLE.id == CYCLES.requested_by)
    return select(*(CYCLES[name] for name in names), CYCLES.state, CYCLES.outcome, person).select_from(joined)


def _wanted(connection_id: str | None, result: Result | None) -> Select[Any]:
    wanted = _cycles().order_by(CYCLES.started_at.desc(), CYCLES.id.desc())
    if connection_id is not None:
        wanted = wanted.where(CYCLES.connection_id == connection_id)
    return wanted if result is None else wanted.where(_is(result))


def _is(result: Result) -> ColumnElement[bool]:
    if result in {Result.QUEUED, Result.RUNNING, Result.ABANDONED}:
        return CYCLES.state == result.value
    return and_(CYCLES.state == "finished", CYCLES.outcome == result.value)


def _counts(session: Session, connection_id: str, result: Result | None) -> tuple[int, int]:
    matching = func.count().filter(_is(result)) if result else func.count()
    total, passing = rows(session, select(func.count(), matching).where(CYCLES.connection_id == connection_id))[0]
    return int(total), int(passing)


def _origin(session: Session, connection_id: str) -> Origin:
    found = origins_of(session, [connection_id]).get(connection_id)
    if found is None:
        raise NotFound("This connection does not exist.")
    return found


def _calls(session: Session, cycle_id: str) -> tuple[CallLine, ...]:
    smooth = and_(CALLS.problem == "", CALLS.attempt <= 1)
    chosen = select(*(CALLS[name] for name in CallLine.__slots__)).where(CALLS.cycle_id == cycle_id)
    found = rows(session, chosen.order_by(smooth, CALLS.at.desc(), CALLS.id).limit(MOST_CALLS))
    return tuple(sorted((CallLine(*row) for row in found), key=lambda call: (call.at, call.attempt)))


def _set_aside(session: Session, connection_id: str, cycle_id: str) -> tuple[tuple[SetAside, ...], int]:
    of_cycle = and_(QUARANTINE.connection_id == connection_id, QUARANTINE.cycle_id == cycle_id)
    chosen = select(*(QUARANTINE[name] for name in SetAside.__slots__)).where(of_cycle)
    found = rows(session, chosen.order_by(QUARANTINE.stream, QUARANTINE.ref).limit(MOST_QUARANTINED))
    total = rows(session, select(func.count()).where(of_cycle))[0][0]
    return tuple(SetAside(*row) for row in found), int(total)


def _line(row: Any) -> CycleLine:
    values = dict(row._mapping)
    state, outcome = values.pop("state"), values.pop("outcome")
    return CycleLine(result=Result(outcome if state == "finished" and outcome else state), **values)
