"""How much the cycles of a connection brought, and what is doubted about the last of them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, SQLModel

from nexus_ui.rules.volume import Brought
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows

CONNECTIONS = SQLModel.metadata.tables["connections"]
C = CONNECTIONS.c
Y = SQLModel.metadata.tables["cycles"].c
WELL = ("success", "partial")


@dataclass(frozen=True, slots=True)
class Judged:
    """A living connection whose last cycle can be judged, and what was doubted so far."""

    id: str
    name: str
    time_zone: str
    last_finished_at: datetime
    doubt: str
    doubt_since: datetime | None


def finished_after(moment: datetime) -> list[Judged]:
    """Connections whose last cycle ended after then and went well, the earliest first."""
    wanted = select(*(C[name] for name in Judged.__slots__)).where(
        C.removed_at.is_(None), C.last_finished_at > moment, C.failures_in_a_row == 0
    )
    with reading() as session:
        return [Judged(*row) for row in rows(session, wanted.order_by(C.last_finished_at))]


def brought(connection_id: str, since: datetime) -> list[Brought]:
    """What the cycles that went well have brought since then, the oldest first. The first import is no measure."""
    well = (Y.connection_id == connection_id, Y.started_at >= since, Y.outcome.in_(WELL), Y.finished_at.is_not(None))
    wanted = select(Y.finished_at, Y.products, Y.orders, Y.inventory).where(*well, Y.trigger != "first")
    with reading() as session:
        return [Brought(*row) for row in rows(session, wanted.order_by(Y.finished_at))]


def doubt(session: Session, connection_id: str, sentence: str, since: datetime | None, now: datetime) -> None:
    """Write on a connection why its last cycle is doubted, or ("") that it is not."""
    values = {"doubt": sentence, "doubt_since": since, "changed_at": now, "revision": C.revision + 1}
    session.execute(update(CONNECTIONS).where(C.id == connection_id).values(values))
