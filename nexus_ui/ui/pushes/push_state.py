"""The state of one push: what it would send or sent, which numbers a person leaves out, and what they decide."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nexus_ui.errors import Refused
from nexus_ui.flows import publishing
from nexus_ui.flows.sign_in import Who
from nexus_ui.storage.pushes import PushDetail, ReceiptOnly, planned_receipts, push_detail
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import one_of
from nexus_ui.ui.live import look
from nexus_ui.ui.parts import toast_bad, toast_ok
from nexus_ui.ui.pushes.rows import PushPanel, ReceiptRow, panel_of, receipt_rows

EVERY = 1.0
"""Seconds between two looks: receipts come in one by one, and a card shows none of that."""
CHANGED = "This push changed meanwhile. Look at it again, then decide."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which push, which of its numbers, and which page of them."""

    push_id: str = ""
    only: str = ""
    search: str = ""
    number: int = 1

    def answer(self) -> PushDetail | None:
        """Ask the database."""
        return push_detail(self.push_id, ReceiptOnly(self.only) if self.only else None, self.search, self.number)


class OnePush(rx.State):
    """The push that the address names. `left_out`: the places whose numbers a person does not want sent."""

    push: PushPanel = PushPanel()
    rows: list[ReceiptRow] = []
    left_out: list[str] = []
    only: str = ""
    search: str = ""
    number: int = 1
    pages: int = 1
    counted: str = ""
    loaded: bool = False
    missing: bool = False
    busy: str = ""
    undoing: bool = False
    _wanted: Wanted = Wanted()

    @rx.var
    def chosen(self) -> int:
        """How many numbers would be sent."""
        return max(0, self.push.numbers - len(self.left_out))

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the push that the address names, and follow it from now on."""
        async with self:
            push_id = self.router.url.path.rstrip("/").rpartition("/")[2]
            if push_id != self._wanted.push_id:
                self.loaded, self.left_out = False, []
            self.undoing = False
        await self._show(Wanted(push_id))

    @needs("viewer", background=True)
    async def narrow(self, only: str) -> None:
        """Show only some of the numbers; nothing means all."""
        await self._show(Wanted(self._wanted.push_id, one_of(str(only), ReceiptOnly), self.search))

    @needs("viewer", background=True)
    async def look_for(self, text: str) -> None:
        """Show only the SKUs that contain it."""
        await self._show(Wanted(self._wanted.push_id, self.only, str(text)[:200]))

    @needs("viewer", background=True)
    async def go(self, number: int) -> None:
        """Open another page."""
        await self._show(Wanted(self._wanted.push_id, self.only, self.search, int(number)))

    @needs("admin")
    async def leave_out(self, place: str) -> None:
        """Leave one number out, or take it in again."""
        if any(row.place == place and row.waits for row in self.rows):
            without = [each for each in self.left_out if each != place]
            self.left_out = without if len(without) < len(self.left_out) else [*without, place]

    @needs("admin", background=True)
    async def leave_out_emptied(self) -> None:
        """Leave out every number that falls to zero."""
        falling = await asyncio.to_thread(planned_receipts, self._wanted.push_id, ReceiptOnly.EMPTIED)
        async with self:
            self.left_out = sorted({*self.left_out, *falling.values()})

    @needs("admin")
    async def take_all(self) -> None:
        """Leave nothing out."""
        self.left_out = []

    @needs("admin", background=True)
    async def approve(self) -> Any:
        """Send what is not left out; the rest is declined."""
        left_out, shown = set(self.left_out), self.push
        if left_out:
            waiting = await asyncio.to_thread(planned_receipts, shown.row.id)
            chosen = {key for key, place in waiting.items() if place not in left_out}
            said = f"{words.count(len(chosen), 'number')} will be sent, {len(waiting) - len(chosen):,} declined."
            return await self._decide("approve", lambda by: publishing.approve(shown.row.id, by, chosen), said)
        said = f"{words.count(shown.numbers, 'number')} will be sent."
        return await self._decide("approve", lambda by: publishing.approve(shown.row.id, by, None), said)

    @needs("admin", background=True)
    async def decline(self) -> Any:
        """Send nothing of it."""
        push_id = self.push.row.id
        return await self._decide("decline", lambda by: publishing.decline(push_id, by), "Declined. Nothing was sent.")

    @needs("admin")
    async def ask_undo(self, shown: bool) -> None:
        """Open the question before an undo, or close it."""
        self.undoing = bool(shown) and self.push.undoable

    @needs("admin", background=True)
    async def undo(self) -> Any:
        """Send the earlier numbers again, as a push of its own."""
        by, push_id = who(), self.push.row.id
        async with self:
            self.undoing = False
        made = await self._at_work("undo", asyncio.to_thread(publishing.undo, push_id, by))
        return [toast_ok("The earlier numbers are on their way."), rx.redirect(f"/stock/pushes/{made}")]

    async def _decide(self, name: str, deed: Callable[[Who], None], said: str) -> Any:
        """Do `deed` if the push still is what the person saw."""
        by, seen = who(), self.push
        now = await asyncio.to_thread(push_detail, seen.row.id)
        if now is None or now.line.revision != seen.revision:
            await self._show(self._wanted)
            return toast_bad(CHANGED)
        try:
            await self._at_work(name, asyncio.to_thread(deed, by))
        except Refused as no:
            await self._show(self._wanted)
            return toast_bad(no.message)
        async with self:
            self.left_out = []
        await self._show(self._wanted)
        return toast_ok(said)

    async def _at_work(self, name: str, deed: Awaitable[Any]) -> Any:
        async with self:
            self.busy = name
        try:
            return await deed
        finally:
            async with self:
                self.busy = ""

    async def _show(self, wanted: Wanted) -> None:
        """Fetch it, and follow it from now on; an older answer never replaces a newer."""
        async with self:
            self._wanted, self.only, self.search = wanted, wanted.only, wanted.search
            look(self, wanted, lambda: (wanted.answer(),), every=EVERY)
        answer = await asyncio.to_thread(wanted.answer)
        async with self:
            if wanted == self._wanted:
                self._told((answer,))

    def _told(self, answer: tuple[PushDetail | None]) -> None:
        """Take in how the push stands now; what did not change is not sent again."""
        (found,) = answer
        news: dict[str, Any] = {"loaded": True, "missing": found is None}
        if found is not None:
            place = found.paging
            news |= {
                "push": panel_of(found),
                "rows": receipt_rows(found.receipts),
                "number": place.number,
                "pages": place.pages,
                "counted": words.shown(place.matching, place.total, "number"),
            }
        for name, value in news.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
