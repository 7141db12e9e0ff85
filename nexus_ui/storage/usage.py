"""What syncing has cost so far: the calls of earlier cycles, which a forecast judges by."""

from collections import defaultdict

from sqlalchemy import func, select
from sqlmodel import SQLModel

from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows

C = SQLModel.metadata.tables["connections"].c
Y = SQLModel.metadata.tables["cycles"].c
MOST_CONNECTIONS = 50
REMEMBERED = 5


def calls_by_marketplace() -> dict[str, list[int]]:
    """The calls of the last few successful cycles of up to fifty living connections, by marketplace."""
    some = select(C.id, C.marketplace).where(C.removed_at.is_(None)).order_by(C.id).limit(MOST_CONNECTIONS).subquery().c
    place = func.row_number().over(partition_by=Y.connection_id, order_by=Y.started_at.desc()).label("place")
    chosen = (
        select(some.marketplace, Y.calls, place)
        .join_from(some.id.table, Y.id.table, Y.connection_id == some.id)
        .where(Y.state == "finished", Y.outcome == "success")
        .subquery()
        .c
    )
    found: dict[str, list[int]] = defaultdict(list)
    with reading() as session:
        for marketplace, calls in rows(
            session, select(chosen.marketplace, chosen.calls).where(chosen.place <= REMEMBERED)
        ):
            found[marketplace].append(calls)
    return dict(found)
