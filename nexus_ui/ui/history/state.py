"""The state of the History page: the SKU or order that the address names, and what happened to it until a moment."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import reflex as rx

from nexus_ui.storage.history import OrderHistory, Past, of_order, of_sku
from nexus_ui.storage.stock import StockDetail, stock_detail
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import HISTORY, address
from nexus_ui.ui.history.rows import HistoryRow, row_of
from nexus_ui.ui.live import look
from nexus_ui.ui.places import Place, place_of
from nexus_ui.ui.stock.rows import StockRow
from nexus_ui.ui.stock.rows import row_of as stock_row

PACE = 0.5
"""Seconds between two looks while connections keep changing, as they do during an import."""
NAMES = ("sku", "sandbox", "connection", "order", "until")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose history the address asks for, and before which moment."""

    sku: str
    sandbox: bool
    connection_id: str
    order: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """What there is of it. Neither a SKU nor an order: nobody knows the thing."""

    past: Past
    sku: StockDetail | None = None
    order: OrderHistory | None = None


class History(rx.State):
    """What happened to one thing, newest first."""

    rows: list[HistoryRow] = []
    name: str = ""
    is_order: bool = False
    stock: StockRow = StockRow()
    place: Place = Place()
    status: str = ""
    until: str = ""
    earlier: str = ""
    now_address: str = ""
    loaded: bool = False
    missing: bool = False

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the history that the address names, and follow it from now on."""
        async with self:
            told = dict(self.router.url.query_parameters)
            wanted = _wanted(told, who().time_zone)
            zone = who().time_zone
            self.until = wanted.until.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M:%S") if wanted.until else ""
            self.loaded = self.loaded and self.name == (wanted.sku or self.name)
            look(self, ("history", wanted), lambda: _ask(wanted), pace=PACE)
        found = await asyncio.to_thread(_ask, wanted)
        async with self:
            if wanted == _wanted(dict(self.router.url.query_parameters), zone):
                self._told(found)

    @needs("viewer")
    async def look_before(self, moment: str) -> Any:
        """Show how everything stood at a moment of the person's own clock; no moment means now."""
        return rx.redirect(_address(dict(self.router.url.query_parameters), str(moment)[:40]))

    def _told(self, found: Found) -> None:
        """Take in what happened; what did not change is not sent again."""
        told = dict(self.router.url.query_parameters)
        last = found.past.happenings[-1].at if found.past.older else None
        news: dict[str, Any] = {
            "rows": [row_of(one, found.order is not None) for one in found.past.happenings],
            "loaded": True,
            "missing": found.sku is None and found.order is None and not found.past.happenings,
            "is_order": "order" in told,
            "name": told.get("sku", ""),
            "earlier": _address(told, last.isoformat()) if last else "",
            "now_address": _address(told, ""),
            "stock": stock_row(found.sku.line, every=True) if found.sku else StockRow(),
        }
        if found.order is not None:
            order = found.order
            said = f"{order.status.capitalize()} ({order.marketplace_status})" if order.marketplace_status else ""
            news |= {"name": f"Order {order.number}", "place": place_of(order.origin)}
            news |= {"status": said or order.status.capitalize()}
        for name, value in news.items():
            if getattr(self, name) != value:
                setattr(self, name, value)


def _ask(wanted: Wanted) -> Found:
    if wanted.order:
        order = of_order(wanted.connection_id, wanted.order, wanted.until)
        return Found(order.past if order else Past((), False), order=order)
    return Found(of_sku(wanted.sku, wanted.sandbox, wanted.until), stock_detail(wanted.sku, wanted.sandbox))


def _wanted(told: Mapping[str, str], zone: str) -> Wanted:
    until = _moment(told.get("until", ""), zone)
    sandbox = told.get("sandbox") == "1"
    return Wanted(told.get("sku", ""), sandbox, told.get("connection", ""), told.get("order", ""), until)


def _moment(text: str, zone: str) -> datetime | None:
    """The instant an address names, in the person's own zone unless it says which; None for nonsense."""
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _address(told: Mapping[str, str], until: str) -> str:
    return address(HISTORY, {name: told.get(name, "") for name in NAMES} | {"until": until}, {})
