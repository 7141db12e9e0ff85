"""Publishing stock: what is due on a connection is planned, braked, sent, and read back.

What is published is worked out anew each time from what we have and what stands there, so that doing it twice, late,
or after a crash ends in the same number.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from nexus_ui import settings
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Adapter, LooksUp, WritesStock
from nexus_ui.clock import utcnow
from nexus_ui.errors import ActionNeeded, NexusError, NotFound, RateLimited, TryLater
from nexus_ui.flows import alert, keys, sync
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.flows.mishaps import internal
from nexus_ui.flows.opening import opened
from nexus_ui.flows.publishing import HELD
from nexus_ui.flows.writing import stored
from nexus_ui.ids import new_id
from nexus_ui.records import StockAnswer, StockChange, StockReceipt
from nexus_ui.rules import backoff
from nexus_ui.security.redact import mask
from nexus_ui.storage import connections, due, locks, planning, reading_back, receipts, sending
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.planning import Planned
from nexus_ui.storage.reading_back import Thing

logger = logging.getLogger(__name__)

CONNECTIONS_AT_ONCE = 8
SEND_AT_ONCE = 100
LOOK_AT_ONCE = 50
LOOK_SECONDS = 30.0
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(minutes=15)


class Pushing:
    """The connections that publish stock in this process, several side by side."""

    def __init__(self) -> None:
        """None yet."""
        self._running: dict[str, asyncio.Task[None]] = {}

    async def start_due(self) -> None:
        """Begin with every connection that has something to publish or to read back, as far as there is room."""
        for connection_id in await stored(due.connections_due, utcnow(), 4 * CONNECTIONS_AT_ONCE):
            if len(self._running) < CONNECTIONS_AT_ONCE and connection_id not in self._running:
                task = asyncio.create_task(_safely(connection_id), name=f"stock of {connection_id}")
                self._running[connection_id] = task
                task.add_done_callback(partial(self._ended, connection_id))

    def _ended(self, connection_id: str, _task: asyncio.Task[None]) -> None:
        del self._running[connection_id]

    async def stop(self) -> None:
        """Leave off. What has no answer yet is looked at by whoever comes next."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def push(connection_id: str) -> int:
    """Publish what is due on a connection, unless another worker does; returns how many numbers were sent."""
    holder, count = new_id("lock"), 0
    name = f"stock {connection_id}"
    try:
        while await stored(locks.take, name, holder, utcnow(), _held_until()):
            kept = await stored(connections.get, connection_id)
            sent = None if kept.paused_at is not None else await _round(kept)
            if sent is None:
                await stored(_stop_asking, connection_id)
                return count
            count += sent
    except NotFound:
        return count
    finally:
        await stored(locks.give_back, name, holder)
    return count


async def _safely(connection_id: str) -> None:
    try:
        await push(connection_id)
    except Exception:
        logger.exception("The stock of %s could not be published; it is tried again.", connection_id)


async def _round(kept: Connected) -> int | None:
    """Look, plan, send one portion; returns how many were sent, None when there is nothing to do for the moment."""
    await stored(sending.recover, kept.id, utcnow())
    doubtful = await stored(reading_back.doubtful, kept.id, utcnow(), LOOK_AT_ONCE)
    if not doubtful:
        await _plan(kept, sighted=True)
    changes = await stored(sending.take, kept.id, utcnow(), SEND_AT_ONCE)
    unproven = [] if changes or doubtful else await stored(reading_back.unproven, kept.id, utcnow(), LOOK_AT_ONCE)
    if not (changes or doubtful or unproven):
        return None
    hide: Callable[[str], str] = mask
    try:
        ring = await stored(keys.ring, kept.id)
        hide = ring.hide
        async with opened(kept, ring, urgent=not unproven) as adapter:
            if changes:
                return await _send(kept, adapter, changes)
            return await _look(kept, adapter, doubtful or unproven)
    except Exception as trouble:
        await _failed(kept, changes, doubtful or unproven, internal(trouble, hide))
        return None


async def _plan(kept: Connected, sighted: bool) -> None:
    """Work out what is due; whoever has to decide is told, and what could be a sale nobody told yet is asked for."""
    planned = await stored(planning.plan_due, kept.id, utcnow(), sighted)
    if planned.held:
        await stored(alert.raise_, _trouble(kept, planned))
    if planned.unsure:
        await stored(sync.nudge, kept.id, "stock")


async def _send(kept: Connected, adapter: Adapter, changes: Sequence[StockChange]) -> int:
    """Send one portion, and write down every answer."""
    if not isinstance(adapter, WritesStock):
        refused = [StockReceipt(one.key, StockAnswer.REFUSED, "Stock cannot be published there.") for one in changes]
        await stored(sending.answered, kept.id, refused, utcnow(), partial(_again, None))
        return 0
    answers = await adapter.set_stock(changes)
    await stored(sending.answered, kept.id, answers, utcnow(), partial(_again, None))
    return len(changes)


async def _look(kept: Connected, adapter: Adapter, things: Sequence[Thing]) -> int:
    """See what stands there now; where single things cannot be looked at, the next read of the stock tells."""
    if not isinstance(adapter, LooksUp):
        await _plan(kept, sighted=False)
        await stored(reading_back.give_up_reading_back, kept.id, utcnow())
        return 0
    about = CATALOGUE[kept.marketplace].reads_back
    async with asyncio.timeout(LOOK_SECONDS):
        found = await adapter.look(list(dict.fromkeys(reading_back.name(thing, about) for thing in things)))
    await stored(reading_back.seen, kept.id, things, found, utcnow())
    return 0


async def _failed(kept: Connected, changes: Sequence[StockChange], things: Sequence[Thing], error: NexusError) -> None:
    """Nothing was answered. What may have been written is looked at before it is sent again."""
    now, again = utcnow(), partial(_again, error)
    keys_ = [one.key for one in changes]
    if isinstance(error, RateLimited | ActionNeeded):
        await stored(sending.unsent, kept.id, keys_, error.message, error.kind, now, again)
    else:
        lost = [StockReceipt(key, StockAnswer.UNANSWERED, error.message, error.kind) for key in keys_]
        await stored(sending.answered, kept.id, lost, now, again)
    if things:
        await stored(reading_back.look_later, kept.id, things, now, again)


def _again(error: NexusError | None, attempts: int) -> datetime:
    """When a SKU that was tried so often has its next turn."""
    asked = error.retry_after if isinstance(error, TryLater) else None
    return utcnow() + backoff.delay(attempts, random.random(), FIRST_WAIT, LONGEST_WAIT, asked)


def _held_until() -> datetime:
    """As long as a cycle's lease: a worker that is gone holds nobody up for longer."""
    return utcnow() + timedelta(seconds=settings.current().lease_seconds)


def _stop_asking(connection_id: str) -> None:
    """Nobody has to decide any more once nothing waits."""
    if not receipts.any_held(connection_id):
        alert.close(connection_id, HELD, "Nothing waits any more.")


def _trouble(kept: Connected, planned: Planned) -> Trouble:
    return Trouble(
        HELD,
        kept.id,
        Severity.WARNING,
        "Stock waits for your approval",
        planned.because or "More numbers were added to the push that waits.",
        evidence=(Link("Look at the push", f"/stock/pushes/{planned.held}"),),
    )
