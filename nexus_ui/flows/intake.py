"""Commits what arrives by webhook in groups of whatever waits, through the one writer thread.

One transaction for each would be three times slower, and two writers in one process starve each other on SQLite.
"""

import asyncio
import contextlib
import logging
from dataclasses import replace

from nexus_ui.clock import monotonic
from nexus_ui.errors import Unavailable
from nexus_ui.flows.writing import stored
from nexus_ui.storage import arrivals
from nexus_ui.storage.arrivals import Arrival, Refusal

logger = logging.getLogger(__name__)

PATIENCE = 2.0
"""A sender hears that the database is away after so many seconds; the strictest of them wait five."""
MOST_WAITING = 2_000
MOST_AT_ONCE = 200
UNHURRIED = 0.5
"""Refused deliveries, and pages that show this, wait so long for company."""
SHOWN_EVERY = 1.0
AWAY = "The database cannot be written right now."
Waiting = tuple[Arrival, "asyncio.Future[None]"]


class Intake:
    """What waits to be kept in this process."""

    def __init__(self) -> None:
        """Nothing waits."""
        self._waiting: list[Waiting] = []
        self._refused: dict[tuple[str, int], Refusal] = {}
        self._unseen: set[str] = set()
        self._shown: dict[str, float] = {}
        self._stuck_after: float | None = None
        self._task: asyncio.Task[None] | None = None

    async def keep(self, arrival: Arrival) -> None:
        """Return once it is durably stored; raises Unavailable when that does not happen soon."""
        stuck = self._stuck_after is not None and monotonic() > self._stuck_after
        if stuck or len(self._waiting) >= MOST_WAITING:
            raise Unavailable(AWAY)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, done))
        self._begin()
        try:
            await asyncio.wait_for(done, PATIENCE)
        except TimeoutError:
            raise Unavailable(AWAY) from None

    def refuse(self, refusal: Refusal) -> None:
        """Count a refused delivery; it is stored soon, together with others like it."""
        alike = (refusal.connection_id, refusal.status)
        before = self._refused.get(alike)
        self._refused[alike] = replace(refusal, count=refusal.count + (before.count if before else 0))
        self._begin()

    def _begin(self) -> None:
        if self._task is None or self._task.done():
            self._arrived = asyncio.Event()
            self._task = asyncio.create_task(self._work(), name="webhook intake")
        if self._waiting:
            self._arrived.set()

    async def _work(self) -> None:
        """Commit until nothing waits any more."""
        while self._waiting or self._refused or self._unseen:
            if not self._waiting:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._arrived.wait(), UNHURRIED)
            self._arrived.clear()
            await self._commit()

    async def _commit(self) -> None:
        """One transaction; whoever waited for it hears how it went."""
        batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        batch = [one for one in batch if not one[1].done()]
        refused, self._refused = list(self._refused.values()), {}
        self._unseen |= {one.connection_id for one, _ in batch} | {one.connection_id for one in refused}
        show = {one for one in self._unseen if monotonic() - self._shown.get(one, 0.0) >= SHOWN_EVERY}
        self._stuck_after = monotonic() + PATIENCE
        try:
            await stored(arrivals.keep, [one for one, _ in batch], refused, show)
        except Exception as trouble:
            logger.error("Webhooks could not be stored: %s", type(trouble).__name__)
            self._unseen.clear()
            for _, done in batch:
                if not done.done():
                    done.set_exception(Unavailable(AWAY))
            return
        finally:
            self._stuck_after = None
        self._unseen -= show
        self._shown = dict.fromkeys(show, monotonic()) | {one: at for one, at in self._shown.items() if one in show}
        for _, done in batch:
            if not done.done():
                done.set_result(None)


INTAKE = Intake()
"""The one of this process."""
