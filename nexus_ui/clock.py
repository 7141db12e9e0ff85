"""The only place that asks what time it is, so that tests can set it. Every time inside the product is aware UTC."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def utcnow() -> datetime:
    """The present moment as an aware UTC datetime."""
    return _source()


def monotonic() -> float:
    """Seconds that never jump, for measuring how long something took."""
    return time.monotonic()


@contextmanager
def set_to(source: Callable[[], datetime]) -> Iterator[None]:
    """Let `source` tell the time inside the block (tests only)."""
    global _source
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
