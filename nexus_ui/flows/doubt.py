"""Doubting success: a cycle that went well and brought suspiciously little lowers health, and is told."""

from datetime import UTC, datetime, timedelta

from nexus_ui.clock import utcnow
from nexus_ui.flows import alert
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.flows.writing import stored
from nexus_ui.rules import volume
from nexus_ui.rules.schedule import zone_named
from nexus_ui.storage import volumes
from nexus_ui.storage.database import writing
from nexus_ui.storage.volumes import Judged

KIND = "low_volume"
AT_ONCE = 20
USUAL = "As much arrives as usual again."
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Doubting:
    """Judges each cycle that ended since it was asked last, a few at a time."""

    def __init__(self) -> None:
        """Nothing judged yet."""
        self._until = LONG_AGO

    async def look(self) -> None:
        """Judge what ended meanwhile."""
        for one in (await stored(volumes.finished_after, self._until))[:AT_ONCE]:
            await stored(judge, one)
            self._until = one.last_finished_at


def judge(one: Judged) -> None:
    """Hold a connection's last cycle against its pattern, and write down and tell what differs from before."""
    now = utcnow()
    cycles = volumes.brought(one.id, now - timedelta(days=volume.DAYS + 2))
    sentence = volume.doubt(cycles, zone_named(one.time_zone))
    if sentence == one.doubt:
        return
    with writing() as session:
        since = (one.doubt_since or now) if sentence else None
        volumes.doubt(session, one.id, sentence, since, now)
        if sentence:
            alert.raise_in(session, _trouble(one, sentence), now)
        else:
            alert.close_in(session, one.id, [KIND], now, USUAL)


def _trouble(one: Judged, sentence: str) -> Trouble:
    link = Link(one.name, f"/connections/{one.id}")
    said = f"{sentence} The sync itself reports no error."
    return Trouble(KIND, one.id, Severity.WARNING, "Less arrives than usual", said, (link,), (link,))
