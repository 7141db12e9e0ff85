"""Silence: whether a connection should have been heard from by now, and what provably holds it up.

What is heard is told in the listener's own time, so that neither a wrong clock elsewhere nor a sleep of its own counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from nexus_ui.rules import schedule
from nexus_ui.rules.schedule import Window

BEAT = timedelta(seconds=5)
QUIET = timedelta(seconds=8)
"""A process that was not heard for so long is silent: noticed before its second beat is missed."""
GRACE = timedelta(minutes=10)
"""How late a sync may start while the engine lives."""
STILL = timedelta(minutes=30)
"""How long a running sync may stand still: some marketplaces take their time over a report."""
SOON_REPLACED = timedelta(minutes=3)
"""Within this another worker takes up what a lost one left."""
WAIT_GRACE = timedelta(hours=1)
"""How much later than planned a marketplace may make us come."""


class Because(StrEnum):
    """What holds a connection up."""

    NO_SCHEDULER = "no_scheduler"
    NO_WORKER = "no_worker"
    WORKER_SILENT = "worker_silent"
    WORKER_GONE = "worker_gone"
    STUCK = "stuck"
    BUSY = "busy"
    UNCLAIMED = "unclaimed"
    PAUSE_OVER = "pause_over"
    WINDOW_CLOSED = "window_closed"
    TOLD_TO_WAIT = "told_to_wait"


@dataclass(frozen=True, slots=True)
class Engine:
    """What was heard: when the last scheduler and each worker were heard last, and whether a worker has room.

    `scheduler` None: none was ever heard. `since`: from when on we have listened long enough to say that.
    """

    scheduler: datetime | None
    workers: Mapping[str, datetime]
    room: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How one connection stands. `cycle_moved_at`: the last sign of progress of the cycle that `worker` runs for it.

    `last_heard_at`: when a cycle of it ended last, or its plan began.
    """

    id: str
    interval_minutes: int
    window_start: str | None
    window_end: str | None
    time_zone: str
    paused_at: datetime | None
    paused_until: datetime | None
    next_sync_at: datetime | None
    requested_at: datetime | None
    rate_limited_until: datetime | None
    cycle_id: str | None
    lease_until: datetime | None
    worker: str
    cycle_moved_at: datetime | None
    cycle_waits_until: datetime | None
    last_heard_at: datetime

    @property
    def window(self) -> Window | None:
        """The hours it may sync in."""
        return schedule.window(self.window_start, self.window_end, self.time_zone)


@dataclass(frozen=True, slots=True)
class Silence:
    """A connection is overdue `since` then. `engine`: it shares that with every other one."""

    since: datetime
    because: Because
    sentence: str

    @property
    def engine(self) -> bool:
        """Whether the cause is the engine's, not its own."""
        return self.because in (Because.NO_SCHEDULER, Because.NO_WORKER)


def engine_silence(now: datetime, engine: Engine) -> Silence | None:
    """Whether nothing can start, since no worker lives or no scheduler beats."""
    heard = [*engine.workers.values()]
    if not any(now - at <= QUIET for at in heard):
        return _engine(now, max(heard, default=None), engine.since, Because.NO_WORKER)
    if engine.scheduler is None or now - engine.scheduler > QUIET:
        return _engine(now, engine.scheduler, engine.since, Because.NO_SCHEDULER)
    return None


def silence(now: datetime, one: Standing, engine: Engine) -> Silence | None:
    """Whether a connection should have been heard from, and why it was not. A person's pause is no silence."""
    if one.paused_at is not None and (one.paused_until is None or one.paused_until > now):
        return None
    dead = engine_silence(now, engine)
    if one.cycle_id is not None:
        return _held(now, one, engine, dead)
    if one.paused_at is not None and one.paused_until is not None:
        return _late(now, one.paused_until, Because.PAUSE_OVER, dead)
    if one.rate_limited_until is not None and one.rate_limited_until > now:
        due = _planned(one)
        return Silence(due, Because.TOLD_TO_WAIT, _told_to_wait(one)) if now - due > WAIT_GRACE else None
    passed = [at for at in (one.requested_at, one.next_sync_at) if at is not None and at <= now]
    if not passed:
        return _missed_window(now, one)
    return _late(
        now, min(now, max(min(passed), one.last_heard_at)), Because.UNCLAIMED if engine.room else Because.BUSY, dead
    )


SENTENCES = {
    Because.NO_SCHEDULER: "The scheduler gives no sign of life, so no sync starts.",
    Because.NO_WORKER: "No worker gives a sign of life, so no sync runs.",
    Because.WORKER_SILENT: "The worker that runs its sync gives no sign of life.",
    Because.WORKER_GONE: "The worker that ran its sync is gone, and no other has taken it up.",
    Because.STUCK: "Its sync runs but has not moved on.",
    Because.BUSY: "Every worker is busy with other syncs.",
    Because.UNCLAIMED: "Scheduler and worker live and have room, but its sync was not started.",
    Because.PAUSE_OVER: "Its pause is over, but it was not resumed.",
}


def alarming(now: datetime, found: Silence) -> bool:
    """Whether somebody must be told. What the engine holds up is told once, and a lost worker is replaced soon."""
    patient = found.because is Because.WORKER_SILENT and now - found.since < SOON_REPLACED
    return not found.engine and not patient


def _engine(now: datetime, heard: datetime | None, since: datetime, because: Because) -> Silence | None:
    if since > now:
        return None
    return Silence(heard or since, because, SENTENCES[because])


def _held(now: datetime, one: Standing, engine: Engine, dead: Silence | None) -> Silence | None:
    """A cycle holds the connection: its worker must live, and the cycle move."""
    heard = engine.workers.get(one.worker)
    if heard is not None and now - heard > QUIET and engine.since <= now:
        return dead or Silence(heard, Because.WORKER_SILENT, SENTENCES[Because.WORKER_SILENT])
    if one.lease_until is not None and one.lease_until < now:
        return _late(now, one.lease_until, Because.WORKER_GONE, dead)
    waits = one.cycle_waits_until is not None and one.cycle_waits_until > now
    if one.cycle_moved_at is None or waits or now - one.cycle_moved_at <= STILL:
        return None
    return Silence(one.cycle_moved_at, Because.STUCK, SENTENCES[Because.STUCK])


def _late(now: datetime, due: datetime, because: Because, dead: Silence | None) -> Silence | None:
    """While the engine is dead that is the reason, and patience has no point."""
    if dead is not None:
        return Silence(max(due, dead.since), dead.because, dead.sentence)
    return Silence(due, because, SENTENCES[because]) if now - due > GRACE else None


def _planned(one: Standing) -> datetime:
    """When it should have come after it was heard last."""
    return schedule.next_sync_at(one.last_heard_at, one.id, one.interval_minutes, one.window, one.time_zone)


def _missed_window(now: datetime, one: Standing) -> Silence | None:
    """It waits for its window, and the last one went by without it."""
    hours = one.window
    if one.next_sync_at is None or hours is None or schedule.window_open(hours, now):
        return None
    due = _planned(one)
    if now - due <= GRACE:
        return None
    opens = _hour(schedule.window_opens_at(hours, now), one.time_zone)
    return Silence(due, Because.WINDOW_CLOSED, f"It missed its sync window, which opens again at {opens}.")


def _told_to_wait(one: Standing) -> str:
    until = one.rate_limited_until or one.last_heard_at
    return f"The marketplace asked us to wait until {_hour(until, one.time_zone)}."


def _hour(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(schedule.zone_named(zone)):%H:%M} ({zone})"
