"""One page ahead and jobs side by side: order kept, failures as they come, nothing left running."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest

from nexus_ui.adapters.kit.paging import one_ahead, side_by_side
from nexus_ui.errors import SkipRecord


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


async def test_jobs_side_by_side_answer_in_their_order_and_never_more_than_allowed_run() -> None:
    """The results stand where the jobs stood; the gate holds."""
    running: list[int] = []
    most = 0

    async def job(number: int) -> int:
        nonlocal most
        running.append(number)
        most = max(most, len(running))
        await asyncio.sleep(0.01 / (number + 1))
        running.remove(number)
        return number

    answers = await side_by_side([partial(job, number) for number in range(7)], 3)

    assert (list(range(7)), 3) == (answers, most)


async def test_the_first_failure_ends_the_others_and_is_raised_by_itself() -> None:
    """Nothing goes on for a result nobody will see."""
    ended: list[str] = []

    async def patient() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("patient")
            raise

    async def failing() -> None:
        raise SkipRecord("cannot be read", "1")

    with pytest.raises(SkipRecord):
        await side_by_side([patient, failing], 2)

    assert ["patient"] == ended
