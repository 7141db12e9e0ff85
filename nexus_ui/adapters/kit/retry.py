"""When to try again: how often, how long to wait, and what a Retry-After header asks for."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_ASKED = 86_400.0
_LONGEST_BACKOFF = 120.0


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`attempts` tries after a first one that found the marketplace away; longer waits than the last are handed on."""

    attempts: int = 3
    first_backoff_seconds: float = 2.0
    longest_wait_seconds: float = 300.0

    def backoff(self, failures: int) -> float:
        """Seconds before the next try: exponential with full jitter, so that many callers do not come back at once."""
        ceiling = min(_LONGEST_BACKOFF, self.first_backoff_seconds * 2.0 ** min(failures - 1, 16))
        return random.uniform(ceiling / 2, ceiling) if failures == 1 else random.uniform(0, ceiling)


def retry_after(value: str | None, now: datetime) -> float | None:
    """The seconds a Retry-After header asks for, as a number or as an HTTP date; None when it makes no sense."""
    if not value:
        return None
    text = value.strip()
    try:
        seconds = float(text)
    except ValueError:
        return _until(text, now)
    return _sane(seconds)


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return _sane(max(0.0, (aware - now).total_seconds()))
    except (ValueError, TypeError, OverflowError):
        return None


def _sane(seconds: float) -> float | None:
    if not seconds >= 0:
        return None
    return min(seconds, LONGEST_ASKED)
