"""The proof of access: every event handler and every route of the running product, found by introspection.

Over a raw socket and raw HTTP: none answers without a session, and none that changes anything answers a viewer.
"""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from nexus_ui import children
from nexus_ui.flows import connect, sign_in
from nexus_ui.flows.sign_in import Role
from nexus_ui.sandbox import server
from nexus_ui.sandbox.world import Options, World
from nexus_ui.ui.gate import OPEN_IN_REFLEX
from nexus_ui.web.routes import CLOSED, DOORS
from tests import databases
from tests.conftest import _defaults, _sqlite
from tests.flows.conftest import let_in
from tests.web.wire import Tab, names, told

ROOT = Path(__file__).parent.parent.parent
START_PATIENCE = 300.0
SHOP = "Shop behind the door"

STRANGERS_MAY = {
    "Gate.arrive": "the sign-in page: says whether somebody is signed in already, and repeats a refusal's sentence",
    "Gate.welcome": "the page behind a one-time link: says which role the link in the address gives",
    "Reconnect.arrive": "the page behind a reconnect link: names the account that the link in the address is for",
}
"""Our own handlers that answer without a session."""

PAGES_FOR_STRANGERS = ("____gate", "____reconnect")
"""The states of the pages that strangers open."""

VIEWERS_CHANGE = {"Profile.save": {"people", "audit_log"}}
"""Handlers by which a viewer changes something, and the tables: their own name and time zone, which is noted."""

OPEN_ROUTES = {
    "/ping": "Reflex's own sign of life: says pong",
    "/_event": "the socket: every event on it is guarded, which this module proves",
}
"""Reflex's routes that stay open."""

Handler = dict[str, Any]


@dataclass(frozen=True)
class Product:
    """The running web process, somebody of each role, and one connection."""

    port: int
    home: Path
    cookies: dict[Role, str]
    arguments: dict[str, Any]
    handlers: list[Handler]
    routes: list[dict[str, Any]]

    def picture(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table but those that processes keep for themselves."""
        with sqlite3.connect(f"file:{self.home / 'nexus.db'}?mode=ro", uri=True) as database:
            tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {
                name: sorted(database.execute(f"SELECT * FROM {name}"), key=repr)
                for name in tables
                if name not in {"beats", "locks"}
            }

    def declared(self) -> list[Handler]:
        """Our own handlers."""
        return [handler for handler in self.handlers if handler["role"] is not None]

    def of(self, *roles: str) -> list[Handler]:
        """Our own handlers that ask for one of these roles."""
        return [handler for handler in self.declared() if handler["role"] in roles]

    def payload(self, handler: Handler) -> dict[str, Any]:
        """Arguments that would make a handler do its work."""
        return {
            name: self.arguments.get(name, 1 if "int" in kind else "") for name, kind in handler["parameters"].items()
        }


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Product]:
    """The web process on a home with an owner, an admin, a viewer and a connected sandbox shop."""
    home, port = tmp_path_factory.mktemp("access") / "home", databases.free_port()
    with pytest.MonkeyPatch.context() as patch, _defaults(home, patch), _sandbox() as running:
        _sqlite(home, sqlite_template)
        children.remember_port(home, int(running.url.rpartition(":")[2]))
        cookies, arguments = _furnish()
        inventory = home / "inventory.json"
        process = _start(home, port, inventory)
        try:
            _wait_until_up(process, port)
            found = json.loads(inventory.read_text())
            yield Product(port, home, cookies, arguments, found["handlers"], found["routes"])
        finally:
            process.terminate()
            process.wait(30)


def test_every_handler_is_declared_or_one_of_reflexs_own(product: Product) -> None:
    """A handler of ours without a declaration fails here."""
    undeclared = {handler["code"] for handler in product.handlers if handler["role"] is None}

    assert set() == {code for code in undeclared if not code.startswith("reflex")}
    assert 20 < len(product.declared())


def test_what_strangers_may_ask_is_listed_with_a_reason(product: Product) -> None:
    """A new public handler has to be argued for here."""
    assert set(STRANGERS_MAY) == {short(handler) for handler in product.of("public")}


def test_no_handler_answers_without_a_session(product: Product) -> None:
    """Whatever is asked, with arguments that would work: the way to the sign-in page, no data, no change."""
    before = product.picture()
    for cookie in (None, "invented"):
        with arrived(product, cookie) as tab:
            for handler in product.of("viewer", "admin", "owner"):
                tab.send(handler["name"], product.payload(handler))
                answers = tab.updates_until("_redirect")
                assert (["_redirect"], {}) == (names(answers), told(answers)), handler["name"]
            assert {} == told(tab.updates_until_quiet())

    assert before == product.picture()


def test_what_strangers_may_ask_tells_nothing_about_us(product: Product) -> None:
    """The public handlers speak only about their own page, and change nothing."""
    before = product.picture()
    with arrived(product, None) as tab:
        for handler in product.of("public"):
            tab.send(handler["name"], product.payload(handler))
        answers = tab.updates_until_quiet()
        others = {state: values for state, values in told(answers).items() if not state.endswith(PAGES_FOR_STRANGERS)}

    assert {} == {state: values for state, values in others.items() if not values.items() <= tab.first[state].items()}
    assert SHOP not in json.dumps(answers)
    assert before == product.picture()


def test_reflexs_own_handlers_are_open_for_a_reason_or_shut(product: Product) -> None:
    """Those that are not listed do nothing at all: the next thing heard is the answer to the next question."""
    enter = next(handler["name"] for handler in product.declared() if short(handler) == "Session.enter")
    shut = [handler for handler in product.handlers if handler["role"] is None and last(handler) not in OPEN_IN_REFLEX]
    before = product.picture()
    with arrived(product, None) as tab:
        for handler in shut:
            tab.send(handler["name"], {"var_name": "is_hydrated", "value": "x"})
            tab.send(enter)
            answers = tab.updates_until("_redirect")
            assert (["_redirect"], {}) == (names(answers), told(answers)), handler["name"]

    assert {"setvar"} == {last(handler) for handler in shut}
    assert before == product.picture()


def test_no_handler_that_changes_anything_answers_a_viewer(product: Product) -> None:
    """Handlers for admins and owners say no; those for viewers leave every table as it was."""
    before = product.picture()
    with arrived(product, product.cookies[Role.VIEWER]) as tab:
        for handler in product.of("admin", "owner"):
            tab.send(handler["name"], product.payload(handler))
            answers = tab.updates_until_quiet()
            assert "Your role is viewer" in json.dumps(answers), handler["name"]
            assert {} == told(answers), handler["name"]
        for handler in product.of("viewer"):
            if short(handler) not in VIEWERS_CHANGE:
                tab.send(handler["name"], product.payload(handler))
                tab.updates_until_quiet()

    assert before == product.picture()


def test_a_viewer_changes_only_themself(product: Product) -> None:
    """The exceptions touch the viewer's own row and no other."""
    before = product.picture()
    with arrived(product, product.cookies[Role.VIEWER]) as tab:
        for handler in product.of("viewer"):
            if short(handler) in VIEWERS_CHANGE:
                tab.send(handler["name"], product.payload(handler))
                tab.updates_until_quiet()
    after = product.picture()
    changed = {table for table in after if after[table] != before[table]}
    rows = {row for row in after["people"] if row not in before["people"]}

    assert set().union(*VIEWERS_CHANGE.values()) >= changed
    assert all("viewer" in row for row in rows)


def test_no_handler_for_owners_answers_an_admin(product: Product) -> None:
    """Who gets in is the owner's to decide."""
    before = product.picture()
    with arrived(product, product.cookies[Role.ADMIN]) as tab:
        for handler in product.of("owner"):
            tab.send(handler["name"], product.payload(handler))
            assert "Your role is admin" in json.dumps(tab.updates_until_quiet()), handler["name"]

    assert before == product.picture()


def test_an_open_socket_is_worth_nothing_after_signing_out(product: Product) -> None:
    """The socket keeps the cookie it began with; each event asks whether the session still stands."""
    cookie = sign_in.redeem(
        sign_in.invite(Role.ADMIN, owner(product)).partition("link=")[2],
        email="leaving@example.com",
        name="Leaving",
        password="correct horse battery",
    )
    handler = next(handler for handler in product.declared() if short(handler) == "Connections.load")
    with arrived(product, cookie) as tab:
        tab.send(handler["name"])
        assert SHOP in json.dumps(tab.updates_until_quiet())
        origin = {"Origin": f"http://127.0.0.1:{product.port}"}
        httpx.post(f"{origin['Origin']}/auth/sign-out", cookies={sign_in.COOKIE: cookie}, headers=origin)
        tab.updates_until_quiet()
        tab.send(handler["name"])
        answers = tab.updates_until("_redirect")

    assert SHOP not in json.dumps(answers)


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_a_tab_that_comes_back_with_somebody_else_is_empty(product: Product, role: Role | None) -> None:
    """What an admin left in a tab is not sent to nobody, nor to another person, who knows the tab's token."""
    handler = next(handler for handler in product.declared() if short(handler) == "Connections.load")
    with arrived(product, product.cookies[Role.ADMIN]) as tab:
        tab.send(handler["name"])
        assert SHOP in json.dumps(tab.updates_until_quiet())
    with Tab(product.port, product.cookies[role] if role else None, tab.token, path="/sign-in") as stolen:
        stolen.send("reflex___state____state.hydrate_and_load")
        answers = stolen.updates_until_quiet()

    assert answers
    assert SHOP not in json.dumps(answers)


def test_a_page_of_another_site_cannot_open_the_socket(product: Product) -> None:
    """A cookie alone is not enough: the browser must come from our own page."""
    answer = httpx.get(
        f"http://127.0.0.1:{product.port}/_event/?EIO=4&transport=websocket&token=x",
        headers={
            "Origin": "https://evil.com",
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
        },
        cookies={sign_in.COOKIE: product.cookies[Role.OWNER]},
    )

    assert 101 != answer.status_code


def test_every_route_is_in_the_table_or_reflexs_own_and_listed(product: Product) -> None:
    """A route that appears from somewhere else fails here."""
    ours = {door.path for door in DOORS}

    assert {route["path"] for route in product.routes} <= ours | set(OPEN_ROUTES) | CLOSED
    assert ours <= {route["path"] for route in product.routes}


def test_no_route_answers_without_a_session(product: Product) -> None:
    """Every route found, by every method it takes: 401, or 404 where it is closed, unless it is open for a reason."""
    open_ones = {door.path for door in DOORS if door.needs is None} | set(OPEN_ROUTES)
    origin = f"http://127.0.0.1:{product.port}"
    said = {}
    for route in product.routes:
        for method in route["methods"] or ["GET"]:
            path = route["path"].replace("{marketplace}", "shopify")
            if route["path"] not in open_ones:
                said[method, path] = httpx.request(method, origin + path, headers={"Origin": origin}).status_code

    assert said
    assert {401, 404} >= set(said.values()), said
    assert CLOSED >= {path for (_, path), status in said.items() if status == 404}


def test_no_route_that_changes_anything_answers_a_viewer(product: Product) -> None:
    """Asked as a viewer, with every method, nothing in the database moves but their own session's end."""
    origin = f"http://127.0.0.1:{product.port}"
    before = product.picture()
    for door in DOORS:
        if door.needs is not None and door.path != "/auth/sign-out":
            path = door.path.replace("{marketplace}", "shopify")
            cookies = {sign_in.COOKIE: product.cookies[Role.VIEWER]}
            httpx.request(door.method, origin + path, headers={"Origin": origin}, cookies=cookies)

    assert before == product.picture()


def test_the_same_questions_by_an_admin_do_change_things(product: Product) -> None:
    """The control: what the tests above look at moves when somebody may."""
    before = product.picture()
    with arrived(product, product.cookies[Role.ADMIN]) as tab:
        for handler in product.of("admin"):
            tab.send(handler["name"], product.payload(handler))
            tab.updates_until_quiet()
    after = product.picture()

    assert {"cycles", "connections"} <= {table for table in after if after[table] != before[table]}


def arrived(product: Product, cookie: str | None) -> "_Arrived":
    """A tab that has its first state already."""
    return _Arrived(product.port, cookie)


class _Arrived(Tab):
    """Keeps what our states say before anything was asked."""

    def __enter__(self) -> Self:
        super().__enter__()
        self.send("reflex___state____state.hydrate")
        self.first = told(self.updates_until_quiet())
        assert self.first
        return self


def owner(product: Product) -> sign_in.Who:
    """The owner of the installation."""
    found = sign_in.who(product.cookies[Role.OWNER])
    assert found is not None
    return found


def short(handler: Handler) -> str:
    """`Class.method`."""
    return ".".join(handler["code"].rsplit(".", 2)[1:])


def last(handler: Handler) -> str:
    """The method's name on the wire."""
    return str(handler["name"].rpartition(".")[2])


def _sandbox() -> Any:
    return server.run_in_thread(World(Options(products=20, orders=5, limits=False)))


def _furnish() -> tuple[dict[Role, str], dict[str, Any]]:
    cookies = {Role.OWNER: let_in(Role.OWNER, "owner@example.com")}
    olga = sign_in.who(cookies[Role.OWNER])
    assert olga is not None
    cookies |= {role: let_in(role, f"{role}@example.com", olga) for role in (Role.ADMIN, Role.VIEWER)}
    vera = sign_in.who(cookies[Role.VIEWER])
    assert vera is not None
    connection_id = asyncio.run(connect.explore_sandbox(olga.person_id))
    from nexus_ui.flows import manage

    manage.rename(connection_id, olga.person_id, SHOP)
    form = {"connection_id": connection_id, "name": "Renamed by a form", "time_zone": "Europe/Berlin"}
    return cookies, {
        "connection_id": connection_id,
        "person_id": vera.person_id,
        "role": "owner",
        "form": form,
        "typed": form,
        "dialog": "pause",
        "shown": True,
    }


def _start(home: Path, port: int, inventory: Path) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "NEXUS_HOME": str(home),
        "NEXUS_PORT": str(port),
        "NEXUS_WORKER": "0",
        "NEXUS_SANDBOX": "1",
        "REFLEX_WEB_WORKDIR": str(home / "web"),
    }
    command = [sys.executable, "-m", "tests.web.running", str(port), str(inventory)]
    return subprocess.Popen(command, cwd=ROOT, env=environment)


def _wait_until_up(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, "the product ended"
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/health/live").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the product did not answer")
