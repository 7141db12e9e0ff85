"""The state of the page: the connection's card, the chain of events, and what is set aside."""

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nexus_ui.clock import utcnow
from nexus_ui.errors import NotFound
from nexus_ui.flows import diagnose, rerun
from nexus_ui.storage import cards, set_aside
from nexus_ui.storage.cards import CardView
from nexus_ui.storage.set_aside import Record
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.connections.rows import Card, card_of, today
from nexus_ui.ui.live import look
from nexus_ui.ui.parts import toast_bad, toast_ok
from nexus_ui.ui.why.rows import EventRow, RecordRow, event_row, record_rows

PACE = 0.5
"""Seconds between two looks while connections keep changing, as they do during an import."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is stored of the connection; None when it does not exist (any more)."""

    card: CardView
    why: diagnose.Why
    records: tuple[Record, ...]
    total: int


class Why(rx.State):
    """The connection that the address names, and why it is red."""

    card: Card = Card()
    title: str = ""
    said: str = ""
    tone: str = ""
    events: list[EventRow] = []
    records: list[RecordRow] = []
    total: int = 0
    more: str = ""
    busy: bool = False
    loaded: bool = False
    missing: bool = False

    @rx.var
    def pack_address(self) -> str:
        """Where the evidence pack can be downloaded."""
        return f"/api/evidence/{self.card.id}.zip"

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the story of the connection that the address names, and follow it from now on."""
        async with self:
            wanted, zone = _named(self), who().time_zone
            if wanted != self.card.id:
                self.loaded = False
            look(self, ("why", wanted, zone), lambda: (_ask(wanted, zone),), pace=PACE)
        answer = await asyncio.to_thread(_ask, wanted, zone)
        async with self:
            if wanted == _named(self):
                self._told((answer,))

    @needs("admin", background=True)
    async def look_again(self) -> Any:
        """Look once more at every record of this connection that is set aside."""
        async with self:
            if self.busy:
                return None
            self.busy, connection_id, by = True, self.card.id, who()
        try:
            done = await rerun.records_of(connection_id, by)
        finally:
            async with self:
                self.busy = False
        return toast_bad(rerun.said(done)) if done.problems else toast_ok(rerun.said(done))

    def _told(self, answer: tuple[Found | None]) -> None:
        """Take in how it stands now; what did not change is not sent again."""
        (found,) = answer
        news: dict[str, Any] = {"loaded": True, "missing": found is None}
        if found is not None:
            news |= _news(found)
        for name, value in news.items():
            if getattr(self, name) != value:
                setattr(self, name, value)


def _news(found: Found) -> dict[str, Any]:
    card = card_of(found.card, utcnow())
    title, said, tone = _summary(card, found)
    more = found.total - len(found.records)
    return {
        "card": card,
        "title": title,
        "said": said,
        "tone": tone,
        "events": [event_row(card.id, place, one) for place, one in enumerate(found.why.sentences)],
        "records": record_rows(card.id, found.records),
        "total": found.total,
        "more": f"{words.count(more, 'more record')} like these." if more else "",
    }


def _summary(card: Card, found: Found) -> tuple[str, str, str]:
    """The question the page answers, and the short answer where no error stands on the card."""
    if card.trouble.title:
        return ("What did not arrive?" if card.trouble.part else "Why is this red?"), "", ""
    if card.overdue_since:
        return "Why is this overdue?", "", ""
    if card.limited_until:
        return "Why does it wait?", "", ""
    if card.doubt:
        return "Why is this doubted?", "", ""
    if found.total:
        count = words.count(found.total, "record")
        said = (
            f"Everything else arrived. {count} could not be read and {'is' if found.total == 1 else 'are'} set aside."
        )
        return "What did not arrive?", said, "warn"
    if found.why.mended_at is not None:
        return "Why was this red?", "It is well again. Nothing is held up, and nothing is set aside.", "ok"
    return "Nothing is wrong", "No sync of this connection went wrong lately, and nothing is set aside.", "ok"


def _named(state: rx.State) -> str:
    """The connection that the address `/connections/<id>/why` names."""
    return state.router.url.path.rstrip("/").removesuffix("/why").rpartition("/")[2]


def _ask(connection_id: str, zone: str) -> Found | None:
    card = cards.card(connection_id, today(utcnow(), zone))
    if card is None:
        return None
    try:
        return Found(card, diagnose.why(connection_id), *set_aside.of_connection(connection_id))
    except NotFound:
        return None
