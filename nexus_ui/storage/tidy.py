"""Forgets what let people in and does no longer: ended sessions, used or expired links, old refusals, lost secrets.

Works in short transactions, so that nobody waits for it. Cycles and drafts are forgotten beside their own queries.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select, tuple_

from nexus_ui.storage.database import writing
from nexus_ui.storage.removed import UNDO_FOR
from nexus_ui.storage.tables import METADATA

BATCH = 500
ENDED_KEPT = timedelta(days=30)
"""How long an ended session or link stays, so that one can see who was in."""
REFUSALS_KEPT = timedelta(days=2)
OWNERLESS_KEPT = timedelta(days=1)

SESSIONS = METADATA.tables["sessions"]
LINKS = METADATA.tables["one_time_links"]
INVITING = METADATA.tables["reconnect_links"]
REFUSALS = METADATA.tables["sign_in_attempts"]
SECRETS = METADATA.tables["secrets"]
CONNECTIONS = METADATA.tables["connections"]
DRAFTS = METADATA.tables["drafts"]
CHANNELS = METADATA.tables["alert_channels"]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows of each kind are gone."""

    sessions: int
    links: int
    refusals: int
    secrets: int


def forget_access(now: datetime, batch: int = BATCH) -> Forgotten:
    """Forget sessions, links and refusals nobody comes back for, and secrets whose owner is gone for good."""
    ended = now - ENDED_KEPT
    return Forgotten(
        sessions=_forget(SESSIONS, or_(SESSIONS.c.expires_at < ended, SESSIONS.c.ended_at < ended), batch),
        links=_forget(LINKS, or_(LINKS.c.expires_at < ended, LINKS.c.used_at < ended), batch)
        + _forget(INVITING, INVITING.c.expires_at < ended, batch),
        refusals=_forget(REFUSALS, REFUSALS.c.at < now - REFUSALS_KEPT, batch),
        secrets=_forget(SECRETS, _ownerless(now), batch),
    )


def _forget(table: Table, old: ColumnElement[bool], batch: int) -> int:
    """Delete the rows for which `old` is true, so many at a time; returns how many."""
    keys = list(table.primary_key)
    count = 0
    while True:
        with writing() as session:
            found: list[Any] = list(session.execute(select(*keys).where(old).limit(batch)))
            session.execute(delete(table).where(tuple_(*keys).in_([tuple(row) for row in found])))
        count += len(found)
        if len(found) < batch:
            return count


def _ownerless(now: datetime) -> ColumnElement[bool]:
    gone = CONNECTIONS.c.removed_at <= now - UNDO_FOR
    connected = select(CONNECTIONS.c.id).where(or_(CONNECTIONS.c.removed_at.is_(None), ~gone))
    channels = select(CHANNELS.c.id).where(CHANNELS.c.removed_at.is_(None))
    owners = select(DRAFTS.c.id).union(connected, channels)
    return SECRETS.c.owner_id.not_in(owners) & (SECRETS.c.set_at < now - OWNERLESS_KEPT)
