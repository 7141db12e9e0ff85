"""The state of the sync log: one page of one connection's cycles, and the cycle that is opened."""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import reflex as rx

from nexus_ui.errors import NotFound
from nexus_ui.storage.sync_log import CycleDetail, LogPage, Result, cycle, log_page, page_with
from nexus_ui.ui import words
from nexus_ui.ui.access import needs
from nexus_ui.ui.address import one_of
from nexus_ui.ui.live import look, look_no_longer
from nexus_ui.ui.parts import copied, toast_bad, toast_ok
from nexus_ui.ui.places import Place, place_of
from nexus_ui.ui.sync_log.rows import CycleRow, DetailView, detail_of, row_of

EXPORT = "/api/export/cycles.csv"


@dataclass(frozen=True)
class Wanted:
    """What the dialog shows: whose log, which cycles, which page, and the cycle that is opened."""

    connection_id: str
    result: str = ""
    number: int = 1
    cycle_id: str = ""


@dataclass(frozen=True)
class Found:
    """The answer to it."""

    wanted: Wanted
    page: LogPage
    detail: CycleDetail | None


class SyncLog(rx.State):
    """The log that is open, if any."""

    shown: bool = False
    place: Place = Place()
    rows: list[CycleRow] = []
    result: str = ""
    number: int = 1
    pages: int = 1
    matching: int = 0
    total: int = 0
    counted: str = ""
    opened: str = ""
    detail: DetailView = DetailView()

    @rx.var
    def export_address(self) -> str:
        """Where the shown cycles can be downloaded."""
        asked = {"connection": self.place.id} | ({"status": self.result} if self.result else {})
        return f"{EXPORT}?{urlencode(asked)}"

    @needs("viewer", background=True)
    async def arrive(self) -> Any:
        """Open the log that the address names, at the cycle it names."""
        told = self.router.url.query_parameters
        connection_id, cycle_id = told.get("log", ""), told.get("cycle", "")
        if not connection_id:
            async with self:
                self._close()
            return None
        number = await asyncio.to_thread(page_with, connection_id, cycle_id) if cycle_id else 1
        refusal = await self._show(Wanted(connection_id, "", number, cycle_id))
        return refusal or (rx.scroll_to(f"entry-{cycle_id}") if self.opened else None)

    @needs("viewer", background=True)
    async def open_log(self, connection_id: str) -> Any:
        """Open the log of a connection."""
        return await self._show(Wanted(connection_id))

    @needs("viewer", background=True)
    async def narrow(self, result: str) -> Any:
        """Show only cycles that ended so; nothing means all."""
        return await self._show(Wanted(self.place.id, one_of(result, Result)))

    @needs("viewer", background=True)
    async def go(self, number: int) -> Any:
        """Open another page."""
        return await self._show(Wanted(self.place.id, self.result, int(number)))

    @needs("viewer", background=True)
    async def toggle(self, cycle_id: str) -> Any:
        """Open one cycle, or close it again."""
        opened = "" if cycle_id == self.opened else cycle_id
        return await self._show(Wanted(self.place.id, self.result, self.number, opened))

    @needs("viewer")
    async def show(self, shown: bool) -> Any:
        """Close the log (the dialog says when a person does); the address then no longer names it."""
        if shown:
            return None
        self._close()
        told = dict(self.router.url.query_parameters)
        if "log" not in told:
            return None
        rest = {name: value for name, value in told.items() if name not in {"log", "cycle"}}
        path = self.router.url.path
        return rx.redirect(f"{path}?{urlencode(rest)}" if rest else path, replace=True)

    @needs("viewer")
    async def copy_link(self, cycle_id: str) -> Any:
        """Put the address of one cycle on the clipboard."""
        here = self.router.url
        asked = urlencode({"log": self.place.id, "cycle": cycle_id})
        return [copied(f"{here.origin}{here.path}?{asked}"), toast_ok("The link is copied.")]

    async def _show(self, wanted: Wanted) -> Any:
        try:
            found = await asyncio.to_thread(_ask, wanted)
        except NotFound as gone:
            return toast_bad(gone.message)
        async with self:
            self._told(found)
            self.shown = True
            look(self, wanted, lambda: _ask(wanted))
        return None

    def _close(self) -> None:
        self.shown = False
        look_no_longer(self)

    def _told(self, found: Found) -> None:
        """Take in what the log shows now; what did not change is left alone."""
        page, place = found.page, found.page.paging
        news: dict[str, Any] = {
            "place": place_of(page.origin),
            "rows": [row_of(line) for line in page.lines],
            "result": found.wanted.result,
            "number": place.number,
            "pages": place.pages,
            "matching": place.matching,
            "total": place.total,
            "counted": words.shown(place.matching, place.total, "entry", "entries"),
            "opened": found.detail.line.id if found.detail else "",
            "detail": detail_of(found.detail) if found.detail else DetailView(),
        }
        for name, value in news.items():
            if getattr(self, name) != value:
                setattr(self, name, value)


def _ask(wanted: Wanted) -> Found:
    """The page and the opened cycle, from the database; raises NotFound for an unknown connection."""
    page = log_page(wanted.connection_id, Result(wanted.result) if wanted.result else None, wanted.number)
    return Found(wanted, page, _opened(wanted))


def _opened(wanted: Wanted) -> CycleDetail | None:
    if not wanted.cycle_id:
        return None
    try:
        found = cycle(wanted.cycle_id)
    except NotFound:
        return None
    return found if found.line.connection_id == wanted.connection_id else None
