"""What stands still on connections in trouble, counted: two statements, however many connections are asked about."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, Subquery, Text, cast, func, select
from sqlmodel import Session, SQLModel

from nexus_ui.rules.diagnosis import PATTERN, Waiting, orders_a_day
from nexus_ui.storage.arrivals import KEPT
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows

C = SQLModel.metadata.tables["connections"].c
Y = SQLModel.metadata.tables["cycles"].c
S = SQLModel.metadata.tables["stream_cursors"].c
O = SQLModel.metadata.tables["orders"].c  # noqa: E741 - the letter its table begins with, as C and Y
W = SQLModel.metadata.tables["webhook_deliveries"].c
Q = SQLModel.metadata.tables["quarantine"].c
D = SQLModel.metadata.tables["stock_due"].c
JUDGED = ("success", "partial", "failed")
"""Outcomes that say something about the marketplace."""
EVERY_STREAM = ("orders", "products", "inventory")


def waiting(connection_id: str, now: datetime) -> Waiting:
    """What stands still on one connection."""
    with reading() as session:
        return waiting_of(session, [connection_id], now).get(connection_id, Waiting())


def waiting_of(session: Session, connection_ids: Sequence[str], now: datetime) -> dict[str, Waiting]:
    """What stands still on each of these connections."""
    if not connection_ids:
        return {}
    read_at = _read_at(session, connection_ids)
    lately = (O.connection_id == C.id, O.placed_at > now - PATTERN)
    kept = _kept(connection_ids)
    wanted = select(
        C.id,
        _last_evidence().label("evidence"),
        func.coalesce(kept.c.count, 0).label("webhooks"),
        func.coalesce(kept.c.of_orders, 0).label("order_webhooks"),
        _counted(D.connection_id == C.id).label("skus"),
        _counted(Q.connection_id == C.id).label("set_aside"),
        _counted(*lately).label("orders"),
        select(func.min(O.placed_at)).where(*lately).scalar_subquery().label("oldest"),
    )
    found = rows(session, wanted.outerjoin(kept, kept.c.connection_id == C.id).where(C.id.in_(connection_ids)))
    return {row.id: _waiting(row, read_at.get(row.id, {}), now) for row in found}


def _waiting(row: Any, read_at: Mapping[str, datetime], now: datetime) -> Waiting:
    usual = orders_a_day(row.orders, row.oldest, read_at.get("orders"), now)
    unread = _unread(row.evidence, read_at)
    return Waiting(unread, read_at, usual, row.webhooks, row.order_webhooks, row.skus, row.set_aside)


def _unread(evidence: Any, read_at: Mapping[str, datetime]) -> tuple[str, ...]:
    """The streams that the last sync did not end; all there are when it did not come to reading at all."""
    told = (evidence or {}).get("streams") or {}
    if told:
        return tuple(stream for stream, how in told.items() if how.get("end") != "done")
    return tuple(read_at) or EVERY_STREAM


def _last_evidence() -> ScalarSelect[Any]:
    newest = select(Y.evidence).where(Y.connection_id == C.id, Y.outcome.in_(JUDGED), Y.state == "finished")
    return newest.order_by(Y.started_at.desc()).limit(1).scalar_subquery()


def _kept(connection_ids: Sequence[str]) -> Subquery:
    """How many webhooks wait on each connection, and how many of them are about orders."""
    of_orders = func.count().filter(cast(W.named, Text).contains('["order"'))
    wanted = select(W.connection_id, func.count().label("count"), of_orders.label("of_orders"))
    mine = (W.state == KEPT, W.connection_id.in_(connection_ids))
    return wanted.where(*mine).group_by(W.connection_id).subquery()


def _counted(*conditions: Any) -> ScalarSelect[Any]:
    return select(func.count()).where(*conditions).scalar_subquery()


def _read_at(session: Session, connection_ids: Sequence[str]) -> dict[str, dict[str, datetime]]:
    """When each stream was last read to its end; while a pass is under way, up to when it is complete."""
    wanted = select(S.connection_id, S.stream, S.since, S.resume, S.changed_at)
    found: dict[str, dict[str, datetime]] = {}
    for connection_id, stream, since, resume, changed_at in rows(
        session, wanted.where(S.connection_id.in_(connection_ids))
    ):
        ended = changed_at if resume is None else since
        if since is not None and ended is not None:
            found.setdefault(connection_id, {})[stream] = ended
    return found
