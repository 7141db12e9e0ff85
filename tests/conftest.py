"""Fixtures for every room: a fresh home, databases of each kind, and a clock that stands still."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import pytest

from nexus_ui import clock, settings
from nexus_ui.adapters.kit import limits
from nexus_ui.storage import database as engines
from nexus_ui.storage import upgrades
from tests import databases

hypothesis.settings.register_profile("nexus", deadline=None)  # a busy machine is not a wrong answer
hypothesis.settings.load_profile("nexus")

SETTING_NAMES = ("NEXUS_", "DATABASE_URL", "CREDENTIALS_ENCRYPTION_KEY")


class SettableClock:
    """Stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, moment: datetime) -> None:
        """Make it `moment`."""
        self.now = moment

    def advance(self, seconds: float = 0, **more: float) -> datetime:
        """Move on by seconds, or by `timedelta`'s other words; returns the new time."""
        self.now += timedelta(seconds=seconds, **more)
        return self.now


@pytest.fixture
def settable_clock() -> Iterator[SettableClock]:
    """`nexus_ui.clock`, standing at a Monday morning until moved."""
    held = SettableClock(datetime(2026, 11, 23, 10, 0, tzinfo=UTC))
    with clock.set_to(held):
        yield held


@pytest.fixture
def fresh_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty NEXUS_HOME and default settings, whatever the environment of the test run says."""
    home = tmp_path / "home"
    with _defaults(home, monkeypatch):
        yield home


@pytest.fixture
def sqlite_database(fresh_home: Path, sqlite_template: Path) -> databases.Database:
    """An upgraded, empty SQLite database that the settings name."""
    return _sqlite(fresh_home, sqlite_template)


@pytest.fixture(params=["sqlite", "postgres", "pgbouncer"])
def database(
    request: pytest.FixtureRequest, fresh_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[databases.Database]:
    """An upgraded, empty database of each kind that the settings name."""
    kind = request.param
    if reason := databases.missing(kind):
        pytest.skip(reason)
    if kind == "sqlite":
        yield _sqlite(fresh_home, request.getfixturevalue("sqlite_template"))
        return
    server: databases.Server = request.getfixturevalue("postgres_server")
    entrance: databases.Server = request.getfixturevalue("pooler") if kind == "pgbouncer" else server
    name = f"test_{os.urandom(6).hex()}"
    server.run(f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('postgres_template')}")
    monkeypatch.setenv("DATABASE_URL", entrance.url(name))
    settings.current.cache_clear()
    yield databases.Database(kind, entrance.url(name), fresh_home)
    engines.forget_engine()
    server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[databases.Server]:
    """A PostgreSQL for the whole run."""
    with databases.postgres() as server:
        yield server


@pytest.fixture(scope="session")
def pooler(postgres_server: databases.Server) -> Iterator[databases.Server]:
    """PgBouncer in transaction mode before it, for the whole run."""
    with databases.pgbouncer(postgres_server) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty SQLite file to copy."""
    home = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch, _defaults(home, patch):
        upgrades.upgrade()
    return home / "nexus.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: databases.Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of an upgraded, empty PostgreSQL database to copy."""
    postgres_server.run(f"CREATE DATABASE {databases.TEMPLATE}")
    home = tmp_path_factory.mktemp("template")
    with pytest.MonkeyPatch.context() as patch, _defaults(home, patch):
        patch.setenv("DATABASE_URL", postgres_server.url(databases.TEMPLATE))
        settings.current.cache_clear()
        upgrades.upgrade()
    return databases.TEMPLATE


def _sqlite(home: Path, template: Path) -> databases.Database:
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, home / "nexus.db")
    return databases.Database("sqlite", f"sqlite:///{home / 'nexus.db'}", home)


@contextmanager
def _defaults(home: Path, patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Default settings with `home`; engines and caches are forgotten on both ends."""
    for name in [name for name in os.environ if name.startswith(SETTING_NAMES)]:
        patch.delenv(name)
    patch.setenv("NEXUS_HOME", str(home))
    _forget()
    yield
    _forget()


def _forget() -> None:
    limits.forget_all()
    engines.forget_engine()
    settings.current.cache_clear()
