"""Writing down who did what, from what to what, in the transaction of the change itself. What pages ask: `audit_log`.

Nothing secret comes here: of a credential only that it was replaced is told, never what it was or is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Session

from nexus_ui.clock import utcnow
from nexus_ui.ids import new_id
from nexus_ui.storage.tables import Audited, Person

MOST_CHANGES = 500
LONGEST_VALUE = 300
NOBODY = "Nexus"
"""Who did what the product does by itself."""


class Subject(StrEnum):
    """What something was done to."""

    CONNECTION = "connection"
    PERSON = "person"
    SETTINGS = "settings"
    STOCK = "stock"
    ALERT = "alert"


class Action(StrEnum):
    """What was done; the value is also how it reads."""

    CONNECTED = "connected"
    CREDENTIALS = "changed credentials"
    RECONNECTED = "reconnected"
    RENAMED = "renamed"
    SETTINGS = "changed settings"
    SYNC = "asked for a sync"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMOVED = "removed"
    BROUGHT_BACK = "brought back"
    ROTATED = "replaced the webhook secret"
    REPLAYED = "replayed webhooks"
    EVIDENCE = "downloaded evidence"
    LOOKED_AGAIN = "looked again at what was set aside"
    LINKED = "made a reconnect link"
    UNLINKED = "withdrew a reconnect link"
    INVITED = "invited"
    JOINED = "joined"
    NEW_PASSWORD = "set a new password"  # noqa: S105 - a word for people
    ROLE = "changed role"
    LOCKED_OUT = "locked out"
    STOCK_SET = "set stock"
    STOCK_IMPORTED = "imported stock"
    PUSH_APPROVED = "approved a push"
    PUSH_DECLINED = "declined a push"
    PUSH_UNDONE = "took a push back"
    REPUSHED = "published again"
    RULE_SET = "set a rule for a SKU"
    ACKNOWLEDGED = "acknowledged"
    SNOOZED = "snoozed"
    WOKEN = "took an acknowledgement or snooze back"
    CHANNEL_ADDED = "added an alert channel"
    CHANNEL_CHANGED = "changed an alert channel"
    CHANNEL_REMOVED = "removed an alert channel"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is different now; empty words mean that there was, or is, nothing."""

    field: str
    before: str
    after: str


def note(
    session: Session,
    by: str | None,
    action: Action,
    subject: Subject,
    subject_id: str,
    subject_name: str = "",
    changes: Sequence[Change] = (),
    *,
    who: str = "",
) -> None:
    """Add a row: the person `by` did `action` to a subject. Their name stays as it is now.

    `who` names whoever did it where no person stands behind it, such as the command line.
    """
    person = session.get(Person, by) if by else None
    kept = [asdict(change) for change in changes[:MOST_CHANGES]]
    if len(changes) > MOST_CHANGES:
        kept.append(asdict(Change(f"and {len(changes) - MOST_CHANGES:,} more", "", "")))
    session.add(
        Audited(
            id=new_id("aud"),
            at=utcnow(),
            person_id=person.id if person else None,
            who=who or ((person.name or person.email) if person else by or NOBODY),
            action=action.value,
            subject_kind=subject.value,
            subject_id=subject_id,
            subject_name=subject_name,
            changes=kept,
        )
    )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two sets of values, by their names. No secret may be among them."""
    return tuple(
        Change(name.replace("_", " "), _word(before.get(name)), _word(after.get(name)))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )


def replaced(fields: Collection[str]) -> tuple[Change, ...]:
    """Secrets that have new values, which are told to nobody."""
    return tuple(Change(name.replace("_", " "), "", "replaced") for name in fields)


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return str(value)[:LONGEST_VALUE]
