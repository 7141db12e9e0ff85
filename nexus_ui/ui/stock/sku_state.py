"""The state of one SKU, opened: what every connection shows and should show of it, its rules there, its movements."""

import asyncio
from dataclasses import replace
from typing import Any

import reflex as rx

from nexus_ui.errors import BadInput
from nexus_ui.flows import publishing
from nexus_ui.flows.manage import MOST_BUFFER
from nexus_ui.rules import publish
from nexus_ui.storage.stock import StockLine, stock_detail
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.forms import filled
from nexus_ui.ui.parts import toast_bad, toast_ok
from nexus_ui.ui.stock.rows import StockPanel, panel_of, sku_of

BUFFER_WRONG = f"Choose a buffer from 0 to {MOST_BUFFER} percent, or leave it empty."
FOCUS = "setTimeout(() => document.getElementById('own_buffer')?.focus(), 60)"


class StockSku(rx.State):
    """One SKU. `ruling`: the connection whose rule for it is being changed; `said`: what the typed rule would give."""

    panel: StockPanel = StockPanel()
    shown: bool = False
    ruling: str = ""
    kept_off: bool = False
    wrong: str = ""
    said: str = ""
    busy: bool = False
    _line: StockLine | None = None
    _typed: str = ""

    @needs("viewer")
    async def arrive(self) -> None:
        """The page opened: nothing is open on it."""
        self.shown, self.ruling = False, ""

    @needs("viewer", background=True)
    async def open_sku(self, key: str) -> Any:
        """Show one SKU beside the list."""
        if not await self._read(str(key)):
            return toast_bad("This SKU is not here any more.")
        async with self:
            self.shown, self.ruling = True, ""
        return None

    @needs("viewer")
    async def show(self, shown: bool) -> None:
        """Close it (the dialog says when a person does)."""
        self.shown = bool(shown) and self.shown

    @needs("admin")
    async def rule(self, connection_id: str) -> Any:
        """Begin to change the SKU's rule on one connection; a second press leaves it."""
        here = self._here(str(connection_id))
        if here is None or self.ruling == connection_id:
            self.ruling = ""
            return None
        own = here.terms.own_buffer
        self.ruling, self.kept_off, self.wrong = here.origin.connection_id, here.terms.withheld, ""
        self._typed = "" if own is None else str(own)
        self._weigh()
        return rx.call_script(FOCUS)

    @needs("admin")
    async def leave_rule(self) -> None:
        """Change nothing after all."""
        self.ruling = ""

    @needs("admin")
    async def weigh(self, typed: str) -> None:
        """Show what another buffer would publish."""
        self._typed = str(typed)[:20]
        self._weigh()

    @needs("admin")
    async def keep_off(self, kept_off: bool) -> None:
        """Show what keeping the SKU off the connection would publish."""
        self.kept_off = bool(kept_off)
        self._weigh()

    @needs("admin", background=True)
    async def save_rule(self, form: dict[str, Any]) -> Any:
        """Keep the rule, or say at the box what is wrong with it."""
        by, sku, connection_id = who(), self.panel.row.sku, self.ruling
        typed, kept_off = filled(form, "own_buffer")[:20], bool(form.get("kept_off"))
        try:
            own = _percent(typed)
            async with self:
                self.busy, self.wrong = True, ""
            await asyncio.to_thread(publishing.set_rule, connection_id, sku, by, own, kept_off)
        except BadInput as no:
            async with self:
                self.wrong = no.message
            return None
        finally:
            async with self:
                self.busy = False
        await self._read(self.panel.row.key)
        async with self:
            self.ruling = ""
        return toast_ok("The rule is kept. What it changes is published now.")

    async def _read(self, key: str) -> bool:
        found = await asyncio.to_thread(stock_detail, *sku_of(key))
        if found is not None:
            async with self:
                self.panel, self._line = panel_of(found), found.line
        return found is not None

    def _here(self, connection_id: str) -> Any:
        shown = self._line.shown if self._line else ()
        return next((one for one in shown if one.origin.connection_id == connection_id), None)

    def _weigh(self) -> None:
        here, available = self._here(self.ruling), self._line.available if self._line else None
        try:
            own = _percent(self._typed)
        except BadInput:
            here = None
        if here is None or available is None:
            self.said = ""
            return
        found = publish.target(available, replace(here.terms, own_buffer=own, withheld=self.kept_off))
        self.said = f"{words.count(found.quantity, 'unit')} would be published: {found.rule}."


def _percent(typed: str) -> int | None:
    """The buffer in a box; None where it is empty. Raises BadInput."""
    text = typed.strip().removesuffix("%").strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 2 or int(text) > MOST_BUFFER:
        raise BadInput(BUFFER_WRONG, field="own_buffer")
    return int(text)
