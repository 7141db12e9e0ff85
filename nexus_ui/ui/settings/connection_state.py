"""The state of one connection's settings: what is saved, what is wrong with typed values, and what they would do."""

import asyncio
from dataclasses import asdict, dataclass
from typing import Any

import reflex as rx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.errors import BadInput, NotFound
from nexus_ui.flows import manage
from nexus_ui.rules import schedule
from nexus_ui.rules.stock import published
from nexus_ui.storage import connections, cycles, preferences
from nexus_ui.storage.connections import Connected, ConnectionSettings
from nexus_ui.storage.stock_preview import StockSpread, stock_spread
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.forms import filled
from nexus_ui.ui.places import Place
from nexus_ui.ui.settings.forecasts import ForecastRow, forecast_row
from nexus_ui.ui.settings.form import read_connection
from nexus_ui.ui.settings.window_bar import Stretch, said, stretches

BOXES = ("name", *ConnectionSettings.__slots__)
PREVIEWED = frozenset(
    {"interval_minutes", "window_start", "window_end", "time_zone", "lookback_days", "buffer_percent"}
)


@dataclass(frozen=True)
class BufferedRow:
    """One SKU under the typed buffer."""

    sku: str
    available: str
    published: str
    gone: bool


class ConnectionSetup(rx.State):
    """The settings of the connection that the address names."""

    place: Place = Place()
    values: dict[str, str] = dict.fromkeys(BOXES, "")
    typed: dict[str, str] = dict.fromkeys(BOXES, "")
    wrong: dict[str, str] = dict.fromkeys(BOXES, "")
    general_attempts: str = ""
    general_backoff: str = ""
    reach_note: str = ""
    forecast: ForecastRow = ForecastRow("", "", "", "")
    bar: list[Stretch] = []
    window_said: str = ""
    buffered: list[BufferedRow] = []
    buffer_said: str = ""
    buffer_rest: str = ""
    next_sync: str = ""
    loaded: bool = False
    missing: bool = False
    saved: bool = False
    _calls: list[int] = []
    _reach: int | None = None
    _spread: StockSpread = StockSpread(0, (), ())

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the settings of the connection that the address names."""
        connection_id = self.router.url.path.rstrip("/").rpartition("/")[2]
        async with self:
            self.loaded = self.saved = False
        try:
            found = await asyncio.to_thread(connections.get, connection_id)
        except NotFound:
            async with self:
                self.missing, self.loaded = True, True
            return
        past = await asyncio.to_thread(cycles.past, connection_id)
        spread = await asyncio.to_thread(stock_spread, connection_id)
        general = await asyncio.to_thread(preferences.connections)
        async with self:
            self._calls, self._spread = [one.calls for one in past], spread
            self.buffer_rest = _buffer_rest(spread)
            self.general_attempts = f"{general.retry_attempts}, as in the general settings"
            self.general_backoff = f"{general.retry_backoff_seconds:g}, as in the general settings"
            self._take(found)
            self.wrong, self.missing, self.loaded = dict.fromkeys(BOXES, ""), False, True

    @needs("viewer")
    async def preview(self, name: str, value: str) -> None:
        """Show what a typed value would do, without keeping it."""
        if name in PREVIEWED:
            self.typed = {**self.typed, name: str(value)[:60]}
            self.saved = False
            self._weigh()

    @needs("admin", background=True)
    async def save(self, form: dict[str, Any]) -> None:
        """Keep what was typed, or say at each box what is wrong with it."""
        by, connection_id = who().person_id, self.place.id
        wanted, problems = read_connection(form)
        try:
            if not problems:
                if filled(form, "name") != self.place.name:
                    await asyncio.to_thread(manage.rename, connection_id, by, filled(form, "name"))
                await asyncio.to_thread(manage.change_settings, connection_id, by, wanted)
        except BadInput as refused:
            problems = {refused.field: refused.message}
        found = await asyncio.to_thread(connections.get, connection_id)
        async with self:
            self.wrong = {**dict.fromkeys(BOXES, ""), **problems}
            self.saved = not problems
            if not problems:
                self._take(found)

    def _take(self, found: Connected) -> None:
        self.place = Place(found.id, found.name, found.marketplace, found.identifier)
        plain = {name: _shown(value) for name, value in asdict(found.settings).items()}
        self.values = self.typed = {"name": found.name, **plain}
        self._reach = found.orders_reach_days
        self.next_sync = words.iso(found.next_sync_at)
        self._weigh()

    def _weigh(self) -> None:
        """What the typed values would do: calls a day, the window, how far orders reach, the published stock."""
        typed = self.typed
        self.bar = stretches(typed["window_start"], typed["window_end"])
        self.window_said = said(typed["window_start"], typed["window_end"], typed["time_zone"])
        interval = int(typed["interval_minutes"]) if typed["interval_minutes"].isdigit() else 60
        kind = CATALOGUE.get(self.place.marketplace)
        if kind is not None and interval > 0:
            self.forecast = forecast_row(kind, interval, self._calls, _window(typed))
        self.reach_note = _reach_note(typed["lookback_days"], self._reach)
        buffer = typed["buffer_percent"]
        known = buffer.isascii() and buffer.isdigit() and int(buffer) <= manage.MOST_BUFFER
        self.buffered = _buffered(self._spread, int(buffer)) if known else []
        self.buffer_said = _buffer_said(self._spread, int(buffer)) if known else ""


def _shown(value: Any) -> str:
    if value is None or value is False:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _window(typed: dict[str, str]) -> schedule.Window | None:
    try:
        return schedule.window(typed["window_start"], typed["window_end"], typed["time_zone"])
    except ValueError:
        return None


def _reach_note(lookback: str, reach: int | None) -> str:
    if reach is None or not lookback.isdigit() or int(lookback) <= reach:
        return ""
    return f"This account returns orders of the last {reach} days only, so the first import reaches no further."


def _buffered(spread: StockSpread, buffer: int) -> list[BufferedRow]:
    rows = [(one, published(one.available, buffer)) for one in spread.samples]
    return [BufferedRow(one.sku, f"{one.available:,}", f"{shown:,}", shown == 0) for one, shown in rows]


def _buffer_said(spread: StockSpread, buffer: int) -> str:
    if not spread.known:
        return "No stock is known yet, so there is nothing to preview."
    gone = spread.emptied(100 - buffer)
    return f"{gone:,} of {words.count(spread.known, 'SKU')} in stock would be published as zero."


def _buffer_rest(spread: StockSpread) -> str:
    told = [f"{words.count(spread.own, 'SKU')} with an own rule"] if spread.own else []
    told += [f"{words.count(spread.last, 'SKU')} down to the last units"] if spread.last else []
    return f"Not changed by the buffer: {', '.join(told)}." if told else ""
