"""What an interval costs: calls per day, judged by earlier cycles, against the marketplace's quota."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from nexus_ui.rules.schedule import DAY_MINUTES, Window

SECONDS_PER_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Forecast:
    """`calls_per_day` and `quota_share` are None until a first cycle has shown what one costs."""

    cycles_per_day: float
    calls_per_cycle: float | None
    calls_per_day: float | None
    quota_per_day: float | None
    quota_share: float | None


def forecast(
    interval_minutes: int,
    past_calls: Sequence[int],
    per_second: float | None = None,
    sync_window: Window | None = None,
) -> Forecast:
    """Calls per day at this interval, and their share of a quota of `per_second` calls."""
    cycles = cycles_per_day(interval_minutes, sync_window)
    quota = per_second * SECONDS_PER_DAY if per_second else None
    if not past_calls:
        return Forecast(cycles, None, None, quota, None)
    each = float(median(past_calls))
    calls = each * cycles
    return Forecast(cycles, each, calls, quota, calls / quota if quota else None)


def cycles_per_day(interval_minutes: int, sync_window: Window | None = None) -> float:
    """How many regular cycles start on an ordinary day; at least one when there is a window at all."""
    whole = DAY_MINUTES / interval_minutes
    if sync_window is None or sync_window.start == sync_window.end:
        return whole
    some_day = date(2000, 1, 1)
    opens, closes = datetime.combine(some_day, sync_window.start), datetime.combine(some_day, sync_window.end)
    open_for = (closes - opens) % timedelta(days=1)
    return max(1.0, whole * (open_for / timedelta(days=1))) if whole >= 1 else whole
