"""The state of the list of pushes."""

from collections.abc import Mapping
from typing import Any

import reflex as rx

from nexus_ui.storage.pushes import PushFilter, PushPage, PushState, push_page
from nexus_ui.ui.address import one_of
from nexus_ui.ui.listing import Listing, Question, Sheet
from nexus_ui.ui.pushes.rows import PushRow, row_of

SHEET = Sheet("/stock/pushes", "push", "", nouns="pushes")


class Pushes(Listing, rx.State):
    """One page of pushes and its filters."""

    rows: list[PushRow] = []
    standing: str = ""

    def _sheet(self) -> Sheet:
        return SHEET

    def _read_filters(self, told: Mapping[str, str]) -> None:
        self.standing = one_of(told.get("state", ""), PushState)

    def _filters(self) -> dict[str, str]:
        return {"state": self.standing}

    def _question(self) -> Question:
        state = PushState(self.standing) if self.standing else None
        return Question(push_page, (PushFilter(self.connection or None, state, self.search), self.number))

    def _drawn(self, page: PushPage) -> dict[str, Any]:
        return {"rows": [row_of(line) for line in page.lines]}
