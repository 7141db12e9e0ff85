"""The watchman's loop: rounds go on, in one process at a time, whatever one of them does."""

import asyncio
import time
from collections.abc import Callable

import pytest

from nexus_ui.storage import beats
from nexus_ui.watchman import Round, Watchman
from tests import databases

PATIENCE = 90.0


async def until(wanted: Callable[[], bool]) -> None:
    """Wait until `wanted()`; fails after a while."""
    end = time.monotonic() + PATIENCE
    while not wanted():
        assert time.monotonic() < end
        await asyncio.sleep(0.01)


def counting(name: str, walked: list[str]) -> Round:
    """A round that notes each time it is walked."""

    async def work() -> None:
        walked.append(name)

    return Round(name, 0.02, work)


async def test_a_round_that_fails_or_hangs_holds_up_no_other(
    sqlite_database: databases.Database, caplog: pytest.LogCaptureFixture
) -> None:
    """One raises, one never ends: the third goes on, and the trouble is said once."""
    walked: list[str] = []

    async def break_down() -> None:
        raise ZeroDivisionError("something odd")

    async def hang() -> None:
        walked.append("hanging")
        await asyncio.sleep(3600)

    rounds = (Round("broken round", 0.01, break_down), Round("hanging round", 0.01, hang), counting("good", walked))
    async with Watchman(rounds).on_duty():
        await until(lambda: walked.count("good") > 5)

    assert 1 == walked.count("hanging")
    assert 1 == sum("The broken round does not work" in line.message for line in caplog.records)


async def test_of_two_watchmen_one_walks_and_the_other_takes_over(database: databases.Database) -> None:
    """While the first holds the post the second stands by; it walks as soon as the first has left."""
    walked: list[str] = []
    first, second = (Watchman((counting(name, walked),)) for name in ("first", "second"))

    async with second.on_duty():
        await until(lambda: walked.count("second") > 2)
        async with first.on_duty():
            await asyncio.sleep(0.1)
            assert "first" not in walked
    async with first.on_duty():
        await until(lambda: "first" in walked)


async def test_it_leaves_a_sign_of_life_and_takes_it_back(sqlite_database: databases.Database) -> None:
    """The header can show that somebody watches."""
    async with Watchman(()).on_duty():
        await until(lambda: bool(beats.signs("watchman")))

    assert [] == beats.signs()
