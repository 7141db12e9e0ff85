"""A listener for webhooks on loopback: keeps what arrives, answers as told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from nexus_ui.adapters.contract import Delivery, Webhooks


@dataclass
class Listener:
    """Where webhooks arrive."""

    address: str = ""
    answers: list[int] = field(default_factory=list)
    """What to answer next, one after the other; then 200."""
    arrived: list[Delivery] = field(default_factory=list)
    proofs: list[str] = field(default_factory=list)
    """The questions with which the address was checked."""


@contextmanager
def listening(webhooks: Webhooks | None = None, secret: str = "") -> Iterator[Listener]:
    """A listener while the block runs; it proves its address as these webhooks do, with this secret."""
    listener = Listener()

    class Handler(BaseHTTPRequestHandler):
        """Keeps one webhook."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Read it whole, then answer."""
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            url = f"http://{self.headers['host']}{self.path}"
            listener.arrived.append(Delivery("POST", url, headers, body, datetime.now(UTC)))
            self.send_response(listener.answers.pop(0) if listener.answers else 200)
            self.send_header("content-length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            """Answer the check of the address."""
            query = urlsplit(self.path).query
            listener.proofs.append(query)
            challenge = webhooks.challenge if webhooks else None
            answer = challenge(dict(parse_qsl(query)), listener.address, secret) if challenge else None
            plain = isinstance(answer, str)
            body = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(404 if answer is None else 200)
            self.send_header("content-type", "text/plain" if plain else "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.address = f"http://127.0.0.1:{server.server_port}/api/webhooks/shop/con_1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield listener
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
