"""How far each stream of a connection has been read. Pages move the cursors (see `pages`); here they are looked up."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from nexus_ui.records import Fulfilment
from nexus_ui.storage.database import reading
from nexus_ui.storage.tables import StockRow, StreamCursor, VariantRow


@dataclass(frozen=True, slots=True)
class Cursor:
    """`since` None: the first full read is not finished. `resume` None: no pass is under way."""

    since: datetime | None = None
    pass_started_at: datetime | None = None
    resume: str | None = None
    newest: datetime | None = None


def of_connection(connection_id: str) -> dict[str, Cursor]:
    """The cursors of a connection by stream; streams never read are absent."""
    wanted = select(StreamCursor).where(col(StreamCursor.connection_id) == connection_id)
    with reading() as session:
        found = session.exec(wanted).all()
    return {row.stream: Cursor(row.since, row.pass_started_at, row.resume, row.newest) for row in found}


def stock_came_along(connection_id: str) -> bool:
    """Whether the products brought all stock along: some is known, and nothing the marketplace holds is without any."""
    known = select(StockRow.connection_id).where(col(StockRow.connection_id) == connection_id)
    of_variant = known.where(col(StockRow.variant_ref) == col(VariantRow.ref)).exists()
    lacking = select(VariantRow.ref).where(
        col(VariantRow.connection_id) == connection_id,
        col(VariantRow.fulfilment) == Fulfilment.MARKETPLACE.value,
        ~of_variant,
    )
    with reading() as session:
        return session.exec(known.limit(1)).first() is not None and session.exec(lacking.limit(1)).first() is None
