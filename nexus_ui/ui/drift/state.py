"""The state of the drift board: what differs, and pushing it again."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import reflex as rx

from nexus_ui.flows import publishing
from nexus_ui.storage.drift_board import DriftFilter, DriftPage, DriftSort, drift_page
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import one_of
from nexus_ui.ui.drift.rows import DriftRow, row_of
from nexus_ui.ui.listing import Listing, Question, Sheet
from nexus_ui.ui.parts import toast_ok

SHEET = Sheet("/stock/drift", "listing", DriftSort.SINCE.value, pace=3.0)
"""Every listing is compared at each look, so that the board looks less often than other lists."""


class Drift(Listing, rx.State):
    """One page of listings that differ."""

    rows: list[DriftRow] = []
    pushing: str = ""

    @rx.var
    def ready(self) -> int:
        """How many of the rows shown can be pushed again."""
        return sum(row.again for row in self.rows)

    @needs("admin", background=True)
    async def repush(self, key: str) -> Any:
        """Push one listing again."""
        return await self._push(str(key), [row for row in self.rows if row.key == key and row.again])

    @needs("admin", background=True)
    async def repush_shown(self) -> Any:
        """Push everything on this page again that can be."""
        return await self._push("all", [row for row in self.rows if row.again])

    async def _push(self, name: str, rows: Sequence[DriftRow]) -> Any:
        by, skus = who(), defaultdict[str, list[str]](list)
        for row in rows:
            skus[row.place.id].append(row.sku)
        if not skus:
            return None
        async with self:
            self.pushing = name
        try:
            for connection_id, wanted in skus.items():
                await asyncio.to_thread(publishing.repush, connection_id, wanted, by)
        finally:
            async with self:
                self.pushing = ""
                question = self._question()
        found = await asyncio.to_thread(question.answer)
        async with self:
            self._told(found)
        return toast_ok(f"{words.count(len(rows), 'number')} will be pushed again.")

    def _sheet(self) -> Sheet:
        return SHEET

    def _read_filters(self, told: Mapping[str, str]) -> None:
        self.sort = one_of(self.sort, DriftSort, SHEET.sort)

    def _filters(self) -> dict[str, str]:
        return {}

    def _question(self) -> Question:
        wanted = DriftFilter(self.connection or None, self.search)
        return Question(drift_page, (wanted, DriftSort(self.sort), self.down, self.number))

    def _drawn(self, page: DriftPage) -> dict[str, Any]:
        return {"rows": [row_of(line) for line in page.lines]}
