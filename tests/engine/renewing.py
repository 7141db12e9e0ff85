"""A token endpoint whose refresh tokens work once, and a process that renews through a keyring.

Run as `python -m tests.engine.renewing CONNECTION URL ROUNDS [die]`; `die` ends it between the answer and our commit.
"""

import asyncio
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_TOKEN, Credentials
from nexus_ui.errors import TokenExpired
from nexus_ui.flows import keys


class Provider:
    """Hands out pairs; a refresh token that is used a second time revokes the account."""

    def __init__(self) -> None:
        self.number = 0
        self.replays = 0
        self._lock = threading.Lock()

    def trade(self, refresh: str) -> str:
        """The next pair, or an empty text for a token that was used before."""
        with self._lock:
            if refresh != f"refresh-{self.number:06}":
                self.replays += 1
                return ""
            self.number += 1
            return f"access-{self.number:06} refresh-{self.number:06}"


@contextmanager
def provider() -> Iterator[tuple[Provider, str]]:
    """A provider over HTTP, and its address."""
    behind = Provider()

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = behind.trade(asked).encode()
            self.send_response(200 if answer else 400)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield behind, f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def renew_once(ring: keys.Ring, url: str, *, die: bool = False) -> None:
    """Renew the token this process knows, as an adapter does when it is refused."""

    async def trade(held: Credentials) -> Credentials:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.post(url, content=held[REFRESH_TOKEN])
        if die:
            os._exit(9)
        if answer.status_code != 200:
            raise TokenExpired("The access has ended.")
        access, refresh = answer.text.split()
        return {**held, ACCESS_TOKEN: access, REFRESH_TOKEN: refresh}

    await ring.renew((await ring.current())[ACCESS_TOKEN], trade)


async def _rounds(connection_id: str, url: str, rounds: int, die: bool) -> None:
    ring = keys.ring(connection_id)
    for _ in range(rounds):
        await renew_once(ring, url, die=die)


if __name__ == "__main__":
    asyncio.run(_rounds(sys.argv[1], sys.argv[2], int(sys.argv[3]), "die" in sys.argv))
