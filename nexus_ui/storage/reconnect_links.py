"""One-time links that let an account's owner give a connection new credentials without signing in here."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlmodel import Session

from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.listing import rows
from nexus_ui.storage.tables import METADATA, ReconnectLink

LINKS = METADATA.tables["reconnect_links"]
L = LINKS.c
P = METADATA.tables["people"].c
C = METADATA.tables["connections"].c


@dataclass(frozen=True, slots=True)
class GoodLink:
    """A link that works. `by` names who made it; the token itself is kept nowhere."""

    id: str
    connection_id: str
    by: str
    created_at: datetime
    expires_at: datetime


def add(session: Session, link_id: str, connection_id: str, by: str, now: datetime, expires_at: datetime) -> None:
    """Remember a new link of a connection; earlier ones stop working."""
    withdraw(session, connection_id, now)
    session.add(
        ReconnectLink(id=link_id, connection_id=connection_id, created_by=by, created_at=now, expires_at=expires_at)
    )


def withdraw(session: Session, connection_id: str, now: datetime) -> int:
    """Let no link of a connection work any more; returns how many there were."""
    going = update(LINKS).where(L.connection_id == connection_id, *_working(now)).values(withdrawn_at=now)
    return len(session.execute(going.returning(L.id)).all())


def good(link_id: str, now: datetime, most_tries: int) -> GoodLink | None:
    """The link behind a token's hash, while it works and its connection lives."""
    return _first(now, L.id == link_id, L.tries < most_tries)


def of_connection(connection_id: str, now: datetime, most_tries: int) -> GoodLink | None:
    """The link of a connection that works, if there is one."""
    return _first(now, L.connection_id == connection_id, L.tries < most_tries)


def count_try(link_id: str, now: datetime, most_tries: int) -> bool:
    """Count that credentials are tried through a link; False when it has been tried too often, or does not work."""
    trying = update(LINKS).where(L.id == link_id, L.tries < most_tries, *_working(now)).values(tries=L.tries + 1)
    with writing() as session:
        return session.execute(trying.returning(L.id)).first() is not None


def spend(session: Session, link_id: str, now: datetime) -> bool:
    """Use a link up; False when it does not work (any more)."""
    spending = update(LINKS).where(L.id == link_id, *_working(now)).values(used_at=now)
    return session.execute(spending.returning(L.id)).first() is not None


def _working(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return L.used_at.is_(None), L.withdrawn_at.is_(None), L.expires_at > now


def _first(now: datetime, *which: ColumnElement[bool]) -> GoodLink | None:
    by = func.coalesce(func.nullif(P.name, ""), P.email, "")
    joined = LINKS.join(C.id.table, C.id == L.connection_id).outerjoin(P.id.table, P.id == L.created_by)
    wanted = select(L.id, L.connection_id, by, L.created_at, L.expires_at).select_from(joined)
    with reading() as session:
        found = rows(session, wanted.where(*which, *_working(now), C.removed_at.is_(None)).limit(1))
    return GoodLink(*found[0]) if found else None
