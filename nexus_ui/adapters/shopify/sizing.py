"""How large a page may be: learned from what the replies say a page costs. Pure.

A query may cost 1,000 points, and cost grows slower than the page, so larger pages are cheaper per record.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

LARGEST = 250
_START = 25
_MOST_POINTS = 950.0
_DEAREST_QUERY = 1_000.0
_FIRST_GUESS = 500.0
_NARROW = 4
_WIDTHS = (10, 30, 100, 250)
_SAMPLE = 200
_COMMON = 0.04


@dataclass(slots=True)
class Sizing:
    """The page size of one walk, and how many children (variants, lines) are asked for with each record."""

    width: int = _WIDTHS[0]
    _largest: int = LARGEST
    _seen: dict[int, float] = field(default_factory=dict)
    _records: int = 0
    _widest: int = 0

    def next(self, burst: float) -> int:
        """The size of the next page, given the bucket's size."""
        if not self._seen:
            return min(_START, self._largest)
        most = min(_MOST_POINTS, burst * 0.95)
        affordable = [size for size in (250, 200, 150, 100, 75, 50, 35, 25, 15, 10, 5) if self._expected(size) <= most]
        return max(1, min(self._largest, affordable[0] if affordable else 1))

    def points(self, size: int) -> float:
        """How many points to have at hand for a page of this size: never less than it will be asked for."""
        if size in self._seen:
            return self._seen[size]
        larger = [cost for known, cost in self._seen.items() if known > size]
        if larger:
            return min(larger)
        if not self._seen:
            return _FIRST_GUESS
        known = max(self._seen)
        return min(_DEAREST_QUERY, self._seen[known] * size / known)

    def learn(self, size: int, points: float) -> None:
        """A page of this size was charged so many points before it ran."""
        self._seen[size] = points

    def shrink(self, size: int) -> None:
        """A page of this size was refused as too expensive."""
        self._largest = max(1, size // 2)

    def watch(self, children: Sequence[int], overflowing: int) -> None:
        """The records of a page had so many children, and for some there were more than were asked for."""
        self._records += len(children)
        self._widest = max([self._widest, *children])
        if overflowing > len(children) * _COMMON:
            self._widen()
        elif self._records >= _SAMPLE and self._widest <= _NARROW < self.width:
            self.width = _NARROW

    def _widen(self) -> None:
        """Ask for more children; the costs known so far hold no more."""
        wider = [width for width in _WIDTHS if width > self.width]
        if wider:
            self.width = wider[0]
            self._widest = self.width
            self._seen.clear()

    def _expected(self, size: int) -> float:
        """What a page would cost, were the cost to grow on as steeply as it did last; it grows less."""
        points = sorted(self._seen.items())
        known, cost = points[-1]
        if size <= known:
            return min(paid for seen, paid in points if seen >= size)
        if len(points) == 1:
            return cost * size / known
        before, paid = points[-2]
        slope = max((cost - paid) / (known - before), 0.2 * cost / known)
        return cost + slope * (size - known)
