"""What people do with a connection they have: pause, resume, rename, set. Each leaves a row in its log."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlmodel import Session

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput
from nexus_ui.flows.comparing import compare_now
from nexus_ui.flows.connect import checked_name
from nexus_ui.rules import schedule
from nexus_ui.rules.publish import Cause
from nexus_ui.storage import audit, connections, journal
from nexus_ui.storage.audit import Action, Change, Subject, differences
from nexus_ui.storage.connections import Connected, ConnectionSettings
from nexus_ui.storage.database import writing
from nexus_ui.storage.journal import Deed
from nexus_ui.storage.preferences import INTERVALS

LOOKBACKS = (7, 30, 90, 365)
"""The order lookbacks a person can choose, in days."""
MOST_BUFFER = 50
LONGEST_REASON = 200


def pause(connection_id: str, by: str, reason: str = "", until: datetime | None = None) -> None:
    """Stop syncing until somebody resumes, or until then; a running cycle still ends. Raises NotFound, BadInput."""
    now = utcnow()
    why = " ".join(reason.split())
    if len(why) > LONGEST_REASON:
        raise BadInput(f"Keep the reason within {LONGEST_REASON} characters.", field="reason")
    if until is not None and until <= now:
        raise BadInput("Choose a time in the future.", field="until")
    with writing() as session:
        connections.change(session, connection_id, now, paused_at=now, paused_until=until, pause_reason=why)
        sentence = f"Paused{_until(until)}{': ' + why if why else ''}."
        journal.note(session, connection_id, Deed.PAUSED, by, sentence, now)
        told = differences({"reason": "", "until": None}, {"reason": why, "until": until})
        _told(session, by, Action.PAUSED, connection_id, told)


def resume(connection_id: str, by: str) -> None:
    """Sync again, starting at once; says in the log when nothing was paused. Raises NotFound."""
    now = utcnow()
    with writing() as session:
        row = connections.held(session, connection_id)
        if row.paused_at is None:
            journal.note(session, connection_id, Deed.RESUMED, by, "Skipped: it was not paused.", now)
            return
        nothing = {"paused_at": None, "paused_until": None, "pause_reason": ""}
        connections.change(session, connection_id, now, next_sync_at=now, planned_since=now, **nothing)
        journal.note(session, connection_id, Deed.RESUMED, by, "Resumed.", now)
        _told(session, by, Action.RESUMED, connection_id)


def rename(connection_id: str, by: str, name: str) -> None:
    """Call the connection something else; raises NotFound, BadInput."""
    now = utcnow()
    wanted = checked_name(name)
    with writing() as session:
        before = connections.held(session, connection_id).name
        if before == wanted:
            journal.note(session, connection_id, Deed.RENAMED, by, "Skipped: it has this name already.", now)
            return
        connections.change(session, connection_id, now, name=wanted)
        journal.note(session, connection_id, Deed.RENAMED, by, f"Renamed from {before} to {wanted}.", now)
        _told(session, by, Action.RENAMED, connection_id, [Change("name", before, wanted)])


def change_settings(connection_id: str, by: str, wanted: ConnectionSettings) -> None:
    """Keep new settings and plan the next sync by them; raises NotFound, or BadInput naming the field."""
    now = utcnow()
    _check(wanted)
    with writing() as session:
        before = connections.connected(connections.held(session, connection_id))
        changes = differences(asdict(before.settings), asdict(wanted))
        if not changes:
            journal.note(session, connection_id, Deed.SETTINGS, by, "Skipped: nothing was different.", now)
            return
        planned = next_sync(before, wanted, now)
        values = {name: getattr(wanted, name) for name in ConnectionSettings.__slots__}
        connections.change(session, connection_id, now, next_sync_at=planned, planned_since=now, **values)
        journal.note(session, connection_id, Deed.SETTINGS, by, f"Changed {'; '.join(map(_phrase, changes))}.", now)
        _told(session, by, Action.SETTINGS, connection_id, changes)
    if before.settings.buffer_percent != wanted.buffer_percent:
        compare_now(connection_id, Cause.SETTINGS)


def next_sync(kept: Connected, wanted: ConnectionSettings, now: datetime) -> datetime:
    """When a connection with these settings syncs next."""
    return schedule.next_sync_at(
        now,
        kept.id,
        wanted.interval_minutes,
        schedule.window(wanted.window_start, wanted.window_end, wanted.time_zone),
        wanted.time_zone,
        kept.last_started_at,
    )


def _check(wanted: ConnectionSettings) -> None:
    """Raises BadInput, naming the field, for a value that cannot be kept."""
    if wanted.interval_minutes not in INTERVALS:
        raise BadInput("Choose one of the offered intervals.", field="interval_minutes")
    if wanted.lookback_days not in LOOKBACKS:
        raise BadInput("Choose one of the offered lookbacks.", field="lookback_days")
    if not 0 <= wanted.buffer_percent <= MOST_BUFFER:
        raise BadInput(f"Choose a buffer from 0 to {MOST_BUFFER} percent.", field="buffer_percent")
    if wanted.retry_attempts is not None and not 0 <= wanted.retry_attempts <= 10:
        raise BadInput("Choose 0 to 10 attempts.", field="retry_attempts")
    if wanted.retry_backoff_seconds is not None and not 0.1 <= wanted.retry_backoff_seconds <= 300:
        raise BadInput("Choose 0.1 to 300 seconds.", field="retry_backoff_seconds")
    _check_window(wanted)


def _check_window(wanted: ConnectionSettings) -> None:
    try:
        schedule.zone_named(wanted.time_zone)
    except ValueError:
        raise BadInput("Choose a time zone from the list, such as Europe/Berlin.", field="time_zone") from None
    if bool(wanted.window_start) != bool(wanted.window_end):
        raise BadInput("Give the sync window a start and an end, or leave both empty.", field="window_start")
    try:
        schedule.window(wanted.window_start, wanted.window_end, wanted.time_zone)
    except ValueError:
        raise BadInput("Write the times of the sync window as 22:00.", field="window_start") from None


def _phrase(change: Change) -> str:
    """What differs, as `name from → to`."""
    return f"{change.field} {change.before or 'none'} → {change.after or 'none'}"


def _told(session: Session, by: str, action: Action, connection_id: str, changes: Sequence[Change] = ()) -> None:
    """The audit log hears of it too."""
    name = connections.held(session, connection_id).name
    audit.note(session, by, action, Subject.CONNECTION, connection_id, name, changes)


def _until(until: datetime | None) -> str:
    return f" until {until:%Y-%m-%d %H:%M} UTC" if until else ""
