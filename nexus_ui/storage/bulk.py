"""Many rows at once, past the ORM: upserts that write only what differs, on SQLite and on PostgreSQL.

SQLite gets some rows per statement; PostgreSQL gets all as one array per column, which needs no temporary table and no
prepared statement and so passes through a transaction pooler.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

import msgspec
from sqlalchemy.dialects import postgresql
from sqlmodel import Session

from nexus_ui.storage.columns import stamp
from nexus_ui.storage.tables import METADATA

Row = tuple[Any, ...]
TOGETHER = (250, 80, 20, 5, 1)
"""Rows in one SQLite statement: few steps through Python, far from its limit of 32,766 variables."""


@dataclass(frozen=True)
class Shape:
    """How rows of one table are handed over: its columns in order, what a conflict may not touch, and its version."""

    table: str
    columns: tuple[str, ...]
    kept: tuple[str, ...] = ()
    version: str | None = None

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The primary key."""
        return tuple(column.name for column in METADATA.tables[self.table].primary_key)

    @cached_property
    def indexed(self) -> tuple[str, ...]:
        """Other columns with an index: rewriting them costs an index entry on SQLite even when they stay equal."""
        found = {column.name for index in METADATA.tables[self.table].indexes for column in index.columns}
        return tuple(name for name in self.columns if name in found and name not in self.keys)

    @cached_property
    def place(self) -> Callable[[Row], Any]:
        """Takes a row's indexed values out of it."""
        at = [self.columns.index(name) for name in self.indexed]
        return itemgetter(*at) if at else lambda _row: None


class Bulk:
    """Fast statements on the connection of an open `writing()` session. `?` marks a value in every statement."""

    def __init__(self, session: Session) -> None:
        connection = session.connection()
        self._postgres = connection.dialect.name == "postgresql"
        self._cursor: Any = connection.connection.cursor()
        self.moment: Callable[[datetime], Any] = _in_utc if self._postgres else stamp
        """A time as this database's driver takes and returns it; two of them compare as the times do."""
        self.second: Callable[[Any], Any] = _whole_second if self._postgres else _whole_second_of_text
        """The beginning of the second in which such a time lies."""

    def run(self, statement: str, *values: Any) -> int:
        """Execute one statement; returns how many rows it changed."""
        return self._changed(self._spelled(statement), values)

    def rows(self, statement: str, *values: Any) -> list[Row]:
        """The rows a query finds."""
        self._cursor.execute(self._spelled(statement), values)
        return list(self._cursor.fetchall())

    def among(self, column: str, values: Iterable[str]) -> tuple[str, Any]:
        """A condition that `column` is one of `values`, and the value to bind for it."""
        if self._postgres:
            return f"{column} = ANY(?)", list(values)
        return f"{column} IN (SELECT value FROM json_each(?))", _as_json(values)  # noqa: S608 - our own names

    def take_turns(self, name: str) -> None:
        """Wait until no other transaction works at `name`; on SQLite there is only one writer anyway."""
        if self._postgres:
            self._cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", (name,))

    def under(self, shape: Shape, connection_id: str, column: str, values: Iterable[str]) -> list[Row]:
        """A connection's rows whose `column` is one of `values`."""
        names = ", ".join(f"{shape.table}.{name}" for name in shape.columns)
        if self._postgres:
            query = f"SELECT {names} FROM {shape.table} WHERE connection_id = ? AND {column} = ANY(?)"  # noqa: S608
            return self.rows(query, connection_id, list(values))
        query = (  # CROSS JOIN keeps SQLite from walking the whole connection: https://sqlite.org/optoverview.html
            f"SELECT {names} FROM json_each(?) AS asked CROSS JOIN {shape.table} "  # noqa: S608
            f"WHERE {shape.table}.connection_id = ? AND {shape.table}.{column} = asked.value"
        )
        return self.rows(query, _as_json(values), connection_id)

    def upsert(self, shape: Shape, rows: Sequence[Row], leave_indexed: bool = False) -> int:
        """Insert rows, or change those that differ and are not newer already; returns how many were written.

        No two rows may have the same key. `leave_indexed`: the indexed columns are known to be equal.
        """
        if not rows:
            return 0
        if self._postgres:
            statement = _upsert(shape, _arrays(shape), "IS DISTINCT FROM", leave_indexed)
            return self._changed(statement, [list(column) for column in zip(*rows, strict=True)])
        changed = 0
        for part in _portions(rows):
            statement = _upsert(shape, _values(shape, len(part)), "IS NOT", leave_indexed)
            changed += self._changed(statement, list(chain.from_iterable(part)))
        return changed

    def add(self, shape: Shape, rows: Sequence[Row], conflict: str) -> list[Row]:
        """Insert rows; returns what `conflict`, an ON CONFLICT clause with RETURNING, gives back of them."""
        if not rows:
            return []
        if self._postgres:
            columns = [list(column) for column in zip(*rows, strict=True)]
            self._cursor.execute(f"{_insert(shape, _arrays(shape))} {conflict}", columns)
            return list(self._cursor.fetchall())
        found: list[Row] = []
        for part in _portions(rows):
            statement = f"{_insert(shape, _values(shape, len(part)))} {conflict}"
            self._cursor.execute(statement, list(chain.from_iterable(part)))
            found.extend(self._cursor.fetchall())
        return found

    def delete(self, table: str, columns: Sequence[str], keys: Sequence[Row]) -> int:
        """Delete the rows with these values in these columns; returns how many."""
        if not keys:
            return 0
        where = " AND ".join(f"{column} = ?" for column in columns)
        self._cursor.executemany(self._spelled(f"DELETE FROM {table} WHERE {where}"), keys)  # noqa: S608 - our names
        return int(self._cursor.rowcount)

    def _changed(self, statement: str, values: Sequence[Any]) -> int:
        self._cursor.execute(statement, values)
        return int(self._cursor.rowcount)

    def _spelled(self, statement: str) -> str:
        return statement.replace("?", "%s") if self._postgres else statement


def _portions(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows in as few portions as possible, of a few different sizes."""
    start = 0
    for size in TOGETHER:
        while len(rows) - start >= size:
            yield rows[start : start + size]
            start += size


def _as_json(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()


def _in_utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


def _whole_second(value: datetime) -> datetime:
    return value.replace(microsecond=0)


def _whole_second_of_text(value: str) -> str:
    return f"{value[:19]}.000000Z"


@lru_cache(maxsize=128)
def _upsert(shape: Shape, source: str, differs: str, leave_indexed: bool) -> str:
    left = {*shape.keys, *shape.kept, *(shape.indexed if leave_indexed else ())}
    changing = [name for name in shape.columns if name not in left]
    stored = ", ".join(f"{shape.table}.{name}" for name in changing)
    offered = ", ".join(f"excluded.{name}" for name in changing)
    assigned = ", ".join(f"{name} = excluded.{name}" for name in changing)
    return (
        f"{_insert(shape, source)} "
        f"ON CONFLICT ({', '.join(shape.keys)}) DO UPDATE SET {assigned} "
        f"WHERE {_not_older(shape)}({stored}) {differs} ({offered})"
    )


def _insert(shape: Shape, source: str) -> str:
    return f"INSERT INTO {shape.table} ({', '.join(shape.columns)}) {source}"


def _not_older(shape: Shape) -> str:
    """Refuses an answer older than what is stored; where one of the two does not say, the later arrival wins."""
    if shape.version is None:
        return ""
    stored, offered = f"{shape.table}.{shape.version}", f"excluded.{shape.version}"
    return f"({stored} IS NULL OR {offered} IS NULL OR {offered} >= {stored}) AND "


@lru_cache(maxsize=64)
def _values(shape: Shape, count: int) -> str:
    row = f"({', '.join('?' for _ in shape.columns)})"
    return f"VALUES {', '.join([row] * count)}"


@lru_cache(maxsize=32)
def _arrays(shape: Shape) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves this constructor untyped
    types = [METADATA.tables[shape.table].c[name].type.compile(dialect=dialect) for name in shape.columns]
    return f"SELECT * FROM unnest({', '.join(f'%b::{kind}[]' for kind in types)})"  # noqa: S608 - our own names
