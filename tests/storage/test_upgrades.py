"""The schema's history: it ends in the models, keeps data, and may be run by anybody at any time."""

import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Column, MetaData, insert, select, text

from nexus_ui import settings
from nexus_ui.storage import database as engines
from nexus_ui.storage import statistics, tables, upgrades
from tests.databases import Database, Server

PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture
def empty_database(database: Database, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A database of each kind in which nothing has been created yet."""
    engines.forget_engine()
    if database.kind == "sqlite":
        (database.home / "nexus.db").unlink()
    else:
        server: Server = request.getfixturevalue("postgres_server")
        name = database.url.rsplit("/", 1)[1]
        server.run(f"DROP DATABASE {name} WITH (FORCE)")
        server.run(f"CREATE DATABASE {name}")
    return database


def test_migrations_end_in_the_models(database: Database) -> None:
    """Autogenerate finds nothing left to do after the last revision."""
    with engines.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert [] == compare_metadata(context, tables.METADATA)


def test_upgrade_is_idempotent(database: Database) -> None:
    """A second start finds nothing pending and changes nothing."""
    upgrades.upgrade()

    assert False is upgrades.pending()
    assert upgrades.newest_revision() == upgrades.current_revision()


def test_an_empty_database_is_pending(empty_database: Database) -> None:
    """Nothing is there, and `doctor` is told so."""
    assert (True, None) == (upgrades.pending(), upgrades.current_revision())


def test_several_processes_may_start_at_once(empty_database: Database) -> None:
    """All of them succeed, and the schema is complete."""
    start = [sys.executable, "-c", "from nexus_ui.storage import upgrades; upgrades.upgrade()"]
    processes = [
        subprocess.Popen(start, cwd=PROJECT, env=settings.child_environment(), stderr=subprocess.PIPE) for _ in range(4)
    ]

    ends = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]

    assert [(b"", 0)] * 4 == ends
    assert False is upgrades.pending()


@pytest.mark.parametrize("revision", upgrades.revisions())
def test_an_upgrade_from_every_older_revision_keeps_its_data(empty_database: Database, revision: str) -> None:
    """A row in every table of that revision is still there afterwards, value by value."""
    upgrades.upgrade(revision)
    before = _seed()

    upgrades.upgrade()

    after = _rows()
    assert set(before) - {"alembic_version"} <= set(after)
    for table, row in before.items():
        kept = {name: value for name, value in row.items() if name in after[table]}
        assert kept == {name: after[table][name] for name in kept}, table


def test_stock_counted_before_the_sandbox_had_its_own_stays_where_its_first_number_came_from(
    empty_database: Database,
) -> None:
    """What a simulated shop told first is the sandbox's, with every movement of that SKU."""
    upgrades.upgrade("0004")
    found = _reflected()
    with engines.writing() as session:
        for id_, sandbox in (("real", False), ("practice", True)):
            columns = {column.name: _value(column) for column in found.tables["connections"].columns}
            told = columns | {"id": id_, "live_key": id_, "sandbox": sandbox}
            session.execute(insert(found.tables["connections"]).values(told))
            item = {"sku": id_, "on_hand": 3, "reserved": 0, "changed_at": NOW, "revision": 0}
            session.execute(insert(found.tables["stock_items"]).values(item))
            for cause, connection_id in (("sight", id_), ("edit:1", None)):
                moved = {"sku": id_, "cause": cause, "quantity": 1, "kind": "edit", "at": NOW, "note": ""}
                moved["connection_id"] = connection_id
                session.execute(insert(found.tables["stock_movements"]).values(moved))

    upgrades.upgrade()

    with engines.reading() as session:
        items = session.execute(text("SELECT sku, sandbox FROM stock_items")).all()
        moved = session.execute(text("SELECT DISTINCT sku, sandbox FROM stock_movements")).all()
    assert [{("real", False), ("practice", True)}] * 2 == [
        {(sku, bool(there)) for sku, there in some} for some in (items, moved)
    ]


def test_a_database_of_a_newer_version_is_refused(database: Database) -> None:
    """Old code on a new schema would lose data: it says what to do instead."""
    with engines.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'from-the-future'"))

    with pytest.raises(upgrades.DatabaseTooNew, match="newer version"):
        upgrades.upgrade()


def test_a_failing_upgrade_leaves_nothing_behind(empty_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is one transaction: the next start begins again."""
    monkeypatch.setattr(statistics, "give", _fails)
    monkeypatch.setattr(upgrades.privileges, "keep_others_out", _fails)
    with pytest.raises(RuntimeError, match="disk on fire"):
        upgrades.upgrade()
    monkeypatch.undo()
    monkeypatch.setenv("NEXUS_HOME", str(empty_database.home))
    monkeypatch.setenv("DATABASE_URL", empty_database.url)
    settings.current.cache_clear()

    with engines.engine().connect() as connection:
        assert [] == connection.dialect.get_table_names(connection)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM variants WHERE connection_id = 'a' AND product_ref = 'b'", "ix_variants_product"),
        ("SELECT * FROM variants WHERE sku = 'a'", "ix_variants_sku"),
        ("SELECT * FROM order_lines WHERE connection_id = 'a' AND order_ref = 'b'", "PRIMARY KEY"),
        ("SELECT * FROM api_calls WHERE cycle_id = 'a'", "ix_api_calls_cycle_id"),
    ],
)
def test_sqlite_takes_the_narrow_way_from_the_first_row_on(sqlite_database: Database, query: str, index: str) -> None:
    """Without statistics it would walk all variants of a connection to find those of one product."""
    with engines.reading() as session:
        ((*_, plan),) = session.execute(text(f"EXPLAIN QUERY PLAN {query}"))

    assert index in plan


def _fails(*_: object) -> None:
    raise RuntimeError("the disk on fire")


def _seed() -> dict[str, dict[str, Any]]:
    """Put one row into every table there is."""
    found = _reflected()
    with engines.writing() as session:
        for table in found.tables.values():
            if table.name != "alembic_version":
                session.execute(insert(table).values({column.name: _value(column) for column in table.columns}))
    return _rows()


def _rows() -> dict[str, dict[str, Any]]:
    """The row of every table that has one."""
    with engines.reading() as session:
        found = {
            table.name: session.execute(select(table)).mappings().one_or_none()
            for table in _reflected().tables.values()
            if table.name != "alembic_version"
        }
    return {name: dict(row) for name, row in found.items() if row is not None}


def _reflected() -> MetaData:
    found = MetaData()
    found.reflect(engines.engine(), resolve_fks=False)
    for name in [name for name in found.tables if name.startswith("sqlite_")]:
        found.remove(found.tables[name])
    return found


def _value(column: Column[Any]) -> Any:
    kind = column.type.python_type
    samples: dict[type, Any] = {
        str: "2026-11-23T10:00:00.000000Z" if column.name.endswith(("_at", "_until")) else "é'\"%",
        int: 7,
        float: 0.5,
        bool: True,
        bytes: b"\0\xff",
        datetime: NOW,
        Decimal: Decimal("1.5"),
        object: {"a": [1, None]},
    }
    return samples[kind]
