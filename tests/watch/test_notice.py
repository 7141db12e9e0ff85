"""Noticing silence over time: marks on connections, one incident for the engine, and no alarm after a sleep."""

from datetime import timedelta

import pytest
from sqlmodel import SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.flows import sync
from nexus_ui.flows.notice import Ears, Noticing
from nexus_ui.rules.silence import SENTENCES, Because
from nexus_ui.storage import beats, cycles
from nexus_ui.storage.database import reading, writing
from tests import databases
from tests.conftest import SettableClock
from tests.engine.connecting import columns, connect

INCIDENTS = SQLModel.metadata.tables["incidents"].c
CONNECTIONS = SQLModel.metadata.tables["connections"]
STEP = 1.5


class Engine:
    """Beats of a scheduler and of workers, as long as they are left alive."""

    def __init__(self, *workers: str) -> None:
        self.scheduler, self.workers = True, set(workers or {"w"})
        self.taken = 0

    def beat(self) -> None:
        """Every one that lives beats."""
        for worker in self.workers:
            beats.beat(f"worker {worker}", "worker", utcnow(), utcnow(), worker, self.taken, 8)
        if self.scheduler:
            beats.beat("scheduler w", "scheduler", utcnow(), utcnow(), "w")


async def live(clock: SettableClock, noticing: Noticing, engine: Engine, seconds: float) -> None:
    """So much time passes, with beats every five seconds and looks every one and a half."""
    begun = clock.now
    beaten = clock.now - timedelta(seconds=5)
    while clock.now - begun < timedelta(seconds=seconds):
        if clock.now - beaten >= timedelta(seconds=5):
            beaten = clock.now
            engine.beat()
        await noticing.look()
        clock.advance(STEP)


def overdue(connection_id: str) -> str:
    """What the watcher wrote on a connection."""
    return str(columns(connection_id)["overdue_because"])


def incidents() -> list[tuple[str | None, str, bool]]:
    """Of each incident: whose, its title, whether it is open."""
    with reading() as session:
        wanted = INCIDENTS.connection_id, INCIDENTS.title, INCIDENTS.closed_at
        rows = session.connection().execute(SQLModel.metadata.tables["incidents"].select().with_only_columns(*wanted))
        return [(row.connection_id, row.title, row.closed_at is None) for row in rows]


def plan(connection_id: str, **values: object) -> None:
    """Set columns of a connection."""
    with writing() as session:
        mine = CONNECTIONS.c.id == connection_id
        session.connection().execute(CONNECTIONS.update().where(mine).values(values))


def in_order(connection_id: str) -> None:
    """Its first import is done and the next sync is an hour away."""
    plan(connection_id, requested_at=None, next_sync_at=utcnow() + timedelta(hours=1), first_cycle_done=True)


@pytest.mark.parametrize("lost", ["everything", "the scheduler's clock"])
async def test_a_dead_engine_is_noticed_within_two_beats_told_once_and_closed(
    sqlite_database: databases.Database, settable_clock: SettableClock, lost: str
) -> None:
    """What is due then is marked; one incident for all, however many wait; it ends with the next beat."""
    waiting, later = connect(), connect()
    in_order(waiting)
    in_order(later)
    plan(waiting, next_sync_at=utcnow() + timedelta(seconds=70))
    engine, noticing = Engine(), Noticing()
    await live(settable_clock, noticing, engine, 72)
    assert ([], "") == (incidents(), overdue(waiting))

    because = Because.NO_SCHEDULER if lost == "the scheduler's clock" else Because.NO_WORKER
    engine.scheduler = False
    if because is Because.NO_WORKER:
        engine.workers.clear()
    settable_clock.advance(3)
    await live(settable_clock, noticing, engine, 10)

    title = "The scheduler is silent" if because is Because.NO_SCHEDULER else "No worker is alive"
    assert [(None, title, True)] == incidents()
    assert (SENTENCES[because], "") == (overdue(waiting), overdue(later))
    await live(settable_clock, noticing, Engine(), 6)
    assert [(None, title, False)] == incidents()
    assert "" == overdue(waiting)


@pytest.mark.parametrize("comes_back", ["a beat later", "never"])
async def test_a_scheduler_may_be_heard_a_beat_after_its_worker_came_back(
    sqlite_database: databases.Database, settable_clock: SettableClock, comes_back: str
) -> None:
    """The first trouble ends under its own name; one whose clock stays still is a trouble of its own."""
    engine, noticing = Engine(), Noticing()
    await live(settable_clock, noticing, engine, 70)
    await live(settable_clock, noticing, _dead(), 12)
    engine.scheduler = False
    await live(settable_clock, noticing, engine, 6)
    assert [(None, "No worker is alive", False)] == incidents()

    engine.scheduler = comes_back == "a beat later"
    await live(settable_clock, noticing, engine, 12)
    after = [] if engine.scheduler else [(None, "The scheduler is silent", True)]
    assert [(None, "No worker is alive", False), *after] == incidents()


def _dead() -> Engine:
    engine = Engine()
    engine.scheduler = False
    engine.workers.clear()
    return engine


async def test_a_late_connection_is_marked_and_told_with_its_own_reason(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """The engine lives: first the places are taken, then there is room; once it is heard from, the incident ends."""
    late = connect()
    engine, noticing = Engine(), Noticing()
    engine.taken = 8
    engine.beat()
    await noticing.look()
    for _ in range(40):
        settable_clock.advance(16)
        await live(settable_clock, noticing, engine, STEP)
    assert (SENTENCES[Because.BUSY], utcnow() - timedelta(seconds=40 * 17.5)) == (
        overdue(late),
        columns(late)["overdue_since"],
    )
    engine.taken = 7
    await live(settable_clock, noticing, engine, 6)
    assert SENTENCES[Because.UNCLAIMED] == overdue(late)
    revision = columns(late)["revision"]
    await live(settable_clock, noticing, engine, 6)
    assert revision == columns(late)["revision"]

    (claim,) = sync.claim("w", 1)
    await live(settable_clock, noticing, engine, 6)
    assert ("", None) == (overdue(late), columns(late)["overdue_since"])
    assert [(late, "Overdue", False)] == incidents()
    assert cycles.get(claim.cycle_id).state == "running"


async def test_a_frozen_worker_beside_a_living_one_marks_what_it_holds(
    sqlite_database: databases.Database, settable_clock: SettableClock
) -> None:
    """Its own connection is marked at once and nobody alarmed, since another worker takes over soon."""
    held = connect()
    engine, noticing = Engine("w", "other"), Noticing()
    await live(settable_clock, noticing, engine, 62)
    sync.claim("other", 1)
    engine.workers.remove("other")
    settable_clock.advance(3)
    await live(settable_clock, noticing, engine, 10)

    assert SENTENCES[Because.WORKER_SILENT] == overdue(held)
    assert [] == incidents()


async def test_who_slept_or_has_just_begun_to_listen_alarms_nobody(
    sqlite_database: databases.Database, settable_clock: SettableClock
) -> None:
    """A machine that was suspended, a clock that was set: the engine first gets a minute to be heard."""
    beats.beat("worker old", "worker", utcnow() - timedelta(days=1), utcnow(), "old")
    engine, noticing = Engine(), Noticing()
    engine.workers.clear()
    engine.scheduler = False
    await live(settable_clock, noticing, engine, 55)
    assert [] == incidents()
    engine = Engine()
    await live(settable_clock, noticing, engine, 20)
    for jump in (timedelta(hours=9), timedelta(hours=-2)):
        settable_clock.set(utcnow() + jump)
        await live(settable_clock, noticing, engine, 20)

    assert [] == incidents()


async def test_a_worker_whose_clock_is_wrong_is_heard_all_the_same(
    sqlite_database: databases.Database, settable_clock: SettableClock
) -> None:
    """What counts is that its sign changes, not what time it says; a sign from the future does not hide its end."""
    noticing = Noticing(Ears(timedelta()))
    for _ in range(20):
        for kind in ("scheduler", "worker"):
            beats.beat(f"{kind} w", kind, utcnow() + timedelta(hours=3), utcnow(), "w", 0, 8)
        settable_clock.advance(4)
        await noticing.look()
    assert [] == incidents()
    for _ in range(3):
        settable_clock.advance(4)
        await noticing.look()

    assert [(None, "No worker is alive", True)] == incidents()
