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

LOOK_AGAIN = 0.02
LONGEST = 3_600.0


class _Selector(selectors.DefaultSelector):
    """Looks whether anything arrived; if not, and no thread is at work, the time to wait for has come."""

    def __init__(self) -> None:
        super().__init__()
        self.skipped, self.working = 0.0, 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        while not found and self.working and timeout != 0:
            found = super().select(LOOK_AGAIN)
        if not found and timeout != 0:
            self.skipped += LONGEST if timeout is None else max(0.0, timeout)
        return found


class SkippingLoop(asyncio.SelectorEventLoop):
    """The loop; its time begins at 0. Threads are not needed but for `aside`, which asks something of the loop."""

    def __init__(self, aside: Collection[Callable[..., Any]] = ()) -> None:
        """Nothing has passed."""
        self._waits, self._aside = _Selector(), aside
        super().__init__(self._waits)

    def time(self) -> float:
        """Seconds that passed for everybody on this loop."""
        return self._waits.skipped

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
