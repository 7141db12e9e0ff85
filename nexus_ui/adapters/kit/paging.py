"""Walking pages without waiting twice: the next page travels while the last one is being stored."""

import asyncio
from collections.abc import AsyncIterator
from typing import TypeVar

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
