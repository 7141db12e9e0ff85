"""One page ahead: order kept, failures after the pages before them, nothing left running."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from nexus_ui.adapters.kit.paging import one_ahead


async def numbers(count: int, asked: list[int], broken_at: int = -1) -> AsyncIterator[int]:
    """Pages 0, 1, 2 ...; notes which were asked for."""
    for number in range(count):
        asked.append(number)
        await asyncio.sleep(0)
        if number == broken_at:
            raise ValueError("page cannot be read")
        yield number


async def test_the_next_page_travels_while_one_is_used() -> None:
    """When a page is in hand, the one after it has been asked for."""
    asked: list[int] = []
    seen = []
    async for number in one_ahead(numbers(3, asked)):
        await asyncio.sleep(0)
        seen.append((number, max(asked)))

    assert [(0, 1), (1, 2), (2, 2)] == seen


async def test_a_failure_shows_after_the_pages_before_it() -> None:
    """What arrived is not lost with what did not."""
    seen = []
    with pytest.raises(ValueError, match="cannot be read"):
        async for number in one_ahead(numbers(5, [], broken_at=2)):
            seen.append(number)

    assert [0, 1] == seen


async def test_leaving_early_leaves_nothing_running() -> None:
    """The page under way is given up with the walk."""
    pages = one_ahead(numbers(5, []))
    async for _ in pages:
        break
    await pages.aclose()  # type: ignore[attr-defined]  # it is a generator

    assert 1 == len(asyncio.all_tasks())
