"""Compares what polling found changed with what webhooks named."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import SQLModel

from nexus_ui.adapters.contract import About
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows

AHEAD = timedelta(minutes=1)
"""So much their clock may be ahead of ours."""
BATCH = 500

D = SQLModel.metadata.tables["webhook_deliveries"].c
O = SQLModel.metadata.tables["orders"].c  # noqa: E741 - the letter its table begins with, as D


def missed(connection_id: str, refs: Collection[str], since: datetime, until: datetime) -> list[datetime]:
    """When these orders last changed: those that did so between then and then, and were named by no delivery since."""
    changed = _changed(connection_id, list(refs), since, until)
    if not changed:
        return []
    named: dict[str, datetime] = {}
    earliest = min(changed.values()) - AHEAD
    wanted = select(D.named, D.received_at).where(D.connection_id == connection_id, D.received_at >= earliest)
    with reading() as session:
        for what, received_at in rows(session, wanted.order_by(D.received_at)):
            named.update({ref: received_at for about, ref in what if about == About.ORDER.value})
    return [at for ref, at in changed.items() if ref not in named or named[ref] < at - AHEAD]


def _changed(connection_id: str, refs: list[str], since: datetime, until: datetime) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    within = (O.connection_id == connection_id, O.updated_at > since, O.updated_at <= until)
    with reading() as session:
        for start in range(0, len(refs), BATCH):
            wanted = select(O.ref, O.updated_at).where(*within, O.ref.in_(refs[start : start + BATCH]))
            found.update({row.ref: row.updated_at for row in rows(session, wanted)})
    return found
