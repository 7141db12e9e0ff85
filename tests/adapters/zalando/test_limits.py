"""Spending Zalando's windows without being refused, and learning from a refusal."""

from datetime import UTC, datetime

import httpx
import pytest

from nexus_ui.adapters.kit.limits import budget
from nexus_ui.adapters.zalando.stock import LEAST_COST
from tests.adapters.zalando import scripted
from tests.adapters.zalando.scripted import ZALANDO, adapter_over

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ALLOWED = {
    "product_reports": (240, 60),
    "orders": (40, 60),
    "set_stock": (2000, 60),
    "zfs_quantities": (200, 60),
    "zfs_snapshot": (60, 3600),
}
"""What the developer pages allow within a window of so many seconds."""


@pytest.mark.parametrize("operation", sorted(ALLOWED))
def test_no_window_can_hold_more_than_is_allowed(operation: str) -> None:
    """What can be spent at once, and all that comes back within a window, stay below its limit together."""
    limit = next(limit for limit in ZALANDO.limits if limit.operation == operation)
    allowed, seconds = ALLOWED[operation]

    assert limit.burst + limit.per_second * seconds <= allowed
    assert limit.dearest_call <= limit.burst


def test_calls_with_stock_stay_below_their_own_limit() -> None:
    """Sixty a minute, however few updates each holds."""
    limit = next(limit for limit in ZALANDO.limits if limit.operation == "set_stock")

    assert (limit.burst + limit.per_second * 60) / LEAST_COST <= 60


async def test_a_refusal_tells_the_true_limit() -> None:
    """It replaces what the pages say, from then on."""
    answers = [
        httpx.Response(429, json={"message": "Too many"}, headers={"Retry-After": "0", "X-Rate-Limit": "480"}),
        scripted.orders([], []),
    ]
    limits = budget("zalando", {"account": "learning"}, ZALANDO.limits)
    adapter = adapter_over(lambda _: answers.pop(0), budget=limits)

    await anext(adapter.orders(LONG_AGO, None))

    bucket = limits.bucket("orders")
    assert bucket is not None
    assert (120, 6) == (bucket.burst, bucket.per_second)


@pytest.mark.parametrize("told", ["", "0", "many", "-4"])
async def test_a_limit_that_makes_no_sense_teaches_nothing(told: str) -> None:
    """The documented one stays."""
    answers = [
        httpx.Response(429, json={"message": "Too many"}, headers={"Retry-After": "0", "X-Rate-Limit": told}),
        scripted.orders([], []),
    ]
    limits = budget("zalando", {"account": f"nonsense {told}"}, ZALANDO.limits)
    await anext(adapter_over(lambda _: answers.pop(0), budget=limits).orders(LONG_AGO, None))
    bucket = limits.bucket("orders")

    assert bucket is not None
    assert 10 == bucket.burst
