"""A leaky bucket of points, as marketplaces use it to limit calls."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """Holds up to `capacity` points and regains `rate` of them a second."""

    capacity: float
    rate: float
    clock: Callable[[], float]
    _level: float = field(init=False)
    _seen: float = field(init=False)

    def __post_init__(self) -> None:
        """Start full."""
        self._level, self._seen = self.capacity, self.clock()

    def available(self) -> float:
        """Points that could be spent now."""
        now = self.clock()
        self._level = min(self.capacity, self._level + max(0.0, now - self._seen) * self.rate)
        self._seen = now
        return self._level

    def spend(self, points: float) -> bool:
        """Take points if there are enough; False takes nothing."""
        if self.available() < points:
            return False
        self._level -= points
        return True

    def refund(self, points: float) -> None:
        """Give back what was reserved and not used."""
        self._level = min(self.capacity, self.available() + points)

    def drain(self) -> None:
        """Empty the bucket."""
        self.available()
        self._level = 0.0
