"""When credentials that end have to be renewed by a person, and at which steps before the end that is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

STEPS = (30, 14, 7, 1)
SUNSET_STEPS = (90, 30, 14, 7, 1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Held:
    """A credential that ends, unless it is `renewed` by itself before; `set_at`: since when it is the one we have."""

    label: str
    set_at: datetime
    ends_at: datetime
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """What ends, and the step of the ladder that was reached: so many days or fewer are left, 0 when it has ended."""

    label: str
    ends_at: datetime
    days: int


def rung(held: Held, now: datetime, steps: Sequence[int] = STEPS) -> Rung | None:
    """The step that was reached; None while there is time. A step as long as the whole life is never said."""
    if held.renewed:
        return None
    known = [days for days in steps if days * DAY < held.ends_at - held.set_at]
    left = held.ends_at - now
    reached = [days for days in known if left <= days * DAY]
    if not reached:
        return None
    return Rung(held.label, held.ends_at, 0 if left <= timedelta() else min(reached))


def lowest(held: Iterable[Held], now: datetime, steps: Sequence[int] = STEPS) -> Rung | None:
    """The most urgent of several."""
    reached = [found for one in held if (found := rung(one, now, steps)) is not None]
    return min(reached, key=lambda one: (one.days, one.ends_at), default=None)


def days_left(ends_at: datetime, now: datetime) -> int:
    """Whole days until then, rounded up, so that the last one counts as one."""
    return max(0, -((now - ends_at) // DAY))


def in_words(ends_at: datetime, now: datetime) -> str:
    """`in 12 days, on 5 Dec 2026`, `tomorrow ...`, `has ended`."""
    day = f"{ends_at.day} {ends_at:%b %Y}"
    left = days_left(ends_at, now)
    if ends_at <= now:
        return f"ended on {day}"
    return f"ends within {'a day' if left == 1 else f'{left} days'}, on {day}"
