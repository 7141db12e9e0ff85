"""The state of Settings > General: what holds for every connection."""

import asyncio
from dataclasses import asdict, fields
from typing import Any

import reflex as rx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.flows import preferences as flow
from nexus_ui.storage import preferences
from nexus_ui.storage.origins import all_origins
from nexus_ui.storage.preferences import INTERVALS
from nexus_ui.storage.usage import calls_by_marketplace
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.places import Place, place_of
from nexus_ui.ui.settings.forecasts import ForecastRow, forecast_row
from nexus_ui.ui.settings.form import read_preferences

BOXES = tuple(field.name for field in fields(preferences.ConnectionPreferences))


class GeneralSettings(rx.State):
    """The saved values as the form shows them, what is wrong with typed ones, and the forecast."""

    values: dict[str, str] = dict.fromkeys(BOXES, "")
    wrong: dict[str, str] = dict.fromkeys(BOXES, "")
    places: list[Place] = []
    forecasts: list[ForecastRow] = []
    loaded: bool = False
    saved: bool = False
    _calls: dict[str, list[int]] = {}

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the saved values and what earlier cycles cost."""
        found = await asyncio.to_thread(preferences.connections)
        calls = await asyncio.to_thread(calls_by_marketplace)
        origins = await asyncio.to_thread(all_origins)
        async with self:
            self.values = _shown(asdict(found))
            self._calls = calls
            self.places = [place_of(origin) for origin in origins if not origin.removed]
            self.forecasts = _forecasts(found.interval_minutes, calls)
            self.wrong, self.saved, self.loaded = dict.fromkeys(BOXES, ""), False, True

    @needs("viewer")
    async def weigh(self, interval: str) -> None:
        """Show what another interval would cost."""
        self.saved = False
        if interval.isdigit() and int(interval) in INTERVALS:
            self.forecasts = _forecasts(int(interval), self._calls)

    @needs("admin", background=True)
    async def save(self, form: dict[str, Any]) -> None:
        """Keep what was typed, or say at each box what is wrong with it."""
        by = who()
        wanted, problems = read_preferences(form)
        if not problems:
            await asyncio.to_thread(flow.change_connections, wanted, by)
        async with self:
            self.wrong, self.saved = {**dict.fromkeys(BOXES, ""), **problems}, not problems
            if not problems:
                self.values = _shown(asdict(wanted))


def _shown(values: dict[str, Any]) -> dict[str, str]:
    hours = values.pop("alert_cooldown_minutes") / 60
    return {name: f"{value:g}" for name, value in {**values, "alert_cooldown_minutes": hours}.items()}


def _forecasts(interval: int, calls: dict[str, list[int]]) -> list[ForecastRow]:
    return [forecast_row(CATALOGUE[slug], interval, past) for slug, past in sorted(calls.items()) if slug in CATALOGUE]
