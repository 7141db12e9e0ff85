"""The state of the Stock page: a list of SKUs, and the one being changed."""

import asyncio
from collections.abc import Mapping
from typing import Any

import reflex as rx

from nexus_ui.errors import BadInput
from nexus_ui.flows import stock as flow
from nexus_ui.ids import new_id
from nexus_ui.storage.stock import Only, StockFilter, StockPage, StockSort, stock_page
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import address, one_of
from nexus_ui.ui.forms import filled
from nexus_ui.ui.listing import Listing, Question, Sheet
from nexus_ui.ui.parts import toast_ok
from nexus_ui.ui.stock.rows import StockRow, row_of, sku_of

SHEET = Sheet("/stock", "SKU", StockSort.SKU.value)
EXPORT = "/api/export/stock.csv"
FOCUS = "setTimeout(() => document.getElementById('on_hand')?.select(), 60)"


class Stock(Listing, rx.State):
    """One page of SKUs and its filters. `seen` is the number the person who edits had before them."""

    rows: list[StockRow] = []
    only: str = ""
    editing: str = ""
    seen: str = ""
    wrong: dict[str, str] = {"on_hand": "", "reason": ""}
    _once: str = ""

    @rx.var
    def export_address(self) -> str:
        """Where the SKUs that match can be downloaded."""
        return address(EXPORT, {"q": self.search, "connection": self.connection, **self._filters()}, {})

    @needs("admin")
    async def edit(self, key: str) -> Any:
        """Begin to change what is on hand of one SKU; a second press leaves it."""
        row = next((row for row in self.rows if row.key == key), None)
        if row is None or self.editing == key:
            self._leave()
            return None
        self._leave()
        self.editing, self.seen, self._once = row.key, row.seen, new_id("edit")
        return rx.call_script(FOCUS)

    @needs("admin")
    async def leave(self) -> None:
        """Change nothing after all."""
        self._leave()

    @needs("admin", background=True)
    async def save(self, form: dict[str, Any]) -> Any:
        """Set what is on hand, or say at the box what is wrong; every browser that shows the SKU follows."""
        by = who()
        async with self:
            key, seen, once = self.editing, self.seen, self._once
        if not key:
            return None
        sku, sandbox = sku_of(key)
        before = int(seen) if seen else None
        typed, reason = filled(form, "on_hand")[:40], filled(form, "reason")[:400]
        try:
            await asyncio.to_thread(flow.change, sku, sandbox, typed, before, reason, by, once)
        except BadInput as no:
            async with self:
                self.wrong = {"on_hand": "", "reason": "", no.field or "on_hand": no.message}
            return None
        async with self:
            self._leave()
            question = self._question()
        found = await asyncio.to_thread(question.answer)
        async with self:
            self._told(found)
        return toast_ok(f"{sku}: {int(typed):,} on hand.")

    def _leave(self) -> None:
        self.editing, self.seen, self.wrong = "", "", {"on_hand": "", "reason": ""}

    def _sheet(self) -> Sheet:
        return SHEET

    def _read_filters(self, told: Mapping[str, str]) -> None:
        self.only = one_of(told.get("only", ""), Only)
        self.sort = one_of(self.sort, StockSort, SHEET.sort)

    def _filters(self) -> dict[str, str]:
        return {"only": self.only}

    def _question(self) -> Question:
        wanted = StockFilter(self.connection or None, Only(self.only) if self.only else None, self.search)
        return Question(stock_page, (wanted, StockSort(self.sort), self.down, self.number))

    def _drawn(self, page: StockPage) -> dict[str, Any]:
        return {"rows": [row_of(line) for line in page.lines]}

    def _opening(self) -> None:
        self._leave()
