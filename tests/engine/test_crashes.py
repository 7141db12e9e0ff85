"""Workers that are killed, frozen and stopped: nothing lost, nothing doubled, nothing written by the wrong one."""

import random
import signal
from datetime import datetime
from functools import partial
from itertools import cycle as cycle_through
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.flows import sync
from nexus_ui.sandbox import server
from nexus_ui.storage import beats, cursors, cycles
from nexus_ui.storage.database import reading
from tests import databases
from tests.engine.connecting import SUCCESS, columns, connect, content, cycle, digest, shop_of
from tests.engine.workers import eventually, pause, worker

SEED = 20261123
KILLS = {"sqlite": 25, "postgres": 8, "pgbouncer": 3}
QUICK = {"NEXUS_LEASE_SECONDS": "2", "NEXUS_TICK_SECONDS": "0.05"}


def running_cycle(connection_id: str) -> str | None:
    """The id of the cycle that runs and has stored a page."""
    found = [one for one in cycles.of_connection(connection_id) if one.state == "running"]
    return found[0].id if found else None


def finished_cycle(connection_id: str) -> cycles.CycleState | None:
    """The newest cycle, once it has finished."""
    newest = cycles.of_connection(connection_id, 1)
    return newest[0] if newest and newest[0].state == "finished" else None


def begun_after(connection_id: str, so_far: int) -> bool:
    """Whether another cycle has begun."""
    return len(cycles.of_connection(connection_id)) > so_far


def cursor_ahead_of_data(connection_id: str, reference: str) -> list[str]:
    """Streams whose cursor has passed a record of the undisturbed run that is not there."""
    whole, part = content(reference), content(connection_id)
    ahead = []
    for stream, cursor in cursors.of_connection(connection_id).items():
        if stream == "inventory" or cursor.newest is None:
            continue
        passed = updated_before(reference, stream, cursor.newest)
        lost = passed - {row[0] for row in part[stream]}
        assert passed <= {row[0] for row in whole[stream]}
        if lost:
            ahead.append(f"{stream}: {sorted(lost)} are missing although the cursor is at {cursor.newest}")
    return ahead


def updated_before(connection_id: str, stream: str, moment: datetime) -> set[str]:
    """The records of a stream that changed before then."""
    table = SQLModel.metadata.tables[stream].c
    with reading() as session:
        wanted = select(table.ref).where(table.connection_id == connection_id, table.updated_at < moment)
        return set(session.scalars(wanted))


@pytest.mark.slow
async def test_a_worker_killed_at_any_moment_loses_and_doubles_nothing(
    database: databases.Database, large_sandbox: server.Running, tmp_path: Path
) -> None:
    """kill -9 at random points of first imports: the tables end equal to an undisturbed run's."""
    dice = random.Random(SEED)
    slugs = cycle_through(["shopify", "woocommerce"])
    reference = {}
    for slug in ("shopify", "woocommerce"):
        reference[slug] = connect(slug, lookback_days=365)
        assert (await cycle(reference[slug])).outcome == SUCCESS
    large_sandbox.world.latency_ms = 30
    log = tmp_path / "worker.log"
    killed = 0
    while killed < KILLS[database.kind]:
        slug = next(slugs)
        disturbed, cut_short = connect(slug, lookback_days=365), 0
        while finished_cycle(disturbed) is None:
            if killed == KILLS[database.kind]:
                with worker(log, **QUICK) as last:
                    eventually(partial(finished_cycle, disturbed))
                    assert last.stop() == 0
                continue
            with worker(log, **QUICK) as running:
                eventually(partial(begun_after, disturbed, len(cycles.of_connection(disturbed))))
                pause(dice.uniform(0, 0.5))
                running.kill()
            cut_short += running_cycle(disturbed) is not None
            killed += running_cycle(disturbed) is not None
            assert cursor_ahead_of_data(disturbed, reference[slug]) == []

        done = cycles.of_connection(disturbed)
        assert digest(disturbed) == digest(reference[slug])
        ends = [one.outcome or one.state for one in done]
        assert (SUCCESS, {"abandoned"}) == (ends[0], set(ends[1:]) or {"abandoned"})
        assert len(ends) > cut_short
        assert columns(disturbed)["cycle_id"] is None


@pytest.mark.slow
async def test_a_frozen_worker_writes_nothing_after_its_successor_began(
    sqlite_database: databases.Database, sandbox: server.Running, tmp_path: Path
) -> None:
    """SIGSTOP past the lease, a second worker takes over, SIGCONT: the first one stops without a word."""
    reference = connect(lookback_days=365)
    await cycle(reference)
    sandbox.world.latency_ms = 300
    connection_id = connect(lookback_days=365)

    with worker(tmp_path / "first.log", **QUICK) as first:
        frozen = eventually(lambda: running_cycle(connection_id))
        eventually(lambda: cycles.get(frozen).pages)
        first.freeze(sqlite_database.home / "nexus.db")
        with worker(tmp_path / "second.log", **QUICK) as second:
            successor = eventually(lambda: (now := running_cycle(connection_id)) != frozen and now)
            before = cycles.get(frozen)
            first.send(signal.SIGCONT)
            ended = eventually(lambda: finished_cycle(connection_id))
            eventually(lambda: "stops: " in first.log.read_text())
            assert second.stop() == 0
        assert first.stop() == 0

    assert ended.id == successor
    assert ended.outcome == SUCCESS
    assert cycles.get(frozen) == before
    assert before.state == "abandoned"
    assert digest(connection_id) == digest(reference)


async def test_a_worker_asked_to_stop_finishes_its_page_and_lets_go(
    sqlite_database: databases.Database, sandbox: server.Running, tmp_path: Path
) -> None:
    """SIGTERM: the cycle is deferred, not abandoned, and the next worker goes on at once."""
    sandbox.world.latency_ms = 200
    connection_id = connect(lookback_days=365)

    with worker(tmp_path / "worker.log", **QUICK) as running:
        began = eventually(lambda: running_cycle(connection_id))
        eventually(lambda: cycles.get(began).pages)
        assert running.stop() == 0

    state = columns(connection_id)
    assert cycles.get(began).outcome == "deferred"
    assert (state["cycle_id"], state["lease_until"], state["recent_outcomes"]) == (None, None, "")
    assert state["next_sync_at"] <= utcnow()


async def test_a_worker_ends_with_its_parent(
    sqlite_database: databases.Database, sandbox: server.Running, tmp_path: Path
) -> None:
    """Its input closes, it stops in good order and takes its beat along."""
    with worker(tmp_path / "worker.log", **QUICK) as running:
        eventually(lambda: beats.signs("scheduler"))
        assert running.close_input() == 0

    assert beats.signs() == []


async def test_sync_now_shows_a_row_at_once_and_runs_soon(
    sqlite_database: databases.Database, sandbox: server.Running, tmp_path: Path
) -> None:
    """The row is there when the press returns; a worker with the usual tick takes it up."""
    connection_id = connect()
    await cycle(connection_id)

    with worker(tmp_path / "worker.log"):
        eventually(lambda: "works" in (tmp_path / "worker.log").read_text())
        pressed = sync.request(connection_id, "per_olga")
        assert cycles.get(pressed).state in ("queued", "running", "finished")
        done = eventually(lambda: (one := cycles.get(pressed)).state == "finished" and one)

    assert (SUCCESS, "manual") == (done.outcome, done.trigger)
    assert shop_of(sandbox, "shopify").host
    assert content(connection_id)["products"]
