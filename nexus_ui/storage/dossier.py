"""Everything on record of a connection that its marketplace's support may need: syncs, calls, webhooks, what is set
aside, and what is known of its credentials without them.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, SQLModel

from nexus_ui.storage import connections, secrets, set_aside
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows

MOST_CYCLES = 30
MOST_CALLS = 300
MOST_WEBHOOKS = 100
MOST_SET_ASIDE = 50

Y = SQLModel.metadata.tables["cycles"].c
A = SQLModel.metadata.tables["api_calls"].c
E = SQLModel.metadata.tables["webhook_endpoints"].c
W = SQLModel.metadata.tables["webhook_deliveries"].c
R = SQLModel.metadata.tables["webhook_rejections"].c
S = SQLModel.metadata.tables["stream_cursors"].c
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is on record, newest first. `calls` holds those that failed, then the latest of the others."""

    kept: connections.Connected
    credentials: tuple[Row, ...]
    cycles: tuple[Row, ...]
    calls: tuple[Row, ...]
    cursors: tuple[Row, ...]
    topics: tuple[Row, ...]
    deliveries: tuple[Row, ...]
    rejections: tuple[Row, ...]
    set_aside: tuple[Row, ...]


def dossier(connection_id: str) -> Dossier:
    """What is on record of a connection; raises NotFound."""
    kept = connections.get(connection_id)
    records, _ = set_aside.of_connection(connection_id, MOST_SET_ASIDE)
    with reading() as session:
        cycles = _cycles(session, connection_id)
        return Dossier(
            kept=kept,
            credentials=tuple(_credentials(connection_id)),
            cycles=cycles,
            calls=_calls(session, [cycle["id"] for cycle in cycles]),
            cursors=_cursors(session, connection_id),
            topics=_all(session, E, E.connection_id == connection_id, E.topic, MOST_WEBHOOKS),
            deliveries=_deliveries(session, connection_id),
            rejections=_all(session, R, R.connection_id == connection_id, R.at.desc(), MOST_WEBHOOKS),
            set_aside=tuple(asdict(record) for record in records),
        )


def _credentials(connection_id: str) -> list[Row]:
    """When each was set and when it ends; nothing of what it is."""
    facts: Mapping[str, secrets.SecretFact] = secrets.facts(connection_id)
    return [{"field": name, "set_at": fact.set_at, "expires_at": fact.expires_at} for name, fact in facts.items()]


def _cycles(session: Session, connection_id: str) -> tuple[Row, ...]:
    left_out = {"connection_id", "requested_by", "worker", "revision"}
    wanted = select(*(column for column in Y if column.name not in left_out)).where(Y.connection_id == connection_id)
    return _rows(session, wanted.order_by(Y.started_at.desc(), Y.id.desc()).limit(MOST_CYCLES))


def _calls(session: Session, cycle_ids: list[str]) -> tuple[Row, ...]:
    wanted = select(*A).where(A.cycle_id.in_(cycle_ids)).order_by(A.problem == "", A.at.desc(), A.id)
    return _rows(session, wanted.limit(MOST_CALLS))


def _cursors(session: Session, connection_id: str) -> tuple[Row, ...]:
    """How far each stream was read, without the marketplace's own mark of the place."""
    columns = (S.stream, S.since, S.newest, S.pass_started_at, S.changed_at)
    return _rows(session, select(*columns).where(S.connection_id == connection_id).order_by(S.stream))


def _deliveries(session: Session, connection_id: str) -> tuple[Row, ...]:
    """What arrived, without what it carried."""
    left_out = {"connection_id", "body"}
    wanted = select(*(column for column in W if column.name not in left_out)).where(W.connection_id == connection_id)
    return _rows(session, wanted.order_by(W.received_at.desc(), W.id).limit(MOST_WEBHOOKS))


def _all(session: Session, columns: Any, mine: Any, order: Any, most: int) -> tuple[Row, ...]:
    wanted = select(*(column for column in columns if column.name != "connection_id")).where(mine)
    return _rows(session, wanted.order_by(order).limit(most))


def _rows(session: Session, wanted: Any) -> tuple[Row, ...]:
    return tuple(dict(row._mapping) for row in rows(session, wanted))
