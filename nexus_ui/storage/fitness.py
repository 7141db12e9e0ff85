"""Whether the database is sound: reachable, intact, and closed to other roles. For the operator's check-up."""

from pathlib import Path

from sqlalchemy import text
from sqlmodel import select

from nexus_ui.storage import privileges, upgrades
from nexus_ui.storage.database import engine, is_postgres, reading
from nexus_ui.storage.tables import Secret


def started() -> bool:
    """Whether the database has tables yet; looking does not make the SQLite file."""
    file = engine().url.database
    if not is_postgres() and not (file and Path(file).exists()):
        return False
    return upgrades.current_revision() is not None


def version() -> str:
    """What kind of database answers, with its version; raises when none does."""
    with engine().connect() as connection:
        question = "SHOW server_version" if is_postgres() else "SELECT sqlite_version()"
        answer = connection.execute(text(question)).scalar_one()
    return f"{'PostgreSQL' if is_postgres() else 'SQLite'} {answer}"


def damage() -> list[str]:
    """What SQLite finds wrong with its file; PostgreSQL looks after itself."""
    if is_postgres():
        return []
    with engine().connect() as connection:
        found = [str(row[0]) for row in connection.execute(text("PRAGMA quick_check(20)"))]
    return [] if found == ["ok"] else found


def open_to_others() -> list[str]:
    """Our tables that other PostgreSQL roles may read or change."""
    if not is_postgres():
        return []
    with engine().connect() as connection:
        return privileges.exposed(connection)


def owners_of_secrets() -> list[str]:
    """Everything that has secrets: connections and drafts."""
    with reading() as session:
        return sorted(set(session.exec(select(Secret.owner_id)).all()))
