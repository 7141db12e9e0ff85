"""Sending kept webhook deliveries through again, and forgetting old ones. What pages ask stands in `delivery_log`."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, update
from sqlmodel import SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.storage import audit, connections, journal
from nexus_ui.storage.arrivals import DONE, FAILED, KEPT
from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.journal import Deed
from nexus_ui.storage.listing import rows

BATCH = 500
TALLIES_KEPT = timedelta(days=8)

DELIVERIES = SQLModel.metadata.tables["webhook_deliveries"]
REFUSALS = SQLModel.metadata.tables["webhook_rejections"]
TALLIES = SQLModel.metadata.tables["webhook_tallies"]
D, R, T = DELIVERIES.c, REFUSALS.c, TALLIES.c


def failed_ids(connection_id: str) -> list[str]:
    """The deliveries that failed, for sending all of them through again."""
    wanted = select(D.id).where(D.connection_id == connection_id, D.state == FAILED).order_by(D.received_at)
    with reading() as session:
        return [id_ for (id_,) in rows(session, wanted)]


def replay(ids: Collection[str], by: str) -> int:
    """Send these deliveries through again; returns how many. Leaves a row in the log of each connection."""
    now = utcnow()
    chosen = D.id.in_(list(ids)), D.state.in_((DONE, FAILED))
    with writing() as session:
        counted = rows(session, select(D.connection_id, func.count()).where(*chosen).group_by(D.connection_id))
        again = {"state": KEPT, "attempts": 0, "due_at": now, "done_at": None, "effect": "", "problem": ""}
        session.execute(update(DELIVERIES).where(*chosen).values(again))
        for connection_id, count in counted:
            sentence = f"Replayed {count} webhook{'' if count == 1 else 's'}."
            journal.note(session, connection_id, Deed.REPLAYED, by, sentence, now)
            told = (Change("webhooks", "", f"{count:,}"),)
            name = connections.held(session, connection_id).name
            audit.note(session, by, Action.REPLAYED, Subject.CONNECTION, connection_id, name, told)
    return sum(count for _, count in counted)


def forget_before(moment: datetime, batch: int = BATCH) -> int:
    """Drop deliveries and refusals older than that, in short transactions, and tallies nobody shows any more."""
    with writing() as session:
        session.execute(delete(REFUSALS).where(R.at < moment))
        session.execute(delete(TALLIES).where(T.hour < utcnow() - TALLIES_KEPT))
    old = select(D.id).where(D.received_at < moment, or_(D.state != KEPT, D.due_at < moment)).limit(batch)
    count = 0
    while True:
        with writing() as session:
            found = list(session.scalars(old))
            session.execute(delete(DELIVERIES).where(D.id.in_(found)))
        count += len(found)
        if len(found) < batch:
            return count
