"""A sandbox whose traffic is kept whole, request and answer, as it went over the wire."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nexus_ui.sandbox.server import Running, build_app, listen
from nexus_ui.sandbox.world import World


@dataclass(frozen=True)
class Traffic:
    """One exchange: what was asked and what came back. Header names are lower case."""

    method: str
    path: str
    query: str
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    status: int
    answer_headers: dict[str, str] = field(repr=False)
    answer: bytes = field(repr=False)


class Recorder:
    """Stands in front of an application and keeps every exchange."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.traffic: list[Traffic] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked, answered = bytearray(), bytearray()
        status, headers = 0, {}

        async def hear() -> Message:
            message = await receive()
            asked.extend(message.get("body", b""))
            return message

        async def tell(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], _readable(message["headers"])
            answered.extend(message.get("body", b""))
            await send(message)

        await self._app(scope, hear, tell)
        path, query = scope["path"], scope["query_string"].decode()
        sent = _readable(scope["headers"])
        self.traffic.append(Traffic(scope["method"], path, query, sent, bytes(asked), status, headers, bytes(answered)))


@contextmanager
def recorded_sandbox(world: World) -> Iterator[tuple[Running, list[Traffic]]]:
    """A sandbox in a thread of this process, and the growing list of its exchanges."""
    recorder = Recorder(build_app(world))
    server = uvicorn.Server(uvicorn.Config(recorder, lifespan="off", access_log=False, log_level="critical"))
    sock = listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
    thread.start()
    try:
        yield Running(f"http://127.0.0.1:{sock.getsockname()[1]}", world), recorder.traffic
    finally:
        server.should_exit = True
        thread.join(20)


def _readable(pairs: list[tuple[bytes, bytes]]) -> dict[str, str]:
    return {name.decode().lower(): value.decode("latin-1") for name, value in pairs}
