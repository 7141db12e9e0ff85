"""A storm of webhooks against the running product: copies, disorder, forgeries, and processes killed in the middle."""

import asyncio
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from nexus_ui import settings
from nexus_ui.adapters import CATALOGUE
from nexus_ui.flows import endpoints
from nexus_ui.sandbox import server
from nexus_ui.sandbox.courier import Letter
from nexus_ui.sandbox.forging import WAYS, forged
from nexus_ui.sandbox.shop import Shop
from nexus_ui.storage.database import writing
from tests import databases
from tests.engine.conftest import sandbox
from tests.engine.connecting import SUCCESS, columns, connect, content, cycle, shop_of
from tests.engine.workers import Worker, eventually
from tests.hooks.conftest import table

__all__ = ["sandbox"]

Content = dict[str, list[tuple[Any, ...]]]
SLUGS = sorted(slug for slug, one in CATALOGUE.items() if one.webhooks is not None)
ROOT = Path(__file__).parent.parent.parent
DELIVERIES = int(os.environ.get("NEXUS_STORM", "2000"))
ORDERS_ONLY = {"ebay", "walmart"}
"""Their webhooks tell of sales; whatever else changes comes with polling."""
HELD_THERE = {"bol"}
"""What a marketplace holds itself: a location of which no webhook tells."""
COPIES, FORGED = 0.20, 0.05
SENDERS = 32
CALM = 240.0


@dataclass(frozen=True)
class Gust:
    """One delivery to be made; `believed` is false for a forged one."""

    address: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    believed: bool = True
    way: str = ""


class Site:
    """The product's HTTP side in a process of its own, which can be killed and started again at the same address."""

    def __init__(self, port: int, folder: Path) -> None:
        """Not started yet."""
        self._port, self._folder = port, folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve, and wait until it does."""
        command = [sys.executable, "-m", "tests.hooks.doorway", str(self._port)]
        with (self._folder / "site.log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        with httpx.Client() as probe:
            eventually(lambda: _alive(probe, self._port), 90)

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)


@pytest.fixture
def site(sqlite_database: databases.Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """The web process at the panel's public address."""
    port = databases.free_port()
    monkeypatch.setenv("NEXUS_PORT", str(port))
    monkeypatch.setenv("NEXUS_LEASE_SECONDS", "10")
    settings.current.cache_clear()
    running = Site(port, tmp_path)
    running.start()
    yield running
    running.kill()


@pytest.mark.slow
@pytest.mark.parametrize("killed", [False, True], ids=["calm", "killed"])
async def test_a_storm_leaves_what_polling_alone_would(
    site: Site, sandbox: server.Running, tmp_path: Path, killed: bool
) -> None:
    """Every good delivery gets its 200 and one effect, no forged one any; the tables equal those of polling."""
    connected = {slug: await _connected(slug) for slug in SLUGS}
    gusts = _storm(sandbox, DELIVERIES)
    worker = Worker(tmp_path / "worker.log")
    sending = asyncio.create_task(_send(gusts))
    if killed:
        for _ in range(2):
            await asyncio.sleep(3)
            await asyncio.to_thread(_kill_both, site, worker)
            worker = Worker(tmp_path / "worker.log")
    answers = await sending
    await asyncio.to_thread(eventually, lambda: not _kept(), CALM)
    worker.stop()

    refused = {gust.way: status for gust, status in zip(gusts, answers, strict=True) if not gust.believed}
    assert {401} == set(refused.values()), {way: status for way, status in refused.items() if status != 401}
    believed = [
        (status, urlsplit(gust.address).path) for gust, status in zip(gusts, answers, strict=True) if gust.believed
    ]
    assert {200} == {status for status, _ in believed}, {told for told in believed if told[0] != 200}
    assert {"done", "ignored"} >= {row[0] for row in table("webhook_deliveries", "state")}
    assert killed or {1} == {row[0] for row in table("webhook_deliveries", "attempts") if row[0]}
    for slug, connection_id in connected.items():
        polled = connect(slug, lookback_days=365)
        state = await cycle(polled)
        assert SUCCESS == state.outcome, state.error_message
        assert {} == _differences(_told(slug, content(polled)), _told(slug, content(connection_id))), slug


async def _connected(slug: str) -> str:
    """A connection whose first cycle registered its webhooks."""
    connection_id = connect(slug, lookback_days=365)
    with writing() as session:
        endpoints.expect(session, connection_id, slug)
    await cycle(connection_id)
    assert columns(connection_id)["first_cycle_done"]
    return connection_id


def _storm(sandbox: server.Running, count: int) -> list[Gust]:
    """So many deliveries, in disorder: what happens in the shops, copies of it, and forgeries of it."""
    dice = random.Random(7)
    wanted = round(count * (1 - COPIES - FORGED))
    good: list[Gust] = []
    with _caught(sandbox) as letters:
        shops = [shop_of(sandbox, slug) for slug in SLUGS]
        while len(letters) < wanted:
            _happen(dice.choice(shops), dice)
        good = [Gust(letter.address, *letter.write()) for letter in letters]
        signatures = [sandbox.world.hooks.of(_shop(sandbox, letter)).habits.signature for letter in letters]
    copies = dice.choices(good, k=round(count * COPIES))
    places = dice.choices(range(len(good)), k=round(count * FORGED))
    ways = [*WAYS, "elsewhere"]
    lies = [_forgery(ways[n % len(ways)], good[place], signatures[place], good, dice) for n, place in enumerate(places)]
    storm = [*good, *copies, *lies]
    dice.shuffle(storm)
    return storm


def _happen(shop: Shop, dice: random.Random) -> None:
    """Something a shop would tell of."""
    goods = [index for index in range(len(shop.products)) if shop.product(index).variants]
    match dice.randrange(4):
        case 0:
            shop.place_order()
        case 1:
            shop.set_stock(dice.choice(goods), 0, dice.randrange(200))
        case _:
            shop.touch([dice.choice(goods)])


def _forgery(way: str, good: Gust, signature: str, others: list[Gust], dice: random.Random) -> Gust:
    """A delivery nobody should believe."""
    if way == "elsewhere":
        here = urlsplit(good.address).path
        foreign = dice.choice([one.address for one in others if urlsplit(one.address).path != here])
        return Gust(foreign, good.headers, good.body, False, f"{way} {here} to {urlsplit(foreign).path}")
    headers, body = forged(way, (good.headers, good.body), signature)
    return Gust(good.address, headers, body, False, f"{way} {urlsplit(good.address).path}")


@contextmanager
def _caught(sandbox: server.Running) -> Iterator[list[Letter]]:
    """The letters that would be posted while the block runs, their bodies as they are at that moment."""
    courier, letters = sandbox.world.hooks.courier, []
    post = courier.post

    def catch(letter: Letter, delay: float = 0.0) -> None:
        parts = letter.write()
        object.__setattr__(letter, "write", lambda: parts)
        letters.append(letter)

    courier.post = catch  # type: ignore[method-assign]  # nothing is sent meanwhile
    try:
        yield letters
    finally:
        courier.post = post  # type: ignore[method-assign]  # as it was


def _shop(sandbox: server.Running, letter: Letter) -> Shop:
    found = sandbox.world.shop(letter.marketplace, letter.shop)
    assert found is not None
    return found


async def _send(gusts: list[Gust]) -> list[int]:
    """The final answer to each; as a marketplace does, whoever got none or a 5xx is sent again."""
    answers = [0] * len(gusts)
    waiting = iter(range(len(gusts)))
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=SENDERS)) as client:

        async def sender() -> None:
            for place in waiting:
                answers[place] = await _delivered(client, gusts[place])

        await asyncio.gather(*(sender() for _ in range(SENDERS)))
    return answers


async def _delivered(client: httpx.AsyncClient, gust: Gust) -> int:
    ends = time.monotonic() + CALM
    while True:
        try:
            answer = await client.post(gust.address, content=gust.body, headers=dict(gust.headers))
        except httpx.HTTPError:
            answer = None
        if answer is not None and (answer.status_code < 500 or time.monotonic() > ends):
            return answer.status_code
        assert time.monotonic() < ends, "nobody answers"
        await asyncio.sleep(0.2)


def _kill_both(site: Site, worker: Worker) -> None:
    worker.kill()
    site.kill()
    site.start()


def _told(slug: str, found: Content) -> Content:
    """The rows that this marketplace's webhooks tell of."""
    if slug in ORDERS_ONLY:
        return {name: found[name] for name in ("orders", "order_lines")}
    return {**found, "stock_levels": [row for row in found["stock_levels"] if row[1] not in HELD_THERE]}


def _differences(polled: Content, told: Content) -> Content:
    """The rows that only one of the two has, per table."""
    both = {name: sorted(set(polled[name]) ^ set(told[name]), key=repr) for name in polled}
    return {name: rows for name, rows in both.items() if rows}


def _kept() -> int:
    """How many deliveries are still to be worked off."""
    return sum(row[0] == "kept" for row in table("webhook_deliveries", "state"))


def _alive(probe: httpx.Client, port: int) -> bool:
    try:
        return probe.get(f"http://127.0.0.1:{port}/api/health/live", timeout=5).is_success
    except httpx.HTTPError:
        return False
