"""People for the flows' tests."""

import pytest

from nexus_ui.flows import sign_in
from nexus_ui.flows.sign_in import Role, Who
from tests import databases

PASSWORD = "correct horse battery"


def admit(role: Role, email: str, by: Who | None = None) -> Who:
    """Let somebody in the way the product does: by a one-time link."""
    link = sign_in.new_owner_link() if by is None else sign_in.invite(role, by)
    cookie = sign_in.redeem(link.partition("link=")[2], email=email, name=email.title(), password=PASSWORD)
    found = sign_in.who(cookie)
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
