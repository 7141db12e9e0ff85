"""What is told of incidents, written to every channel in the transaction that opens or ends them."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from nexus_ui import settings
from nexus_ui.rules import alert_words
from nexus_ui.rules.alert_words import Reader
from nexus_ui.rules.alerts import Purpose, Trouble, telling
from nexus_ui.rules.schedule import zone_named
from nexus_ui.storage import channels, incidents, messages, preferences
from nexus_ui.storage.channels import Channel
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.incidents import OpenIncident, Over

REMOVED = "The connection was removed."
TEST = "test"
TEST_LASTS = timedelta(minutes=10)
TEST_OVER = "It was a test."


def raise_in(session: Session, trouble: Trouble, now: datetime) -> str:
    """Say that something is wrong, in a write transaction; returns the id of the one open incident about it."""
    incident = incidents.sight(session, trouble, now)
    _tell(session, incident, now, _cooldown(session))
    return incident.id


def close_in(session: Session, connection_id: str | None, kinds: Collection[str], now: datetime, sentence: str) -> int:
    """Say that these kinds of trouble are over, in a write transaction; returns how many were open."""
    over = incidents.end(session, connection_id, kinds, now, sentence)
    _tell_over(session, over, now, sentence)
    return len(over)


def drop_in(session: Session, connection_id: str | None, kinds: Collection[str], now: datetime, sentence: str) -> int:
    """End incidents without telling anybody: something else took their place. Returns how many ended."""
    over = incidents.end(session, connection_id, kinds, now, sentence)
    if over:
        messages.supersede(session, [one.id for one in over])
    return len(over)


def tell_waiting(now: datetime) -> None:
    """Tell what has waited for its cooldown or the end of a snooze; forget what a removed connection had."""
    if not _anything_waits(now):
        return
    with writing() as session:
        for connection_id, kinds in incidents.of_removed(session).items():
            drop_in(session, connection_id, kinds, now, REMOVED)
        wait = _cooldown(session)
        for one in incidents.open_ones(session, now):
            if _outlived(one, now):
                drop_in(session, None, [TEST], now, TEST_OVER)
            else:
                _tell(session, one, now, wait)


def _anything_waits(now: datetime) -> bool:
    """Looked up without locking anything: mostly there is nothing to do, and this is asked every few seconds."""
    with reading() as session:
        if incidents.of_removed(session):
            return True
        wait = _cooldown(session)
        found = incidents.open_ones(session, now, lock=False)
    return any(_outlived(one, now) or telling(now, one.standing, wait) for one in found)


def _outlived(one: OpenIncident, now: datetime) -> bool:
    return one.trouble.kind == TEST and one.opened_at + TEST_LASTS <= now


def _cooldown(session: Session) -> timedelta:
    return timedelta(minutes=preferences.connections_in(session).alert_cooldown_minutes)


def _tell(session: Session, incident: OpenIncident, now: datetime, wait: timedelta) -> None:
    """Write to every channel, if it is time to."""
    purpose = telling(now, incident.standing, wait)
    if purpose is None:
        return
    incidents.told(session, incident, now)
    for channel in _listening(session, incident.trouble.kind):
        told = alert_words.alert(incident.place, incident.trouble, incident.opened_at, purpose, reader(channel))
        messages.queue(session, channel.id, incident.id, purpose, told, now)


def _tell_over(session: Session, over: Sequence[Over], now: datetime, sentence: str) -> None:
    """Write to every channel that was to hear of it. What was not sent yet need not be: the end tells it all."""
    for one in over:
        heard = messages.told_channels(session, [one.id])
        messages.supersede(session, [one.id])
        for channel in _listening(session, one.kind):
            if channel.id in heard:
                words = alert_words.recovery(one.place, one.title, one.opened_at, now, sentence, reader(channel))
                messages.queue(session, channel.id, one.id, Purpose.RECOVERED, words, now)


def _listening(session: Session, kind: str) -> list[Channel]:
    """The channels that are switched on; one that does not work is not told so itself, and a test stays on the page."""
    if kind == TEST:
        return []
    return [one for one in channels.all_in(session) if one.enabled and kind != channel_kind(one.id)]


def reader(channel: Channel) -> Reader:
    """For whom a channel's messages are written."""
    return Reader(zone_named(channel.public_fields.get("time_zone", "UTC")), settings.current().public_url)


def channel_kind(channel_id: str) -> str:
    """The kind of incident that says that this channel does not work."""
    return f"channel {channel_id}"
