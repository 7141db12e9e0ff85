"""How much Zalando takes of each operation within a minute (or an hour); it tells of it only when it refuses.

https://developers.merchants.zalando.com/docs/rate-limiting.html (read 2026-11-23)
"""

import math
from collections.abc import Callable

ALLOWED = {
    "reports": (240, 60),
    "orders": (40, 60),
    "stock calls": (60, 60),
    "stock updates": (2000, 60),
    "holdings": (200, 60),
    "snapshot": (60, 3600),
}
"""Calls (or updates) and seconds."""


class Budgets:
    """The windows of one merchant."""

    def __init__(self, clock: Callable[[], float], limited: bool) -> None:
        """Start unspent; without limits nothing is refused."""
        self._clock, self._limited = clock, limited
        self._windows: dict[str, tuple[float, int]] = {}

    def spend(self, name: str, amount: int = 1) -> dict[str, str]:
        """Spend from a window; returns the headers of a refusal, or nothing when it is taken."""
        limit, seconds = ALLOWED[name]
        now = self._clock()
        began = now - now % seconds
        last, spent = self._windows.get(name, (began, 0))
        spent = spent if last == began else 0
        if self._limited and spent + amount > limit:
            return self.refusal(name)
        self._windows[name] = (began, spent + amount)
        return {}

    def refusal(self, name: str) -> dict[str, str]:
        """What a refusal says: the limit, and the seconds until the next window."""
        limit, seconds = ALLOWED[name]
        return {"X-Rate-Limit": str(limit), "Retry-After": str(math.ceil(seconds - self._clock() % seconds))}
