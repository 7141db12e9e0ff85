"""People for the flows' tests."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nexus_ui import children
from nexus_ui.adapters import CATALOGUE
from nexus_ui.flows import connect, sign_in
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.sandbox import server
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import Options, World
from tests import databases
from tests.conftest import _defaults, _sqlite

PASSWORD = "correct horse battery"
Cookies = dict[Role, str]


def let_in(role: Role, email: str, by: Who | None = None) -> str:
    """Let somebody in the way the product does, by a one-time link; returns their cookie."""
    link = sign_in.new_owner_link() if by is None else sign_in.invite(role, by)
    return sign_in.redeem(link.partition("link=")[2], email=email, name=email.title(), password=PASSWORD)


def behind(cookie: str) -> Who:
    """The person a cookie stands for."""
    found = sign_in.who(cookie)
    assert found is not None
    return found


def admit(role: Role, email: str, by: Who | None = None) -> Who:
    """Let somebody in; returns who they are."""
    return behind(let_in(role, email, by))


@pytest.fixture(scope="session")
def household_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[Path, Cookies]:
    """A database with one person of each role, made once because passwords are slow on purpose."""
    home = tmp_path_factory.mktemp("household")
    with pytest.MonkeyPatch.context() as patch, _defaults(home, patch):
        _sqlite(home, sqlite_template)
        cookies = {Role.OWNER: let_in(Role.OWNER, "olga@example.com")}
        olga = sign_in.who(cookies[Role.OWNER])
        cookies[Role.ADMIN] = let_in(Role.ADMIN, "adam@example.com", olga)
        cookies[Role.VIEWER] = let_in(Role.VIEWER, "vera@example.com", olga)
    return home / "nexus.db", cookies


@pytest.fixture
def household(sqlite_database: databases.Database, household_template: tuple[Path, Cookies]) -> Cookies:
    """Olga the owner, Adam the admin and Vera the viewer, by their cookies."""
    database, cookies = household_template
    shutil.copyfile(database, sqlite_database.home / "nexus.db")
    return cookies


@pytest.fixture
def olga(household: Cookies) -> Who:
    """The owner."""
    return behind(household[Role.OWNER])


@pytest.fixture
def adam(household: Cookies) -> Who:
    """An admin."""
    return behind(household[Role.ADMIN])


@pytest.fixture
def vera(household: Cookies) -> Who:
    """A viewer."""
    return behind(household[Role.VIEWER])


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[server.Running]:
    """A small sandbox for the whole run."""
    with server.run_in_thread(World(Options(products=30, orders=10, limits=False))) as running:
        yield running


@pytest.fixture
def sandbox(sandbox_server: server.Running, fresh_home: Path) -> Iterator[server.Running]:
    """The sandbox as this installation's own, with every fault off."""
    children.remember_port(fresh_home, int(sandbox_server.url.rpartition(":")[2]))
    yield sandbox_server
    for shop in sandbox_server.world.shops():
        shop.faults.switch_off()


def shop_of(sandbox: server.Running, slug: str) -> Shop:
    """The demo shop of a marketplace."""
    return next(shop for shop in sandbox.world.shops() if shop.marketplace == slug)


def typed(slug: str, **changes: str) -> tuple[str, dict[str, str]]:
    """A way to sign in and what a person types for the sandbox shop, with changes."""
    way = connect.sandbox_way(CATALOGUE[slug])
    return way.slug, connect.sandbox_values(CATALOGUE[slug], way) | changes
