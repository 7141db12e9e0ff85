"""Values on their way to becoming a connection: tested, or waiting for consent. Secrets hang on the draft's id."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, update
from sqlmodel import Session, col, select

from nexus_ui.storage import secrets
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Draft


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft as it stands. `account` is what the test found out, None before it passed."""

    id: str
    marketplace: str
    sign_in: str
    public_fields: dict[str, str]
    sandbox: bool
    connection_id: str | None
    person_id: str
    account: dict[str, Any] | None
    session_id: str | None
    redirect_uri: str
    passed: bool
    used: bool
    expires_at: datetime


def add(session: Session, draft: Draft) -> None:
    """Keep a new draft."""
    session.add(draft)
    session.flush()


def find(draft_id: str) -> Drafted | None:
    """The draft, whatever became of it."""
    with reading() as session:
        found = session.get(Draft, draft_id)
        return _drafted(found) if found else None


def take_state(state_hash: str, now: datetime) -> Drafted | None:
    """The draft that waits for this consent state, which works once; None when there is none or it is too late."""
    with writing() as session:
        found = session.exec(select(Draft).where(Draft.state_hash == state_hash)).first()
        if found is None or found.expires_at <= now:
            return None
        spent = session.execute(
            update(Draft).where(_is(Draft.id, found.id), _is(Draft.state_hash, state_hash)).values(state_hash=None)
        )
        return _drafted(found) if cast("CursorResult[Any]", spent).rowcount == 1 else None


def record_test(
    session: Session, draft_id: str, account: dict[str, Any], passed_at: datetime | None, expires_at: datetime
) -> None:
    """Keep what the test of a draft found out, and whether it passed."""
    session.execute(
        update(Draft).where(_is(Draft.id, draft_id)).values(account=account, passed_at=passed_at, expires_at=expires_at)
    )


def spend(session: Session, draft_id: str, person_id: str, now: datetime) -> bool:
    """Use a draft up; False unless it passed, is not expired, was never used, and is this person's own."""
    spent = session.execute(
        update(Draft)
        .where(
            _is(Draft.id, draft_id),
            _is(Draft.person_id, person_id),
            col(Draft.passed_at).is_not(None),
            col(Draft.used_at).is_(None),
            col(Draft.expires_at) > now,
        )
        .values(used_at=now)
    )
    return cast("CursorResult[Any]", spent).rowcount == 1


def forget_old(now: datetime) -> int:
    """Delete expired drafts with their secrets; returns how many."""
    with writing() as session:
        old = session.exec(select(Draft).where(col(Draft.expires_at) < now)).all()
        for draft in old:
            secrets.forget(session, draft.id)
            session.delete(draft)
        return len(old)


def _drafted(row: Draft) -> Drafted:
    return Drafted(
        id=row.id,
        marketplace=row.marketplace,
        sign_in=row.sign_in,
        public_fields=dict(row.public_fields),
        sandbox=row.sandbox,
        connection_id=row.connection_id,
        person_id=row.person_id,
        account=row.account,
        session_id=row.session_id,
        redirect_uri=row.redirect_uri,
        passed=row.passed_at is not None,
        used=row.used_at is not None,
        expires_at=row.expires_at,
    )


def _is(column: Any, value: Any) -> ColumnElement[bool]:
    return cast("ColumnElement[bool]", col(column) == value)
