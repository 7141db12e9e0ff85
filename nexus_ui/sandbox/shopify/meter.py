"""What calls cost an app at one shop: the bucket, the dearest single query, and what the reply says about both."""

from collections.abc import Callable

import msgspec

from nexus_ui.sandbox.shopify.refusals import too_expensive
from nexus_ui.sandbox.throttle import Bucket

CAPACITY = 2_000.0
RESTORE = 100.0
MOST_PER_QUERY = 1_000
_BOUNDLESS = 1_000_000_000.0
_SMALL = 10


class Meter:
    """One bucket per app. Without `limits` everything is allowed and said to be cheap."""

    def __init__(self, clock: Callable[[], float], *, limits: bool) -> None:
        """Buckets are full at first."""
        self._clock, self._limits = clock, limits
        self._buckets: dict[str, Bucket] = {}
        self.tally = {"points_spent": 0, "calls_refused": 0}
        self.capacity, self.restore = (CAPACITY, RESTORE) if limits else (_BOUNDLESS, _BOUNDLESS)

    def allowed(self, requested: int) -> int:
        """The cost to charge for a document. Raises Refusal when it may never run."""
        if not self._limits:
            return min(requested, _SMALL)
        if requested > MOST_PER_QUERY:
            raise too_expensive(requested, MOST_PER_QUERY)
        return requested

    def reserve(self, client_id: str, requested: int) -> bool:
        """Take the requested cost; False when the bucket holds less."""
        enough = self._bucket(client_id).spend(requested)
        self.tally["calls_refused"] += not enough
        return enough

    def settle(self, client_id: str, requested: int, actual: int) -> None:
        """Give back what was not used."""
        self._bucket(client_id).refund(max(0, requested - actual))
        self.tally["points_spent"] += min(requested, actual)

    def told(self, client_id: str, requested: int, actual: int | None) -> bytes:
        """The `cost` of a reply's extensions, as JSON."""
        status = {
            "maximumAvailable": self.capacity,
            "currentlyAvailable": int(self._bucket(client_id).available()),
            "restoreRate": self.restore,
        }
        charged = actual if actual is None else min(actual, requested)
        return msgspec.json.encode(
            {"requestedQueryCost": requested, "actualQueryCost": charged, "throttleStatus": status}
        )

    def _bucket(self, client_id: str) -> Bucket:
        bucket = self._buckets.get(client_id)
        if bucket is None:
            bucket = self._buckets[client_id] = Bucket(self.capacity, self.restore, self._clock)
        return bucket
