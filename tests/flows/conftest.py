"""People for the flows' tests."""

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

PASSWORD = "correct horse battery"


def let_in(role: Role, email: str, by: Who | None = None) -> str:
    """Let somebody in the way the product does, by a one-time link; returns their cookie."""
    link = sign_in.new_owner_link() if by is None else sign_in.invite(role, by)
    return sign_in.redeem(link.partition("link=")[2], email=email, name=email.title(), password=PASSWORD)


def admit(role: Role, email: str, by: Who | None = None) -> Who:
    """The same; returns who they are."""
    found = sign_in.who(let_in(role, email, by))
    assert found is not None
    return found


@pytest.fixture
def olga(sqlite_database: databases.Database) -> Who:
    """The owner."""
    return admit(Role.OWNER, "olga@example.com")


@pytest.fixture
def adam(olga: Who) -> Who:
    """An admin."""
    return admit(Role.ADMIN, "adam@example.com", olga)


@pytest.fixture
def vera(olga: Who) -> Who:
    """A viewer."""
    return admit(Role.VIEWER, "vera@example.com", olga)


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
