"""How long to wait after failures: exponential, with full jitter, capped. `roll` is a number in [0, 1)."""

from datetime import timedelta

FIRST = timedelta(minutes=1)
SHORTEST = timedelta(seconds=5)
LONGEST = timedelta(hours=4)


def ceiling(failures_in_a_row: int, first: timedelta = FIRST, longest: timedelta = LONGEST) -> timedelta:
    """The longest wait after so many failures: doubled each time, never over `longest`."""
    doublings = min(max(failures_in_a_row - 1, 0), 16)
    return min(first * float(1 << doublings), longest)


def delay(
    failures_in_a_row: int,
    roll: float,
    first: timedelta = FIRST,
    longest: timedelta = LONGEST,
    asked: float | None = None,
) -> timedelta:
    """The wait before the next try: anywhere up to the ceiling, never shorter than `asked` (seconds)."""
    jittered = max(SHORTEST, ceiling(failures_in_a_row, first, longest) * roll)
    return max(jittered, timedelta(seconds=asked)) if asked is not None else jittered
