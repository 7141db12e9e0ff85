"""What eBay counts by the Californian day: the calls of an app, and the revisions of a listing."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

PACIFIC = ZoneInfo("America/Los_Angeles")
ALLOWED = {"inventory": 2_000_000, "fulfillment": 100_000}
REVISIONS_A_DAY = 250
A_DAY = 86_400


class _Days:
    """Counts that begin anew each day."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._day: date | None = None
        self._counts: Counter[str] = Counter()

    def counts(self) -> Counter[str]:
        """Today's."""
        today = self._now().date()
        if today != self._day:
            self._day, self._counts = today, Counter()
        return self._counts

    def tomorrow(self) -> datetime:
        """When the next day begins."""
        midnight = datetime.combine(self._now().date() + timedelta(days=1), time.min, PACIFIC)
        return midnight.astimezone(UTC)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), PACIFIC)


class Quotas(_Days):
    """The calls of one app, by API; `allowed` may be changed, as eBay does for apps that grow."""

    def __init__(self, clock: Callable[[], float], limited: bool) -> None:
        """Start unspent; without limits nothing is refused."""
        super().__init__(clock)
        self._limited = limited
        self.allowed = dict(ALLOWED)

    def spend(self, api: str) -> bool:
        """Whether one more call is taken."""
        if api in self.allowed:
            if self._limited and self.left(api) <= 0:
                return False
            self.counts()[api] += 1
        return True

    def left(self, api: str) -> int:
        """What is left of an API today."""
        return max(0, self.allowed[api] - self.counts()[api])


class Revisions(_Days):
    """How often each listing was revised."""

    def take(self, listing: str) -> bool:
        """Whether one more revision is taken."""
        counts = self.counts()
        if counts[listing] >= REVISIONS_A_DAY:
            return False
        counts[listing] += 1
        return True
