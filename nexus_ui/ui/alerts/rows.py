"""What the Alerts page shows, ready to be drawn."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from nexus_ui.rules.alert_words import duration
from nexus_ui.rules.alerts import Link, Purpose, Severity
from nexus_ui.storage.incident_log import IncidentLine, Told
from nexus_ui.storage.messages import FAILED, SENT
from nexus_ui.ui import words
from nexus_ui.ui.places import Place, place_of

TONES = {Severity.CRITICAL: "bad", Severity.WARNING: "warn", Severity.NOTICE: "wait"}
PURPOSES = {Purpose.OPENED: "Alert", Purpose.AGAIN: "Reminder", Purpose.RECOVERED: "Recovery", Purpose.TEST: "Test"}
MORNING = 9
SNOOZES = {"hour": "For an hour", "four": "For four hours", "morning": "Until tomorrow, 9:00", "week": "For a week"}
"""What a snooze can be, and how it is offered."""


@dataclass(frozen=True)
class LinkRow:
    """Something to open: `page` is one of ours, `outside` an address elsewhere, both empty for plain words."""

    text: str
    page: str = ""
    outside: str = ""
    at: str = ""
    then: str = ""


@dataclass(frozen=True)
class ToldRow:
    """A message that was sent, or could not be."""

    what: str
    state: str
    tone: str
    at: str
    problem: str


@dataclass(frozen=True)
class AlertRow:
    """One incident. `attended`: somebody took it on or put it off; `mine` links to the connection."""

    id: str
    place: Place
    tone: str
    severity: str
    title: str
    sentence: str
    since: str
    seen: str
    times: str
    over: str
    lasted: str
    ending: str
    acknowledged: str
    acknowledged_at: str
    snoozed: str
    attended: bool
    affected: list[LinkRow] = field(default_factory=list)
    evidence: list[LinkRow] = field(default_factory=list)
    told: list[ToldRow] = field(default_factory=list)
    undelivered: bool = False


def row_of(line: IncidentLine, now: datetime) -> AlertRow:
    """One incident as the page shows it."""
    snoozed = line.snoozed_until if line.snoozed_until and line.snoozed_until > now else None
    is_open = line.closed_at is None
    return AlertRow(
        id=line.id,
        place=place_of(line.origin) if line.origin else Place(),
        tone=TONES[line.severity] if is_open else "ok",
        severity=line.severity.value.capitalize() if is_open else "Over",
        title=line.title,
        sentence=line.sentence,
        since=words.iso(line.opened_at),
        seen=words.iso(line.last_seen_at) if line.times > 1 else "",
        times=f"seen {line.times:,} times" if line.times > 1 else "",
        over=words.iso(line.closed_at),
        lasted=duration(line.closed_at - line.opened_at) if line.closed_at else "",
        ending=line.ending,
        acknowledged=(line.acknowledged_by or "somebody") if line.acknowledged_at else "",
        acknowledged_at=words.iso(line.acknowledged_at),
        snoozed=words.iso(snoozed) if is_open else "",
        attended=is_open and bool(line.acknowledged_at or snoozed),
        affected=[link_of(one) for one in line.affected],
        evidence=[link_of(one) for one in line.evidence],
        told=[_told(one) for one in line.told],
        undelivered=any(one.sending.state == FAILED for one in line.told),
    )


def link_of(link: Link) -> LinkRow:
    """A link of ours, one to elsewhere, or words."""
    page = link.href if link.href.startswith("/") else ""
    outside = link.href if link.href.startswith("https://") else ""
    return LinkRow(link.text, page, outside, words.iso(link.at), link.then if link.at else "")


def snoozed_until(word: str, now: datetime, zone: tzinfo) -> datetime:
    """Until when a chosen snooze lasts; tomorrow is the person's own."""
    if word == "morning":
        there = now.astimezone(zone)
        tomorrow = (there + timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
        return tomorrow.astimezone(now.tzinfo)
    return now + {"hour": timedelta(hours=1), "four": timedelta(hours=4)}.get(word, timedelta(days=7))


def _told(one: Told) -> ToldRow:
    sending = one.sending
    what = f"{PURPOSES[sending.purpose]} by {one.channel}"
    if sending.state == SENT:
        return ToldRow(what, "sent", "ok", words.iso(sending.sent_at), sending.problem)
    if sending.state == FAILED:
        return ToldRow(what, "given up", "bad", words.iso(sending.created_at), sending.problem)
    tried = f"tried {words.count(sending.attempts, 'time')}, tried again" if sending.attempts else "on its way"
    return ToldRow(what, tried, "warn", words.iso(sending.created_at), sending.problem)
