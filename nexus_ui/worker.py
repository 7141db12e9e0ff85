"""The worker process: claims due connections and runs their cycles until it is asked to stop or its parent is gone."""

import asyncio
import gc
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop

from nexus_ui import settings
from nexus_ui.careful import Careful
from nexus_ui.clock import utcnow
from nexus_ui.dispatch import Here
from nexus_ui.flows import sharing, sync
from nexus_ui.flows.writing import stored
from nexus_ui.scheduling import Schedule
from nexus_ui.storage import beats, upgrades

logger = logging.getLogger(__name__)

PATIENCE = 6.0
BEAT_SECONDS = 5.0
COLLECT_AFTER = 50_000
TALKATIVE = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "alembic": logging.WARNING,
    "apscheduler": logging.ERROR,
}
"""Libraries that say more than an operator wants to read. APScheduler warns of every tick that had to wait."""


def main(parent_pipe: bool = False) -> None:
    """Work until stopped; with `parent_pipe` also stop when standard input closes, that is when the parent is gone."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for talkative, level in TALKATIVE.items():
        logging.getLogger(talkative).setLevel(level)
    upgrades.upgrade()
    with runner() as loop:
        loop.run(_work(parent_pipe))


def runner() -> asyncio.Runner:
    """The event loop that cycles run on. The collector leaves alone what is loaded, and looks rarely at what flows by:
    a page of records is thousands of objects without a single reference cycle.
    """
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER, 20, 50)
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)


async def _work(parent_pipe: bool) -> None:
    """Start the jobs, wait for the end, and let running cycles finish their page."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if parent_pipe:
        threading.Thread(target=_watch_parent, args=(loop, stop), daemon=True).start()
    name = f"{socket.gethostname()}:{os.getpid()}"
    missed = await stored(sync.catch_up)
    logger.info("Worker %s works%s.", name, f"; {missed} syncs were missed and start now" if missed else "")
    here = Here(settings.current().concurrency)
    jobs = Schedule(name, here)
    async with beating(name, here):
        jobs.start()
        await stop.wait()
        await jobs.stop()
        await here.stop(PATIENCE)
    logger.info("Worker %s has stopped.", name)


@asynccontextmanager
async def beating(name: str, here: Here) -> AsyncIterator[None]:
    """Give signs of life inside the block, apart from the scheduler's clock; the last one is taken back after it."""
    started_at, careful, quiet = utcnow(), Careful(), asyncio.Lock()

    async def beat() -> None:
        taken = here.places - here.free
        sign = (f"worker {name}", "worker", utcnow(), started_at, name, taken, here.places)
        await asyncio.to_thread(beats.beat, *sign)
        await sharing.share_budgets()

    async def go_on() -> None:
        while True:
            async with quiet:
                await careful.run("sign of life", beat)
            await asyncio.sleep(BEAT_SECONDS)

    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        async with quiet:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await stored(beats.gone, f"worker {name}")


def _watch_parent(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    loop.call_soon_threadsafe(stop.set)
