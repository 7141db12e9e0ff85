"""Writers of one SQLite file take turns, threads and processes alike.

SQLite lets whoever polls at the right moment go first, so a worker that writes page after page starves the door for
webhooks. Here a writer stands in line before it waits for its turn, and one that has just written goes to the end of
the line. This is courtesy only: SQLite's own lock decides, and nobody waits here for longer than `PATIENCE`.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks; SQLite's own waiting does there
    fcntl = None  # type: ignore[assignment]

PATIENCE = 2.0
LOOK_EVERY = 0.002


@contextmanager
def turn(database: Path) -> Iterator[None]:
    """Run the block when it is our turn to write to this file, or when patience has run out."""
    if fcntl is None:
        yield
        return
    until = time.monotonic() + PATIENCE
    mine = _opened(database, "turn")
    try:
        line = _opened(database, "line")
        try:
            _taken(line, until)
            _taken(mine, until)
        finally:
            os.close(line)
        yield
    finally:
        os.close(mine)


def _opened(database: Path, what: str) -> int:
    """Closing it frees the lock, and so does the end of the process, however it comes."""
    return os.open(f"{database}-{what}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _taken(lock: int, until: float) -> bool:
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(LOOK_EVERY)
        else:
            return True
