"""People, their browser sessions, the one-time links that let them in, and refused sign-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, delete, func, update
from sqlmodel import Session, col, select

from nexus_ui.ids import new_id
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import OneTimeLink, Person, SignedIn, SignInAttempt


@dataclass(frozen=True, slots=True)
class Known:
    """Someone who may sign in."""

    id: str
    email: str
    name: str
    role: str
    time_zone: str
    created_at: datetime
    disabled: bool


@dataclass(frozen=True, slots=True)
class NewPerson:
    """What has to be known to let somebody in. `password_hash` is never the password."""

    email: str
    name: str
    role: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser session that has not ended, and whose it is."""

    id: str
    person: Known
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Refusals:
    """How often a subject was refused lately, and when last."""

    count: int
    last: datetime | None


def anybody() -> bool:
    """Whether an owner exists."""
    with reading() as session:
        return _owner(session) is not None


def everybody() -> list[Known]:
    """All people, oldest first."""
    with reading() as session:
        return [_known(person) for person in session.exec(select(Person).order_by(col(Person.created_at))).all()]


def owner() -> Known | None:
    """The first owner, if there is one."""
    with reading() as session:
        found = _owner(session)
        return _known(found) if found else None


def password_of(email: str) -> tuple[str, str] | None:
    """Id and password hash of the person with this address, unless disabled."""
    with reading() as session:
        found = session.exec(select(Person).where(Person.email == email, col(Person.disabled_at).is_(None))).first()
        return (found.id, found.password_hash) if found else None


def set_password(person_id: str, password_hash: str) -> None:
    """Keep a new hash."""
    with writing() as session:
        session.execute(update(Person).where(_is(Person.id, person_id)).values(password_hash=password_hash))


def set_time_zone(session: Session, person_id: str, zone: str) -> None:
    """Remember in which zone a person reads times."""
    session.execute(update(Person).where(_is(Person.id, person_id)).values(time_zone=zone))


def change_role(session: Session, person_id: str, role: str) -> Known | None:
    """Give a person another role; returns who they were, or None when nobody is or no other owner would be left."""
    found = session.get(Person, person_id)
    if found is None or (found.role == "owner" and role != "owner" and _owners(session) < 2):
        return None
    before = _known(found)
    found.role = role
    return before


def disable(session: Session, person_id: str, now: datetime) -> Known | None:
    """Lock a person out and end their sessions; returns who they were, or None for the last owner or nobody."""
    found = session.get(Person, person_id)
    if found is None or (found.role == "owner" and _owners(session) < 2):
        return None
    before = _known(found)
    found.disabled_at = now
    _end_sessions(session, person_id, now)
    return before


def add_link(session: Session, link_id: str, purpose: str, now: datetime, expires_at: datetime) -> None:
    """Remember a one-time link; unused ones for the owner are replaced by it."""
    if purpose == "owner":
        session.execute(
            delete(OneTimeLink).where(_is(OneTimeLink.purpose, "owner"), col(OneTimeLink.used_at).is_(None))
        )
    session.add(OneTimeLink(id=link_id, purpose=purpose, created_at=now, expires_at=expires_at))


def link_purpose(link_id: str, now: datetime) -> str | None:
    """What a link is for while it is good, else None."""
    with reading() as session:
        found = session.get(OneTimeLink, link_id)
        return found.purpose if found and found.used_at is None and found.expires_at > now else None


def redeem(session: Session, link_id: str, now: datetime, person: NewPerson) -> Known | None:
    """Spend a link and let its bearer in; None when it is not good (any more).

    The owner link creates the owner, or gives the existing one a new password and ends their sessions. Raises
    ValueError when another person has this address.
    """
    spent = session.execute(
        update(OneTimeLink)
        .where(_is(OneTimeLink.id, link_id), col(OneTimeLink.used_at).is_(None), col(OneTimeLink.expires_at) > now)
        .values(used_at=now)
    )
    if _changed(spent) != 1:
        return None
    existing = _owner(session) if person.role == "owner" else None
    if existing is not None:
        existing.password_hash = person.password_hash
        _end_sessions(session, existing.id, now)
        return _known(existing)
    return _add(session, person, now)


def open_session(session_id: str, person_id: str, now: datetime, expires_at: datetime) -> None:
    """Remember a browser session by the hash of its cookie; sessions that ended long ago are forgotten."""
    with writing() as session:
        session.execute(delete(SignedIn).where(col(SignedIn.expires_at) < now))
        session.add(SignedIn(id=session_id, person_id=person_id, created_at=now, expires_at=expires_at))


def session_of(session_id: str, now: datetime) -> OpenSession | None:
    """The session behind a cookie's hash, unless it ended or its person is disabled."""
    with reading() as session:
        found = session.exec(
            select(SignedIn, Person)
            .join(Person, _is(Person.id, SignedIn.person_id))
            .where(
                SignedIn.id == session_id,
                col(SignedIn.ended_at).is_(None),
                col(SignedIn.expires_at) > now,
                col(Person.disabled_at).is_(None),
            )
        ).first()
        return OpenSession(found[0].id, _known(found[1]), found[0].expires_at) if found else None


def extend_session(session_id: str, expires_at: datetime) -> None:
    """Let a session that is in use last longer."""
    with writing() as session:
        session.execute(
            update(SignedIn)
            .where(_is(SignedIn.id, session_id), col(SignedIn.ended_at).is_(None))
            .values(expires_at=expires_at)
        )


def end_session(session_id: str, now: datetime) -> None:
    """End one session for good."""
    with writing() as session:
        session.execute(update(SignedIn).where(_is(SignedIn.id, session_id)).values(ended_at=now))


def count_attempt(subjects: Sequence[str], now: datetime, since: datetime) -> tuple[list[str], list[Refusals]]:
    """Note an attempt for every subject before it is judged; returns the notes and what was refused before."""
    with writing() as session:
        session.execute(delete(SignInAttempt).where(col(SignInAttempt.at) < since))
        before = [_refusals(session, subject) for subject in subjects]
        notes = [SignInAttempt(id=new_id("att"), subject=subject, at=now) for subject in subjects]
        session.add_all(notes)
        return [note.id for note in notes], before


def forget_attempts(notes: Sequence[str]) -> None:
    """Take back the notes of an attempt that was not refused, or not judged at all."""
    with writing() as session:
        session.execute(delete(SignInAttempt).where(col(SignInAttempt.id).in_(notes)))


def forgive(subject: str) -> None:
    """Forget every refusal of a subject."""
    with writing() as session:
        session.execute(delete(SignInAttempt).where(_is(SignInAttempt.subject, subject)))


def _add(session: Session, person: NewPerson, now: datetime) -> Known:
    if session.exec(select(Person).where(Person.email == person.email)).first() is not None:
        raise ValueError("address taken")
    made = Person(
        id=new_id("per"),
        email=person.email,
        name=person.name,
        password_hash=person.password_hash,
        role=person.role,
        created_at=now,
    )
    session.add(made)
    session.flush()
    return _known(made)


def _owner(session: Session) -> Person | None:
    wanted = select(Person).where(Person.role == "owner", col(Person.disabled_at).is_(None))
    return session.exec(wanted.order_by(col(Person.created_at))).first()


def _owners(session: Session) -> int:
    wanted = select(func.count()).select_from(Person)
    return session.exec(wanted.where(Person.role == "owner", col(Person.disabled_at).is_(None))).one()


def _end_sessions(session: Session, person_id: str, now: datetime) -> None:
    session.execute(
        update(SignedIn)
        .where(_is(SignedIn.person_id, person_id), col(SignedIn.ended_at).is_(None))
        .values(ended_at=now)
    )


def _refusals(session: Session, subject: str) -> Refusals:
    wanted = select(func.count(), func.max(SignInAttempt.at)).where(SignInAttempt.subject == subject)
    count, last = session.exec(wanted).one()
    return Refusals(count, last)


def _known(person: Person) -> Known:
    return Known(
        id=person.id,
        email=person.email,
        name=person.name,
        role=person.role,
        time_zone=person.time_zone,
        created_at=person.created_at,
        disabled=person.disabled_at is not None,
    )


def _is(column: Any, value: Any) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", col(column) == value)


def _changed(result: Any) -> int:
    return cast("CursorResult[Any]", result).rowcount
