"""What Settings > Audit log shows, ready to be drawn."""

from dataclasses import dataclass, field
from urllib.parse import quote

from nexus_ui.storage.audit import Change, Subject
from nexus_ui.storage.audit_log import AuditLine
from nexus_ui.ui import words
from nexus_ui.ui.address import address

SHOWN_CHANGES = 6
SUBJECTS = {
    Subject.CONNECTION: "Connection",
    Subject.PERSON: "Person",
    Subject.SETTINGS: "Settings",
    Subject.STOCK: "Stock",
    Subject.ALERT: "Alerts",
}


@dataclass(frozen=True)
class ChangeRow:
    """One thing that is different now."""

    field: str
    before: str
    after: str
    between: bool


@dataclass(frozen=True)
class AuditRow:
    """Who did what to what. `more` says how many changes are not shown."""

    id: str
    at: str
    who: str
    action: str
    kind: str
    name: str
    href: str
    changes: list[ChangeRow] = field(default_factory=list)
    more: str = ""


def row_of(line: AuditLine) -> AuditRow:
    """One row of the log."""
    hidden = len(line.changes) - SHOWN_CHANGES
    return AuditRow(
        id=line.id,
        at=words.iso(line.at),
        who=line.who,
        action=sentence_case(line.action),
        kind=SUBJECTS.get(Subject(line.subject), "") if line.subject in set(Subject) else "",
        name=line.subject_name,
        href=_href(line),
        changes=[_change(change) for change in line.changes[:SHOWN_CHANGES]],
        more=f"and {hidden:,} more in the export" if hidden > 0 else "",
    )


def sentence_case(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def _change(change: Change) -> ChangeRow:
    both = bool(change.before and change.after)
    gone = "none" if change.before and not change.after else change.after
    return ChangeRow(sentence_case(change.field), change.before, gone, both or bool(change.before))


def _href(line: AuditLine) -> str:
    if line.subject == Subject.CONNECTION:
        return f"/connections/{quote(line.subject_id)}"
    if line.subject == Subject.STOCK and line.subject_id == line.subject_name:
        return address("/stock", {"q": line.subject_id}, {})
    return ""
