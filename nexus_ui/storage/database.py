"""The engine and its two kinds of transaction: `reading()` and `writing()`. SQLite in WAL mode, or PostgreSQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, Connection, make_url
from sqlmodel import Session

from nexus_ui import settings
from nexus_ui.storage.turns import turn

BUSY_TIMEOUT_MS = 15_000
PRAGMAS = (
    f"busy_timeout={BUSY_TIMEOUT_MS}",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "wal_autocheckpoint=4000",
    "journal_size_limit=67108864",
)
"""Every commit is on disk before it is answered; the log is folded into the file every 16 MB, not every 4."""


@lru_cache(maxsize=1)
def engine() -> Engine:
    """The engine of this process, for the database the settings name."""
    return build_engine(settings.current().database_url.get_secret_value())


def forget_engine() -> None:
    """Close the process's engine so that the next use opens another (tests, after a fork)."""
    if engine.cache_info().currsize:
        engine().dispose()
    engine.cache_clear()


def build_engine(address: str) -> Engine:
    """An engine for `address`; SQLite files get WAL, full durability and immediate write transactions."""
    url = with_driver(make_url(address))
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True, pool_size=5, connect_args={"prepare_threshold": None})
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    made = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(made, "connect", _prepare_sqlite)
    event.listen(made, "begin", _begin_sqlite)
    return made


def with_driver(url: URL) -> URL:
    """`postgres://` and `postgresql://` addresses, as hosts hand them out, mean psycopg 3."""
    if url.drivername in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def is_postgres() -> bool:
    """Whether the database is PostgreSQL."""
    return engine().dialect.name == "postgresql"


@contextmanager
def reading() -> Iterator[Session]:
    """A short read-only transaction."""
    with Session(engine(), expire_on_commit=False) as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A short write transaction: committed at the end, rolled back on any exception."""
    with _turn(), engine().connect() as connection:
        connection.execution_options(nexus_write=True)
        with Session(connection, expire_on_commit=False) as session, session.begin():
            yield session


def _turn() -> AbstractContextManager[None]:
    """Our turn to write, where the database is one file."""
    url = engine().url
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return nullcontext()
    return turn(Path(url.database))


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("nexus_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
