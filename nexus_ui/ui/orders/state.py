"""The state of the Orders page: a list of orders, and the one whose lines are shown."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from nexus_ui.records import OrderStatus
from nexus_ui.storage.orders import OrderFilter, OrderPage, OrderSort, order_lines, order_page
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import one_of
from nexus_ui.ui.listing import Listing, Question, Sheet
from nexus_ui.ui.orders.rows import LineRow, OrderRow, line_of, row_of

SHEET = Sheet("/orders", "order", OrderSort.PLACED.value, down=True)


class Orders(Listing, rx.State):
    """One page of orders, its filters, and the order whose lines are shown."""

    rows: list[OrderRow] = []
    status: str = ""
    since: str = ""
    until: str = ""
    opened: str = ""
    lines: list[LineRow] = []

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

    def _sheet(self) -> Sheet:
        return SHEET

    def _read_filters(self, told: Mapping[str, str]) -> None:
        self.status = one_of(told.get("status", ""), OrderStatus)
        self.since, self.until = _day(told.get("from", "")), _day(told.get("to", ""))
        self.sort = one_of(self.sort, OrderSort, SHEET.sort)

    def _filters(self) -> dict[str, str]:
        return {"status": self.status, "from": self.since, "to": self.until}

    def _question(self) -> Question:
        zone = who().time_zone
        since = _midnight(self.since, zone) if self.since else None
        until = _midnight(self.until, zone, days=1) if self.until else None
        wanted = OrderFilter(self.connection or None, self.status or None, self.search, since, until)
        return Question(order_page, (wanted, OrderSort(self.sort), self.down, self.number))

    def _drawn(self, page: OrderPage) -> dict[str, Any]:
        return {"rows": [row_of(item) for item in page.items]}

    def _opening(self) -> None:
        self.opened, self.lines = "", []


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
