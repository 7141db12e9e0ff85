"""A few calls at once: Kaufland tells order by order and unit by unit what its lists leave out."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from nexus_ui.errors import NexusError

PARALLEL = 6
"""Calls at once of one stream. The seller's other storefronts and programs share the same budget."""

T = TypeVar("T")


async def side_by_side(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """Run jobs together; the first that fails ends the others, and its error is raised by itself."""
    room = asyncio.Semaphore(PARALLEL)

    async def admitted(job: Callable[[], Awaitable[T]]) -> T:
        async with room:
            return await job()

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(admitted(job)) for job in jobs]
    except ExceptionGroup as failed:
        known, unknown = failed.split(NexusError)
        if known is None or unknown is not None:
            raise
        raise known.exceptions[0] from None
    return [task.result() for task in tasks]
