"""The product's HTTP side on a real port, without Reflex behind it."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from nexus_ui import settings
from nexus_ui.flows import sign_in
from nexus_ui.web import routes
from tests import databases
from tests.flows.conftest import Cookies, household, household_template, olga, sandbox, sandbox_server

__all__ = ["household", "household_template", "olga", "sandbox", "sandbox_server"]

PATIENCE = 20.0


@dataclass(frozen=True)
class Site:
    """A running HTTP side."""

    url: str

    def browser(self, cookie: str | None = None, origin: str | None = None) -> httpx.Client:
        """A browser that comes from our own page (or `origin`) and follows no redirects by itself."""
        cookies = {sign_in.COOKIE: cookie} if cookie else None
        headers = {"Origin": self.url if origin is None else origin}
        return httpx.Client(base_url=self.url, cookies=cookies, headers=headers, follow_redirects=False)


@pytest.fixture
def site(sqlite_database: databases.Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The routes in front of a page that says hello."""
    port = databases.free_port()
    monkeypatch.setenv("NEXUS_PORT", str(port))
    settings.current.cache_clear()
    inner = Starlette(routes=[Route(path, _hello) for path in ("/", "/_health", "/_upload", "/_upload/{name}")])
    with serving(uvicorn.Config(routes.around(inner), port=port, log_level="critical", lifespan="off")):
        yield Site(f"http://127.0.0.1:{port}")


@contextlib.contextmanager
def serving(config: uvicorn.Config) -> Iterator[None]:
    """A server in a thread while the block runs."""
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()), daemon=True)
    thread.start()
    with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as probe:
        probe.get(f"http://{config.host}:{config.port}/", timeout=PATIENCE)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE)


@pytest.fixture
def cookies(site: Site, household: Cookies) -> Cookies:
    """A session of each role on the running site."""
    return household


async def _hello(_request: object) -> PlainTextResponse:
    return PlainTextResponse("hello")
