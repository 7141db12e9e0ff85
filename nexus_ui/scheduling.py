"""When things happen: the tick that starts due cycles, signs of life, and the nightly tidying.

APScheduler is the clock only. What is due stands in the database, so any number of these may run side by side.
"""

import asyncio
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from nexus_ui import settings
from nexus_ui.adapters.contract import WEBHOOK_SECRET_BEFORE
from nexus_ui.careful import Careful, Job
from nexus_ui.clock import monotonic, utcnow
from nexus_ui.dispatch import Here
from nexus_ui.flows import endpoints as webhooks
from nexus_ui.flows import rehearse, sync
from nexus_ui.flows.collect import Collector
from nexus_ui.flows.heed import Heeding
from nexus_ui.flows.push import Pushing
from nexus_ui.flows.writing import stored
from nexus_ui.storage import (
    beats,
    claims,
    cycles,
    deliveries,
    drafts,
    endpoints,
    incidents,
    messages,
    preferences,
    receipts,
    sightings,
    tidy,
)

BEAT_SECONDS = 5.0
SWEEP_SECONDS = 10.0
TIDY_SECONDS = 3600.0
ROTATE_SECONDS = 3600.0
REHEARSE_SECONDS = 60.0
COLLECT_SECONDS = 20.0
BEATS_KEPT = timedelta(days=1)
TICKS_LATE = 30.0
"""A tick that takes longer than this hangs: the scheduler gives no sign of life then."""
JOB_DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


class Schedule:
    """The jobs of one worker process."""

    def __init__(self, worker: str, here: Here) -> None:
        """`worker` names the process in cycles and signs of life."""
        self._worker, self._here = worker, here
        self._started_at, self._ticked_at = utcnow(), monotonic()
        self._heeding = Heeding()
        self._pushing = Pushing()
        self._careful = Careful()
        self._collector = Collector()
        self._ticking, self._beating = asyncio.Lock(), asyncio.Lock()
        self.clock = AsyncIOScheduler(timezone=UTC, job_defaults=JOB_DEFAULTS)

    def start(self) -> None:
        """Begin; the first tick and beat come at once."""
        self._every("tick", self._tick, settings.current().tick_seconds)
        self._every("beat", self._beat, BEAT_SECONDS)
        self._every("sweep", self._sweep, SWEEP_SECONDS)
        self._every("webhooks", self._heeding.start_due, settings.current().tick_seconds)
        self._every("publishing of stock", self._pushing.start_due, settings.current().tick_seconds)
        self._every("tidy", self._tidy, TIDY_SECONDS)
        self._every("rotation", self._rotate, ROTATE_SECONDS)
        self._every("rehearsal of credentials", self._rehearse, REHEARSE_SECONDS)
        self._every("round of the queues", self._collect, COLLECT_SECONDS)
        self.clock.start()

    async def stop(self) -> None:
        """Start nothing more; what a tick has claimed is started."""
        self.clock.pause()
        async with self._ticking, self._beating:
            self.clock.shutdown(wait=False)
        await self._heeding.stop()
        await self._pushing.stop()
        await stored(beats.gone, f"scheduler {self._worker}")

    def _every(self, name: str, job: Job, seconds: float) -> None:
        self.clock.add_job(
            self._careful.run, "interval", args=(name, job), seconds=seconds, id=name, next_run_time=utcnow()
        )

    async def _tick(self) -> None:
        """Start what is due, as far as there is room."""
        async with self._ticking:
            for claimed in await stored(sync.claim, self._worker, self._here.free):
                self._here.start(claimed)
        self._ticked_at = monotonic()

    async def _beat(self) -> None:
        """Give a sign of life while ticks come through. Not by the writers' queue: a long job there is no silence."""
        name = f"scheduler {self._worker}"
        async with self._beating:
            if monotonic() - self._ticked_at < TICKS_LATE:
                await asyncio.to_thread(beats.beat, name, "scheduler", utcnow(), self._started_at, self._worker)

    async def _collect(self) -> None:
        """Fetch what marketplaces without webhooks have written into queues."""
        await self._collector.collect()

    async def _sweep(self) -> None:
        """End pauses whose time has come, and cycles whose worker is gone."""
        await stored(claims.resume_paused, utcnow())
        await stored(claims.sweep, utcnow())

    async def _rotate(self) -> None:
        """Replace webhook secrets whose time has come."""
        await webhooks.rotate_due()

    async def _rehearse(self) -> None:
        """Prove credentials that nothing else has used for a day."""
        await rehearse.due()

    async def _tidy(self) -> None:
        """Forget what nobody comes back for: old cycles and deliveries, drafts, sessions, secrets, signs of life."""
        kept = await stored(preferences.connections)
        await stored(cycles.forget_before, utcnow() - timedelta(days=kept.log_days))
        await stored(sightings.forget_before, utcnow() - timedelta(days=kept.log_days))
        await stored(receipts.forget_before, utcnow() - timedelta(days=kept.log_days))
        await stored(deliveries.forget_before, utcnow() - timedelta(days=kept.delivery_days))
        await stored(incidents.forget_before, utcnow() - timedelta(days=kept.log_days))
        await stored(messages.forget_before, utcnow() - timedelta(days=kept.log_days))
        await stored(endpoints.forget_expired_secrets, WEBHOOK_SECRET_BEFORE, utcnow())
        await stored(drafts.forget_old, utcnow())
        await stored(tidy.forget_access, utcnow())
        await stored(beats.forget_before, utcnow() - BEATS_KEPT)
