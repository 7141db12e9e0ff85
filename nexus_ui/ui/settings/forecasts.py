"""What an interval costs, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexus_ui.adapters.contract import Marketplace
from nexus_ui.rules.forecast import forecast
from nexus_ui.rules.schedule import Window


@dataclass(frozen=True)
class ForecastRow:
    """One marketplace's forecast."""

    marketplace: str
    name: str
    calls: str
    budget: str


def forecast_row(
    marketplace: Marketplace, interval_minutes: int, past_calls: Sequence[int], window: Window | None = None
) -> ForecastRow:
    """Calls a day at this interval, judged by earlier cycles, and what the marketplace's documents allow."""
    limit = marketplace.limits[0] if marketplace.limits else None
    told = forecast(interval_minutes, past_calls, limit.per_second if limit else None, window)
    if told.calls_per_day is None:
        calls = f"{_number(told.cycles_per_day)} cycles a day; the first cycle will show how many calls that makes."
    else:
        each = _number(told.calls_per_cycle or 0)
        calls = f"About {_number(told.calls_per_day)} calls a day ({_number(told.cycles_per_day)} cycles of {each})."
    if limit is None or told.quota_per_day is None:
        budget = "It documents no limit."
    else:
        share = "" if told.quota_share is None else f" At one unit a call that is {_percent(told.quota_share)} of it."
        budget = f"Its documented budget restores {_number(told.quota_per_day)} units a day.{share}"
    return ForecastRow(marketplace.slug, marketplace.name, calls, budget)


def _number(value: float) -> str:
    return f"{value:,.1f}" if value < 10 and value != int(value) else f"{value:,.0f}"


def _percent(share: float) -> str:
    if share < 0.001:
        return "less than 0.1 %"
    return f"{share * 100:,.1f} %"
