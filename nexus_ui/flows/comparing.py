"""Comparing what a connection shows with what it should publish; what differs is looked at one by one."""

import asyncio

from nexus_ui.clock import utcnow
from nexus_ui.flows.writing import stored
from nexus_ui.rules.publish import Cause
from nexus_ui.storage import drift


async def compare(connection_id: str, cause: Cause = Cause.DRIFT) -> int:
    """Compare every SKU of a connection; returns how many differ."""
    skus = await asyncio.to_thread(drift.differing, connection_id)
    if skus:
        await stored(drift.ask, connection_id, skus, cause, utcnow())
    return len(skus)


def compare_now(connection_id: str, cause: Cause) -> int:
    """As `compare`, for a person who changed how much is published."""
    skus = drift.differing(connection_id)
    if skus:
        drift.ask(connection_id, skus, cause, utcnow())
    return len(skus)
