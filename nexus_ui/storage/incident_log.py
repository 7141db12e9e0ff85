"""Incidents as people look at them: a page of open or ended ones, and how many ask for somebody."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import Session, SQLModel

from nexus_ui.rules.alerts import Link, Severity
from nexus_ui.storage import messages
from nexus_ui.storage.database import reading
from nexus_ui.storage.incidents import OPEN, links
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.messages import Sending
from nexus_ui.storage.origins import Origin, origins_of

PAGE_SIZE = 20

INCIDENTS = SQLModel.metadata.tables["incidents"]
N = INCIDENTS.c
P = SQLModel.metadata.tables["people"].c
CHANNELS = SQLModel.metadata.tables["alert_channels"].c
GRAVITY = case({one.value: rank for rank, one in enumerate(reversed(Severity))}, value=N.severity)


class Show(StrEnum):
    """Which incidents: those that ask for somebody, those somebody took on or put off, and those that are over."""

    OPEN = "open"
    ATTENDED = "attended"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """What to show; `connection_id` None: everything."""

    show: Show = Show.OPEN
    connection_id: str | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A message about an incident, and by which channel."""

    channel: str
    sending: Sending


@dataclass(frozen=True, slots=True)
class IncidentLine:
    """One incident. `acknowledged_by` is a name."""

    id: str
    origin: Origin | None
    kind: str
    severity: Severity
    title: str
    sentence: str
    affected: tuple[Link, ...]
    evidence: tuple[Link, ...]
    times: int
    opened_at: datetime
    last_seen_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str
    snoozed_until: datetime | None
    closed_at: datetime | None
    ending: str
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One page, and how many there are of each sort under the same connection filter."""

    lines: tuple[IncidentLine, ...]
    paging: Paging
    counts: dict[Show, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asking:
    """How many incidents ask for somebody, and whether one of them is critical."""

    count: int = 0
    critical: bool = False


def asking(now: datetime) -> Asking:
    """What the bell shows."""
    worst = func.max(case((N.severity == Severity.CRITICAL.value, 1), else_=0))
    with reading() as session:
        count, critical = rows(session, select(func.count(), worst).where(_is(Show.OPEN, now)))[0]
    return Asking(int(count), bool(critical))


def incident_page(wanted: IncidentFilter, number: int, now: datetime) -> IncidentPage:
    """Page `number` (from 1): open ones by gravity, then the newest first."""
    with reading() as session:
        counts = {show: _count(session, wanted.connection_id, show, now) for show in Show}
        place = paging(number, counts[wanted.show], sum(counts.values()), PAGE_SIZE)
        mine = select(INCIDENTS).where(_is(wanted.show, now), *_of(wanted.connection_id))
        order = (N.closed_at.desc(),) if wanted.show is Show.OVER else (GRAVITY, N.opened_at.desc())
        found = rows(session, mine.order_by(*order, N.id).limit(PAGE_SIZE).offset(place.offset))
        return IncidentPage(_lines(session, found), place, counts)


def _is(show: Show, now: datetime) -> ColumnElement[bool]:
    attended = or_(N.acknowledged_at.is_not(None), func.coalesce(N.snoozed_until > now, False))
    match show:
        case Show.OPEN:
            return and_(OPEN, ~attended)
        case Show.ATTENDED:
            return and_(OPEN, attended)
        case Show.OVER:
            return N.open_key.is_(None)


def _of(connection_id: str | None) -> tuple[ColumnElement[bool], ...]:
    return () if connection_id is None else (N.connection_id == connection_id,)


def _count(session: Session, connection_id: str | None, show: Show, now: datetime) -> int:
    counted = select(func.count()).select_from(INCIDENTS).where(_is(show, now), *_of(connection_id))
    return int(rows(session, counted)[0][0])


def _lines(session: Session, found: list[Any]) -> tuple[IncidentLine, ...]:
    origins = origins_of(session, {row.connection_id for row in found if row.connection_id})
    people = _names(session, P, {row.acknowledged_by for row in found if row.acknowledged_by})
    sendings = messages.of_incidents(session, [row.id for row in found])
    named = _names(session, CHANNELS, {one.channel_id for several in sendings.values() for one in several})
    return tuple(
        IncidentLine(
            id=row.id,
            origin=origins.get(row.connection_id),
            kind=row.kind,
            severity=Severity(row.severity),
            title=row.title,
            sentence=row.sentence,
            affected=links(row.affected),
            evidence=links(row.evidence),
            times=row.times,
            opened_at=row.opened_at,
            last_seen_at=row.last_seen_at,
            acknowledged_at=row.acknowledged_at,
            acknowledged_by=people.get(row.acknowledged_by, ""),
            snoozed_until=row.snoozed_until,
            closed_at=row.closed_at,
            ending=row.ending,
            told=tuple(Told(named.get(one.channel_id, ""), one) for one in sendings.get(row.id, ())),
        )
        for row in found
    )


def _names(session: Session, table: Any, ids: set[str]) -> dict[str, str]:
    """The names behind these ids."""
    return dict(rows(session, select(table.id, table.name).where(table.id.in_(ids)))) if ids else {}
