"""The processes beside the web process: started, started again, and never left behind."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import psutil
import pytest

from nexus_ui import children
from nexus_ui.errors import Unavailable
from nexus_ui.flows import connect
from nexus_ui.flows.sign_in import Who
from nexus_ui.storage import connections
from tests import databases

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 40.0

PARENT = """
import asyncio, sys
from nexus_ui import children

async def main():
    async with children.supervised() as supervisor:
        await supervisor.keep_sandbox()
        print("pid", supervisor.children["sandbox"].pid, flush=True)
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def answers(address: str) -> bool:
    """Whether a sandbox serves there."""
    async with httpx.AsyncClient() as client:
        return (await client.get(f"{address}/_sandbox/state")).status_code == 200


async def until(wanted: Callable[[], bool], what: str) -> None:
    """Wait until `wanted()` is true; fails after a while."""
    end = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < end, f"waited in vain: {what}"
        await asyncio.sleep(0.05)


async def test_the_sandbox_starts_on_demand_and_ends_with_the_product(fresh_home: Path) -> None:
    """It answers once it was asked for, and is gone after the block."""
    async with children.supervised() as supervisor:
        address = await children.ensure_sandbox()
        pid = supervisor.children["sandbox"].pid
        assert await answers(address)

    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_asked_for_twice_at_once_there_is_one_sandbox(fresh_home: Path) -> None:
    """Two people press the button together."""
    async with children.supervised():
        first, second = await asyncio.gather(children.ensure_sandbox(), children.ensure_sandbox())

    assert first == second


async def test_a_child_that_is_killed_is_started_again_at_the_same_place(fresh_home: Path) -> None:
    """After kill -9 another process answers on the same port."""
    async with children.supervised() as supervisor:
        address = await children.ensure_sandbox()
        child = supervisor.children["sandbox"]
        before = child.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        await until(lambda: child.pid not in (None, before), "another process")
        again = await supervisor.keep_sandbox()

        assert address == again
        assert await answers(again)


async def test_the_sandbox_keeps_its_port_over_restarts_unless_somebody_took_it(fresh_home: Path) -> None:
    """The port stands in the home; a port in use is left alone."""
    async with children.supervised():
        first = await children.ensure_sandbox()
    async with children.supervised():
        second = await children.ensure_sandbox()
    taken = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", int(first.rpartition(":")[2]))
    async with taken, children.supervised():
        third = await children.ensure_sandbox()

    assert first == second
    assert first != third


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_child_outlives_its_parent(fresh_home: Path, number: signal.Signals) -> None:
    """Not even when the parent is killed and can say nothing any more."""
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        said = next(line for line in parent.stdout if line.startswith("pid "))
        child = psutil.Process(int(said.split()[1]))
        parent.send_signal(number)
        parent.wait(PATIENCE)
        with contextlib.suppress(psutil.NoSuchProcess):
            child.wait(PATIENCE)

    assert not child.is_running()


async def test_without_the_product_nobody_starts_a_sandbox(fresh_home: Path) -> None:
    """A command finds the running one, or says that there is none."""
    with pytest.raises(Unavailable):
        await children.ensure_sandbox()


async def test_connecting_the_sandbox_starts_it(sqlite_database: databases.Database, olga: Who) -> None:
    """The one click on the empty page needs nothing else."""
    async with children.supervised():
        connection_id = await connect.explore_sandbox(olga.person_id)

    assert connections.get(connection_id).sandbox
    assert connections.any_sandbox()
