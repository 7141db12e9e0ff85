"""Serves one address for webhooks until its input closes: the product's HTTP side, or a bare route beside it.

`python -m tests.bench.parts.hooks_serve ours|bare|grouped PORT`. Both bare ones verify and do the same insert, one in a
transaction of its own, the other in groups of whatever waits.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from nexus_ui import settings
from nexus_ui.clock import utcnow
from nexus_ui.storage.columns import stamp
from nexus_ui.storage.database import PRAGMAS
from nexus_ui.web import routes
from tests.bench.webhook_ingest import CONNECTION, SECRET_FILE

INSERT = (
    "INSERT INTO webhook_deliveries (id, connection_id, event_key, topic, named, body, received_at, copies, state, "
    "attempts, due_at, effect, problem) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'kept', 0, ?, '', '') ON CONFLICT DO NOTHING"
)


def opened() -> sqlite3.Connection:
    """The database of this home, with the product's durability."""
    connection = sqlite3.connect(settings.current().home / "nexus.db", isolation_level=None, check_same_thread=False)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    return connection


class Bare:
    """A route that verifies, inserts and answers."""

    def __init__(self, grouped: bool) -> None:
        """`grouped`: whatever waits is committed together, by one thread."""
        self._secret = (settings.current().home / SECRET_FILE).read_bytes()
        self._database = opened()
        self._thread = ThreadPoolExecutor(1)
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[None]]] = []
        self._working = False
        self._grouped = grouped

    async def deliver(self, request: Request) -> Response:
        """POST."""
        body = await request.body()
        signed = base64.b64encode(hmac.digest(self._secret, body, hashlib.sha256)).decode()
        if not hmac.compare_digest(signed, request.headers.get("x-wc-webhook-signature", "")):
            return JSONResponse({"error": "The signature does not match."}, 401)
        now = stamp(utcnow())
        named = json.dumps([["order", str(json.loads(body)["id"])]])
        key = hashlib.sha256(body).hexdigest()
        topic = request.headers["x-wc-webhook-topic"]
        row = (secrets.token_hex(16), CONNECTION, key, topic, named, body[:4000].decode(), now, now)
        if self._grouped:
            await self._together(row)
        else:
            self._commit([row])
        return JSONResponse({"status": "ok"})

    async def _together(self, row: tuple[Any, ...]) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((row, done))
        if not self._working:
            self._working = True
            while self._waiting:
                batch, self._waiting = self._waiting, []
                rows = [row for row, _ in batch]
                await asyncio.get_running_loop().run_in_executor(self._thread, self._commit, rows)
                for _, waiting in batch:
                    waiting.set_result(None)
            self._working = False
        await done

    def _commit(self, rows: list[tuple[Any, ...]]) -> None:
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(INSERT, rows)
        self._database.execute("COMMIT")


def main(kind: str, port: int) -> None:
    """Serve until the input closes."""
    if kind == "ours":
        app: Any = routes.around(Starlette(routes=[Route("/", lambda _request: PlainTextResponse("hello"))]))
    else:
        path = f"/api/webhooks/woocommerce/{CONNECTION}"
        app = Starlette(routes=[Route(path, Bare(kind == "grouped").deliver, methods=["POST"])])
    config = uvicorn.Config(app, port=port, log_level="warning", access_log=False, server_header=False)
    server = uvicorn.Server(config)

    def wait_for_the_end() -> None:
        sys.stdin.read()
        server.should_exit = True

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    server.run()


if __name__ == "__main__":
    Path(settings.current().home).mkdir(parents=True, exist_ok=True)
    main(sys.argv[1], int(sys.argv[2]))
