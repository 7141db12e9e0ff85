"""Which connections rows come from. Removed ones keep their name, because their products and orders stay."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from nexus_ui.storage.database import reading
from nexus_ui.storage.tables import Connection

LARGEST_CHOICE = 500


@dataclass(frozen=True, slots=True)
class Origin:
    """A connection as its rows name it."""

    connection_id: str
    marketplace: str
    name: str
    identifier: str
    sandbox: bool
    removed: bool


def all_origins() -> list[Origin]:
    """Every connection there is or was, living ones first, then by name; at most 500."""
    order = (col(Connection.removed_at).is_not(None), col(Connection.name), col(Connection.id))
    with reading() as session:
        return [_origin(row) for row in session.exec(select(Connection).order_by(*order).limit(LARGEST_CHOICE))]


def origins_of(session: Session, connection_ids: Iterable[str]) -> dict[str, Origin]:
    """The origins of `connection_ids`, by id."""
    wanted = select(Connection).where(col(Connection.id).in_(set(connection_ids)))
    return {row.id: _origin(row) for row in session.exec(wanted)}


def _origin(row: Connection) -> Origin:
    removed = row.removed_at is not None
    return Origin(row.id, row.marketplace, row.name, row.identifier, row.sandbox, removed)
