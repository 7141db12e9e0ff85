"""Locks that hold across processes and end by themselves: one row each, taken by conditional update."""

from datetime import datetime

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

from nexus_ui.storage.database import is_postgres, writing

LOCKS = SQLModel.metadata.tables["locks"]
L = LOCKS.c


def take(name: str, holder: str, now: datetime, until: datetime) -> bool:
    """Take the lock, or hold it longer when it is ours; False while somebody else has it."""
    insert = postgresql.insert if is_postgres() else sqlite.insert
    values = {"name": name, "holder": holder, "until": until}
    free = or_(L.until < now, L.holder == holder)
    taking = insert(LOCKS).values(values).on_conflict_do_update(index_elements=[L.name], set_=values, where=free)
    with writing() as session:
        return session.execute(taking.returning(L.holder)).first() is not None


def stand_still(session: Session, name: str) -> None:
    """Let nobody else pass this point with the same lock, whoever holds it, until the transaction ends."""
    session.execute(update(LOCKS).where(L.name == name).values(name=name))


def give_back(name: str, holder: str) -> None:
    """Free the lock, if it is ours."""
    with writing() as session:
        session.execute(delete(LOCKS).where(L.name == name, L.holder == holder))
