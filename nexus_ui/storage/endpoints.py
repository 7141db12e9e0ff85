"""The webhooks that should be registered for a connection, and how each stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlmodel import SQLModel

from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows

E = SQLModel.metadata.tables["webhook_endpoints"].c


class EndpointState(StrEnum):
    """What the marketplace said of a webhook when last asked."""

    UNKNOWN = "unknown"
    REGISTERED = "registered"
    MISSING = "missing"
    SWITCHED_OFF = "switched_off"
    ELSEWHERE = "elsewhere"
    BY_HAND = "by_hand"


@dataclass(frozen=True, slots=True)
class EndpointView:
    """One topic of a connection."""

    topic: str
    state: EndpointState
    problem: str
    checked_at: datetime | None
    registered_at: datetime | None
    last_accepted_at: datetime | None
    last_rejected_at: datetime | None


def of_connection(connection_id: str) -> tuple[EndpointView, ...]:
    """Every topic of a connection, by name."""
    columns = [E[name] for name in EndpointView.__slots__]
    wanted = select(*columns).where(E.connection_id == connection_id).order_by(E.topic)
    with reading() as session:
        found = [row._mapping for row in rows(session, wanted)]
    return tuple(EndpointView(**{**row, "state": EndpointState(row["state"])}) for row in found)
