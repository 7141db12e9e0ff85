"""The audit log as its page shows it: filtered and paged in SQL, newest first, and whole for a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from nexus_ui.storage.audit import Action, Change, Subject
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.tables import METADATA

A = METADATA.tables["audit_log"].c
EXPORT_CHUNK = 500
MOST_PEOPLE = 200
SIGN_INS = (Action.CONNECTED.value, Action.RECONNECTED.value, Action.CREDENTIALS.value)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows to show; None and "" mean all. `search` looks into the names of subjects."""

    who: str = ""
    action: Action | None = None
    subject: Subject | None = None
    subject_id: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """Who did what to what, and what is different since."""

    id: str
    at: datetime
    who: str
    action: str
    subject: str
    subject_id: str
    subject_name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the log. `people` are all who ever did something."""

    lines: tuple[AuditLine, ...]
    paging: Paging
    people: tuple[str, ...]


def audit_page(wanted: AuditFilter, number: int = 1) -> AuditPage:
    """Page `number` (from 1) of what passes the filter, newest first."""
    passing = _conditions(wanted)
    with reading() as session:
        total = rows(session, select(func.count()).select_from(A.id.table))[0][0]
        matching = rows(session, select(func.count()).where(*passing))[0][0] if passing else total
        place = paging(number, matching, total)
        found = rows(session, _newest_first().where(*passing).limit(place.size).offset(place.offset))
        people = rows(session, select(A.who).distinct().order_by(A.who).limit(MOST_PEOPLE))
    return AuditPage(tuple(_line(row) for row in found), place, tuple(name for (name,) in people))


def last_sign_in(connection_id: str) -> tuple[str, datetime] | None:
    """Who gave a connection the credentials it has, and when; None when that was before anybody wrote it down."""
    wanted = select(A.who, A.at).where(A.subject_id == connection_id, A.action.in_(SIGN_INS))
    with reading() as session:
        found = rows(session, wanted.order_by(A.at.desc(), A.id).limit(1))
    return (found[0].who, found[0].at) if found else None


def export_audit(wanted: AuditFilter) -> Iterator[AuditLine]:
    """Every row that passes the filter, newest first, read in short transactions."""
    last: AuditLine | None = None
    while True:
        chunk = _newest_first().where(*_conditions(wanted)).limit(EXPORT_CHUNK)
        if last is not None:
            chunk = chunk.where(or_(A.at < last.at, and_(A.at == last.at, A.id < last.id)))
        with reading() as session:
            lines = [_line(row) for row in rows(session, chunk)]
        yield from lines
        if len(lines) < EXPORT_CHUNK:
            return
        last = lines[-1]


def _newest_first() -> Select[Any]:
    chosen = select(A.id, A.at, A.who, A.action, A.subject_kind, A.subject_id, A.subject_name, A.changes)
    return chosen.order_by(A.at.desc(), A.id.desc())


def _conditions(wanted: AuditFilter) -> list[ColumnElement[bool]]:
    needed: list[ColumnElement[bool]] = []
    if wanted.who:
        needed.append(A.who == wanted.who)
    if wanted.action:
        needed.append(A.action == wanted.action.value)
    if wanted.subject:
        needed.append(A.subject_kind == wanted.subject.value)
    if wanted.subject_id:
        needed.append(A.subject_id == wanted.subject_id)
    if text := wanted.search.strip():
        needed.append(A.subject_name.icontains(text, autoescape=True))
    return needed


def _line(row: Any) -> AuditLine:
    facts = (row.id, row.at, row.who, row.action, row.subject_kind, row.subject_id, row.subject_name)
    return AuditLine(*facts, tuple(Change(**change) for change in row.changes))
