"""Who works on which connection: due ones are claimed by conditional updates with one winner, held by a lease."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, true, update
from sqlmodel import Session, SQLModel

from nexus_ui.adapters.contract import Call
from nexus_ui.errors import LeaseLost
from nexus_ui.ids import new_id
from nexus_ui.storage import cycles
from nexus_ui.storage.database import reading, writing

CONNECTIONS = SQLModel.metadata.tables["connections"]
C = CONNECTIONS.c
ABANDONED = "The worker that ran this cycle stopped. The next cycle goes on from the last page it had stored."
OTHER_HOLDER = "Another worker has taken over this connection."


@dataclass(frozen=True, slots=True)
class Due:
    """A connection that could start now. `asked`: somebody waits for it, or an interrupted cycle is to go on."""

    id: str
    interval_minutes: int
    window_start: str | None
    window_end: str | None
    time_zone: str
    next_sync_at: datetime | None
    requested_at: datetime | None
    cycle_id: str | None
    first_cycle_done: bool

    @property
    def asked(self) -> bool:
        """Whether it starts whatever its window says."""
        return self.requested_at is not None or self.cycle_id is not None


@dataclass(frozen=True, slots=True)
class Claim:
    """One connection held for one cycle."""

    connection_id: str
    cycle_id: str
    lease_until: datetime
    trigger: str


@dataclass(frozen=True, slots=True)
class Renewed:
    """What the holder of a lease learns when it renews it."""

    lease_until: datetime
    paused: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the end of a cycle builds on: how the connection stood before."""

    id: str
    interval_minutes: int
    window_start: str | None
    window_end: str | None
    time_zone: str
    failures_in_a_row: int
    recent_outcomes: str
    error_kind: str | None
    error_since: datetime | None


Opens = Callable[[Due], datetime | None]
"""Decides about a due connection: None to start now, or the later time to which it is put off."""


def claim_due(
    worker: str, limit: int, now: datetime, lease_seconds: float, opens: Opens, only: str | None = None
) -> list[Claim]:
    """Claim up to `limit` connections that are due, each with a running cycle; cycles left behind are abandoned.

    With `only` no other connection is looked at.
    """
    if limit < 1 or not _any_due(now, only):
        return []
    with writing() as session:
        wanted = _due(now, only).order_by(C.requested_at.is_(None), C.next_sync_at).limit(limit)
        found = [Due(*row) for row in session.execute(wanted.with_for_update(skip_locked=True))]
        waiting = {due.id: None if due.asked else opens(due) for due in found}
        for due in found:
            if (later := waiting[due.id]) is not None:
                session.execute(update(CONNECTIONS).where(C.id == due.id).values(_shown(now, next_sync_at=later)))
        starting = [due for due in found if waiting[due.id] is None]
        lease = now + timedelta(seconds=lease_seconds)
        return _take(session, starting, worker, now, lease) if starting else []


def standing(connection_id: str) -> Standing:
    """How a connection stands; raises LeaseLost when it was removed."""
    wanted = select(*(C[name] for name in Standing.__slots__)).where(C.id == connection_id, C.removed_at.is_(None))
    with reading() as session:
        found = session.execute(wanted).first()
    if found is None:
        raise LeaseLost("The connection was removed.")
    return Standing(*found)


def renew(connection_id: str, cycle_id: str, now: datetime, lease_seconds: float) -> Renewed:
    """Hold a connection longer; raises LeaseLost when another cycle holds it or it was removed."""
    lease = now + timedelta(seconds=lease_seconds)
    with writing() as session:
        held = update(CONNECTIONS).where(*_held_by(connection_id, cycle_id)).values(lease_until=lease)
        # SQLite 3.40 answers `RETURNING paused_at IS NOT NULL` with true whatever the column holds (seen 2026-11-23).
        found = session.execute(held.returning(C.paused_at)).first()
    if found is None:
        raise LeaseLost(OTHER_HOLDER)
    return Renewed(lease, found[0] is not None)


def settle(
    connection_id: str,
    cycle_id: str,
    now: datetime,
    *,
    cycle: dict[str, Any],
    connection: dict[str, Any],
    calls: Sequence[Call] = (),
    then: Callable[[Session], None] | None = None,
) -> None:
    """End a cycle and free its connection in one transaction; raises LeaseLost when it no longer holds it.

    `then` happens in the same transaction.
    """
    freed = _shown(now, cycle_id=None, lease_until=None, **connection)
    with writing() as session:
        held = update(CONNECTIONS).where(*_held_by(connection_id, cycle_id)).values(freed)
        if not session.connection().execute(held).rowcount:
            raise LeaseLost(OTHER_HOLDER)
        cycles.finish(session, cycle_id, now, cycle, calls)
        if then is not None:
            then(session)


def sweep(now: datetime) -> int:
    """Free connections that may not start again (paused) from cycles whose worker is gone; returns how many."""
    gone = select(C.id, C.cycle_id).where(C.cycle_id.is_not(None), C.lease_until < now, C.paused_at.is_not(None))
    with reading() as session:
        if session.execute(gone.limit(1)).first() is None:
            return 0
    with writing() as session:
        found = session.execute(gone.with_for_update(skip_locked=True)).all()
        cycles.abandon(session, [cycle for _, cycle in found], now, ABANDONED)
        freed = _shown(now, cycle_id=None, lease_until=None)
        session.execute(update(CONNECTIONS).where(C.id.in_([row[0] for row in found])).values(freed))
    return len(found)


def resume_paused(now: datetime) -> int:
    """End every pause whose time has come; returns how many."""
    over = and_(C.paused_at.is_not(None), C.paused_until <= now)
    with reading() as session:
        if session.execute(select(C.id).where(over).limit(1)).first() is None:
            return 0
    with writing() as session:
        awake = _shown(now, paused_at=None, paused_until=None, pause_reason="", planned_since=now)
        return int(session.connection().execute(update(CONNECTIONS).where(over).values(awake)).rowcount)


def spread_overdue(now: datetime, since: datetime, places: Callable[[int], Sequence[datetime]]) -> int:
    """Give connections that should have started before `since` their places one after the other; returns how many."""
    overdue = (
        select(C.id).where(*_waiting(now), C.next_sync_at < since, C.requested_at.is_(None)).order_by(C.next_sync_at)
    )
    with writing() as session:
        found = list(session.scalars(overdue.with_for_update(skip_locked=True)))
        for connection_id, place in zip(found, places(len(found)), strict=True):
            session.execute(update(CONNECTIONS).where(C.id == connection_id).values(_shown(now, next_sync_at=place)))
    return len(found)


def _any_due(now: datetime, only: str | None) -> bool:
    with reading() as session:
        return session.execute(_due(now, only).limit(1)).first() is not None


def _due(now: datetime, only: str | None) -> Any:
    left_behind = and_(C.cycle_id.is_not(None), C.lease_until < now)
    wanted = or_(C.requested_at.is_not(None), C.next_sync_at <= now)
    patient = or_(C.rate_limited_until.is_(None), C.rate_limited_until <= now)
    alive = (C.removed_at.is_(None), C.paused_at.is_(None))
    ready = or_(left_behind, and_(C.cycle_id.is_(None), wanted))
    chosen = true() if only is None else C.id == only
    return select(*(C[name] for name in Due.__slots__)).where(*alive, ready, patient, chosen)


def _waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (C.removed_at.is_(None), C.paused_at.is_(None), C.cycle_id.is_(None), C.next_sync_at <= now)


def _held_by(connection_id: str, cycle_id: str) -> tuple[ColumnElement[bool], ...]:
    return (C.id == connection_id, C.cycle_id == cycle_id, C.removed_at.is_(None))


def _take(session: Session, due: Sequence[Due], worker: str, now: datetime, lease: datetime) -> list[Claim]:
    """Claim connections this transaction has locked; raises LeaseLost, and claims none, when one is gone."""
    waiting = cycles.queued_of(session, [one.id for one in due])
    claims = [Claim(one.id, waiting.get(one.id) or new_id("cyc"), lease, _trigger(one)) for one in due]
    held = {"cycle_id": bindparam("holder"), "lease_until": lease, "requested_at": None, "last_started_at": now}
    unchanged = (C.id == bindparam("connection"), C.cycle_id.is_not_distinct_from(bindparam("before")))
    taking = update(CONNECTIONS).where(*unchanged).values(_shown(now, rate_limited_until=None, **held))
    each = [
        {"connection": claim.connection_id, "holder": claim.cycle_id, "before": one.cycle_id}
        for claim, one in zip(claims, due, strict=True)
    ]
    if session.connection().execute(taking, each).rowcount != len(due):
        raise LeaseLost(OTHER_HOLDER)
    fresh = [
        (claim.cycle_id, claim.connection_id, claim.trigger) for claim in claims if claim.connection_id not in waiting
    ]
    cycles.begin(session, fresh, now, worker)
    cycles.start(session, list(waiting.values()), now, worker)
    cycles.abandon(session, [one.cycle_id for one in due if one.cycle_id], now, ABANDONED)
    return claims


def _trigger(due: Due) -> str:
    if due.cycle_id is not None:
        return "recovery"
    if not due.first_cycle_done:
        return "first"
    return "request" if due.requested_at is not None else "schedule"


def _shown(now: datetime, **values: Any) -> dict[str, Any]:
    """Column values together with the revision by which pages hear of them."""
    return {**values, "changed_at": now, "revision": C.revision + 1}
