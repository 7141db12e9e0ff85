"""The bazaar itself, over real HTTP on loopback: one stall, its wares in pages, its sales."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

STALL, KEY = "stall-17", "ottomans"
WARES = 45
PAGE = 20
DAY = "2026-11-23T08:00:00+00:00"
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="#7a4b8c"/></svg>'


def put_into(copy: Path) -> None:
    """Add the marketplace to a copy of the product: its folder and its logo."""
    shutil.copytree(Path(__file__).parent / "bazaar", copy / "nexus_ui" / "adapters" / "bazaar")
    (copy / "assets" / "logos" / "bazaar.svg").write_text(LOGO, encoding="utf-8")


@contextmanager
def open_fair() -> Iterator[str]:
    """Its address while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Stall)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Stall(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if self.headers.get("Stall-Key") != KEY:
            self._say(401, {"said": "whose key is this"})
        elif asked.path == "/stall":
            self._say(200, {"number": STALL, "keeper": "The carpet stall"})
        else:
            after = int(parse_qs(asked.query).get("after", ["0"])[0])
            self._say(200, _leaf(asked.path.strip("/"), after))

    def _say(self, status: int, what: dict[str, Any]) -> None:
        body = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _leaf(book: str, after: int) -> dict[str, Any]:
    if book == "sales":
        return {"sales": [{"id": "sale-1", "ware": "rug-1", "name": "Rug 1", "price": "49.90", "at": DAY}]}
    numbers = range(after + 1, min(after + PAGE, WARES) + 1)
    wares = [{"id": f"rug-{n}", "name": f"Rug {n}", "price": "49.90", "left": n, "changed": DAY} for n in numbers]
    return {"wares": wares, "after": str(after + PAGE) if after + PAGE < WARES else None}
