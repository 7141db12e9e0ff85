"""Raising and ending what is wrong, and deciding whom to tell: the only door to incidents for all other flows."""

import asyncio
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlmodel import Session

from nexus_ui.clock import utcnow
from nexus_ui.rules.alerts import Link, Purpose, Severity, Trouble, telling
from nexus_ui.storage import incidents, preferences
from nexus_ui.storage.database import writing
from nexus_ui.storage.incidents import OpenIncident

__all__ = ["Link", "Severity", "Trouble", "close", "close_in", "deliver_due", "raise_", "raise_in"]


def raise_(trouble: Trouble) -> str:
    """Say that something is wrong, as often as it is seen; returns the id of the one open incident about it."""
    now = utcnow()
    known = incidents.unchanged(trouble, now)
    if known is not None:
        return known
    with writing() as session:
        return raise_in(session, trouble, now)


def raise_in(session: Session, trouble: Trouble, now: datetime) -> str:
    """As `raise_`, inside a write transaction."""
    incident = incidents.sight(session, trouble, now)
    _tell(session, incident, now, cooldown(session))
    return incident.id


def close(connection_id: str | None, kind: str, sentence: str = "") -> bool:
    """Say that it is over; nothing happens when it was not open. Returns whether it was."""
    if kind not in incidents.kinds_open_now(connection_id):
        return False
    with writing() as session:
        return bool(close_in(session, connection_id, [kind], utcnow(), sentence))


def close_in(session: Session, connection_id: str | None, kinds: Collection[str], now: datetime, sentence: str) -> int:
    """As `close`, for several kinds and inside a write transaction; returns how many ended."""
    over = incidents.end(session, connection_id, kinds, now, sentence)
    return len(over)


async def deliver_due() -> int:
    """Tell what has waited for its cooldown or the end of a snooze; returns how many incidents were told."""
    return await asyncio.to_thread(_tell_waiting, utcnow())


def _tell_waiting(now: datetime) -> int:
    if not incidents.any_open():
        return 0
    with writing() as session:
        wait = cooldown(session)
        return sum(_tell(session, one, now, wait) is not None for one in incidents.open_ones(session, now))


def cooldown(session: Session) -> timedelta:
    """The shortest time between two alerts of the same connection and error."""
    return timedelta(minutes=preferences.connections_in(session).alert_cooldown_minutes)


def _tell(session: Session, incident: OpenIncident, now: datetime, wait: timedelta) -> Purpose | None:
    purpose = telling(now, incident.standing, wait)
    if purpose is not None:
        incidents.told(session, incident, now)
    return purpose
