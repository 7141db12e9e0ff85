"""Messages on their way to people: written with the incident they tell of, sent later, each by one sender at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, SQLModel

from nexus_ui.ids import new_id
from nexus_ui.rules.alert_words import Words
from nexus_ui.rules.alerts import Purpose, Severity
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.listing import rows
from nexus_ui.storage.tables import AlertMessage

MESSAGES = SQLModel.metadata.tables["alert_messages"]
M = MESSAGES.c
N = SQLModel.metadata.tables["incidents"].c
WAITING, SENT, FAILED, SUPERSEDED = "waiting", "sent", "failed", "superseded"
MOST_AT_ONCE = 100
LEASE = timedelta(minutes=3)
"""So long a sender may take. One that died in the middle is followed by another: a message may arrive twice, rarely."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message that its sender has claimed; `attempts` counts this one. `severity` is that of its incident."""

    id: str
    incident_id: str | None
    channel_id: str
    purpose: str
    subject: str
    body: str
    created_at: datetime
    severity: Severity
    attempts: int


@dataclass(frozen=True, slots=True)
class Sending:
    """What became of a message, as an incident shows it."""

    channel_id: str
    purpose: Purpose
    state: str
    created_at: datetime
    sent_at: datetime | None
    attempts: int
    problem: str


def queue(
    session: Session, channel_id: str, incident_id: str | None, purpose: Purpose, words: Words, now: datetime
) -> str:
    """Let a message be sent soon; returns its id."""
    row = AlertMessage(
        id=new_id("msg"),
        incident_id=incident_id,
        channel_id=channel_id,
        purpose=purpose.value,
        subject=words.subject,
        body=words.body,
        state=WAITING,
        created_at=now,
        due_at=now,
    )
    session.execute(insert(MESSAGES), [row.model_dump()])
    return row.id


def supersede(session: Session, incident_ids: Collection[str]) -> None:
    """Do not send any more what still waits about these incidents."""
    waiting = (M.incident_id.in_(list(incident_ids)), M.state == WAITING)
    session.execute(update(MESSAGES).where(*waiting).values(state=SUPERSEDED, due_at=None))


def drop_waiting(session: Session, channel_id: str) -> None:
    """Do not send any more what waits for a channel."""
    waiting = (M.channel_id == channel_id, M.state == WAITING)
    session.execute(update(MESSAGES).where(*waiting).values(state=SUPERSEDED, due_at=None))


def hurry(session: Session, channel_id: str, now: datetime) -> None:
    """Try now what waits for a channel."""
    waiting = (M.channel_id == channel_id, M.state == WAITING)
    session.execute(update(MESSAGES).where(*waiting).values(due_at=now))


def told_channels(session: Session, incident_ids: Collection[str]) -> set[str]:
    """The channels for which something about these incidents was written."""
    wanted = select(M.channel_id).where(M.incident_id.in_(list(incident_ids))).distinct()
    return {row.channel_id for row in rows(session, wanted)}


def claim(now: datetime) -> list[Outgoing]:
    """Take what is due; nobody else gets it for a while, within which it must be sent or put off."""
    due = (M.state == WAITING, M.due_at <= now)
    with reading() as session:
        if not rows(session, select(M.id).where(*due).limit(1)):
            return []
    severity = select(N.severity).where(N.id == M.incident_id).scalar_subquery().label("severity")
    columns = (M.id, M.incident_id, M.channel_id, M.purpose, M.subject, M.body, M.created_at, severity, M.attempts)
    wanted = select(*columns).where(*due).order_by(M.created_at, M.id)
    with writing() as session:
        found = rows(session, wanted.limit(MOST_AT_ONCE).with_for_update(skip_locked=True, of=MESSAGES))
        taken = {"due_at": now + LEASE, "attempts": M.attempts + 1}
        session.execute(update(MESSAGES).where(M.id.in_([row.id for row in found])).values(taken))
    return [_outgoing(row) for row in found]


def sent(session: Session, message_ids: Sequence[str], now: datetime, note: str = "") -> None:
    """They have arrived as far as anybody can tell."""
    values = {"state": SENT, "sent_at": now, "due_at": None, "problem": note}
    session.execute(update(MESSAGES).where(M.id.in_(message_ids)).values(values))


def put_off(session: Session, channel_id: str, due_at: datetime, problem: str) -> None:
    """Try everything that waits for a channel again later."""
    mine = (M.channel_id == channel_id, M.state == WAITING)
    session.execute(update(MESSAGES).where(*mine).values(due_at=due_at, problem=problem))


def give_up(session: Session, channel_id: str, before: datetime, problem: str) -> None:
    """Do not send any more what has waited for a channel since before then."""
    mine = (M.channel_id == channel_id, M.state == WAITING, M.created_at <= before)
    session.execute(update(MESSAGES).where(*mine).values(state=FAILED, due_at=None, problem=problem))


def of_incidents(session: Session, incident_ids: Collection[str]) -> dict[str, list[Sending]]:
    """What was sent about each of these incidents, the oldest first."""
    wanted = select(M.incident_id, *(M[name] for name in Sending.__slots__)).where(
        M.incident_id.in_(list(incident_ids)), M.state != SUPERSEDED
    )
    found: dict[str, list[Sending]] = {}
    for incident_id, *values in rows(session, wanted.order_by(M.created_at, M.id)):
        kept = dict(zip(Sending.__slots__, values, strict=True))
        found.setdefault(incident_id, []).append(Sending(**kept | {"purpose": Purpose(kept["purpose"])}))
    return found


def forget_before(moment: datetime) -> int:
    """Drop old messages, but for those about what is still open: who heard of it must hear of its end."""
    still_open = select(N.id).where(N.id == M.incident_id, N.open_key.is_not(None)).exists()
    old = (M.created_at < moment, M.state != WAITING, ~still_open)
    with writing() as session:
        return int(session.connection().execute(delete(MESSAGES).where(*old)).rowcount)


def _outgoing(row: Any) -> Outgoing:
    values = dict(row._mapping)
    severity = Severity(values["severity"] or Severity.NOTICE)
    return Outgoing(**values | {"severity": severity, "attempts": row.attempts + 1})
