"""What a watcher must know of every living connection, and what it writes on it: overdue since when, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, SQLModel

from nexus_ui.rules.silence import Standing
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows

CONNECTIONS = SQLModel.metadata.tables["connections"]
C = CONNECTIONS.c
Y = SQLModel.metadata.tables["cycles"].c
PLAIN = ("id", "interval_minutes", "window_start", "window_end", "time_zone", "paused_at", "paused_until")
PLANNED = ("next_sync_at", "requested_at", "rate_limited_until", "cycle_id", "lease_until")


@dataclass(frozen=True, slots=True)
class Watched:
    """A living connection, and what was written on it last."""

    name: str
    standing: Standing
    overdue_since: datetime | None
    overdue_because: str


def watched() -> list[Watched]:
    """Every living connection, by name."""
    columns = [C[name] for name in (*PLAIN, *PLANNED)]
    heard = (C.created_at, C.planned_since, C.last_finished_at)
    said = (C.name, C.overdue_since, C.overdue_because)
    running = (Y.worker, Y.heartbeat_at, Y.started_at, Y.waiting_until)
    wanted = select(*columns, *heard, *said, *(column.label(f"cycle_{column.name}") for column in running))
    joined = wanted.outerjoin_from(CONNECTIONS, Y.id.table, Y.id == C.cycle_id).where(C.removed_at.is_(None))
    with reading() as session:
        return [_watched(row._mapping) for row in rows(session, joined.order_by(func.lower(C.name), C.id))]


def mark(session: Session, connection_ids: Sequence[str], since: datetime | None, because: str, now: datetime) -> None:
    """Write on connections that they are overdue since then, or (None) that they are not any more."""
    values = {"overdue_since": since, "overdue_because": because, "changed_at": now, "revision": C.revision + 1}
    session.execute(update(CONNECTIONS).where(C.id.in_(connection_ids)).values(values))


def _watched(row: Any) -> Watched:
    heard = (row["created_at"], row["planned_since"], row["last_finished_at"])
    running = row["cycle_id"] is not None
    standing = Standing(
        **{name: row[name] for name in (*PLAIN, *PLANNED)},
        worker=row["cycle_worker"] or "",
        cycle_moved_at=row["cycle_heartbeat_at"] or row["cycle_started_at"] if running else None,
        cycle_waits_until=row["cycle_waiting_until"],
        last_heard_at=max(moment for moment in heard if moment is not None),
    )
    return Watched(row["name"], standing, row["overdue_since"], row["overdue_because"])
