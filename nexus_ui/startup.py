"""What happens when the web process starts and ends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def whole_life() -> AsyncIterator[None]:
    """Runs around the life of the web process."""
    yield
