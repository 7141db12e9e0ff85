"""Real worker processes, started, stopped, killed and frozen by tests."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

import psutil

from nexus_ui.storage.turns import turn

T = TypeVar("T")
ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60.0


class Worker:
    """`python -m nexus_ui worker` with the settings of this test."""

    def __init__(self, log: Path, **environment: str) -> None:
        """Start it; its log goes to a file."""
        self.log = log
        with log.open("ab") as sink:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "nexus_ui", "worker", "--parent-pipe"],
                cwd=ROOT,
                env=os.environ | environment,
                stdin=subprocess.PIPE,
                stdout=sink,
                stderr=sink,
            )

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def code(self) -> int | None:
        """Its exit code once it has ended."""
        return self._process.poll()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def freeze(self, database: Path) -> None:
        """SIGSTOP, as `freeze` does it."""
        freeze(psutil.Process(self.pid), database)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        self._process.kill()
        self._process.wait(PATIENCE)

    def stop(self) -> int:
        """Ask it to stop, and wait until it has; returns its exit code."""
        if self._process.poll() is None:
            self._process.terminate()
        return self._process.wait(PATIENCE)

    def close_input(self) -> int:
        """Close its end of the pipe as a parent that died would, and wait; returns its exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return self._process.wait(PATIENCE)


@contextmanager
def worker(log: Path, **environment: str) -> Iterator[Worker]:
    """A worker that is gone after the block, whatever happens in it."""
    running = Worker(log, **environment)
    try:
        yield running
    finally:
        if running.code is None:
            running.send(signal.SIGCONT)
            running.kill()


def freeze(process: psutil.Process, database: Path) -> None:
    """SIGSTOP at a moment at which it does not hold this SQLite file: whoever does stops everybody else as well."""

    def stopped_alone() -> bool:
        process.suspend()
        eventually(lambda: process.status() == psutil.STATUS_STOPPED)
        if not _at_once(database):
            process.resume()
        return process.status() == psutil.STATUS_STOPPED

    eventually(stopped_alone)


def _at_once(database: Path) -> bool:
    """Whether somebody else gets to write to this file without waiting."""
    began = time.monotonic()
    with turn(database), closing(sqlite3.connect(database, timeout=0.5, isolation_level=None)) as writer:
        try:
            writer.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        writer.execute("ROLLBACK")
    return time.monotonic() - began < 1


def eventually(look: Callable[[], T | None], patience: float = PATIENCE, pause: float = 0.01) -> T:
    """What `look` finds, asked again until it finds something; raises AssertionError when it never does."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"{look.__name__} found nothing within {patience:.0f} s")


def pause(seconds: float) -> None:
    """Let so much time pass."""
    time.sleep(seconds)
