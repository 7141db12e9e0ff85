"""Syncing a connection: asking for a cycle, claiming what is due, and running one cycle from its claim to its end."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from nexus_ui import settings
from nexus_ui.adapters.contract import Adapter
from nexus_ui.adapters.kit.retry import RetryPolicy
from nexus_ui.clock import utcnow
from nexus_ui.errors import AlreadyRunning, LeaseLost, NexusError, Paused, Refused, SetupWrong
from nexus_ui.flows import alarm, endpoints, gaps, keys
from nexus_ui.flows.comparing import compare
from nexus_ui.flows.mishaps import internal
from nexus_ui.flows.opening import opened
from nexus_ui.flows.pull import pull
from nexus_ui.flows.settling import Ending, broken, connection_columns, cycle_columns
from nexus_ui.flows.streams import Halt, Pass, Report
from nexus_ui.flows.watching import Watch
from nexus_ui.flows.writing import stored
from nexus_ui.ids import new_id
from nexus_ui.rules import schedule
from nexus_ui.rules.outcome import Outcome
from nexus_ui.storage import audit, claims, connections, cycles, preferences
from nexus_ui.storage import endpoints as webhooks
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.claims import Claim, Due
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.database import writing

logger = logging.getLogger(__name__)

LONGEST_WAIT = 300.0
"""A marketplace that asks for more patience ends the cycle; the next one starts when it said."""
MISSED_AFTER = timedelta(minutes=5)
PAUSED = "Paused. The next sync goes on from the last page."


def request(connection_id: str, by: str | None, trigger: str = "manual") -> str:
    """Ask for a cycle now; returns its id. Raises NotFound; Paused, AlreadyRunning (both leave a row)."""
    now = utcnow()
    refusal: Refused | None
    with writing() as session:
        connections.change(session, connection_id, now)
        row = connections.held(session, connection_id)
        waiting = cycles.queued(session, connection_id)
        refusal = _refusal(row.time_zone, row.paused_at, row.lease_until, row.cycle_id, row.last_started_at, waiting)
        if refusal is not None:
            cycles.skip(session, connection_id, now, trigger=trigger, by=by, why=f"Skipped: {_within(refusal.message)}")
        else:
            asked = new_id("cyc")
            cycles.add(session, asked, connection_id, now, state=cycles.QUEUED, trigger=trigger, by=by)
            connections.change(session, connection_id, now, requested_at=now)
        if by is not None:
            told = [Change("skipped", "", refusal.message)] if refusal else []
            audit.note(session, by, Action.SYNC, Subject.CONNECTION, connection_id, row.name, told)
    if refusal is not None:
        raise refusal
    return asked


def nudge(connection_id: str, trigger: str) -> bool:
    """Let a cycle come at once, unless one runs or a person paused; one that waits already will do. Raises NotFound."""
    now = utcnow()
    with writing() as session:
        row = connections.held(session, connection_id)
        if row.paused_at is not None or (row.cycle_id is not None and row.lease_until and row.lease_until > now):
            return False
        if cycles.queued(session, connection_id) is None:
            cycles.add(session, new_id("cyc"), connection_id, now, state=cycles.QUEUED, trigger=trigger, by=None)
            connections.change(session, connection_id, now, requested_at=now)
    return True


def claim(worker: str, limit: int, only: str | None = None) -> list[Claim]:
    """Take up to `limit` connections that are due and whose window is open; each comes with a running cycle.

    With `only` no other connection is taken.
    """
    return claims.claim_due(worker, limit, utcnow(), settings.current().lease_seconds, _opens, only)


def catch_up() -> int:
    """After a stop: let what was missed start one after the other; returns how many there were."""
    now = utcnow()
    return claims.spread_overdue(now, now - MISSED_AFTER, lambda count: schedule.catch_up(now, count))


async def run(connection_id: str, cycle_id: str, halt: Halt | None = None) -> Outcome | None:
    """Run a claimed cycle to its end and settle it; None when the connection was taken over, and nothing was written.

    `halt` asks it to stop after the page at hand.
    """
    work = Pass(connection_id, cycle_id, Watch(connection_id, cycle_id), halt or Halt())
    started_at = utcnow()
    try:
        async with _lease_kept(work):
            end = await _worked(work)
            await _settle(work, end, started_at)
        await compare(connection_id)
    except LeaseLost as lost:
        logger.warning("Cycle %s stops: %s", cycle_id, lost.message)
        return None
    return end.outcome


async def _worked(work: Pass) -> Ending:
    """Do the work of a cycle; every error but LeaseLost becomes its ending."""
    reports: list[Report] = []
    try:
        kept = await stored(connections.get, work.connection_id)
        ring = await stored(keys.ring, work.connection_id)
        work.hide = ring.hide
        async with _adapter(kept, ring, work) as adapter:
            since = await stored(webhooks.registered_since, kept.id)
            tended = await endpoints.tend(kept, adapter)
            end = await pull(work, kept, adapter, reports)
            return replace(end, notes=(*tended, *await gaps.notes(kept, reports, since), *end.notes))
    except LeaseLost:
        raise
    except Refused as refusal:
        error: NexusError = SetupWrong(refusal.message, refusal.detail)
    except Exception as trouble:
        error = internal(trouble, work.hide)
    return broken(error, reports, work.watch.count, work.watch.worst.excerpt if work.watch.worst else "")


@asynccontextmanager
async def _adapter(kept: Connected, ring: keys.Ring, work: Pass) -> AsyncIterator[Adapter]:
    """The adapter of a connection, with its own patience or the general one."""
    general = await stored(preferences.connections)
    chosen = kept.settings
    attempts, backoff = chosen.retry_attempts, chosen.retry_backoff_seconds
    retry = RetryPolicy(
        attempts=general.retry_attempts if attempts is None else attempts,
        first_backoff_seconds=general.retry_backoff_seconds if backoff is None else backoff,
        longest_wait_seconds=LONGEST_WAIT,
    )
    async with opened(kept, ring, watcher=work.watch, retry=retry) as adapter:
        yield adapter


async def _settle(work: Pass, end: Ending, started_at: datetime) -> None:
    """Write the end of the cycle and free the connection; raises LeaseLost."""
    now = utcnow()
    standing = await stored(claims.standing, work.connection_id)
    columns = connection_columns(end, now, standing, started_at)
    failures = columns.get("failures_in_a_row", 0)
    await stored(
        claims.settle,
        work.connection_id,
        work.cycle_id,
        now,
        cycle=cycle_columns(end),
        connection=columns,
        calls=work.watch.taken(),
        then=lambda session: alarm.hear(session, work.connection_id, work.cycle_id, end, failures, now),
    )


@asynccontextmanager
async def _lease_kept(work: Pass) -> AsyncIterator[None]:
    """Renew the lease while the block runs; when it is lost, the block is cancelled and LeaseLost raised."""
    me = asyncio.current_task()
    lost: list[LeaseLost] = []

    async def renew() -> None:
        while True:
            await asyncio.sleep(settings.current().lease_seconds / 3)
            try:
                renewed = await stored(
                    claims.renew, work.connection_id, work.cycle_id, utcnow(), settings.current().lease_seconds
                )
            except LeaseLost as gone:
                lost.append(gone)
                if me is not None:
                    me.cancel()
                return
            except Exception:
                logger.exception("The lease of cycle %s could not be renewed; it is tried again.", work.cycle_id)
                continue
            if renewed.paused:
                work.halt.ask(PAUSED)

    renewing = asyncio.create_task(renew())
    try:
        yield
    except asyncio.CancelledError:
        if lost:
            if me is not None:
                me.uncancel()
            raise lost[0] from None
        raise
    finally:
        renewing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await renewing


def _opens(due: Due) -> datetime | None:
    """None to start now; otherwise when the connection's window opens."""
    now = utcnow()
    hours = schedule.window(due.window_start, due.window_end, due.time_zone)
    if hours is None or schedule.window_open(hours, now):
        return None
    return schedule.into_window(now, hours, schedule.offset(due.id, due.interval_minutes))


def _refusal(
    zone: str,
    paused_at: datetime | None,
    lease_until: datetime | None,
    cycle_id: str | None,
    started_at: datetime | None,
    waiting: str | None,
) -> Refused | None:
    """Why a cycle cannot be asked for now, in a sentence."""

    def hour(moment: datetime) -> str:
        return moment.astimezone(schedule.zone_named(zone)).strftime("%H:%M")

    if paused_at is not None:
        return Paused(f"Paused since {hour(paused_at)}. Resume it first.")
    if cycle_id is not None and lease_until is not None and lease_until > utcnow():
        return AlreadyRunning(f"Already running since {hour(started_at or utcnow())}.")
    if waiting is not None:
        return AlreadyRunning("A sync is already waiting to start.")
    return None


def _within(sentence: str) -> str:
    """A sentence as it continues another one."""
    return sentence[:1].lower() + sentence[1:]
