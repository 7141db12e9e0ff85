"""Incidents: one open row per connection and kind of trouble, changed inside the transaction of whoever saw it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from nexus_ui.errors import NotFound
from nexus_ui.ids import new_id
from nexus_ui.rules.alerts import AHEAD, Link, Severity, Standing, Trouble
from nexus_ui.storage.database import is_postgres, reading, writing
from nexus_ui.storage.listing import rows
from nexus_ui.storage.tables import Incident

INCIDENTS = SQLModel.metadata.tables["incidents"]
CONNECTIONS = SQLModel.metadata.tables["connections"]
N = INCIDENTS.c
OPEN = N.open_key > ""
"""Asked so that both databases look into the index of the few that are open, however many are over."""
NAME = select(CONNECTIONS.c.name).where(CONNECTIONS.c.id == N.connection_id).scalar_subquery().label("place")
Condition = ColumnElement[bool]
FRESH = timedelta(minutes=1)
"""A watcher that sees the same every few seconds writes it down no more often than this."""


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """An open incident as it must be known to tell of it. `place` is the connection's name."""

    id: str
    trouble: Trouble
    opened_at: datetime
    standing: Standing
    place: str = ""


@dataclass(frozen=True, slots=True)
class Attended:
    """How an incident was before a person did something about it."""

    title: str
    snoozed_until: datetime | None


@dataclass(frozen=True, slots=True)
class Over:
    """An incident that has just ended. `told`: whether anybody was told that it began."""

    id: str
    kind: str
    connection_id: str | None
    title: str
    opened_at: datetime
    told: bool
    place: str = ""


def key(connection_id: str | None, kind: str) -> str:
    """What only one open incident can have."""
    return f"{connection_id or ''}:{kind}"


def unchanged(trouble: Trouble, now: datetime) -> str | None:
    """The id of the open incident that says just this already, as of a moment ago."""
    with reading() as session:
        found = rows(session, select(INCIDENTS).where(N.open_key == key(trouble.connection_id, trouble.kind)))
    if not found or not (now - FRESH < found[0].last_seen_at <= now) or _trouble(found[0]) != trouble:
        return None
    return str(found[0].id)


def sight(session: Session, trouble: Trouble, now: datetime) -> OpenIncident:
    """Write down that something is wrong: a new incident, or the open one seen again."""
    said = _columns(trouble)
    row = Incident(
        id=new_id("inc"),
        open_key=key(trouble.connection_id, trouble.kind),
        opened_at=now,
        last_seen_at=now,
        snoozed_until=_still_snoozed(session, trouble, now),
        **said,
    ).model_dump()
    insert = postgresql.insert if is_postgres() else sqlite.insert
    adding = insert(INCIDENTS).values(row).on_conflict_do_nothing(index_elements=[N.open_key]).returning(N.id)
    if session.execute(adding).first() is None:
        _see_again(session, trouble, said, now)
    return _open(session, now, N.open_key == row["open_key"])[0]


def open_ones(session: Session, now: datetime, lock: bool = True) -> list[OpenIncident]:
    """Open incidents, the oldest first; locked for this write transaction unless told otherwise."""
    return _open(session, now, OPEN, lock)


def told(session: Session, incident: OpenIncident, now: datetime) -> None:
    """Remember that an incident was told, as it stands."""
    values = {"alerted_at": now, "told_step": incident.trouble.step, "revision": N.revision + 1}
    session.execute(update(INCIDENTS).where(N.id == incident.id).values(values))


def end(session: Session, connection_id: str | None, kinds: Collection[str], now: datetime, why: str) -> list[Over]:
    """End the open incidents of these kinds; returns them."""
    keys = [key(connection_id, kind) for kind in kinds]
    wanted = select(INCIDENTS, NAME).where(N.open_key.in_(keys)).order_by(N.opened_at).with_for_update(of=INCIDENTS)
    found = rows(session, wanted)
    if not found:
        return []
    values = {"open_key": None, "closed_at": now, "ending": why, "revision": N.revision + 1}
    session.execute(update(INCIDENTS).where(N.id.in_([row.id for row in found])).values(values))
    return [
        Over(
            row.id,
            row.kind,
            row.connection_id,
            row.title,
            row.opened_at,
            row.alerted_at is not None,
            row.place or "",
        )
        for row in found
    ]


def attend(
    session: Session, incident_id: str, acknowledged: datetime | None, by: str | None, snoozed_until: datetime | None
) -> Attended:
    """Remember what a person decided about an open incident; raises NotFound."""
    wanted = select(N.title, N.snoozed_until, N.connection_id, N.kind).where(N.id == incident_id, OPEN)
    found = rows(session, wanted.with_for_update())
    if not found:
        raise NotFound("This alert is over, or was never here.")
    alike = _same(found[0].connection_id, found[0].kind)
    session.execute(update(INCIDENTS).where(*alike, N.snoozed_until.is_not(None)).values(snoozed_until=None))
    values = {"acknowledged_at": acknowledged, "acknowledged_by": by, "snoozed_until": snoozed_until}
    session.execute(update(INCIDENTS).where(N.id == incident_id).values({**values, "revision": N.revision + 1}))
    return Attended(*found[0][:2])


def forget_before(moment: datetime) -> int:
    """Drop what was over before then; returns how many."""
    with writing() as session:
        return int(session.connection().execute(delete(INCIDENTS).where(N.closed_at < moment)).rowcount)


def connections_with(kind: str) -> set[str]:
    """The connections that have an open incident of this kind."""
    with reading() as session:
        found = rows(session, select(N.connection_id).where(OPEN, N.kind == kind, N.connection_id.is_not(None)))
    return {row.connection_id for row in found}


def kinds_open_now(connection_id: str | None) -> frozenset[str]:
    """The kinds of trouble a connection (None: the installation) has at the moment."""
    wanted = select(N.kind).where(_of(connection_id), OPEN)
    with reading() as session:
        return frozenset(row.kind for row in rows(session, wanted))


def of_removed(session: Session) -> dict[str, list[str]]:
    """The kinds of open incidents whose connection was removed, by connection."""
    gone = CONNECTIONS.c.removed_at.is_not(None)
    wanted = select(N.connection_id, N.kind).join(CONNECTIONS, CONNECTIONS.c.id == N.connection_id)
    found: dict[str, list[str]] = {}
    for connection_id, kind in rows(session, wanted.where(OPEN, gone)):
        found.setdefault(connection_id, []).append(kind)
    return found


def _open(session: Session, now: datetime, which: Condition, lock: bool = True) -> list[OpenIncident]:
    """These open incidents."""
    wanted = select(INCIDENTS, NAME).where(which).order_by(N.opened_at, N.id)
    found = rows(session, wanted.with_for_update(of=INCIDENTS) if lock else wanted)
    before = _told_before(session, {(row.connection_id, row.kind) for row in found if row.alerted_at is None}, now)
    return [
        OpenIncident(
            row.id,
            _trouble(row),
            row.opened_at,
            _standing(row, row.alerted_at or before.get((row.connection_id, row.kind))),
            row.place or "",
        )
        for row in found
    ]


def _told_before(
    session: Session, troubles: Collection[tuple[str | None, str]], now: datetime
) -> dict[tuple[str | None, str], datetime]:
    """When the same error of the same connection was told last, of incidents nobody has been told of yet."""
    if not troubles:
        return {}
    any_of = or_(*(and_(_of(connection_id), N.kind == kind) for connection_id, kind in troubles))
    wanted = select(N.connection_id, N.kind, func.max(N.alerted_at)).where(any_of, N.alerted_at <= now + AHEAD)
    grouped = wanted.group_by(N.connection_id, N.kind)
    return {(connection_id, kind): at for connection_id, kind, at in rows(session, grouped)}


def _of(connection_id: str | None) -> Condition:
    return N.connection_id.is_(None) if connection_id is None else N.connection_id == connection_id


def _same(connection_id: str | None, kind: str) -> list[Condition]:
    return [_of(connection_id), N.kind == kind]


def _see_again(session: Session, trouble: Trouble, said: dict[str, Any], now: datetime) -> None:
    """The open incident says what is true now. A new step takes an acknowledgement back: it was given for another."""
    mine = N.open_key == key(trouble.connection_id, trouble.kind)
    untouched = {"acknowledged_at": None, "acknowledged_by": None}
    session.execute(update(INCIDENTS).where(mine, N.step != trouble.step).values(untouched))
    seen = {**said, "last_seen_at": now, "times": N.times + 1, "revision": N.revision + 1}
    session.execute(update(INCIDENTS).where(mine).values(seen))


def _still_snoozed(session: Session, trouble: Trouble, now: datetime) -> datetime | None:
    """A snooze holds for the same trouble of the same connection, also when it comes back within it."""
    mine = _same(trouble.connection_id, trouble.kind)
    found = rows(session, select(func.max(N.snoozed_until)).where(*mine, N.snoozed_until > now))
    until: datetime | None = found[0][0]
    return until


def _columns(trouble: Trouble) -> dict[str, Any]:
    links = {"affected": _plain(trouble.affected), "evidence": _plain(trouble.evidence)}
    return {
        "kind": trouble.kind,
        "connection_id": trouble.connection_id,
        "severity": trouble.severity.value,
        "title": trouble.title,
        "sentence": trouble.sentence,
        "step": trouble.step,
        **links,
    }


def _plain(links: Sequence[Link]) -> list[dict[str, str]]:
    return [{**asdict(link), "at": link.at.isoformat() if link.at else ""} for link in links]


def links(plain: Sequence[dict[str, str]]) -> tuple[Link, ...]:
    """The links behind a stored list."""
    return tuple(Link(one["text"], one["href"], _moment(one["at"]), one["then"]) for one in plain)


def _moment(told: str) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def _trouble(row: Any) -> Trouble:
    return Trouble(
        row.kind,
        row.connection_id,
        Severity(row.severity),
        row.title,
        row.sentence,
        links(row.affected),
        links(row.evidence),
        row.step,
    )


def _standing(row: Any, told_at: datetime | None) -> Standing:
    return Standing(
        step=row.step,
        last_seen_at=row.last_seen_at,
        told_at=told_at,
        alerted_at=row.alerted_at,
        told_step=row.told_step,
        acknowledged_at=row.acknowledged_at,
        snoozed_until=row.snoozed_until,
    )
