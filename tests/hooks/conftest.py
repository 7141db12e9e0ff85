"""A kiosk that is connected, the product's HTTP side on a real port, and somebody who delivers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from nexus_ui import settings
from nexus_ui.adapters import CATALOGUE
from nexus_ui.flows import endpoints, keys, receive
from nexus_ui.flows.intake import INTAKE
from nexus_ui.ids import new_id
from nexus_ui.storage import connections
from nexus_ui.storage.connections import ConnectionSettings, NewConnection
from nexus_ui.storage.database import reading, writing
from nexus_ui.web import routes
from tests import databases
from tests.hooks import kiosk
from tests.web.conftest import serving

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Nothing is remembered from one test to the next."""
    receive.forget()
    INTAKE.__init__()  # type: ignore[misc]  # the one of this process, as it began
    yield
    receive.forget()


@pytest.fixture
def street(fresh_home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[kiosk.Street]:
    """An open kiosk that the catalogue knows and the settings lead to."""
    with kiosk.opened() as (url, street):
        monkeypatch.setitem(CATALOGUE, kiosk.SLUG, kiosk.MARKETPLACE)
        monkeypatch.setenv("NEXUS_ENDPOINT_KIOSK", url)
        settings.current.cache_clear()
        yield street


def connect(account: str = "1", slug: str = kiosk.SLUG, **fields: str) -> str:
    """A connection as saving a tested draft makes it, due now; returns its id."""
    now, connection_id = datetime.now(UTC), new_id("con")
    words = {"marketplace": slug, "name": f"Kiosk {account}", "account_id": account, "account_name": "Kiosk"}
    more = {"identifier": "kiosk-1", "currency": "EUR", "sign_in": "key", "public_fields": {}, "sandbox": False}
    new = NewConnection(id=connection_id, orders_reach_days=None, created_by="per_olga", **words, **more)
    with writing() as session:
        connections.add(session, new, ConnectionSettings(lookback_days=365), now)
        keys.keep(session, connection_id, {"key": kiosk.KEY, **fields})
        endpoints.expect(session, connection_id, slug)
    return connection_id


def secret_of(connection_id: str) -> str:
    """The secret in force."""
    return keys.open(connection_id)["webhook_secret"]


def body(ref: str, topic: str = "order", **more: Any) -> bytes:
    """What a webhook says."""
    return json.dumps({"topic": topic, "ref": ref, **more}).encode()


@dataclass(frozen=True)
class Door:
    """The product's HTTP side."""

    url: str

    def knock(self, connection_id: str, said: bytes, secret: str | None = None, slug: str = kiosk.SLUG) -> int:
        """Deliver `said`, signed with the connection's secret or another; returns the status."""
        return self.send(connection_id, said, kiosk.sign(said, secret or secret_of(connection_id)), slug).status_code

    def send(self, connection_id: str, said: bytes, signature: str | None, slug: str = kiosk.SLUG) -> httpx.Response:
        """Deliver `said` with this signature."""
        headers = {} if signature is None else {kiosk.SIGNATURE: signature}
        return httpx.post(f"{self.url}/api/webhooks/{slug}/{connection_id}", content=said, headers=headers, timeout=20)


@pytest.fixture
def door(sqlite_database: databases.Database, street: kiosk.Street, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The routes on a free port, with SQLite."""
    with _site(monkeypatch) as url:
        yield Door(url)


@pytest.fixture
def any_door(database: databases.Database, street: kiosk.Street, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The routes on a free port, with each kind of database."""
    with _site(monkeypatch) as url:
        yield Door(url)


def _site(monkeypatch: pytest.MonkeyPatch) -> Any:
    from contextlib import contextmanager

    @contextmanager
    def running() -> Iterator[str]:
        port = databases.free_port()
        monkeypatch.setenv("NEXUS_PORT", str(port))
        settings.current.cache_clear()
        inner = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("hello"))])
        with serving(uvicorn.Config(routes.around(inner), port=port, log_level="critical", lifespan="off")):
            yield f"http://127.0.0.1:{port}"

    return running()


def table(name: str, *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of every row of a table."""
    with reading() as session:
        query = f"SELECT {', '.join(columns)} FROM {name} ORDER BY {columns[0]}"
        return [tuple(row) for row in session.connection().exec_driver_sql(query)]
