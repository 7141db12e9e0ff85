"""What people did to a connection, kept in the same log as its sync cycles."""

from datetime import datetime
from enum import StrEnum

from sqlmodel import Session

from nexus_ui.ids import new_id
from nexus_ui.storage.tables import Cycle

NOTED = "noted"


class Deed(StrEnum):
    """What was done; the log keeps it as the row's trigger."""

    CONNECTED = "connected"
    CREDENTIALS = "credentials"
    RECONNECTED = "reconnected"
    RENAMED = "renamed"
    SETTINGS = "settings"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMOVED = "removed"
    BROUGHT_BACK = "brought_back"
    ROTATED = "rotated"
    REPLAYED = "replayed"


def note(session: Session, connection_id: str, deed: Deed, by: str | None, sentence: str, now: datetime) -> str:
    """Add a row that says who did what; returns its id. It counts neither as a sync nor for health."""
    row = Cycle(
        id=new_id("cyc"),
        connection_id=connection_id,
        trigger=deed.value,
        requested_by=by,
        state="finished",
        outcome=NOTED,
        started_at=now,
        finished_at=now,
        error_message=sentence,
    )
    session.add(row)
    return row.id
