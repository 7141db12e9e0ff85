"""Removed connections: for some weeks they can be brought back as they were, then their credentials are forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, select
from sqlmodel import Session, SQLModel

from nexus_ui.errors import NotFound
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows
from nexus_ui.storage.tables import Connection

UNDO_FOR = timedelta(days=30)
"""How long a removal can be undone."""
MOST_SHOWN = 50
TOO_LATE = (
    "This connection was removed too long ago to be brought back. Add it again; its products and orders are here."
)

CONNECTIONS = SQLModel.metadata.tables["connections"]
C = CONNECTIONS.c
S = SQLModel.metadata.tables["secrets"].c


@dataclass(frozen=True, slots=True)
class Removed:
    """A connection that can be brought back. `rival`: the connection that has its account now."""

    id: str
    marketplace: str
    name: str
    identifier: str
    sandbox: bool
    removed_at: datetime
    has_credentials: bool
    rival: str | None

    @property
    def ends_at(self) -> datetime:
        """Until when it can be brought back."""
        return self.removed_at + UNDO_FOR


def removed(now: datetime) -> tuple[Removed, ...]:
    """The connections whose removal can still be undone, the latest first."""
    other = CONNECTIONS.alias("other")
    same = and_(
        other.c.removed_at.is_(None),
        other.c.marketplace == C.marketplace,
        other.c.account_id == C.account_id,
        other.c.sandbox == C.sandbox,
    )
    plain = (C.id, C.marketplace, C.name, C.identifier, C.sandbox, C.removed_at)
    kept = select(S.owner_id).where(S.owner_id == C.id).exists().label("kept")
    wanted = select(*plain, kept, other.c.name.label("rival")).outerjoin_from(CONNECTIONS, other, same)
    wanted = wanted.where(C.removed_at > now - UNDO_FOR).order_by(C.removed_at.desc(), C.id).limit(MOST_SHOWN)
    with reading() as session:
        return tuple(Removed(*row) for row in rows(session, wanted))


def held(session: Session, connection_id: str, now: datetime) -> Connection:
    """The row of a removed connection that can be brought back, locked for this transaction; raises NotFound."""
    found = session.get(Connection, connection_id, with_for_update=True, populate_existing=True)
    if found is None or found.removed_at is None:
        raise NotFound("This connection is not removed.")
    if found.removed_at <= now - UNDO_FOR:
        raise NotFound(TOO_LATE)
    return found
