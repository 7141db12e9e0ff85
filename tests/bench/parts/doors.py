"""Serving two applications on the loop of the sales day, and noticing that something stirs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from nexus_ui.sandbox.server import listen


class Stirring:
    """Passes calls on, and notes that something stirs."""

    def __init__(self, inner: ASGIApp, stirred: asyncio.Event) -> None:
        """In front of `inner`."""
        self._inner, self._stirred = inner, stirred

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on."""
        self._stirred.set()
        await self._inner(scope, receive, send)
        self._stirred.set()


class Server(uvicorn.Server):
    """Serves without looking at the time ten times a second."""

    over: asyncio.Event

    async def main_loop(self) -> None:
        """Wait for the end."""
        self.over = asyncio.Event()
        await self.over.wait()


@contextlib.asynccontextmanager
async def serving(app: ASGIApp, port: int, stirred: asyncio.Event) -> AsyncIterator[int]:
    """The application answers at this port (0: any free one) while the block runs; the port."""
    sock = listen("127.0.0.1", port)
    config = uvicorn.Config(Stirring(app, stirred), lifespan="off", log_level="critical", access_log=False)
    server = Server(config)
    task = asyncio.create_task(server._serve([sock]))
    await asyncio.sleep(1)
    try:
        yield int(sock.getsockname()[1])
    finally:
        server.force_exit = True
        server.over.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(task, 5)
