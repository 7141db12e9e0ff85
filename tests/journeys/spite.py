"""A front before the sandbox that remembers every secret that passes, and can answer with all it was just told.

Also how a secret may look when it turns up somewhere in the clear.
"""

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

import httpx

HOP = {"connection", "transfer-encoding", "content-length", "content-encoding", "keep-alive", "server", "date"}
SENSITIVE = re.compile(r"token|secret|signature|authorization|consumer_key|api[-_]?key", re.IGNORECASE)
HARMLESS = re.compile(r"token_type|expires|_method", re.IGNORECASE)
PLANTED = "planted-7f3a9c5e1b8d"
SHORTEST = 12


class Front:
    """`spite`: the status every call is answered with from now on, with all that was sent; 0: the sandbox's own."""

    def __init__(self, behind: str) -> None:
        self.behind = behind
        self.spite = 0
        self.spited = 0
        self.secrets: set[str] = {PLANTED}

    def remember(self, headers: dict[str, str], query: str, body: bytes) -> None:
        """Keep whatever looks like a secret by the name it goes under."""
        text = body.decode("utf-8", "replace")
        named = [*headers.items(), *parse_qsl(query)]
        if "form" in headers.get("content-type", ""):
            named += parse_qsl(text)
        elif text.startswith("{"):
            named += _named(text)
        for name, value in named:
            if SENSITIVE.search(name) and not HARMLESS.search(name):
                self.secrets.add(value)
                self.secrets.add(value.partition(" ")[2])

    def echo(self, method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
        """An answer that tells everything again, and a secret nobody sent."""
        self.spited += 1
        told = {"method": method, "path": path, "headers": headers, "body": body.decode("utf-8", "replace")}
        wrong = {"message": f"Refused {method} {path}", "request": told, "access_token": PLANTED}
        return json.dumps({"errors": [wrong], "error": "invalid_grant", "error_description": json.dumps(told)}).encode()


def _named(text: str) -> list[tuple[str, str]]:
    """Every text of a JSON document with the name it goes under."""
    found: list[tuple[str, str]] = []

    def walk(value: Any, name: str) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                walk(one, str(key))
        elif isinstance(value, list):
            for one in value:
                walk(one, name)
        elif isinstance(value, str):
            found.append((name, value))

    try:
        walk(json.loads(text), "")
    except ValueError:
        return []
    return found


@contextmanager
def front(behind: str) -> Iterator[tuple[Front, int]]:
    """The front over HTTP, and its port."""
    held = Front(behind)

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            held.remember(headers, urlsplit(self.path).query, body)
            if held.spite:
                answer = held.echo(self.command, self.path, headers, body)
                status, told = held.spite, {"content-type": "application/json", "x-debug-token": PLANTED}
            else:
                status, told, answer = self._forwarded(headers, body)
                held.remember({"content-type": told.get("content-type", "")}, "", answer)
            self.send_response(status)
            for name, value in {**told, "set-cookie": f"session={PLANTED}"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def _forwarded(self, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], bytes]:
            sent = {name: value for name, value in headers.items() if name not in HOP}
            url = held.behind + self.path
            got = httpx.request(self.command, url, headers=sent, content=body, timeout=30, follow_redirects=False)
            return got.status_code, {n: v for n, v in got.headers.items() if n.lower() not in HOP}, got.content

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield held, server.server_port
    finally:
        server.shutdown()
        server.server_close()


def shapes(secret: str) -> set[bytes]:
    """How the secret could stand in a file: plain, in an address, escaped, as hex, and within any Base64."""
    plain = secret.encode()
    found = {plain, quote(secret, safe="").encode(), quote_plus(secret).encode(), plain.hex().encode()}
    found |= {json.dumps(secret)[1:-1].encode(), secret.encode("utf-16-le")}
    for shift in range(3):
        coded = base64.b64encode(b"x" * shift + plain)
        inner = coded[4 if shift else 0 : len(coded) // 4 * 4 - 4]
        found |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return {shape for shape in found if len(shape) >= SHORTEST}


def leaks(secrets: set[str], places: dict[str, bytes]) -> list[str]:
    """Where a secret stands in the clear; the message names the place and the secret's beginning only."""
    wanted = {shape: secret[:6] for secret in secrets if len(secret) >= SHORTEST for shape in shapes(secret)}
    return [f"{place}: {wanted[shape]}…" for place, content in places.items() for shape in wanted if shape in content]
