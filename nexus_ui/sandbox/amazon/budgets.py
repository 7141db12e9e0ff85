"""How often each operation may be called, as Amazon's models of 2026-08-05 say: a rate a second and a burst."""

from collections.abc import Callable

from nexus_ui.sandbox.throttle import Bucket

PLANS = {
    "getMarketplaceParticipations": (0.016, 15),
    "searchListingsItems": (5, 5),
    "getListingsItem": (5, 10),
    "patchListingsItem": (5, 5),
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "getInventorySummaries": (2, 2),
    "createFeedDocument": (0.5, 15),
    "createFeed": (0.0083, 15),
    "getFeed": (2, 15),
    "getFeedDocument": (0.0222, 10),
    "getDestinations": (1, 5),
    "createDestination": (1, 5),
    "getSubscription": (1, 5),
    "createSubscription": (1, 5),
}
PLENTY = (1_000.0, 1_000.0)


class Budgets:
    """The buckets of one account and app."""

    def __init__(self, clock: Callable[[], float], limited: bool) -> None:
        """Start full; without limits every operation has plenty."""
        self._buckets = {
            operation: Bucket(burst, rate, clock)
            for operation, plan in PLANS.items()
            for rate, burst in [plan if limited else PLENTY]
        }

    def spend(self, operation: str) -> bool:
        """Whether one more call is taken."""
        return self._buckets[operation].spend(1)

    def rate(self, operation: str) -> str:
        """The rate as the header tells it."""
        return f"{self._buckets[operation].rate:g}"
