"""What an interval costs, in sentences."""

from collections.abc import Sequence
from dataclasses import dataclass

from nexus_ui.adapters.contract import Limit, Marketplace
from nexus_ui.rules.forecast import SECONDS_PER_DAY, Forecast, forecast
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
    told = forecast(interval_minutes, past_calls, limit.per_second / limit.dearest_call if limit else None, window)
    if told.calls_per_day is None:
        calls = f"{_number(told.cycles_per_day)} cycles a day; the first cycle will show how many calls that makes."
    else:
        each = _number(told.calls_per_cycle or 0)
        calls = f"About {_number(told.calls_per_day)} calls a day ({_number(told.cycles_per_day)} cycles of {each})."
    return ForecastRow(marketplace.slug, marketplace.name, calls, _budget(limit, told))


def _budget(limit: Limit | None, told: Forecast) -> str:
    if limit is None:
        return "It documents no limit."
    allowed = f"{_number(limit.per_second * SECONDS_PER_DAY)} {limit.unit} a day it restores"
    dear = f" (a call costs at most {_number(limit.dearest_call)})" if limit.dearest_call != 1 else ""
    if told.quota_share is None:
        return f"Counted against the {allowed}{dear}."
    return f"That is {'at most ' if dear else ''}{_percent(told.quota_share)} of the {allowed}{dear}."


def _number(value: float) -> str:
    return f"{value:,.1f}" if value < 10 and value != int(value) else f"{value:,.0f}"


def _percent(share: float) -> str:
    if share < 0.001:
        return "less than 0.1 %"
    return f"{share * 100:,.1f} %"
