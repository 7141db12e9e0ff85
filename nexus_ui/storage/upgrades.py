"""Brings the database to the newest schema (Alembic) and keeps other roles out of our tables on PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from nexus_ui import errors
from nexus_ui.storage import database, privileges, statistics

SCRIPTS = Path(__file__).with_name("alembic")
LOCK = 7_205_759_403_792_793


class DatabaseTooNew(errors.NexusError):
    """The database was upgraded by a newer version of the product."""

    kind = "database_too_new"


def upgrade(target: str = "head") -> None:
    """Bring the schema to `target`, keeping all data; safe to call from several processes at once.

    Raises DatabaseTooNew when the database knows a revision that this version does not.
    """
    with _alone() as connection:
        _refuse_newer(connection)
        before = set(inspect(connection).get_table_names())
        command.upgrade(_config(connection), target)
        if connection.dialect.name == "postgresql":
            created = set(inspect(connection).get_table_names()) - before
            privileges.keep_others_out(connection, created)
        else:
            statistics.give(connection)


def pending() -> bool:
    """Whether `upgrade()` has something to do."""
    return current_revision() != newest_revision()


def current_revision() -> str | None:
    """The revision of the database; None while it is empty."""
    with database.engine().connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision this version of the product needs."""
    head = _scripts().get_current_head()
    if head is None:
        raise RuntimeError(f"no migrations in {SCRIPTS}")
    return head


def revisions() -> Sequence[str]:
    """Every revision, oldest first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


@contextmanager
def _alone() -> Iterator[Connection]:
    """One transaction that no other upgrade runs beside; its lock ends with it, so transaction poolers are fine."""
    with database.engine().connect() as connection:
        connection.execution_options(nexus_write=True)
        with connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
            yield connection


def _refuse_newer(connection: Connection) -> None:
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in revisions():
        raise DatabaseTooNew(
            "This database was last used by a newer version of Nexus Connections. Start that version again, "
            "or restore the backup made before the upgrade.",
            f"revision {found} is unknown; the newest known is {newest_revision()}",
        )


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@lru_cache(maxsize=1)
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(SCRIPTS))
