"""Suspicious success: what a connection brought, held against its own pattern. Without enough history nothing is said.

Orders are compared with the same hours of earlier days, by the wall clock; products and stock, which most marketplaces
read whole, with the cycles of the week before.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

DAYS = 28
ENOUGH_DAYS = 7
SPANS = (1, 3, 6, 12, 24)
"""The hours that are looked at, ending with the last cycle: a busy shop is missed soon, a quiet one later."""
CHANCE, HALF = 1e-4, 0.5
"""How unlikely a number must be even on a weak day of that shop, and how far below it."""
WEEK, DAY = timedelta(days=8), timedelta(days=1)
ENOUGH_CYCLES = 10
FEW = 20
"""Below so many records a cycle says nothing."""
COLLAPSE = 0.1


@dataclass(frozen=True, slots=True)
class Brought:
    """What one cycle that went well brought."""

    at: datetime
    products: int
    orders: int
    inventory: int


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual: from a weak day's number to a strong one's. `weak` is what a very weak one may bring."""

    low: int
    high: int
    weak: int


def doubt(cycles: Sequence[Brought], zone: ZoneInfo) -> str:
    """Why the last of these cycles (oldest first) is doubted, in a sentence; "" when it is not."""
    if not cycles:
        return ""
    return _few_orders(cycles, zone) or _few_records(cycles)


class _Record:
    """How many cycles ended, and how many orders they brought, between any two moments."""

    def __init__(self, cycles: Sequence[Brought]) -> None:
        self._times = [one.at for one in cycles]
        self._sums = [0, *accumulate(one.orders for one in cycles)]

    def within(self, end: datetime, hours: int) -> tuple[int, int]:
        """Cycles and orders of the hours before `end`."""
        first = bisect_right(self._times, end - timedelta(hours=hours))
        last = bisect_right(self._times, end)
        return last - first, self._sums[last] - self._sums[first]


def _few_orders(cycles: Sequence[Brought], zone: ZoneInfo) -> str:
    record, now = _Record(cycles), cycles[-1].at
    earlier = list(_same_time(now, zone))
    for hours in SPANS:
        if (now - timedelta(hours=hours)).astimezone(zone).utcoffset() != now.astimezone(zone).utcoffset():
            continue
        times, orders = record.within(now, hours)
        usual = _usual_orders([record.within(at, hours) for at in earlier], times)
        if usual is not None and orders < HALF * usual.weak and _chance(orders, usual.weak) < CHANCE:
            return f"{_number(orders, 'order')} in the last {_span(hours)}, usually {_between(usual)}{_hour(hours)}."
    return ""


def _usual_orders(days: Sequence[tuple[int, int]], times: int) -> Usual | None:
    """What is usual by earlier days (yesterday first); None when they, or now, were not read often enough to tell.

    As weak as the same weekday may be, of which there are few to know it by: a shop that rests on Sundays is not
    missed on one.
    """
    typical = sorted(count for count, _ in days if count)
    read = [(day, orders) for day, (count, orders) in enumerate(days, 1) if count and count >= times / 2]
    weekday = [orders for day, orders in read if day % 7 == 0]
    if len(read) < ENOUGH_DAYS or not weekday or times < typical[len(typical) // 2] / 2:
        return None
    usual = _usual(sorted(orders for _, orders in read))
    weakest = min(weekday)
    return replace(usual, weak=min(usual.low, round(weakest - 2 * math.sqrt(weakest))))


def _few_records(cycles: Sequence[Brought]) -> str:
    last = cycles[-1]
    before = [one for one in cycles if DAY < last.at - one.at <= WEEK]
    if len(before) < ENOUGH_CYCLES:
        return ""
    for name, word in (("products", "product"), ("inventory", "stock level")):
        usual = _usual(sorted(getattr(one, name) for one in before))
        now = getattr(last, name)
        if usual.low >= FEW and now < COLLAPSE * usual.low:
            return f"{_number(now, word)} read, usually {_between(usual)}."
    return ""


def _same_time(at: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The same moment of earlier days, as the wall clock of `zone` has it; a little later, as cycles drift."""
    local = at.astimezone(zone)
    for days in range(1, DAYS + 1):
        yield (local - timedelta(days=days)).astimezone(UTC) + timedelta(minutes=1)


def _usual(ordered: Sequence[int]) -> Usual:
    last = len(ordered) - 1
    low = ordered[math.floor(last * 0.1)]
    return Usual(low, ordered[math.ceil(last * 0.9)], low)


def _chance(number: int, mean: int) -> float:
    """How likely so few are when `mean` come on average, by Poisson's law."""
    if number >= mean:
        return 1.0
    return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(number + 1))


def _number(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def _between(usual: Usual) -> str:
    return f"{usual.low:,}" if usual.low == usual.high else f"{usual.low:,}–{usual.high:,}"


def _span(hours: int) -> str:
    return "hour" if hours == 1 else "day" if hours == 24 else f"{hours} hours"


def _hour(hours: int) -> str:
    return "" if hours == 24 else " at this hour"
