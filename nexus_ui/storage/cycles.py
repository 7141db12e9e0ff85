"""The rows of sync cycles: queued → running → finished or abandoned; one that did nothing is written as skipped."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, SQLModel

from nexus_ui.adapters.contract import Call
from nexus_ui.errors import NotFound
from nexus_ui.ids import new_id
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Cycle

CYCLES = SQLModel.metadata.tables["cycles"]
CALLS = SQLModel.metadata.tables["api_calls"]
CONNECTIONS = SQLModel.metadata.tables["connections"]
QUEUED, RUNNING, FINISHED, ABANDONED = "queued", "running", "finished", "abandoned"
STARTING = "starting"
Y = CYCLES.c


@dataclass(frozen=True, slots=True)
class CycleState:
    """Where a cycle stands."""

    id: str
    connection_id: str
    trigger: str
    state: str
    outcome: str | None
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
    expected_records: int | None
    error_kind: str | None
    error_message: str
    error_detail: str
    evidence: dict[str, Any] | None
    worker: str


@dataclass(frozen=True, slots=True)
class Past:
    """A cycle that went well: what it brought, in how long, with how many calls."""

    records: int
    seconds: float
    calls: int


def get(cycle_id: str) -> CycleState:
    """One cycle; raises NotFound."""
    wanted = select(*(Y[name] for name in CycleState.__slots__)).where(Y.id == cycle_id)
    with reading() as session:
        found = session.execute(wanted).first()
    if found is None:
        raise NotFound("This sync cycle is no longer in the log.")
    return CycleState(*found)


def of_connection(connection_id: str, limit: int = 50) -> list[CycleState]:
    """The latest cycles of a connection, newest first."""
    wanted = select(*(Y[name] for name in CycleState.__slots__)).where(Y.connection_id == connection_id)
    with reading() as session:
        found = session.execute(wanted.order_by(Y.started_at.desc(), Y.id.desc()).limit(limit)).all()
    return [CycleState(*row) for row in found]


def past(connection_id: str, limit: int = 5) -> list[Past]:
    """The latest cycles of a connection that succeeded, newest first."""
    wanted = (
        select(Y.products + Y.orders + Y.inventory, Y.started_at, Y.finished_at, Y.calls)
        .where(Y.connection_id == connection_id, Y.outcome == "success", Y.finished_at.is_not(None))
        .order_by(Y.started_at.desc())
        .limit(limit)
    )
    with reading() as session:
        found = session.execute(wanted).all()
    return [Past(records, (ended - began).total_seconds(), calls) for records, began, ended, calls in found]


def add(
    session: Session, cycle_id: str, connection_id: str, now: datetime, *, state: str, trigger: str, by: str | None
) -> None:
    """Insert one cycle."""
    session.execute(insert(CYCLES), [_row(cycle_id, connection_id, now, state, trigger, by=by)])


def begin(session: Session, started: Sequence[tuple[str, str, str]], now: datetime, worker: str) -> None:
    """Insert running cycles: (cycle, connection, trigger) each."""
    if started:
        session.execute(insert(CYCLES), [_row(*one[:2], now, RUNNING, one[2], worker=worker) for one in started])


def skip(session: Session, connection_id: str, now: datetime, *, trigger: str, by: str | None, why: str) -> str:
    """Insert a row for something that was asked for and did nothing; returns its id."""
    cycle = new_id("cyc")
    add(session, cycle, connection_id, now, state=FINISHED, trigger=trigger, by=by)
    session.execute(update(CYCLES).where(Y.id == cycle).values(outcome="skipped", finished_at=now, error_message=why))
    return cycle


def queued(session: Session, connection_id: str) -> str | None:
    """The id of the cycle that waits for a worker, if one does."""
    return queued_of(session, [connection_id]).get(connection_id)


def queued_of(session: Session, connection_ids: Sequence[str]) -> dict[str, str]:
    """The cycles that wait for a worker, by connection."""
    wanted = select(Y.connection_id, Y.id).where(Y.connection_id.in_(connection_ids), Y.state == QUEUED)
    return {row.connection_id: row.id for row in session.execute(wanted.order_by(Y.started_at.desc()))}


def start(session: Session, cycle_ids: Sequence[str], now: datetime, worker: str) -> None:
    """A worker takes queued cycles."""
    values = {"state": RUNNING, "stage": STARTING, "started_at": now, "heartbeat_at": now, "worker": worker}
    session.execute(update(CYCLES).where(Y.id.in_(cycle_ids), Y.state == QUEUED).values(values))


def abandon(session: Session, cycle_ids: Sequence[str], now: datetime, why: str) -> None:
    """Say of cycles whose worker is gone that they will not end; finished ones stay as they are."""
    open_ones = Y.id.in_(cycle_ids) & Y.state.in_((QUEUED, RUNNING))
    values = {"state": ABANDONED, "finished_at": now, "waiting_until": None, "error_message": why}
    session.execute(update(CYCLES).where(open_ones).values({**values, "revision": Y.revision + 1}))


def finish(session: Session, cycle_id: str, now: datetime, values: dict[str, Any], calls: Sequence[Call]) -> None:
    """A cycle ends with these columns and the calls not yet in its journal."""
    ended = {"state": FINISHED, "stage": "", "finished_at": now, "heartbeat_at": now, "waiting_until": None}
    counted = {"calls": Y.calls + len(calls), "retries": Y.retries + sum(call.attempt > 1 for call in calls)}
    changed = {**ended, **counted, **values, "revision": Y.revision + 1}
    session.execute(update(CYCLES).where(Y.id == cycle_id).values(changed))
    journal(session, cycle_id, calls)


def journal(session: Session, cycle_id: str, calls: Sequence[Call]) -> None:
    """Keep calls in the journal of a cycle."""
    if calls:
        found = [{"id": new_id("call"), "cycle_id": cycle_id, **_columns(call)} for call in calls]
        session.execute(insert(CALLS), found)


def show_waiting(cycle_id: str, connection_id: str, until: datetime | None, now: datetime) -> bool:
    """Show that a cycle waits for its marketplace until then (None: no longer); False when it lost its connection."""
    with writing() as session:
        held = update(CONNECTIONS).where(CONNECTIONS.c.id == connection_id, CONNECTIONS.c.cycle_id == cycle_id)
        change = {"rate_limited_until": until, "changed_at": now, "revision": CONNECTIONS.c.revision + 1}
        if not session.connection().execute(held.values(change)).rowcount:
            return False
        waiting = {"waiting_until": until, "heartbeat_at": now, "revision": Y.revision + 1}
        session.execute(update(CYCLES).where(Y.id == cycle_id).values(waiting))
    return True


def forget_before(moment: datetime, batch: int = 200) -> int:
    """Drop ended cycles that began before then, with their journals, in short transactions; returns how many."""
    old = select(Y.id).where(Y.started_at < moment, Y.state.in_((FINISHED, ABANDONED))).limit(batch)
    count = 0
    while True:
        with writing() as session:
            found = list(session.scalars(old))
            session.execute(delete(CALLS).where(CALLS.c.cycle_id.in_(found)))
            session.execute(delete(CYCLES).where(Y.id.in_(found)))
        count += len(found)
        if len(found) < batch:
            return count


def _row(
    cycle_id: str,
    connection_id: str,
    now: datetime,
    state: str,
    trigger: str,
    *,
    by: str | None = None,
    worker: str = "",
) -> dict[str, Any]:
    return Cycle(
        id=cycle_id,
        connection_id=connection_id,
        trigger=trigger,
        requested_by=by,
        state=state,
        stage=STARTING if state == RUNNING else "",
        started_at=now,
        heartbeat_at=now if state == RUNNING else None,
        worker=worker,
    ).model_dump()


def _columns(call: Call) -> dict[str, Any]:
    return {name: getattr(call, name) for name in Call.__slots__}
