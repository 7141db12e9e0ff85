"""How far a running cycle is and how long it will take, from what is known now and from earlier cycles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

_ALMOST = 0.99
_ENOUGH_RECORDS = 200
_ENOUGH_TIME = timedelta(seconds=3)


@dataclass(frozen=True, slots=True)
class PastCycle:
    """One earlier cycle of the same connection that went well."""

    records: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """`fraction` from 0 to 1 and the time `remaining`; None where nobody can say."""

    fraction: float | None
    remaining: timedelta | None


def progress(
    now: datetime,
    started_at: datetime,
    done: int,
    expected: int | None,
    past: Sequence[PastCycle] = (),
    waiting_until: datetime | None = None,
) -> Progress:
    """Fraction by records when their number is known, else by the usual duration; a wait is added to what remains."""
    elapsed = max(now - started_at, timedelta(0))
    wait = max(waiting_until - now, timedelta(0)) if waiting_until else timedelta(0)
    if expected:
        left = max(expected - done, 0)
        rate = _rate(elapsed, done, past)
        remaining = timedelta(seconds=left / rate) + wait if rate else None
        return Progress(min(done / expected, _ALMOST), remaining)
    if past:
        usual = timedelta(seconds=median(cycle.seconds for cycle in past))
        fraction = min(elapsed / usual, _ALMOST) if usual else _ALMOST
        return Progress(fraction, max(usual - elapsed, timedelta(0)) + wait)
    return Progress(None, None)


def _rate(elapsed: timedelta, done: int, past: Sequence[PastCycle]) -> float | None:
    """Records a second: this cycle's own once it says something, else the usual one."""
    if done and elapsed and (done >= _ENOUGH_RECORDS or elapsed >= _ENOUGH_TIME):
        return done / elapsed.total_seconds()
    rates = [cycle.records / cycle.seconds for cycle in past if cycle.records and cycle.seconds > 0]
    return median(rates) if rates else None
