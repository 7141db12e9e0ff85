"""The state of a connection's page: its card, and the facts beside it."""

import asyncio
from dataclasses import dataclass
from typing import Any

import reflex as rx

from nexus_ui.clock import utcnow
from nexus_ui.errors import NotFound
from nexus_ui.flows import keys, reconnect_link
from nexus_ui.storage import audit_log, cards, connections, credentials, cursors, secrets
from nexus_ui.storage.cards import CardView
from nexus_ui.ui.access import needs, who
from nexus_ui.ui.connection.facts import Facts, Stored, facts_of
from nexus_ui.ui.connections.rows import Card, card_of, today
from nexus_ui.ui.live import look

PACE = 0.3
"""Seconds between two looks while connections keep changing, as they do during an import."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is stored of the connection; None when it does not exist (any more)."""

    card: CardView
    stored: Stored


class ConnectionDetail(rx.State):
    """The connection that the address names."""

    card: Card = Card()
    facts: Facts = Facts()
    loaded: bool = False
    missing: bool = False

    @needs("viewer", background=True)
    async def load(self) -> None:
        """Fetch the connection that the address names, and follow it from now on."""
        async with self:
            wanted, zone = connection_of(self), who().time_zone
            if wanted != self.card.id:
                self.loaded = False
            look(self, ("connection", wanted, zone), lambda: (_ask(wanted, zone),), pace=PACE)
        answer = await asyncio.to_thread(_ask, wanted, zone)
        async with self:
            if wanted == connection_of(self):
                self._told((answer,))

    def _told(self, answer: tuple[Found | None]) -> None:
        """Take in how the connection stands now; what did not change is not sent again."""
        (found,) = answer
        now = utcnow()
        news: dict[str, Any] = {"loaded": True, "missing": found is None}
        if found is not None:
            news |= {"card": card_of(found.card, now), "facts": facts_of(found.stored, now)}
        for name, value in news.items():
            if getattr(self, name) != value:
                setattr(self, name, value)


def connection_of(state: rx.State) -> str:
    """The connection that the address `/connections/<id>` names."""
    return state.router.url.path.rstrip("/").rpartition("/")[2]


def _ask(connection_id: str, zone: str) -> Found | None:
    card = cards.card(connection_id, today(utcnow(), zone))
    if card is None:
        return None
    try:
        kept = connections.get(connection_id)
    except NotFound:
        return None
    known = secrets.facts(connection_id)
    watched = next(iter(credentials.watched(connection_id)), None)
    signed_in, link = audit_log.last_sign_in(connection_id), reconnect_link.standing(connection_id)
    read = (known, cursors.of_connection(connection_id), keys.granted(connection_id))
    return Found(card, Stored(kept, *read, watched, signed_in, link))
