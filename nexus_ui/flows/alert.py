"""Saying that something is wrong, and that it is over: the door to alerts for everybody who sees trouble."""

from nexus_ui.clock import utcnow
from nexus_ui.flows import delivery
from nexus_ui.flows.telling import close_in, drop_in, raise_in, tell_waiting
from nexus_ui.flows.writing import stored
from nexus_ui.rules.alerts import Link, Severity, Trouble
from nexus_ui.storage import incidents
from nexus_ui.storage.database import writing

__all__ = ["Link", "Severity", "Trouble", "close", "close_in", "deliver_due", "drop_in", "raise_", "raise_in"]


def raise_(trouble: Trouble) -> str:
    """Say that something is wrong, as often as it is seen; returns the id of the one open incident about it."""
    now = utcnow()
    known = incidents.unchanged(trouble, now)
    if known is not None:
        return known
    with writing() as session:
        return raise_in(session, trouble, now)


def close(connection_id: str | None, kind: str, sentence: str = "") -> bool:
    """Say that it is over; nothing happens when it was not open. Returns whether it was."""
    if kind not in incidents.kinds_open_now(connection_id):
        return False
    with writing() as session:
        return bool(close_in(session, connection_id, [kind], utcnow(), sentence))


async def deliver_due() -> None:
    """Tell what has waited for its time, and send what is due."""
    await stored(tell_waiting, utcnow())
    await delivery.send_due()
