"""The state of the Orders page: the filters stand in the address, one page of rows stands here."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from nexus_ui.records import OrderStatus
from nexus_ui.storage.orders import OrderFilter, OrderSort, order_lines, order_page
from nexus_ui.storage.origins import all_origins
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import address, one_of, whole
from nexus_ui.ui.orders.rows import LineRow, OrderRow, line_of, row_of
from nexus_ui.ui.places import Place, place_of

PATH = "/orders"
PLAIN: Mapping[str, str | int] = {"sort": OrderSort.PLACED.value, "page": 1, "up": ""}
FILTERS = frozenset({"q", "connection", "status", "from", "to"})
MOST_TYPED = 20
"""How many searches on their way to the address are remembered."""


class Orders(rx.State):
    """One page of orders, its filters, and the order whose lines are shown."""

    rows: list[OrderRow] = []
    places: list[Place] = []
    search: str = ""
    connection: str = ""
    status: str = ""
    since: str = ""
    until: str = ""
    sort: str = OrderSort.PLACED.value
    down: bool = True
    number: int = 1
    pages: int = 1
    total: int = 0
    matching: int = 0
    shown: str = ""
    loaded: bool = False
    busy: bool = False
    opened: str = ""
    lines: list[LineRow] = []
    _asked: int = 0
    _typed: list[str] = []

    @rx.var
    def filtered(self) -> bool:
        """Whether any filter hides orders."""
        return bool(self.search or self.connection or self.status or self.since or self.until)

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Read the filters from the address and fetch that page; an older answer never replaces a newer one."""
        zone = who().time_zone
        async with self:
            if not self._read_address():
                return
            self._asked += 1
            self.busy, self.opened = True, ""
            asked, wanted, sort, down, number = self._asked, self._filter(zone), self.sort, self.down, self.number
        page = await asyncio.to_thread(order_page, wanted, OrderSort(sort), down, number)
        origins = await asyncio.to_thread(all_origins)
        async with self:
            if asked != self._asked:
                return
            self.rows = [row_of(item) for item in page.items]
            self.places = [place_of(origin) for origin in origins]
            self.number, self.pages = page.paging.number, page.paging.pages
            self.total, self.matching = page.paging.total, page.paging.matching
            self.shown = words.shown(self.matching, self.total, "order")
            self.loaded, self.busy = True, False

    @needs("viewer")
    async def look_for(self, text: str) -> Any:
        """Search; typing on replaces the address instead of filling the browser's history."""
        self.search = str(text)[:200]
        self._typed = [*self._typed, self.search][-MOST_TYPED:]
        return rx.redirect(self._address(page=1), replace=True)

    @needs("viewer")
    async def narrow(self, name: str, value: str) -> Any:
        """Set one filter, from the first page on."""
        if name not in FILTERS:
            return None
        return rx.redirect(self._address(**{name: str(value)[:200], "page": 1}))

    @needs("viewer")
    async def widen(self) -> Any:
        """Drop every filter."""
        self.search = ""
        nothing = dict.fromkeys(FILTERS, "")
        return rx.redirect(self._address(**nothing, page=1))

    @needs("viewer")
    async def sort_by(self, column: str) -> Any:
        """Sort by a column, the highest first; the same one again turns the order round."""
        up = "1" if column == self.sort and self.down else ""
        return rx.redirect(self._address(sort=str(column), up=up, page=1), replace=True)

    @needs("viewer")
    async def go(self, number: int) -> Any:
        """Open another page."""
        return rx.redirect(self._address(page=int(number)))

    @needs("viewer", background=True)
    async def toggle(self, connection_id: str, ref: str) -> None:
        """Show the lines of one order, or hide them again."""
        key = f"{connection_id} {ref}"
        async with self:
            if self.opened == key:
                self.opened, self.lines = "", []
                return
        found = await asyncio.to_thread(order_lines, connection_id, ref)
        async with self:
            self.opened, self.lines = key, [line_of(line) for line in found]

    def _read_address(self) -> bool:
        """Take the filters from the address; False when somebody has typed on since, and the next one is coming."""
        told = self.router.url.query_parameters
        search = told.get("q", "")[:200]
        if search != self.search and search in self._typed:
            return False
        self.search, self._typed, self.connection = search, [], told.get("connection", "")
        self.status = one_of(told.get("status", ""), OrderStatus)
        self.since, self.until = _day(told.get("from", "")), _day(told.get("to", ""))
        self.sort = one_of(told.get("sort", ""), OrderSort, OrderSort.PLACED.value)
        self.down = told.get("up") != "1"
        self.number = whole(told.get("page", ""))
        return True

    def _filter(self, zone: str) -> OrderFilter:
        since = _midnight(self.since, zone) if self.since else None
        until = _midnight(self.until, zone, days=1) if self.until else None
        return OrderFilter(self.connection or None, self.status or None, self.search, since, until)

    def _address(self, **changed: str | int) -> str:
        now: dict[str, str | int] = {"q": self.search, "connection": self.connection, "status": self.status}
        now |= {"from": self.since, "to": self.until, "sort": self.sort}
        now |= {"up": "" if self.down else "1", "page": self.number}
        return address(PATH, now | changed, PLAIN)


def _day(text: str) -> str:
    """`text` when it is a date such as 2026-11-23, else nothing."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _midnight(day: str, zone: str, days: int = 0) -> datetime:
    """The instant at which that day (or so many days later) begins for the person who looks."""
    begins = date.fromisoformat(day) + timedelta(days=days)
    return datetime.combine(begins, time(0), ZoneInfo(zone)).astimezone(UTC)
