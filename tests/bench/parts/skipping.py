"""An event loop whose idle time is skipped: a day of real calls over real sockets passes as fast as they are computed.

Time stands still while anything is computed, and jumps when everybody waits for it, so that a run is the same on every
machine. What computing costs is to be told apart.
"""

import asyncio
import contextlib
import selectors
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import Executor
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from nexus_ui import clock

LOOK_AGAIN, PATIENCE = 0.02, 5.0
LONGEST = 3_600.0
Way = tuple[Any, Any]
"""From an address to another."""


class _Wire:
    """What was sent and has not arrived: a kernel under load takes its time, which nobody is to wait for otherwise."""

    def __init__(self) -> None:
        self.under_way: dict[Way, int] = {}
        self.open: set[Way] = set()
        self.connecting = 0

    def carry(self, way: Way, size: int) -> None:
        left = self.under_way.get(way, 0) + size
        if left:
            self.under_way[way] = left
        else:
            self.under_way.pop(way, None)

    def close(self, way: Way) -> None:
        self.open.discard(way)
        for one in (way, way[::-1]):
            self.under_way.pop(one, None)

    @property
    def busy(self) -> bool:
        return self.connecting > 0 or any(size > 0 and way[::-1] in self.open for way, size in self.under_way.items())


class _Counted:
    """A connected socket whose bytes are counted."""

    def __init__(self, sock: Any, wire: _Wire, accepted: bool) -> None:
        self._sock, self._wire = sock, wire
        self._way: Way = (sock.getsockname(), sock.getpeername())
        wire.open.add(self._way)
        if not accepted:
            wire.open.add(self._way[::-1])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def send(self, data: Any) -> int:
        size: int = self._sock.send(data)
        self._wire.carry(self._way, size)
        return size

    def recv(self, most: int) -> bytes:
        data: bytes = self._sock.recv(most)
        self._wire.carry(self._way[::-1], -len(data))
        return data

    def close(self) -> None:
        self._wire.close(self._way)
        self._sock.close()


class _Selector(selectors.DefaultSelector):
    """Looks whether anything arrived; if not, and nothing is under way or at work, the time to wait for has come."""

    def __init__(self, wire: _Wire) -> None:
        super().__init__()
        self._wire, self.skipped, self.working = wire, 0.0, 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found, tries = super().select(0), PATIENCE / LOOK_AGAIN
        while not found and timeout != 0 and tries > 0 and (self.working or self._wire.busy):
            found = super().select(LOOK_AGAIN)
            tries -= not self.working
        if not found and timeout != 0:
            self.skipped += LONGEST if timeout is None else max(0.0, timeout)
        return found


class SkippingLoop(asyncio.SelectorEventLoop):
    """The loop; its time begins at 0. Threads are not needed but for `aside`, which asks something of the loop."""

    def __init__(self, aside: Collection[Callable[..., Any]] = ()) -> None:
        """Nothing has passed."""
        self._wire = _Wire()
        self._waits, self._aside = _Selector(self._wire), aside
        super().__init__(self._waits)

    def time(self) -> float:
        """Seconds that passed for everybody on this loop."""
        return self._waits.skipped

    async def sock_connect(self, sock: Any, address: Any) -> None:
        """Connect, for which time stands still."""
        self._wire.connecting += 1
        try:
            await super().sock_connect(sock, address)
        finally:
            self._wire.connecting -= 1

    def run_in_executor(self, executor: Executor | None, func: Any, *args: Any) -> "asyncio.Future[Any]":  # type: ignore[override]  # its own stub says less
        """Work for which time stands still."""
        if any(named in self._aside for named in (func, *getattr(func, "args", ()))):
            self._waits.working += 1
            future = super().run_in_executor(executor, func, *args)
            future.add_done_callback(self._worked)
            return future
        done = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as fault:
            done.set_exception(fault)
        return done

    def _worked(self, _future: "asyncio.Future[Any]") -> None:
        self._waits.working -= 1

    def _make_socket_transport(self, sock: Any, *args: Any, server: Any = None, **more: Any) -> Any:
        return super()._make_socket_transport(
            _Counted(sock, self._wire, server is not None), *args, server=server, **more
        )  # type: ignore[misc]  # where every transport of the standard library's loop is made


@contextlib.contextmanager
def day_of(loop: SkippingLoop, midnight: datetime) -> Iterator[None]:
    """Inside the block every clock of the product goes by the loop, which is at `midnight` now."""
    began, real = midnight.timestamp() - loop.time(), clock.time
    clock.time = SimpleNamespace(monotonic=loop.time)  # type: ignore[assignment]  # all of it that is used there
    try:
        with clock.set_to(lambda: datetime.fromtimestamp(began + loop.time(), UTC)):
            yield
    finally:
        clock.time = real
