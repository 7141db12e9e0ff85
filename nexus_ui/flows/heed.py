"""Working kept webhooks off: each names a thing, and that is looked at now and stored as polling would store it.

What a webhook says is never believed. Where single things cannot be looked at, a sync is asked for instead.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from nexus_ui import settings
from nexus_ui.adapters.contract import About, Adapter, LooksUp, Named
from nexus_ui.clock import utcnow
from nexus_ui.errors import ActionNeeded, NexusError, NotFound, RateLimited, TryLater, Unavailable
from nexus_ui.flows import keys, sync
from nexus_ui.flows.mishaps import internal
from nexus_ui.flows.opening import opened
from nexus_ui.flows.writing import stored
from nexus_ui.ids import new_id
from nexus_ui.rules import backoff
from nexus_ui.security.redact import mask
from nexus_ui.storage import connections, locks, looked
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.looked import BAD, CHANGED, GONE, NEW, SAME, Changes, Waiting, Worked

logger = logging.getLogger(__name__)

AT_ONCE = 50
CONNECTIONS_AT_ONCE = 8
LOOK_SECONDS = 30.0
MOST_ATTEMPTS = 8
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
SYNCS_APART = timedelta(seconds=30)
ASKED = "A sync was asked for."
WITHDRAWN = "The marketplace says that its access was withdrawn. A sync was asked for, which finds out."


class Heeding:
    """The deliveries that are worked off in this process, several connections side by side."""

    def __init__(self) -> None:
        """None yet."""
        self._running: dict[str, asyncio.Task[None]] = {}

    async def start_due(self) -> None:
        """Begin with every connection that has deliveries waiting, as far as there is room."""
        for connection_id in await stored(looked.due, utcnow(), 20 * AT_ONCE):
            if len(self._running) < CONNECTIONS_AT_ONCE and connection_id not in self._running:
                task = asyncio.create_task(_safely(connection_id), name=f"webhooks of {connection_id}")
                self._running[connection_id] = task
                task.add_done_callback(partial(self._ended, connection_id))

    def _ended(self, connection_id: str, _task: asyncio.Task[None]) -> None:
        del self._running[connection_id]

    async def stop(self) -> None:
        """Leave off. What is not stored yet is looked at again."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def heed(connection_id: str) -> int:
    """Work off what waits for a connection, unless another worker does; returns how many deliveries."""
    holder, count = new_id("lock"), 0
    name = f"webhooks {connection_id}"
    try:
        kept = await stored(connections.get, connection_id)
        while await stored(locks.take, name, holder, utcnow(), _held_until()):
            batch = await stored(looked.waiting, connection_id, utcnow(), AT_ONCE)
            if not batch or not await _worked(kept, batch):
                return count
            count += len(batch)
    except NotFound:
        return count
    finally:
        await stored(locks.give_back, name, holder)
    return count


def _held_until() -> datetime:
    """As long as a cycle's lease: a worker that is gone holds nobody up for longer."""
    return utcnow() + timedelta(seconds=settings.current().lease_seconds)


async def _safely(connection_id: str) -> None:
    try:
        await heed(connection_id)
    except Exception:
        logger.exception("The webhooks of %s could not be worked off; they are tried again.", connection_id)


async def _worked(kept: Connected, batch: Sequence[Waiting]) -> bool:
    """Work off one batch; False when there is nothing more to do for the moment."""
    withdrawn = [one for one in batch if any(named.about is About.ACCESS for named in one.named)]
    others = [one for one in batch if one not in withdrawn]
    if withdrawn and not await _ask_for_sync(kept, withdrawn, WITHDRAWN):
        return False
    if not others:
        return True
    hide: Callable[[str], str] = mask
    try:
        ring = await stored(keys.ring, kept.id)
        hide = ring.hide
        async with opened(kept, ring, urgent=True) as adapter:
            return await _look(kept, adapter, others)
    except Exception as trouble:
        error = internal(trouble, hide)
    if len(others) > 1 and not isinstance(error, TryLater | ActionNeeded):
        for one in others:
            await _worked(kept, [one])
    else:
        await _put_off(kept, others, error)
    return False


async def _look(kept: Connected, adapter: Adapter, batch: Sequence[Waiting]) -> bool:
    """Look at what a batch names, each thing once, and store what is there."""
    if not isinstance(adapter, LooksUp):
        since = kept.last_started_at
        if since is not None and since + SYNCS_APART > utcnow():
            await stored(looked.postpone, [one.id for one in batch], since + SYNCS_APART)
            return False
        return await _ask_for_sync(kept, batch, ASKED)
    wanted = list(dict.fromkeys(named for one in batch for named in one.named))
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            found = await adapter.look(wanted)
    except TimeoutError:
        raise Unavailable("The marketplace took too long to answer.") from None
    asked_by = {named: one.id for one in reversed(batch) for named in one.named}
    return await stored(looked.write, kept.id, found, lambda changes: effects(batch, changes), asked_by)


async def _ask_for_sync(kept: Connected, batch: Sequence[Waiting], effect: str) -> bool:
    """Let a cycle find out; while one runs that may have passed the place already, wait for it."""
    if not await stored(sync.nudge, kept.id, "webhook"):
        await stored(looked.postpone, [one.id for one in batch], utcnow() + FIRST_WAIT / 2)
        return False
    await stored(looked.put_off, kept.id, [Worked(one.id, effect) for one in batch])
    return True


async def _put_off(kept: Connected, batch: Sequence[Waiting], error: NexusError) -> None:
    """Try again later, at last give up. When a person must act, a sync says so at once."""
    if isinstance(error, RateLimited):
        wait = max(timedelta(seconds=error.retry_after or 0.0), FIRST_WAIT)
        await stored(looked.postpone, [one.id for one in batch], utcnow() + wait)
        return
    if isinstance(error, ActionNeeded) and kept.error_kind is None:
        await stored(sync.nudge, kept.id, "webhook")
    await stored(looked.put_off, kept.id, [_later(one, error) for one in batch])


def _later(one: Waiting, error: NexusError) -> Worked:
    if one.attempts + 1 >= MOST_ATTEMPTS:
        return Worked(one.id, problem=error.message)
    asked = error.retry_after if isinstance(error, TryLater) else None
    pause = backoff.delay(one.attempts + 1, random.random(), FIRST_WAIT, LONGEST_WAIT, asked)
    return Worked(one.id, problem=error.message, again_at=utcnow() + pause)


def effects(batch: Sequence[Waiting], changes: Changes) -> list[Worked]:
    """What became of each delivery, in words. Of several that name the same thing the first has the effect."""
    told: set[Named] = set()
    worked = []
    for one in batch:
        said = [_effect(named, changes.get(named), named in told) for named in one.named]
        told.update(one.named)
        bad = [reason for word, reason in (changes.get(named, ("", "")) for named in one.named) if word == BAD]
        worked.append(Worked(one.id, "; ".join(said), bad[0] if bad else ""))
    return worked


def _effect(named: Named, change: tuple[str, str] | None, told: bool) -> str:
    word, called = change or (GONE, "")
    if word == GONE:
        if called and named.about is About.PRODUCT:
            return f"{called} removed"
        return f"{called} is not there any more, and stays here" if called else f"no such {named.about.value} there"
    if word == BAD:
        return "could not be read"
    if told or word == SAME:
        return f"nothing new of {called}"
    return f"{called} {'added' if word == NEW else 'updated'}" if word in (NEW, CHANGED) else called
