"""How many calls Walmart takes of each operation, and the headers that tell how many are left."""

from collections.abc import Callable

from nexus_ui.sandbox.throttle import Bucket

ALLOWED = {
    "getAllItems": (60, 60),
    "getAllOrders": (5000, 60),
    "getAnOrder": (100, 60),
    "getMultiNodeInventoryForAllSkuAndAllShipNodes": (200, 60),
    "getMultiNodeInventoryForSkuAndAllShipnodes": (200, 60),
    "getWFSInventory": (100, 60),
    "getWFSInventoryDetails": (100, 60),
    "updateInventoryForAnItem": (200, 60),
    "updateBulkInventory": (50, 3600),
    "getFeedItemStatus": (5000, 60),
    "getPartnerConfigurations": (50, 60),
    "getAllSubscriptions": (50, 60),
    "createSubscription": (50, 60),
    "updateSubscription": (50, 60),
    "deleteSubscription": (50, 60),
    "getEventTypes": (50, 60),
}
"""Calls and seconds, as others read them on the vendor's page; single orders and SKUs, WFS and webhooks are guesses."""

PLENTY = (10_000, 1)
TOO_MANY = "REQUEST_THRESHOLD_VIOLATED"


class Budgets:
    """The token buckets of one account."""

    def __init__(self, clock: Callable[[], float], limited: bool) -> None:
        """Start full; without limits every operation has plenty."""
        self._clock, self._limited = clock, limited
        self._buckets: dict[str, Bucket] = {}

    def spend(self, operation: str) -> tuple[bool, dict[str, str]]:
        """Whether one more call is taken, and the headers of its answer."""
        calls, seconds = ALLOWED.get(operation, PLENTY) if self._limited else PLENTY
        bucket = self._buckets.setdefault(operation, Bucket(calls, calls / seconds, self._clock))
        taken = bucket.spend(1)
        left = bucket.available()
        return taken, told(int(left), self._clock() + max(0.0, 1 - left % 1) / bucket.rate)


def told(left: int, moment: float) -> dict[str, str]:
    """The headers: how many calls are left, and when there is one more, in milliseconds since 1970."""
    return {"x-current-token-count": str(left), "x-next-replenishment-time": str(round(moment * 1000))}
