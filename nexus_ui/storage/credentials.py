"""What is watched of every living connection's credentials: what ends when, and when they were proved to work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlmodel import SQLModel

from nexus_ui.storage import secrets
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.listing import rows
from nexus_ui.storage.secrets import SecretFact

CONNECTIONS = SQLModel.metadata.tables["connections"]
C = CONNECTIONS.c


@dataclass(frozen=True, slots=True)
class Watched:
    """A living connection with what may be known of its secrets. `error_kind`: why its last cycle failed."""

    id: str
    marketplace: str
    name: str
    sign_in: str
    auto_reconnect: bool
    error_kind: str | None
    last_success_at: datetime | None
    rehearsed_at: datetime | None
    proof_problem: str
    secrets: dict[str, SecretFact]

    @property
    def problem(self) -> str:
        """Why the last rehearsal failed, unless a sync went well since."""
        better = self.last_success_at and self.rehearsed_at and self.last_success_at > self.rehearsed_at
        return "" if better else self.proof_problem

    @property
    def proved_at(self) -> datetime | None:
        """When the credentials were last seen to work."""
        rehearsed = None if self.proof_problem else self.rehearsed_at
        return max(filter(None, (rehearsed, self.last_success_at)), default=None)


def watched(connection_id: str | None = None) -> tuple[Watched, ...]:
    """Every living connection, or the one with this id."""
    plain = [C[name] for name in Watched.__slots__ if name != "secrets"]
    wanted = select(*plain).where(C.removed_at.is_(None)).order_by(C.name, C.id)
    with reading() as session:
        found = rows(session, wanted if connection_id is None else wanted.where(C.id == connection_id))
    facts = secrets.facts_of([row.id for row in found])
    return tuple(Watched(**row._mapping, secrets=facts.get(row.id, {})) for row in found)


def claim_rehearsals(
    now: datetime, fresh: timedelta, again: timedelta, hopeless: Collection[str], limit: int
) -> list[str]:
    """Take up to `limit` connections whose credentials nothing has proved for `fresh`; each is due again after `again`.

    One that syncs, waits for its marketplace, or failed in one of the `hopeless` ways is left alone.
    """
    wanted = and_(
        C.removed_at.is_(None),
        C.cycle_id.is_(None),
        or_(C.error_kind.is_(None), C.error_kind.not_in(hopeless)),
        C.created_at < now - fresh,
        or_(C.proof_due_at.is_(None), C.proof_due_at <= now),
        or_(C.last_success_at.is_(None), C.last_success_at < now - fresh),
        or_(C.rate_limited_until.is_(None), C.rate_limited_until < now),
    )
    with reading() as session:
        due = rows(session, select(C.id).where(wanted).order_by(C.proof_due_at, C.id).limit(limit))
    if not due:
        return []
    taking = update(CONNECTIONS).where(wanted, C.id.in_([row.id for row in due])).values(proof_due_at=now + again)
    with writing() as session:
        return [str(id_) for (id_,) in session.execute(taking.returning(C.id))]


def rehearsed(connection_id: str, now: datetime, problem: str, due_at: datetime) -> None:
    """Remember how a rehearsal went; pages hear of it when something is different."""
    values: dict[str, Any] = {"rehearsed_at": now, "proof_problem": problem, "proof_due_at": due_at}
    shown = {"changed_at": now, "revision": C.revision + 1}
    mine = (C.id == connection_id, C.removed_at.is_(None))
    with writing() as session:
        session.execute(update(CONNECTIONS).where(*mine, C.proof_problem != problem).values(shown))
        session.execute(update(CONNECTIONS).where(*mine).values(values))
