"""Supabase's browser-facing roles hold default privileges on each new table of `public`; ours show them nothing."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, text

from nexus_ui import settings
from nexus_ui.storage import database as engines
from nexus_ui.storage import privileges, upgrades
from nexus_ui.storage.tables import METADATA
from tests import databases
from tests.databases import Server

ROLES = ("anon", "authenticated")
AS_SUPABASE_DOES = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA public TO PUBLIC;
"""


@pytest.fixture
def supabase(
    request: pytest.FixtureRequest, fresh_home: object, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Server, str]]:
    """A database set up as Supabase does, upgraded by us; the server and the database's name."""
    if reason := databases.missing("postgres"):
        pytest.skip(reason)
    server: Server = request.getfixturevalue("postgres_server")
    name = "test_supabase"
    server.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    server.run(f"CREATE DATABASE {name}")
    for role in (*ROLES, "service_role"):
        server.run(
            f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$", database=name
        )
    for statement in AS_SUPABASE_DOES.strip().split(";\n"):
        server.run(statement.rstrip(";"), database=name)
    monkeypatch.setenv("DATABASE_URL", server.url(name))
    settings.current.cache_clear()
    upgrades.upgrade()
    yield server, name
    engines.forget_engine()
    server.run(f"DROP DATABASE {name} WITH (FORCE)")
    for role in (*ROLES, "service_role"):
        server.run(f"DROP ROLE {role}")


def connect(server: Server, name: str, role: str) -> psycopg.Connection[tuple[object, ...]]:
    """A connection as one of Supabase's roles."""
    return psycopg.connect(server.url(name).replace(f"{databases.OWNER}@", f"{role}@"), autocommit=True)


def attempts(table: str, column: str) -> dict[str, str]:
    """A statement for every right there is on a table."""
    return {
        "SELECT": f"SELECT count(*) FROM {table}",
        "INSERT": f"INSERT INTO {table} SELECT * FROM {table}",
        "UPDATE": f"UPDATE {table} SET {column} = {column}",
        "DELETE": f"DELETE FROM {table}",
        "TRUNCATE": f"TRUNCATE {table}",
    }


@pytest.mark.parametrize("role", ROLES)
def test_strangers_are_refused_everything(supabase: tuple[Server, str], role: str) -> None:
    """Every right on every table of the product, Alembic's own included."""
    server, name = supabase
    tables = {table.name: next(iter(table.columns)).name for table in METADATA.tables.values()}
    tables[privileges.VERSION_TABLE] = "version_num"

    with connect(server, name, role) as stranger:
        for table, column in tables.items():
            for right, statement in attempts(table, column).items():
                with pytest.raises(psycopg.errors.InsufficientPrivilege, match=table):
                    stranger.execute(statement)
                assert right


def test_the_set_up_is_one_that_would_let_them_in(supabase: tuple[Server, str]) -> None:
    """A table we do not look after is open to them: the other tests would notice a missing REVOKE."""
    server, name = supabase
    server.run("CREATE TABLE somebody_elses (id int)", database=name)

    with connect(server, name, "anon") as stranger:
        stranger.execute("INSERT INTO somebody_elses VALUES (1)")

        assert [(1,)] == stranger.execute("SELECT count(*) FROM somebody_elses").fetchall()


@pytest.mark.parametrize("role", ROLES)
def test_a_table_that_a_later_upgrade_adds_is_closed_too(
    supabase: tuple[Server, str], role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that is no longer among the models, and one of ours that somebody has opened by hand."""
    server, name = supabase
    server.run(f"GRANT ALL ON secrets TO {role}", database=name)
    server.run("ALTER TABLE people DISABLE ROW LEVEL SECURITY", database=name)
    monkeypatch.setattr(upgrades.command, "upgrade", _adds_a_table)

    upgrades.upgrade()

    with connect(server, name, role) as stranger:
        for table in ("later_table", "secrets"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                stranger.execute(f"SELECT * FROM {table}")
    with engines.engine().connect() as connection:
        assert [] == privileges.exposed(connection, ["later_table"])


def test_rows_stay_closed_even_where_a_right_was_granted(supabase: tuple[Server, str]) -> None:
    """Row level security without a policy is the second lock."""
    server, name = supabase
    server.run("INSERT INTO preferences (name, value, changed_at) VALUES ('a', '{}', now())", database=name)
    server.run("GRANT ALL ON preferences TO anon", database=name)

    with connect(server, name, "anon") as stranger:
        seen = stranger.execute("SELECT * FROM preferences").fetchall()
        changed = stranger.execute("UPDATE preferences SET name = 'b'").rowcount
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            stranger.execute("INSERT INTO preferences (name, value, changed_at) VALUES ('c', '{}', now())")

    assert ([], 0) == (seen, changed)
    with engines.engine().connect() as connection:
        assert ["preferences"] == privileges.exposed(connection)


def _adds_a_table(config: object, _target: str) -> None:
    connection: Connection = config.attributes["connection"]
    connection.execute(text("CREATE TABLE later_table (id text PRIMARY KEY)"))
