"""The processes the web process keeps running beside it: the worker, and the sandbox while somebody uses it.

Each child holds the other end of a pipe as its standard input and ends when that closes, so none outlives the product,
not even when it is killed.
"""

import asyncio
import contextlib
import json
import logging
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from nexus_ui import settings
from nexus_ui.clock import monotonic
from nexus_ui.errors import Unavailable

logger = logging.getLogger(__name__)

SHORTEST_BACKOFF = 1.0
LONGEST_BACKOFF = 30.0
STEADY_AFTER = 60.0
GRACE_SECONDS = 8.0
START_PATIENCE = 20.0
SANDBOX_FILE = "sandbox.json"


class Child:
    """One process that is started again, after a growing pause, whenever it ends."""

    def __init__(self, name: str, arguments: Sequence[str]) -> None:
        """`arguments` follow `python -m nexus_ui`."""
        self.name = name
        self._arguments = arguments
        self._process: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def start(self) -> None:
        """Begin to keep it running."""
        self._task = asyncio.create_task(self._keep(), name=f"child {self.name}")

    async def stop(self) -> None:
        """Stop keeping it, and end it: by closing its input, then by asking, then by force."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            return
        if process.stdin:
            process.stdin.close()
        for end in (process.terminate, process.kill):
            try:
                await asyncio.wait_for(process.wait(), GRACE_SECONDS)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    end()
        await process.wait()

    def end_by_force(self) -> None:
        """kill -9; it is started again."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()

    async def _keep(self) -> None:
        pause = SHORTEST_BACKOFF
        while True:
            began = monotonic()
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "nexus_ui",
                *self._arguments,
                stdin=asyncio.subprocess.PIPE,
                cwd=Path(__file__).parent.parent,
                env=settings.child_environment(NEXUS_HOME=str(settings.current().home)),
                start_new_session=True,
            )
            code = await self._process.wait()
            if monotonic() - began > STEADY_AFTER:
                pause = SHORTEST_BACKOFF
            logger.warning("The %s ended with code %s. It is started again in %.0f s.", self.name, code, pause)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_BACKOFF)


class Supervisor:
    """Every child of this process, by name."""

    def __init__(self) -> None:
        """No children yet."""
        self.children: dict[str, Child] = {}
        self._sandbox_starting = asyncio.Lock()

    def keep(self, name: str, *arguments: str) -> Child:
        """Start a child and keep it running; the one with this name if there is one already."""
        if name not in self.children:
            self.children[name] = Child(name, arguments)
            self.children[name].start()
        return self.children[name]

    async def keep_sandbox(self) -> str:
        """Have the sandbox running; returns its address once it answers. Raises Unavailable when it does not start."""
        async with self._sandbox_starting:
            home = settings.current().home
            if "sandbox" not in self.children:
                port = _free_port(remembered_port(home))
                remember_port(home, port)
                self.keep("sandbox", "sandbox", "--port", str(port), "--parent-pipe")
            port = remembered_port(home) or 0
            await _answering(port)
            return f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        """End every child."""
        await asyncio.gather(*(child.stop() for child in self.children.values()))


_supervisor: Supervisor | None = None


@asynccontextmanager
async def supervised() -> AsyncIterator[Supervisor]:
    """Children can be kept inside the block, and have ended after it."""
    global _supervisor
    _supervisor = Supervisor()
    try:
        yield _supervisor
    finally:
        ending, _supervisor = _supervisor, None
        await ending.stop()


async def ensure_sandbox() -> str:
    """The address of the running sandbox, started when this process keeps children; raises Unavailable."""
    if _supervisor is not None:
        return await _supervisor.keep_sandbox()
    port = remembered_port(settings.current().home)
    if port is None or not await _answers(port):
        raise Unavailable("The sandbox is not running. It starts with the product; start that and try again.")
    return f"http://127.0.0.1:{port}"


def end_by_force(pid: int) -> bool:
    """End the child of this process with that id by force, after which it is started again; False: none has it."""
    for child in _supervisor.children.values() if _supervisor else ():
        if child.pid == pid:
            child.end_by_force()
            return True
    return False


def remembered_port(home: Path) -> int | None:
    """The port the sandbox of this installation used last."""
    try:
        port = json.loads((home / SANDBOX_FILE).read_text(encoding="utf-8"))["port"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return port if isinstance(port, int) else None


def remember_port(home: Path, port: int) -> None:
    """Keep the port, so that every process of this installation finds the sandbox."""
    home.mkdir(parents=True, exist_ok=True)
    (home / SANDBOX_FILE).write_text(json.dumps({"port": port}), encoding="utf-8")


def _free_port(wanted: int | None) -> int:
    """`wanted` when nobody listens there, else any free port."""
    for port in (wanted, 0) if wanted else (0,):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise Unavailable("No free port was found for the sandbox.")


async def _answering(port: int) -> None:
    """Wait until something listens on `port`; raises Unavailable."""
    until = monotonic() + START_PATIENCE
    while not await _answers(port):
        if monotonic() > until:
            raise Unavailable("The sandbox did not start. Its message stands in the product's log.")
        await asyncio.sleep(0.05)


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True
