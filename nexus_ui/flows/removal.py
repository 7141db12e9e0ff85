"""Removing a connection, and bringing it back within the weeks in which that is possible."""

import asyncio
from datetime import datetime

from sqlmodel import Session

from nexus_ui.clock import utcnow
from nexus_ui.errors import AlreadyConnected
from nexus_ui.flows import endpoints, reach
from nexus_ui.storage import audit, connections, journal, reconnect_links, removed, secrets
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.database import writing
from nexus_ui.storage.journal import Deed
from nexus_ui.storage.removed import UNDO_FOR
from nexus_ui.storage.tables import Connection

GONE = "The connection was removed."


def remove(connection_id: str, by: str, *, forget_credentials: bool = False) -> None:
    """Remove the connection and its schedule; its products and orders stay. Raises NotFound.

    It can be brought back for 30 days, for which its credentials stay sealed, or are forgotten at once. A running cycle
    loses its hold: what it would still write is refused.
    """
    now = utcnow()
    with writing() as session:
        connections.release(session, connection_id, now, GONE)
        reconnect_links.withdraw(session, connection_id, now)
        row = connections.held(session, connection_id)
        journal.note(session, connection_id, Deed.REMOVED, by, _said(row.name, now, forget_credentials), now)
        kept = Change("credentials", "", "deleted at once" if forget_credentials else f"kept until {_day(now)}")
        audit.note(session, by, Action.REMOVED, Subject.CONNECTION, connection_id, row.name, [kept])
        if forget_credentials:
            secrets.forget(session, connection_id)
        nothing = {"next_sync_at": None, "requested_at": None, "rate_limited_until": None, "live_key": None}
        quiet = {"overdue_since": None, "overdue_because": "", "doubt": "", "doubt_since": None}
        connections.change(session, connection_id, now, removed_at=now, **nothing, **quiet)


async def take_leave(connection_id: str, by: str, *, forget_credentials: bool = False) -> None:
    """Take the connection's webhooks away at its marketplace, where that answers soon, then `remove` it."""
    await endpoints.take_away(connection_id)
    await asyncio.to_thread(remove, connection_id, by, forget_credentials=forget_credentials)


async def bring_back(connection_id: str, by: str) -> str:
    """Undo a removal: the connection is as it was and syncs at once; returns its name.

    Raises NotFound (not removed, or too long ago), AlreadyConnected (its account was connected anew), Unavailable.
    """
    if await asyncio.to_thread(_bring_back, connection_id, by):
        await reach.start_sandbox()
    return (await asyncio.to_thread(connections.get, connection_id)).name


def _bring_back(connection_id: str, by: str) -> bool:
    """Whether the connection that is back leads to the sandbox."""
    now = utcnow()
    with writing() as session:
        row = removed.held(session, connection_id, now)
        _refuse_rival(session, row)
        row.removed_at = None
        session.flush()
        key = connections.live_key(row.marketplace, row.account_id, row.sandbox)
        connections.change(session, connection_id, now, live_key=key, next_sync_at=now, planned_since=now)
        journal.note(session, connection_id, Deed.BROUGHT_BACK, by, "Brought back after it had been removed.", now)
        audit.note(session, by, Action.BROUGHT_BACK, Subject.CONNECTION, connection_id, row.name)
        return row.sandbox


def _refuse_rival(session: Session, row: Connection) -> None:
    rival = connections.by_account_in(session, row.marketplace, row.account_id, row.sandbox)
    if rival is not None:
        raise AlreadyConnected(f"{row.account_name} was connected anew, as {rival.name}. Remove that one first.")


def _said(name: str, now: datetime, forget_credentials: bool) -> str:
    fate = "are deleted" if forget_credentials else f"stay encrypted until {_day(now)}, in case it is brought back"
    return f"Removed {name}. It does not sync any more; its products and orders stay. Its credentials {fate}."


def _day(now: datetime) -> str:
    return f"{now + UNDO_FOR:%Y-%m-%d}"
