"""kill -9 in the middle: of the process that receives, and of the one that works off. Nothing lost, nothing twice."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from nexus_ui import settings
from nexus_ui.flows import endpoints, keys
from nexus_ui.sandbox import server
from nexus_ui.storage.database import writing
from nexus_ui.web import routes
from tests import databases
from tests.engine.conftest import sandbox
from tests.engine.connecting import connect, content, cycle, shop_of
from tests.engine.test_crashes import QUICK
from tests.engine.workers import eventually, pause, worker
from tests.hooks.conftest import table
from tests.web.conftest import serving

__all__ = ["sandbox"]

ROOT = Path(__file__).parent.parent.parent
SEED = 20261123
EVENTS = 150
KILLS = 3
PATIENCE = 120.0


@contextmanager
def doorway(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The process that receives, once it answers."""
    process = subprocess.Popen([sys.executable, "-m", "tests.hooks.doorway", str(port)], cwd=ROOT, env=os.environ)
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
                break
            time.sleep(0.05)
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


@contextmanager
def _at_the_end(do: Callable[[], None]) -> Iterator[None]:
    """Do it also when the block fails, so that nobody goes on waiting."""
    try:
        yield
    finally:
        do()


def signed(number: int, secret: str) -> tuple[bytes, dict[str, str]]:
    """One delivery of an order, as WooCommerce sends it."""
    body = json.dumps({"id": number, "line_items": [{"id": 1}], "status": "processing"}).encode()
    signature = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    return body, {"X-WC-Webhook-Topic": "order.updated", "X-WC-Webhook-Signature": signature}


@pytest.mark.slow
def test_a_receiver_killed_in_a_storm_loses_no_delivery_it_said_yes_to(database: databases.Database) -> None:
    """Several senders repeat what got no 200, with copies and shuffled; each event is one row, each 200 is there."""
    shop = connect("woocommerce")
    with writing() as session:
        endpoints.expect(session, shop, "woocommerce")
    secret, port, dice = keys.open(shop)["webhook_secret"], databases.free_port(), random.Random(SEED)
    storm = [*range(1, EVENTS + 1), *dice.sample(range(1, EVENTS + 1), EVENTS // 5)]
    dice.shuffle(storm)
    accepted, lock, each, over = set(), threading.Lock(), threading.local(), threading.Event()

    def send(number: int) -> None:
        body, headers = signed(number, secret)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and not over.is_set():
            with contextlib.suppress(httpx.HTTPError):
                address = f"http://127.0.0.1:{port}/api/webhooks/woocommerce/{shop}"
                if each.client.post(address, content=body, headers=headers, timeout=5).status_code == 200:
                    with lock:
                        accepted.add(number)
                    return
            time.sleep(0.02)
        raise AssertionError(f"{number} was never accepted")

    def ready() -> None:
        each.client = httpx.Client(verify=False)  # noqa: S501 - loopback without TLS; reading certificates takes long

    with ThreadPoolExecutor(4, initializer=ready) as senders, _at_the_end(over.set):
        waiting = senders.map(send, storm)
        for _ in range(KILLS):
            with doorway(port) as running:
                before = len(accepted)
                eventually(lambda so_far=before: len(accepted) > so_far + EVENTS // (KILLS + 2))
                running.kill()
                there = {
                    int(json.loads(named)[0][1]) if isinstance(named, str) else int(named[0][1])
                    for _, named in table("webhook_deliveries", "event_key", "named")
                }
                assert accepted <= there
        with doorway(port):
            list(waiting)

    rows = table("webhook_deliveries", "event_key", "state")
    assert (EVENTS, {"kept"}) == (len(rows), {state for _, state in rows})


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["shopify", "woocommerce"])
async def test_a_worker_killed_while_it_works_off_loses_and_doubles_nothing(
    slug: str,
    sqlite_database: databases.Database,
    sandbox: server.Running,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Killed at random moments over a backlog: the tables end as polling alone would leave them."""
    monkeypatch.setenv("NEXUS_PORT", str(port := databases.free_port()))
    settings.current.cache_clear()
    inner = Starlette(routes=[Route("/", lambda _request: PlainTextResponse("hello"))])
    dice = random.Random(SEED)
    with serving(uvicorn.Config(routes.around(inner), port=port, log_level="critical", lifespan="off")):
        shop, there = connect(slug, lookback_days=365), shop_of(sandbox, slug)
        await cycle(shop)
        for _ in range(60):
            dice.choice([there.place_order, lambda: there.touch([dice.randrange(40)])])()
        assert sandbox.world.hooks.courier.idle(PATIENCE)
    sandbox.world.latency_ms = 20
    backlog = len(table("webhook_deliveries", "id"))

    def left() -> int:
        return sum(state == "kept" for _, state in table("webhook_deliveries", "id", "state"))

    for _ in range(KILLS):
        with worker(tmp_path / "worker.log", **QUICK) as running:
            eventually(lambda: "works" in (tmp_path / "worker.log").read_text())
            pause(dice.uniform(0, 1.0))
            running.kill()
    with worker(tmp_path / "worker.log", **QUICK) as last:
        eventually(lambda: left() == 0)
        assert last.stop() == 0
    sandbox.world.latency_ms = 0
    by_hooks = content(shop)
    polled = connect(slug, lookback_days=365)
    await cycle(polled)

    assert 60 <= backlog
    assert {"done"} == {state for _, state in table("webhook_deliveries", "id", "state")}
    assert by_hooks == content(polled)
