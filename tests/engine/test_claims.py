"""Who works on what: one winner, no double runs, windows, pauses, catching up, and rows for what did nothing."""

import os
import subprocess
import sys
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select
from sqlmodel import SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.errors import AlreadyRunning, LeaseLost, NotFound, Paused
from nexus_ui.flows import sync
from nexus_ui.records import Page
from nexus_ui.rules import schedule
from nexus_ui.storage import beats, claims, connections, cycles, pages
from nexus_ui.storage.database import reading, writing
from tests import databases
from tests.conftest import SettableClock
from tests.engine.connecting import columns, connect
from tests.engine.workers import ROOT

SLOTS = {"sqlite": 1_000, "postgres": 1_000, "pgbouncer": 200}
LEASE = 60


def many(count: int, due: datetime) -> None:
    """So many connections that are due."""
    table = SQLModel.metadata.tables["connections"]
    first = columns(connect())
    rows = [
        first | {"id": f"con_{n:05}", "live_key": f"k{n}", "next_sync_at": due, "requested_at": None}
        for n in range(count)
    ]
    with writing() as session:
        session.execute(table.delete())
        session.execute(insert(table), rows)


def held(connection_id: str) -> claims.Claim:
    """The claim of the one connection that is due."""
    (claim,) = sync.claim("test", 1)
    assert claim.connection_id == connection_id
    return claim


@pytest.mark.slow
def test_workers_share_a_thousand_due_slots_without_a_double_run(database: databases.Database) -> None:
    """Three processes claim side by side: every connection has exactly one cycle."""
    slots = SLOTS[database.kind]
    many(slots, utcnow() - timedelta(minutes=1))
    command = [sys.executable, "-m", "tests.engine.claiming"]
    workers = [
        subprocess.Popen([*command, f"w{n}"], cwd=ROOT, env=os.environ | {}, stdout=subprocess.PIPE, text=True)
        for n in range(3)
    ]

    counts = [int(worker.communicate(timeout=240)[0]) for worker in workers]

    with reading() as session:
        table = SQLModel.metadata.tables["cycles"].c
        per_connection = session.execute(
            select(func.count(), func.count(table.connection_id.distinct())).select_from(
                SQLModel.metadata.tables["cycles"]
            )
        ).one()
    assert (slots, slots) == tuple(per_connection)
    assert slots == sum(counts)


def test_a_claim_opens_a_running_cycle_before_any_call(database: databases.Database) -> None:
    """The row, the lease and the hold are there when the claim returns, and nobody else gets it."""
    connection_id = connect()

    claim = held(connection_id)

    state, row = columns(connection_id), cycles.get(claim.cycle_id)
    assert ("running", "first", "test", 0) == (row.state, row.trigger, row.worker, row.calls)
    assert (claim.cycle_id, claim.lease_until, None) == (state["cycle_id"], state["lease_until"], state["requested_at"])
    assert [] == sync.claim("other", 8)


def test_a_lease_that_ended_is_taken_over_and_the_first_holder_is_fenced(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """The cycle left behind is abandoned; its holder can neither renew nor write a page nor settle."""
    connection_id = connect()
    first = held(connection_id)
    settable_clock.advance(LEASE + 1)

    second = held(connection_id)

    assert ("recovery", "abandoned") == (second.trigger, cycles.get(first.cycle_id).state)
    hold = pages.Hold(connection_id, first.cycle_id, utcnow())
    move = pages.CursorMove("products", None, None, True, utcnow(), "products", None)
    with pytest.raises(LeaseLost):
        claims.renew(connection_id, first.cycle_id, utcnow(), LEASE)
    with pytest.raises(LeaseLost):
        pages.write_products(hold, Page([], [], None), move)
    with pytest.raises(LeaseLost):
        claims.settle(connection_id, first.cycle_id, utcnow(), cycle={"outcome": "success"}, connection={})
    assert second.cycle_id == columns(connection_id)["cycle_id"]


def test_renewing_holds_on_and_tells_of_a_pause(database: databases.Database, settable_clock: SettableClock) -> None:
    """The lease moves on; a pause meanwhile is told."""
    connection_id = connect()
    claim = held(connection_id)
    settable_clock.advance(30)

    calm = claims.renew(connection_id, claim.cycle_id, utcnow(), LEASE)
    with writing() as session:
        connections.change(session, connection_id, utcnow(), paused_at=utcnow())
    paused = claims.renew(connection_id, claim.cycle_id, utcnow(), LEASE)

    assert (False, True) == (calm.paused, paused.paused)
    assert utcnow() + timedelta(seconds=LEASE) == paused.lease_until


def test_asking_twice_leaves_a_row_that_says_why_nothing_happened(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """Waiting already, running already, paused, gone: each is a sentence, and the first three are rows."""
    connection_id = connect()
    sync.claim("test", 8)
    running = pytest.raises(AlreadyRunning, match="Already running since 10:00")
    with running:
        sync.request(connection_id, "per_olga")
    claims.settle(
        connection_id, columns(connection_id)["cycle_id"], utcnow(), cycle={"outcome": "success"}, connection={}
    )
    settable_clock.advance(1)
    asked = sync.request(connection_id, "per_olga")
    settable_clock.advance(1)
    with pytest.raises(AlreadyRunning, match="waiting to start"):
        sync.request(connection_id, "per_olga")
    with writing() as session:
        connections.change(session, connection_id, utcnow(), paused_at=utcnow())
    settable_clock.advance(1)
    with pytest.raises(Paused, match="Resume it first"):
        sync.request(connection_id, "per_olga")
    with pytest.raises(NotFound):
        sync.request("con_nobody", "per_olga")

    rows = cycles.of_connection(connection_id)
    assert ["skipped", "skipped", None] == [row.outcome for row in rows[:3]]
    assert "queued" == cycles.get(asked).state
    assert 3 == sum(row.outcome == "skipped" and row.error_message.startswith("Skipped: ") for row in rows)


def test_a_request_becomes_the_cycle_that_runs(database: databases.Database) -> None:
    """The queued row is the one a worker starts."""
    connection_id = connect()
    claims.settle(
        connection_id,
        held(connection_id).cycle_id,
        utcnow(),
        cycle={"outcome": "success"},
        connection={"next_sync_at": None},
    )
    asked = sync.request(connection_id, "per_olga")

    claim = held(connection_id)

    assert (asked, "running") == (claim.cycle_id, cycles.get(asked).state)


def test_nothing_starts_outside_its_window_unless_asked(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """At 10:00 a window from 22:00 to 06:00 is closed: the slot moves to the evening; Sync Now runs at once."""
    connection_id = connect(window_start="22:00", window_end="06:00", time_zone="Europe/Berlin")
    with writing() as session:
        connections.change(session, connection_id, utcnow(), requested_at=None)

    assert [] == sync.claim("test", 8)
    moved = columns(connection_id)["next_sync_at"]
    hours = schedule.Window(time(22), time(6), ZoneInfo("Europe/Berlin"))
    assert datetime(2026, 11, 23, 21, tzinfo=UTC) <= moved and schedule.window_open(hours, moved)
    asked = sync.request(connection_id, "per_olga")
    assert asked == held(connection_id).cycle_id


def test_what_a_stop_left_behind_runs_once_and_spread_out(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """Forty connections overdue by a day get places one after the other, and one cycle each."""
    many(40, utcnow() - timedelta(days=1))

    assert 40 == sync.catch_up()
    (first,) = sync.claim("test", 100)
    tomorrow = {"next_sync_at": utcnow() + timedelta(days=1)}
    claims.settle(first.connection_id, first.cycle_id, utcnow(), cycle={"outcome": "success"}, connection=tomorrow)
    settable_clock.advance(minutes=15)
    later = {claim.connection_id for claim in sync.claim("test", 100)}

    assert (39, False) == (len(later), first.connection_id in later)
    assert 0 == sync.catch_up()


def test_a_pause_ends_by_itself_and_frees_what_a_dead_worker_held(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """A paused connection is not claimed, its dead cycle is abandoned, and it wakes at its time."""
    connection_id = connect()
    claim = held(connection_id)
    with writing() as session:
        later = utcnow() + timedelta(hours=1)
        connections.change(session, connection_id, utcnow(), paused_at=utcnow(), paused_until=later)
    settable_clock.advance(LEASE + 1)

    assert ([], 1, 0) == (sync.claim("test", 8), claims.sweep(utcnow()), claims.sweep(utcnow()))
    assert "abandoned" == cycles.get(claim.cycle_id).state
    settable_clock.advance(hours=1)
    assert (1, 0) == (claims.resume_paused(utcnow()), claims.resume_paused(utcnow()))
    assert connection_id == held(connection_id).connection_id


def test_nobody_starts_before_the_marketplace_allows(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """A request made while rate limited waits until the wait is over."""
    connection_id = connect()
    with writing() as session:
        connections.change(session, connection_id, utcnow(), rate_limited_until=utcnow() + timedelta(minutes=5))

    assert [] == sync.claim("test", 8)
    settable_clock.advance(minutes=5)
    assert connection_id == held(connection_id).connection_id


def test_every_change_of_a_card_raises_its_revision(database: databases.Database) -> None:
    """Claim, wait, settle and request are all heard of."""
    connection_id = connect()
    seen = [columns(connection_id)["revision"]]
    claim = held(connection_id)
    seen.append(columns(connection_id)["revision"])
    assert cycles.show_waiting(claim.cycle_id, connection_id, utcnow() + timedelta(minutes=1), utcnow())
    seen.append(columns(connection_id)["revision"])
    claims.settle(connection_id, claim.cycle_id, utcnow(), cycle={"outcome": "success"}, connection={})
    seen.append(columns(connection_id)["revision"])
    sync.request(connection_id, None)
    seen.append(columns(connection_id)["revision"])

    assert seen == sorted(set(seen))
    assert not cycles.show_waiting(claim.cycle_id, connection_id, None, utcnow())


def test_signs_of_life_come_and_go(database: databases.Database, settable_clock: SettableClock) -> None:
    """The freshest first; old ones are forgotten; who leaves takes its own along."""
    beats.beat("scheduler a", "scheduler", utcnow(), utcnow())
    beats.beat("worker a", "worker", settable_clock.advance(5), utcnow())
    beats.beat("scheduler a", "scheduler", settable_clock.advance(5), utcnow())

    assert ["scheduler a", "worker a"] == [sign.name for sign in beats.signs()]
    assert 1 == beats.forget_before(utcnow())
    beats.gone("scheduler a")
    assert [] == beats.signs()


def test_the_log_forgets_what_is_older_than_it_is_kept(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """Ended cycles go with their journals, in batches; running ones stay however old they are."""
    ended, running = connect(), connect()
    sync.claim("test", 8)
    claims.settle(ended, columns(ended)["cycle_id"], utcnow(), cycle={"outcome": "success"}, connection={})
    settable_clock.advance(days=91)

    assert 1 == cycles.forget_before(utcnow() - timedelta(days=90), batch=1)
    assert ([], 1) == (cycles.of_connection(ended), len(cycles.of_connection(running)))
