"""Asking without waiting twice: the next page travels while the last one is stored, single calls go side by side."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TypeVar

from nexus_ui.errors import NexusError

T = TypeVar("T")


async def one_ahead(pages: AsyncIterator[T]) -> AsyncIterator[T]:
    """The same pages, each fetched while the one before is in use; a failure shows after the pages before it."""
    upcoming = asyncio.ensure_future(anext(pages))
    try:
        while True:
            try:
                page = await upcoming
            except StopAsyncIteration:
                return
            upcoming = asyncio.ensure_future(anext(pages))
            yield page
    finally:
        upcoming.cancel()
        await asyncio.wait({upcoming})
        if not upcoming.cancelled():
            upcoming.exception()


async def side_by_side(jobs: Sequence[Callable[[], Awaitable[T]]], at_once: int) -> list[T]:
    """Run jobs, at most so many at a time; the first that fails ends the others, and its error is raised by itself."""
    room = asyncio.Semaphore(at_once)

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
