"""The state of Settings > General > Stock: when a push waits for a person, and where last units are published."""

import asyncio
from dataclasses import asdict
from typing import Any

import reflex as rx

from nexus_ui.errors import BadInput
from nexus_ui.flows import publishing
from nexus_ui.storage import preferences
from nexus_ui.storage.preferences import StockPreferences
from nexus_ui.storage.stock_preview import LastUnits, last_units
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.settings.form import read_stock

BOXES = tuple(StockPreferences.__dataclass_fields__)
MOST_UNITS = 1_000


class StockSettings(rx.State):
    """The saved values as the form shows them, what is wrong with typed ones, and what they would do."""

    values: dict[str, str] = dict.fromkeys(BOXES, "")
    wrong: dict[str, str] = dict.fromkeys(BOXES, "")
    said: str = ""
    loaded: bool = False
    saved: bool = False
    _typed: dict[str, str] = {}
    _few: LastUnits = LastUnits(())

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the saved values."""
        found = await asyncio.to_thread(preferences.stock)
        await self._count(found.last_unit_connection)
        async with self:
            self._take(found)
            self.wrong, self.saved, self.loaded = dict.fromkeys(BOXES, ""), False, True

    @needs("viewer", background=True)
    async def weigh(self, name: str, value: str) -> None:
        """Show what the last-unit rule would do, without keeping it."""
        if name not in BOXES:
            return
        if name == "last_unit_connection":
            await self._count(str(value)[:80])
        async with self:
            self._typed, self.saved = {**self._typed, name: str(value)[:80]}, False
            self._weigh()

    @needs("admin", background=True)
    async def save(self, form: dict[str, Any]) -> None:
        """Keep what was typed, or say at each box what is wrong with it."""
        by = who()
        wanted, problems = read_stock(form)
        try:
            if not problems:
                await asyncio.to_thread(publishing.save_stock_preferences, wanted, by)
        except BadInput as refused:
            problems = {refused.field: refused.message}
        async with self:
            self.wrong, self.saved = {**dict.fromkeys(BOXES, ""), **problems}, not problems
            if not problems:
                self._take(wanted)

    async def _count(self, connection_id: str) -> None:
        few = await asyncio.to_thread(last_units, connection_id, MOST_UNITS) if connection_id else LastUnits(())
        async with self:
            self._few = few

    def _take(self, found: StockPreferences) -> None:
        self.values = {name: str(value) for name, value in asdict(found).items()}
        self._typed = dict(self.values)
        self._weigh()

    def _weigh(self) -> None:
        units = self._typed.get("last_units", "")
        known = units.isascii() and units.isdigit() and 0 < int(units) <= MOST_UNITS
        if not known or not self._typed.get("last_unit_connection"):
            self.said = ""
            return
        moved = words.count(self._few.below(int(units)), "SKU")
        self.said = f"At present this would be {moved}: shown there, and as sold out on the other connections."
