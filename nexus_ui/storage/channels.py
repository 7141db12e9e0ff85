"""The channels that alerts go out by. Their secrets hang on the channel's id; nothing here knows them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select, update
from sqlmodel import Session, SQLModel

from nexus_ui.errors import NotFound
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows
from nexus_ui.storage.tables import AlertChannel

CHANNELS = SQLModel.metadata.tables["alert_channels"]
C = CHANNELS.c
M = SQLModel.metadata.tables["alert_messages"].c
GONE = "This channel does not exist any more."


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel, without its secrets."""

    id: str
    kind: str
    name: str
    public_fields: dict[str, str]
    enabled: bool
    created_at: datetime
    last_sent_at: datetime | None
    problem: str
    problem_since: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """A channel in the list: how many messages wait for it, and how many were given up in the last days."""

    channel: Channel
    waiting: int
    failed: int


def lines(since: datetime) -> list[ChannelLine]:
    """Every channel, the oldest first; given up ones are counted from `since` on."""
    waiting = func.coalesce(func.sum(case((M.state == "waiting", 1), else_=0)), 0)
    failed = func.coalesce(func.sum(case(((M.state == "failed") & (M.created_at >= since), 1), else_=0)), 0)
    counted = select(M.channel_id, waiting, failed).where(M.purpose != "test").group_by(M.channel_id)
    with reading() as session:
        numbers = {row[0]: (int(row[1]), int(row[2])) for row in rows(session, counted)}
        return [ChannelLine(one, *numbers.get(one.id, (0, 0))) for one in all_in(session)]


def all_in(session: Session) -> list[Channel]:
    """Every channel that was not removed, the oldest first."""
    return [_channel(row) for row in rows(session, _wanted().order_by(C.created_at, C.id))]


def get(channel_id: str) -> Channel:
    """One channel; raises NotFound."""
    with reading() as session:
        found = rows(session, _wanted().where(C.id == channel_id))
    if not found:
        raise NotFound(GONE)
    return _channel(found[0])


def add(
    session: Session, channel_id: str, kind: str, name: str, public: dict[str, str], now: datetime, by: str
) -> None:
    """Insert a channel."""
    session.add(AlertChannel(id=channel_id, kind=kind, name=name, public_fields=public, created_at=now, created_by=by))


def change(session: Session, channel_id: str, **values: Any) -> None:
    """Set columns of a channel; raises NotFound."""
    living = (C.id == channel_id, C.removed_at.is_(None))
    if not session.connection().execute(update(CHANNELS).where(*living).values(values)).rowcount:
        raise NotFound(GONE)


def went(session: Session, channel_id: str, now: datetime, note: str) -> None:
    """Something was sent; `note` says what of it a person should know."""
    values = {"last_sent_at": now, "problem": note, "problem_since": now if note else None}
    session.execute(update(CHANNELS).where(C.id == channel_id).values(values))


def failed(session: Session, channel_id: str, now: datetime, problem: str) -> None:
    """Something could not be sent; since when stays what it was."""
    values = {"problem": problem, "problem_since": func.coalesce(C.problem_since, now)}
    session.execute(update(CHANNELS).where(C.id == channel_id).values(values))


def _wanted() -> Any:
    return select(*(C[name] for name in Channel.__slots__)).where(C.removed_at.is_(None))


def _channel(row: Any) -> Channel:
    values = dict(zip(Channel.__slots__, row, strict=True))
    return Channel(**values | {"public_fields": dict(values["public_fields"])})
