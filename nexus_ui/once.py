"""One sync cycle by hand: run in this process, or followed while a worker runs it."""

import asyncio
import os
import time
from collections.abc import Iterator

from nexus_ui.flows import sync
from nexus_ui.storage import connections, cycles, upgrades
from nexus_ui.storage.cycles import CycleState

LOOK_EVERY = 0.3


def cycle_of(word: str) -> CycleState:
    """Run a cycle of the connection with this id or name; raises Refused kinds when it cannot be asked for."""
    upgrades.upgrade()
    connection_id = connections.named(word)
    cycle_id = sync.request(connection_id, None, trigger="command")
    for claim in sync.claim(f"command {os.getpid()}", 1, only=connection_id):
        asyncio.run(sync.run(claim.connection_id, claim.cycle_id))
    while (state := cycles.get(cycle_id)).state in {cycles.QUEUED, cycles.RUNNING}:
        time.sleep(LOOK_EVERY)
    return state


def report(done: CycleState) -> Iterator[str]:
    """How a cycle went, in lines for a terminal."""
    yield f"{(done.outcome or done.state).capitalize()}: {done.id}"
    yield f"  products {done.products}, orders {done.orders}, inventory {done.inventory}, set aside {done.quarantined}"
    yield f"  {done.pages} pages in {done.calls} calls, {done.written} rows written"
    if done.error_message:
        yield f"  {done.error_message}"
