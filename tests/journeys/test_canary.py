"""Every secret in every field, reply and header, through the whole product: it turns up nowhere in the clear.

Eight marketplaces are connected, synced, refused by marketplaces that tell everything back, edited, reconnected,
exported and packed; then the bytes of every file, page, log, export, archive and state are searched.
"""

import asyncio
import base64
import contextlib
import io
import logging
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import reflex as rx
from reflex.istate.data import HeaderData, ReflexURL, RouterData, SessionData
from starlette.applications import Starlette

from nexus_ui import children
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Delivery
from nexus_ui.clock import utcnow
from nexus_ui.errors import NexusError
from nexus_ui.flows import (
    channels,
    connect,
    expiry,
    keys,
    preferences,
    receive,
    reconnect_link,
    rehearse,
    sign_in,
    sync,
)
from nexus_ui.flows.sign_in import Who
from nexus_ui.sandbox.server import run_in_thread
from nexus_ui.sandbox.world import Options, World
from nexus_ui.storage import connections
from nexus_ui.storage import database as engines
from nexus_ui.storage.preferences import ConnectionPreferences
from nexus_ui.ui.pages import PAGES
from nexus_ui.web import exports
from nexus_ui.web.evidence import DOORS as PACKS
from tests import databases
from tests.journeys.spite import PLANTED, Front, front, leaks, shapes

PASSWORD = "a planted password of the owner"
SMTP_PASSWORD = "planted-smtp-0123456789"
SLACK_URL = "https://hooks.slack.com/services/T0PLANTED/B0PLANTED/plantedslack0123456789"


@pytest.fixture
def spiteful(fresh_home: Path, sqlite_database: databases.Database) -> Iterator[Front]:
    """The sandbox behind a front that can turn nasty."""
    with (
        run_in_thread(World(Options(products=12, orders=8, limits=False))) as running,
        front(running.url) as (it, port),
    ):
        children.remember_port(fresh_home, port)
        yield it


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Everything that is logged, at every level that the product does not switch off itself."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def owner() -> tuple[str, Who]:
    """The owner: the cookie of their browser, and who they are."""
    link = sign_in.new_owner_link()
    cookie = sign_in.redeem(link.partition("link=")[2], email="olga@example.com", name="Olga", password=PASSWORD)
    found = sign_in.who(cookie)
    assert found is not None
    return cookie, found


def secrets_of(connection_id: str) -> set[str]:
    """Everything sealed of one connection that is a secret."""
    names = CATALOGUE[connections.get(connection_id).marketplace].secret_fields
    return {value for name, value in keys.open(connection_id).items() if name in names}


async def cycle(connection_id: str, by: Who) -> None:
    """One sync, however it ends."""
    with_claim = [claim for claim in sync.claim("test", 20, connection_id) if claim.connection_id == connection_id]
    if not with_claim:
        sync.request(connection_id, by.person_id)
        with_claim = sync.claim("test", 20, connection_id)
    for claim in with_claim:
        await sync.run(claim.connection_id, claim.cycle_id)


async def life_of(slug: str, by: Who, it: Front) -> tuple[str, set[str]]:
    """Connect a marketplace, sync it, have everything refused and told back, try wrong keys, and make a link."""
    connection_id = await connect.explore_sandbox(by.person_id, slug)
    planted = secrets_of(connection_id)
    await cycle(connection_id, by)
    way = connect.sandbox_way(CATALOGUE[slug])
    wrong = {one.name: _altered(value) for one in way.fields if one.secret and (value := _known(slug, one.name))}
    for status in (401, 400, 500, 200):
        it.spite = status
        with_wrong = {**connect.sandbox_values(CATALOGUE[slug], way), **wrong}
        with contextlib.suppress(NexusError):
            await connect.test(by.person_id, slug, way.slug, with_wrong, connection_id=connection_id)
        await rehearse.rehearse(connections.get(connection_id))
        await cycle(connection_id, by)
        it.spite = 0
    await cycle(connection_id, by)
    await _knock(slug, connection_id)
    planted.add(reconnect_link.make(connection_id, by).partition("link=")[2])
    return connection_id, planted | secrets_of(connection_id) | set(wrong.values())


def _known(slug: str, name: str) -> str:
    return CATALOGUE[slug].sandbox_fields.get(name, "")


def _altered(value: str) -> str:
    """The same shape with other characters, so that the form accepts it."""
    kept = value.partition("_")[0] + "_" if "_" in value else ""
    return kept + value.removeprefix(kept)[::-1]


async def _knock(slug: str, connection_id: str) -> None:
    """A forged webhook with secrets in its headers and body."""
    if CATALOGUE[slug].webhooks is None:
        return
    headers = {"authorization": f"Bearer {PLANTED}", "x-shopify-hmac-sha256": PLANTED, "cookie": PLANTED}
    body = b'{"access_token": "' + PLANTED.encode() + b'"}'
    await receive.receive(slug, connection_id, Delivery("POST", "http://x.example/", headers, body, utcnow()))


def set_up_channels(by: Who) -> set[str]:
    """E-mail and Slack, with secrets of their own."""
    mail = {"host": "mail.example.com", "port": "587", "security": "starttls", "username": "olga"}
    mail |= {"password": SMTP_PASSWORD, "sender": "nexus@example.com", "to": "olga@example.com"}
    channels.add("email", "Mail", mail, by)
    channels.add("slack", "Chat", {"url": SLACK_URL}, by)
    return {SMTP_PASSWORD, SLACK_URL, "plantedslack0123456789"}


async def exported(cookie: str, ids: list[str]) -> dict[str, bytes]:
    """Every file that can be downloaded, archives unpacked."""
    app = Starlette(routes=[door.route() for door in (*exports.DOORS, *PACKS)])
    found: dict[str, bytes] = {}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://panel.example", cookies={sign_in.COOKIE: cookie}
    ) as browser:
        for door in exports.DOORS:
            found[door.path] = (await browser.get(door.path)).raise_for_status().content
        for connection_id in ids:
            packed = (await browser.get(f"/api/evidence/{connection_id}.zip")).raise_for_status().content
            with zipfile.ZipFile(io.BytesIO(packed)) as archive:
                found |= {f"{connection_id}.zip/{name}": archive.read(name) for name in archive.namelist()}
    return found


async def states(cookie: str, ids: list[str]) -> dict[str, bytes]:
    """What a tab's state holds after each page was opened, pickled as Reflex would keep it."""
    found: dict[str, bytes] = {}
    for page in PAGES:
        for connection_id in ids if "[connection_id]" in page.route else [""]:
            address = page.route.replace("[connection_id]", connection_id)
            root = rx.State(_reflex_internal_init=True)  # type: ignore[call-arg]  # as Reflex itself makes one
            root.router = RouterData(
                session=SessionData(client_token="a-tab"),
                headers=HeaderData(cookie=""),
                url=ReflexURL(f"http://panel.example{address}"),
            )
            await _arrive(root, page.arrivals(), cookie)
            root.router = RouterData()
            found[address] = b"".join(_pickled(root))
    return found


def _pickled(state: rx.State) -> Iterator[bytes]:
    """A state and all below it: Reflex keeps each by itself."""
    yield state._serialize()
    for below in state.substates.values():
        yield from _pickled(below)


async def _arrive(root: rx.State, handlers: list[Any], cookie: str) -> None:
    """Run what a page does on arrival, as the person behind the cookie."""
    router = root.router
    for handler in handlers:
        root.router = RouterData(
            session=router.session, headers=HeaderData(cookie=f"{sign_in.COOKIE}={cookie}"), url=router.url
        )
        state = root.get_substate(handler.state_full_name.split(".")[1:])
        answer = handler.fn(state)
        if hasattr(answer, "__aiter__"):
            async for _ in answer:
                pass
        else:
            await answer


def files(home: Path) -> dict[str, bytes]:
    """Every file of the installation: the database with its log, the key file, notes."""
    engines.forget_engine()
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}


async def test_no_secret_stands_anywhere_in_the_clear(
    spiteful: Front, logs: io.StringIO, capfd: pytest.CaptureFixture[str], fresh_home: Path
) -> None:
    """Of all that was typed, sent, answered and made, only what is sealed remains."""
    cookie, olga = await asyncio.to_thread(owner)
    preferences.change_connections(ConnectionPreferences(retry_attempts=0), olga)
    planted, ids = {PASSWORD, cookie}, []
    for slug in CATALOGUE:
        connection_id, more = await life_of(slug, olga, spiteful)
        ids.append(connection_id)
        planted |= more
    planted |= set_up_channels(olga)
    await expiry.look()
    planted |= spiteful.secrets
    said = capfd.readouterr()
    places = {"log": logs.getvalue().encode(), "out": said.out.encode(), "err": said.err.encode()}
    shown = await states(cookie, ids)
    names = {f"/connections/{one}": connections.get(one).name.encode() for one in ids}
    places |= await exported(cookie, ids) | shown | files(fresh_home)

    assert len(CATALOGUE) == len(ids)
    assert len(planted) > 60
    assert spiteful.spited > 4 * len(CATALOGUE)
    assert all(name in shown[address] for address, name in names.items())
    assert any(name.endswith("nexus.db") for name in places)
    assert [] == leaks(planted, places)


@pytest.mark.parametrize(
    "written",
    [
        lambda it: it.encode(),
        lambda it: b"Basic " + base64.b64encode(f"id:{it}".encode()),
        lambda it: it.encode().hex().encode(),
        lambda it: it.encode("utf-16-le"),
    ],
)
def test_the_search_finds_what_it_should(written: Callable[[str], bytes]) -> None:
    """The control: a secret in a file is found, however it is written there."""
    assert ["a file: plante…"] <= leaks({PLANTED}, {"a file": b"before " + written(PLANTED) + b" after"})
    assert shapes(PLANTED)
