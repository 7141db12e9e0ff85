"""The state of a connection's webhooks: topics, deliveries page by page, the one that is opened, refused ones."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import reflex as rx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Webhooks
from nexus_ui.clock import utcnow
from nexus_ui.errors import NotFound
from nexus_ui.flows import endpoints, gaps, replay
from nexus_ui.storage import connections, delivery_log, preferences, secrets
from nexus_ui.storage import endpoints as registered
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.delivery_log import DeliveryDetail, DeliveryPage, DeliveryState, Noted, Rates, Rejection
from nexus_ui.storage.endpoints import EndpointView
from nexus_ui.storage.secrets import SecretFact
from nexus_ui.ui import words
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.address import one_of
from nexus_ui.ui.connection import hooks_rows as rows
from nexus_ui.ui.connection.hooks_rows import DeliveryRow, Healed, Opened, RejectionRow, SecretRow, TopicRow
from nexus_ui.ui.connection.state import connection_of
from nexus_ui.ui.live import look
from nexus_ui.ui.parts import copied, toast_ok

EVERY = 1.0
"""Seconds between two looks; deliveries that are refused change nothing a card shows, so the feed is silent on them."""

HEALED = (gaps.TOLD, endpoints.REPAIRED)
HEALED_SHOWN = timedelta(days=2)
"""What a sync put right stays on the page so long; it stays in the log longer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose webhooks, which deliveries, which page, and the delivery that is opened."""

    connection_id: str
    state: str = ""
    number: int = 1
    delivery_id: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to it. `rotation` is how many days a secret lives."""

    wanted: Wanted
    kept: Connected
    endpoints: tuple[EndpointView, ...]
    rates: dict[str, Rates]
    secrets: dict[str, SecretFact]
    rotation: int
    page: DeliveryPage
    opened: DeliveryDetail | None
    rejections: tuple[Rejection, ...]
    healed: tuple[Noted, ...]


class Hooks(rx.State):
    """The webhooks of the connection that the address names."""

    loaded: bool = False
    offered: bool = False
    connection_id: str = ""
    marketplace_name: str = ""
    address: str = ""
    topics: list[TopicRow] = []
    problem: str = ""
    by_hand: str = ""
    rotation: str = ""
    secret: SecretRow = SecretRow()
    day: str = ""
    week: str = ""
    all_rejected: bool = False
    result: str = ""
    number: int = 1
    pages: int = 1
    matching: int = 0
    total: int = 0
    counted: str = ""
    failed: int = 0
    deliveries: list[DeliveryRow] = []
    opened: Opened = Opened()
    rejections: list[RejectionRow] = []
    healed: list[Healed] = []
    busy: str = ""
    _wanted: Wanted = Wanted("")

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the webhooks of the connection that the address names, and follow them from now on."""
        connection_id = connection_of(self)
        async with self:
            if connection_id != self.connection_id:
                self.loaded = False
        await self._show(Wanted(connection_id))

    @needs("viewer", background=True)
    async def narrow(self, result: str) -> None:
        """Show only deliveries of which this became; nothing means all."""
        await self._show(Wanted(self.connection_id, one_of(result, DeliveryState)))

    @needs("viewer", background=True)
    async def go(self, number: int) -> None:
        """Open another page."""
        await self._show(Wanted(self.connection_id, self.result, int(number)))

    @needs("viewer", background=True)
    async def toggle(self, delivery_id: str) -> None:
        """Open one delivery, or close it again."""
        opened = "" if delivery_id == self.opened.id else str(delivery_id)
        await self._show(Wanted(self.connection_id, self.result, self.number, opened))

    @needs("viewer")
    async def copy_address(self) -> Any:
        """Put the endpoint's address on the clipboard."""
        return [copied(self.address), toast_ok("The address is copied.")]

    @needs("admin", background=True)
    async def replay(self, delivery_id: str) -> Any:
        """Look once more at what one delivery named."""
        connection_id, by = self.connection_id, who().person_id
        await self._act(delivery_id, asyncio.to_thread(replay.one, connection_id, by, delivery_id))
        return toast_ok("It is worked off once more.")

    @needs("admin", background=True)
    async def replay_failed(self) -> Any:
        """Look once more at what every failed delivery named."""
        connection_id, by = self.connection_id, who().person_id
        count = await self._act("failed", asyncio.to_thread(replay.failed, connection_id, by))
        return toast_ok(f"{words.count(count, 'delivery', 'deliveries')} worked off once more.")

    @needs("admin", background=True)
    async def rotate(self) -> Any:
        """Choose a new signing secret now; the one before it is accepted for another day."""
        await self._act("rotate", endpoints.rotate(self.connection_id, who().person_id))
        return toast_ok("The secret was replaced. The one before it is accepted for another day.")

    async def _act(self, what: str, deed: Awaitable[Any]) -> Any:
        """Wait for `deed` while its button shows that it is busy, then show what came of it."""
        async with self:
            self.busy = what
        try:
            return await deed
        finally:
            async with self:
                self.busy = ""
            await self._show(Wanted(self.connection_id, self.result, self.number, self.opened.id))

    async def _show(self, wanted: Wanted) -> None:
        async with self:
            self._wanted = wanted
            look(self, wanted, lambda: (_ask(wanted),), every=EVERY)
        found = await asyncio.to_thread(_ask, wanted)
        async with self:
            self._told((found,))

    def _told(self, answer: tuple[Found | None]) -> None:
        """Take in how the webhooks stand now, unless something else is wanted by now; only what changed is sent."""
        (found,) = answer
        if found is None or found.wanted != self._wanted:
            return
        for name, value in _drawn(found).items():
            if getattr(self, name) != value:
                setattr(self, name, value)


def _drawn(found: Found) -> dict[str, Any]:
    """The values of the state that show what was found."""
    kind = CATALOGUE.get(found.kept.marketplace)
    page, place = found.page, found.page.paging
    news = {
        "loaded": True,
        "connection_id": found.wanted.connection_id,
        "marketplace_name": kind.name if kind else found.kept.marketplace,
        "offered": kind is not None and kind.webhooks is not None,
        "result": found.wanted.state,
        "number": place.number,
        "pages": place.pages,
        "matching": place.matching,
        "total": place.total,
        "counted": words.shown(place.matching, place.total, "delivery", "deliveries"),
        "failed": page.counts.get(DeliveryState.FAILED, 0),
        "deliveries": [rows.delivery_row(line) for line in page.lines],
        "opened": rows.opened(found.opened) if found.opened else Opened(),
        "rejections": [rows.rejection_row(one) for one in found.rejections],
    }
    return news | (_registered(found, kind.webhooks) if kind and kind.webhooks else {"topics": []})


def _registered(found: Found, declared: Webhooks) -> dict[str, Any]:
    """The values that tell of the endpoint, its topics and its secret."""
    now, every = utcnow(), rows.overall(found.rates)
    rejected = rows.refused_alone(found.endpoints, found.rejections, now)
    topics = rows.topic_rows(declared.topics, found.endpoints, found.rates, rejected)
    problems = {row.problem for row in topics}
    return {
        "address": endpoints.address(found.kept.marketplace, found.kept.id),
        "topics": topics,
        "problem": problems.pop() if len(problems) == 1 else "",
        "all_rejected": rejected,
        "by_hand": declared.register_by_hand if any(row.state in rows.UNREGISTERED for row in topics) else "",
        "rotation": declared.rotation,
        "secret": rows.secret_row(declared, found.secrets, timedelta(days=found.rotation), now),
        "day": rows.rate(every.accepted_24h, every.rejected_24h),
        "healed": [rows.healed(found.kept.id, note) for note in found.healed],
        "week": rows.rate(every.accepted_7d, every.rejected_7d),
    }


def _ask(wanted: Wanted) -> Found | None:
    """Everything the section shows, from the database; None when the connection does not exist (any more)."""
    try:
        kept = connections.get(wanted.connection_id)
    except NotFound:
        return None
    state = DeliveryState(wanted.state) if wanted.state else None
    return Found(
        wanted,
        kept,
        registered.of_connection(kept.id),
        delivery_log.rates(kept.id, utcnow()),
        secrets.facts(kept.id),
        preferences.connections().secret_rotation_days,
        delivery_log.page(kept.id, state, wanted.number),
        _opened(wanted),
        delivery_log.rejections(kept.id),
        tuple(filter(None, (delivery_log.newest_note(kept.id, begins, utcnow() - HEALED_SHOWN) for begins in HEALED))),
    )


def _opened(wanted: Wanted) -> DeliveryDetail | None:
    if not wanted.delivery_id:
        return None
    try:
        return delivery_log.delivery(wanted.connection_id, wanted.delivery_id)
    except NotFound:
        return None
