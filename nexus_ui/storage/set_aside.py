"""What was stopped on every connection, by reason: syncs that failed, records set aside, webhooks, stock refused."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, select, update
from sqlmodel import SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.rules.causes import One, Source
from nexus_ui.storage.arrivals import FAILED
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.listing import rows

MOST = 2_000
SHOWN = 20

CURSORS = SQLModel.metadata.tables["stream_cursors"]
RECEIPTS = SQLModel.metadata.tables["stock_receipts"]
C = SQLModel.metadata.tables["connections"].c
Q = SQLModel.metadata.tables["quarantine"].c
W = SQLModel.metadata.tables["webhook_deliveries"].c
P = RECEIPTS.c


@dataclass(frozen=True, slots=True)
class Record:
    """A record that was set aside."""

    stream: str
    ref: str
    reason: str
    raw: str
    first_seen_at: datetime
    cycle_id: str


def everything() -> list[One]:
    """Everything that is wrong or set aside on living connections, by connection and reason: four statements."""
    with reading() as session:
        return [
            *(_one(Source.SYNC, row) for row in rows(session, _failing())),
            *(_one(Source.RECORDS, row) for row in rows(session, _records())),
            *(_one(Source.STOCK, row) for row in rows(session, _refused())),
            *(_one(Source.WEBHOOKS, row) for row in rows(session, _webhooks())),
        ]


def refs(connection_id: str, stream: str, reasons: Collection[str]) -> list[str]:
    """The records of a connection that were set aside for one of these reasons."""
    mine = (Q.connection_id == connection_id, Q.stream == stream, Q.reason.in_(list(reasons)))
    with reading() as session:
        return [ref for (ref,) in rows(session, select(Q.ref).where(*mine).order_by(Q.ref))]


def still_there(connection_id: str, stream: str, refs: Collection[str]) -> int:
    """How many of these records are set aside now."""
    mine = (Q.connection_id == connection_id, Q.stream == stream, Q.ref.in_(list(refs)))
    with reading() as session:
        return int(rows(session, select(func.count()).where(*mine))[0][0])


def failed_deliveries(connection_id: str, problems: Collection[str]) -> list[str]:
    """The webhooks of a connection that failed with one of these problems."""
    mine = (W.connection_id == connection_id, W.state == FAILED, W.problem.in_(list(problems)))
    with reading() as session:
        return [id_ for (id_,) in rows(session, select(W.id).where(*mine).order_by(W.received_at))]


def refused_skus(connection_id: str, said: Collection[str]) -> list[str]:
    """The SKUs whose last quantity sent to a connection was refused in one of these words."""
    wanted = select(P.sku).distinct().where(_is_refused(), P.connection_id == connection_id, P.said.in_(list(said)))
    with reading() as session:
        return [sku for (sku,) in rows(session, wanted.order_by(P.sku))]


def of_connection(connection_id: str, most: int = SHOWN) -> tuple[tuple[Record, ...], int]:
    """The records of a connection that are set aside: the first ones, and how many there are."""
    mine = Q.connection_id == connection_id
    wanted = select(*(Q[name] for name in Record.__slots__)).where(mine).order_by(Q.stream, Q.reason, Q.ref)
    with reading() as session:
        total = rows(session, select(func.count()).where(mine))[0][0]
        return tuple(Record(*row) for row in rows(session, wanted.limit(most))), int(total)


def read_afresh(connection_id: str, stream: str) -> None:
    """Let the next pass over a stream begin at its beginning."""
    values = {"since": None, "resume": None, "pass_started_at": None, "newest": None, "changed_at": utcnow()}
    mine = (CURSORS.c.connection_id == connection_id, CURSORS.c.stream == stream)
    with writing() as session:
        session.execute(update(CURSORS).where(*mine).values(values))


OF = (C.id.label("connection_id"), C.name, C.marketplace, C.sandbox)


def _one(source: Source, row: Any) -> One:
    return One(source=source, **row._mapping)


def _failing() -> Select[Any]:
    """Connections whose last sync failed, or left a stream out."""
    told = (C.error_kind.label("kind"), C.error_scope.label("scope"), C.error_message.label("said"))
    wanted = select(*OF, *told, C.error_since.label("since"), literal(1).label("count"))
    return wanted.where(C.removed_at.is_(None), C.error_kind.is_not(None)).order_by(C.name).limit(MOST)


def _records() -> Select[Any]:
    counted = (func.count().label("count"), func.min(Q.first_seen_at).label("since"))
    wanted = select(*OF, Q.stream, Q.reason.label("said"), *counted).join(Q.ref.table, C.id == Q.connection_id)
    return wanted.where(C.removed_at.is_(None)).group_by(*OF, Q.stream, Q.reason).order_by(C.name).limit(MOST)


def _refused() -> Select[Any]:
    counted = (func.count(func.distinct(P.sku)).label("count"), func.min(P.answered_at).label("since"))
    wanted = select(*OF, P.said, *counted).join(P.id.table, C.id == P.connection_id)
    return wanted.where(C.removed_at.is_(None), _is_refused()).group_by(*OF, P.said).order_by(C.name).limit(MOST)


def _is_refused() -> ColumnElement[bool]:
    """What is true of a refused quantity after which no other was sent to the same place."""
    later = RECEIPTS.alias().c
    same = (later.connection_id == P.connection_id, later.variant_ref == P.variant_ref)
    after = (later.location_ref == P.location_ref, later.planned_at > P.planned_at, later.state != "superseded")
    return and_(P.state == "refused", ~exists().where(*same, *after))


def _webhooks() -> Select[Any]:
    counted = (func.count().label("count"), func.min(W.received_at).label("since"))
    wanted = select(*OF, W.problem.label("said"), *counted).join(W.id.table, C.id == W.connection_id)
    failed = wanted.where(C.removed_at.is_(None), W.state == FAILED)
    return failed.group_by(*OF, W.problem).order_by(C.name).limit(MOST)
