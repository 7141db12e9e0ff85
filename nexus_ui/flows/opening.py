"""The adapter of a connection, opened for what is asked of it outside a cycle, or with a cycle's own watcher."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Adapter, Call, Watcher
from nexus_ui.adapters.kit.opening import open_adapter
from nexus_ui.adapters.kit.retry import RetryPolicy
from nexus_ui.flows import keys
from nexus_ui.flows.reach import reach
from nexus_ui.storage.connections import Connected

QUICK = RetryPolicy(attempts=1, first_backoff_seconds=0.5, longest_wait_seconds=8.0)
"""Nobody may be kept waiting long: what fails is tried again later, as a whole."""


class Unwatched:
    """A watcher that keeps nothing."""

    def called(self, call: Call) -> None:
        """Nothing to keep."""

    async def waiting(self, until: datetime, reason: str) -> None:
        """Short waits are fine."""

    async def resumed(self) -> None:
        """Nothing to tell."""


@asynccontextmanager
async def opened(
    kept: Connected,
    ring: keys.Ring | None = None,
    *,
    watcher: Watcher | None = None,
    retry: RetryPolicy = QUICK,
    urgent: bool = False,
) -> AsyncIterator[Adapter]:
    """The adapter of a connection; raises NotFound, SecretUnreadable, Unavailable (the sandbox does not run)."""
    held = ring if ring is not None else await asyncio.to_thread(keys.ring, kept.id)
    way = reach(kept.marketplace, kept.sandbox)
    async with open_adapter(
        CATALOGUE[kept.marketplace],
        held,
        watcher=watcher or Unwatched(),
        mask=held.hide,
        endpoint=way.endpoint,
        allow_private=way.allow_private,
        retry=retry,
        urgent=urgent,
    ) as adapter:
        yield adapter
