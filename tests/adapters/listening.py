"""A listener for webhooks on loopback: keeps what arrives, answers as told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from nexus_ui.adapters.contract import Delivery


@dataclass
class Listener:
    """Where webhooks arrive."""

    address: str = ""
    answers: list[int] = field(default_factory=list)
    """What to answer next, one after the other; then 200."""
    arrived: list[Delivery] = field(default_factory=list)


@contextmanager
def listening() -> Iterator[Listener]:
    """A listener while the block runs."""
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
