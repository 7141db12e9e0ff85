"""The state of the Connections page: one page of cards, its filters (they stand in the address), the open dialog."""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nexus_ui import settings
from nexus_ui.clock import utcnow
from nexus_ui.errors import Refused
from nexus_ui.flows import connect, manage, removal, sync
from nexus_ui.storage.cards import CardFilter, CardPage, CardSort, card, card_page
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import address, one_of, whole
from nexus_ui.ui.connections.pausing import AT, pause_end
from nexus_ui.ui.connections.rows import Card, card_of, today
from nexus_ui.ui.forms import filled
from nexus_ui.ui.live import look
from nexus_ui.ui.parts import toast_ok

PATH = "/"
PLAIN: Mapping[str, str | int] = {"sort": CardSort.ATTENTION.value, "page": 1}
STATUSES = (
    ("", "All"),
    ("active", "Active"),
    ("error", "Error"),
    ("rate_limited", "Rate limited"),
    ("pending", "Pending"),
    ("paused", "Paused"),
    ("overdue", "Overdue"),
)
FILTERS = frozenset({"status", "marketplace", "sort"})


@dataclass(frozen=True)
class Tally:
    """How many connections stand so."""

    word: str
    label: str
    number: int


class Connections(rx.State):
    """One page of cards."""

    cards: list[Card] = []
    fresh: dict[str, Card] = {}
    tallies: list[Tally] = []
    kinds: list[str] = []
    search: str = ""
    status: str = ""
    marketplace: str = ""
    sort: str = CardSort.ATTENTION.value
    number: int = 1
    pages: int = 1
    total: int = 0
    matching: int = 0
    shown: str = ""
    loaded: bool = False
    busy_id: str = ""
    exploring: bool = False
    sandbox_offered: bool = False
    dialog: str = ""
    chosen: Card = Card()
    problem: str = ""
    pause_length: str = ""
    pause_ends: str = ""
    _rows: dict[str, Card] = {}

    @rx.var
    def filtered(self) -> bool:
        """Whether any filter hides connections."""
        return bool(self.search or self.status or self.marketplace)

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Read the filters from the address, fetch that page, and follow it from now on."""
        async with self:
            self._read_address()
            self.sandbox_offered = settings.current().sandbox
            wanted, zone = self._filter(), who().time_zone
            look(self, (wanted, zone), lambda: _ask(wanted, zone))
        answer = await asyncio.to_thread(_ask, wanted, zone)
        async with self:
            if wanted == self._filter():
                self._told(answer)

    @needs("viewer")
    async def look_for(self, text: str) -> Any:
        """Search; typing on replaces the address instead of filling the browser's history."""
        self.search = str(text)[:200]
        return rx.redirect(self._address(page=1), replace=True)

    @needs("viewer")
    async def narrow(self, name: str, value: str) -> Any:
        """Set one filter, from the first page on."""
        return rx.redirect(self._address(**{name: str(value)[:80], "page": 1})) if name in FILTERS else None

    @needs("viewer")
    async def widen(self) -> Any:
        """Drop every filter."""
        self.search = ""
        return rx.redirect(self._address(q="", status="", marketplace="", page=1))

    @needs("viewer")
    async def go(self, number: int) -> Any:
        """Open another page."""
        return rx.redirect(self._address(page=int(number)))

    @needs("admin", background=True)
    async def sync_now(self, connection_id: str) -> Any:
        """Ask for a cycle at once; a busy or paused connection says so, here and in its log."""
        await self._act(connection_id, asyncio.to_thread(sync.request, connection_id, who().person_id))

    @needs("admin", background=True)
    async def resume(self, connection_id: str) -> Any:
        """End a pause."""
        await self._act(connection_id, asyncio.to_thread(manage.resume, connection_id, who().person_id))
        return toast_ok("Resumed. It syncs now.")

    @needs("admin", background=True)
    async def explore(self) -> Any:
        """Connect the sandbox shop with one click."""
        async with self:
            if self.exploring:
                return None
            self.exploring = True
        try:
            await connect.explore_sandbox(who().person_id)
        finally:
            async with self:
                self.exploring = False
        return toast_ok("The sandbox shop is connected. Its first import is running.")

    @needs("admin")
    async def ask(self, dialog: str, connection_id: str) -> None:
        """Open a dialog about one connection."""
        zone = who().time_zone
        chosen = self._rows.get(connection_id) or await asyncio.to_thread(_one, str(connection_id), zone)
        if chosen is not None and dialog in {"pause", "remove"}:
            self.dialog, self.chosen, self.problem = dialog, chosen, ""
            self.pause_length, self.pause_ends = "", ""

    @needs("viewer")
    async def plan_pause(self, length: str) -> None:
        """Say when a pause of that length ends."""
        self.pause_length, self.problem = str(length), ""
        ends = None if length == AT else pause_end(str(length), "", utcnow(), who().time_zone)
        self.pause_ends = words.iso(ends)

    @needs("viewer")
    async def close(self, shown: bool = False) -> None:
        """A dialog was closed."""
        if not shown:
            self.dialog = ""

    @needs("admin", background=True)
    async def pause(self, form: dict[str, Any]) -> Any:
        """Pause the chosen connection, with a reason and an end when they are given."""
        connection_id, here = self.chosen.id, who()
        try:
            until = pause_end(filled(form, "length"), filled(form, "until"), utcnow(), here.time_zone)
            pausing = asyncio.to_thread(manage.pause, connection_id, here.person_id, filled(form, "reason"), until)
            await self._act(connection_id, pausing)
        except Refused as no:
            return await self._refuse(no.message)
        return await self._done("Paused.")

    @needs("admin", background=True)
    async def remove(self, form: dict[str, Any]) -> Any:
        """Remove the chosen connection, if its name was typed."""
        connection_id, name = self.chosen.id, self.chosen.name
        if " ".join(filled(form, "confirm").split()) != name:
            return await self._refuse(f"Type {name} to remove it.")
        forget = bool(form.get("forget"))
        try:
            leaving = removal.take_leave(connection_id, who().person_id, forget_credentials=forget)
            await self._act(connection_id, leaving)
        except Refused as no:
            return await self._refuse(no.message)
        told = await self._done(f"{name} was removed. For 30 days you can undo that, below the cards.")
        return told if self.router.url.path == PATH else [told, rx.redirect(PATH)]

    async def _act(self, connection_id: str, deed: Awaitable[Any]) -> None:
        """Wait for `deed` while this one card shows that it is busy."""
        async with self:
            self.busy_id = connection_id
        try:
            await deed
        finally:
            async with self:
                self.busy_id = ""

    async def _refuse(self, sentence: str) -> None:
        async with self:
            self.problem = sentence

    async def _done(self, sentence: str) -> Any:
        async with self:
            self.dialog, self.problem = "", ""
        return toast_ok(sentence)

    def _told(self, answer: CardPage) -> None:
        """Take in a page: only what differs is sent, card by card while the same cards are shown."""
        now = utcnow()
        rows = [card_of(view, now) for view in answer.cards]
        before, self._rows = self._rows, {row.id: row for row in rows}
        if self.loaded and [row.id for row in rows] == [row.id for row in self.cards]:
            changed = {row.id: row for row in rows if row != before.get(row.id)}
            if changed:
                self.fresh = {**self.fresh, **changed}
        else:
            self.cards, self.fresh = rows, {}
        tallies = [Tally(word, label, answer.counts.get(word or "all", 0)) for word, label in STATUSES]
        values = {
            "tallies": [one for one in tallies if one.number or not one.word or one.word == self.status],
            "kinds": list(answer.marketplaces),
            "number": answer.paging.number,
            "pages": answer.paging.pages,
            "total": answer.paging.total,
            "matching": answer.paging.matching,
            "shown": words.count(answer.paging.matching, "connection"),
            "loaded": True,
        }
        for name, value in values.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    def _read_address(self) -> None:
        told = self.router.url.query_parameters
        self.search, self.marketplace = told.get("q", "")[:200], told.get("marketplace", "")[:80]
        self.status = told.get("status", "") if told.get("status", "") in dict(STATUSES) else ""
        self.sort = one_of(told.get("sort", ""), CardSort, CardSort.ATTENTION.value)
        self.number = whole(told.get("page", ""))

    def _filter(self) -> CardFilter:
        return CardFilter(self.status, self.marketplace, self.search, CardSort(self.sort), self.number)

    def _address(self, **changed: str | int) -> str:
        now: dict[str, str | int] = {"q": self.search, "status": self.status, "marketplace": self.marketplace}
        now |= {"sort": self.sort, "page": self.number}
        return address(PATH, now | changed, PLAIN)


def _ask(wanted: CardFilter, zone: str) -> CardPage:
    now = utcnow()
    return card_page(wanted, now, today(now, zone))


def _one(connection_id: str, zone: str) -> Card | None:
    """The card of a connection that this page does not show."""
    now = utcnow()
    view = card(connection_id, today(now, zone))
    return card_of(view, now) if view else None
