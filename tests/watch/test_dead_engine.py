"""Real worker processes are killed, frozen and lose their clock while a watchman in this process looks on."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from nexus_ui import children
from nexus_ui.dispatch import Here
from nexus_ui.flows.notice import Ears, Noticing
from nexus_ui.revival import Revival
from nexus_ui.rules.silence import SENTENCES, Because
from nexus_ui.scheduling import Schedule
from nexus_ui.storage import beats
from nexus_ui.storage.database import writing
from nexus_ui.watchman import Round, Watchman
from nexus_ui.worker import beating
from tests import databases
from tests.engine.connecting import columns, connect
from tests.engine.workers import worker
from tests.watch.test_notice import in_order, incidents, plan
from tests.watch.test_watchman import until


def watching() -> Watchman:
    """A watchman who listens from the start."""
    return Watchman((Round("watch over who is silent", 0.3, Noticing(Ears(timedelta())).look),))


def heard(kind: str) -> Callable[[], bool]:
    """Whether a process of this kind gives signs of life."""
    return lambda: bool(beats.signs(kind))


def told(title: str, is_open: bool) -> Callable[[], bool]:
    """Whether the engine's incident says this."""
    return lambda: (None, title, is_open) in incidents()


def due_soon() -> str:
    """A connection whose sync is due when nobody lives any more."""
    connection_id = connect()
    in_order(connection_id)
    return connection_id


@pytest.mark.slow
async def test_a_killed_worker_is_noticed_and_its_successor_too(
    sqlite_database: databases.Database, tmp_path: Path
) -> None:
    """kill -9: the incident opens and what is due is marked; a new worker beats: both are over."""
    connection_id = due_soon()
    with worker(tmp_path / "first.log") as first:
        await until(heard("worker"))
        async with watching().on_duty():
            first.kill()
            await until(told("No worker is alive", True))
            plan(connection_id, next_sync_at=columns(connection_id)["created_at"])
            await until(lambda: columns(connection_id)["overdue_because"] == SENTENCES[Because.NO_WORKER])
            with worker(tmp_path / "second.log", NEXUS_CONCURRENCY="1"):
                await until(told("No worker is alive", False))
                await until(lambda: columns(connection_id)["overdue_since"] is None)


@pytest.mark.slow
async def test_a_frozen_worker_is_noticed_and_heard_again_when_it_thaws(
    sqlite_database: databases.Database, tmp_path: Path
) -> None:
    """SIGSTOP, then SIGCONT."""
    with worker(tmp_path / "worker.log") as frozen:
        await until(heard("worker"))
        async with watching().on_duty():
            frozen.freeze(sqlite_database.home / "nexus.db")
            await until(told("No worker is alive", True))
            frozen.send(signal.SIGCONT)
            await until(told("No worker is alive", False))


async def test_a_scheduler_whose_clock_stands_still_is_told_from_a_dead_worker(
    sqlite_database: databases.Database,
) -> None:
    """The process lives and says so, its clock does not start anything: that is the scheduler's silence."""
    here = Here(2)
    jobs = Schedule("w", here)
    async with beating("w", here), watching().on_duty():
        jobs.start()
        await until(lambda: heard("scheduler")() and heard("worker")())
        jobs.clock.pause()
        await until(told("The scheduler is silent", True))
        jobs.clock.resume()
        await until(told("The scheduler is silent", False))
        await jobs.stop()


@pytest.mark.slow
async def test_a_frozen_worker_of_ours_is_ended_and_another_one_started(sqlite_database: databases.Database) -> None:
    """Also while it holds the database's lock, so that nobody can write down that it is silent."""
    revival = Round("watch over frozen workers", 0.3, Revival(timedelta(seconds=8), Ears(timedelta())).look, True)
    async with children.supervised() as supervisor, Watchman((revival,)).on_duty():
        child = supervisor.keep("worker", "worker", "--parent-pipe")
        await until(heard("worker"))
        first = child.pid
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        with writing():
            await until(lambda: child.pid not in (None, first))
        await until(lambda: any(sign.detail.endswith(f":{child.pid}") for sign in beats.signs("worker")))


async def test_only_children_of_this_process_are_ended(fresh_home: Path) -> None:
    """A worker somebody else started is left alone."""
    async with children.supervised():
        assert not children.end_by_force(os.getpid())
