"""Suspicious success: a shop's own pattern decides, and a young shop is never doubted."""

import math
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nexus_ui.rules.volume import Brought, doubt

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2026, 10, 5, 0, 3, tzinfo=UTC)
"""A Monday three weeks before the clocks are set back."""


def rate(at: datetime, per_day: float) -> float:
    """Orders per hour: a peak in the evening, weak nights, half on Sundays."""
    local = at.astimezone(BERLIN)
    hour = local.hour + local.minute / 60
    wave = 1 + 0.9 * math.cos((hour - 19) / 24 * 2 * math.pi)
    return per_day / 24 * wave * (0.5 if local.weekday() == 6 else 1.0)


def poisson(dice: random.Random, mean: float) -> int:
    """A number of independent events."""
    count, product = 0, dice.random()
    while product > math.exp(-mean):
        count, product = count + 1, product * dice.random()
    return count


def shop(seed: int, days: float, per_day: float, minutes: int = 60, products: int = 500) -> list[Brought]:
    """The cycles of a shop in which nothing is wrong."""
    dice = random.Random(seed)
    return [
        Brought(at, products, poisson(dice, rate(at, per_day) * minutes / 60), products)
        for at in (START + timedelta(minutes=minutes * n) for n in range(int(days * 1440 / minutes)))
    ]


def growing(cycles: list[Brought], since: timedelta) -> Iterator[list[Brought]]:
    """The cycles as they stood after each one, from so long after the start on."""
    for n, one in enumerate(cycles):
        if one.at - START >= since:
            yield cycles[: n + 1]


@pytest.mark.parametrize(("per_day", "minutes"), [(6, 60), (120, 60), (1500, 60), (120, 240), (300, 1440)])
def test_a_shop_in_order_is_not_doubted_over_weeks(per_day: float, minutes: int) -> None:
    """Nights, Sundays and the change of the clocks are part of its pattern."""
    cycles = shop(7, 35, per_day, minutes)
    doubts = [found for seen in growing(cycles, timedelta(days=3)) if (found := doubt(seen[-700:], BERLIN))]

    assert [] == doubts


@pytest.mark.parametrize(
    ("per_day", "within"),
    [pytest.param(1500, 1, id="busy"), pytest.param(240, 3, id="middling"), pytest.param(60, 24, id="quiet")],
)
def test_orders_that_stop_coming_are_doubted_soon(per_day: float, within: int) -> None:
    """Every cycle succeeds and brings nothing: the busier the shop, the sooner it is said."""
    cycles = shop(3, 15, per_day)
    evening = next(n for n, one in enumerate(cycles) if n > 13 * 24 and one.at.astimezone(BERLIN).hour == 18)
    dry = [Brought(one.at, one.products, 0, one.inventory) for one in cycles[evening:]]
    said = [doubt(cycles[:evening] + dry[: n + 1], BERLIN) for n in range(24)]

    first = next(n for n, found in enumerate(said) if found)
    assert first < within
    assert " in the last " in said[first]
    assert ", usually " in said[first]


def test_the_sentence_says_what_is_usual_at_this_hour() -> None:
    """What came, and what comes on weak and strong days."""
    numbers = [12, 30, 20, 25, 18, 22, 28, 15]
    cycles = [Brought(START + timedelta(days=n), 0, number, 0) for n, number in enumerate(numbers)]
    cycles.append(Brought(START + timedelta(days=8), 0, 0, 0))

    assert "0 orders in the last hour, usually 12–30 at this hour." == doubt(cycles, BERLIN)


@pytest.mark.parametrize("days", [0, 0.1, 3, 6.9])
def test_a_young_connection_is_never_doubted(days: float) -> None:
    """Seven days of the same hours are the least."""
    cycles = shop(5, days, 2000)
    cycles.append(Brought(START + timedelta(days=days), 500, 0, 500))

    assert "" == doubt(cycles, BERLIN)


def test_hours_in_which_it_was_not_read_prove_nothing() -> None:
    """After a pause the first cycle stands alone in its hours: it is not held against full ones."""
    cycles = shop(5, 14, 2000, minutes=15)
    alone = Brought(cycles[-1].at + timedelta(hours=30), 500, 0, 500)

    assert "" == doubt([*cycles, alone], BERLIN)


def test_a_catalogue_that_is_suddenly_empty_is_doubted_for_a_day() -> None:
    """Nothing failed and nothing was read; after a day of it that is the new pattern."""
    cycles = shop(5, 9, 0)
    empty = [Brought(cycles[-1].at + timedelta(hours=n + 1), 0, 0, 500) for n in range(24 * 9)]
    said = [doubt(cycles + empty[: n + 1], BERLIN) for n in range(len(empty))]

    assert "0 products read, usually 500." == said[0] == said[23]
    assert "" == said[-1]


def test_changes_only_have_no_pattern() -> None:
    """Where most reads bring nothing, nothing is suspicious about nothing."""
    cycles = shop(5, 9, 0)
    changes = [Brought(one.at, 500 if n % 6 == 0 else 0, 0, 0) for n, one in enumerate(cycles)]

    assert "" == doubt(changes, BERLIN)
