"""Several workers spend one budget: each takes an equal part of what a marketplace allows."""

import asyncio
from datetime import timedelta

from nexus_ui.adapters.kit import limits
from nexus_ui.clock import utcnow
from nexus_ui.storage import beats

ALIVE = timedelta(seconds=20)
"""Whoever gave a sign of life within this time spends: four of a worker's beats."""


async def share_budgets() -> None:
    """Count the workers that are alive and take our part; asked again with every sign of life."""
    limits.share_among(await asyncio.to_thread(beats.count, "worker", utcnow() - ALIVE))
