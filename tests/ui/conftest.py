"""Real states under test: as a tab would hold them, with somebody behind them and an address in front."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
import reflex as rx
from reflex.istate.data import HeaderData, ReflexURL, RouterData, SessionData

from nexus_ui.flows import sign_in
from nexus_ui.flows.sign_in import Role
from tests import databases

PASSWORD = "correct horse battery"
S = TypeVar("S", bound=rx.State)
StateOf = Callable[..., Any]


@pytest.fixture
def owner_cookie(sqlite_database: databases.Database) -> str:
    """The cookie of the owner's browser."""
    token = sign_in.new_owner_link().partition("link=")[2]
    return sign_in.redeem(token, email="olga@example.com", name="Olga", password=PASSWORD)


@pytest.fixture
def viewer_cookie(owner_cookie: str) -> str:
    """The cookie of a viewer's browser."""
    owner = sign_in.who(owner_cookie)
    assert owner is not None
    token = sign_in.invite(Role.VIEWER, owner).partition("link=")[2]
    return sign_in.redeem(token, email="vera@example.com", name="Vera", password=PASSWORD)


@pytest.fixture
def state_of(owner_cookie: str) -> StateOf:
    """`state_of(Class, "/path?query", cookie)`: that state of a new tab, the owner's unless told otherwise."""

    def made(cls: type[S], address: str = "/", cookie: str = owner_cookie) -> S:
        root = rx.State(_reflex_internal_init=True)
        root.router = RouterData(
            session=SessionData(client_token="a-tab"),
            headers=HeaderData(cookie=f"{sign_in.COOKIE}={cookie}"),
            url=ReflexURL(f"http://panel.example{address}"),
        )
        state = root.get_substate(cls.get_full_name().split(".")[1:])
        assert isinstance(state, cls)
        return state

    return made
