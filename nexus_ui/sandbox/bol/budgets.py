"""How many calls bol takes of each operation within a window, and the headers that tell of it."""

import math
from collections.abc import Callable

ALLOWED = {
    "get-offers": (25, 1),
    "get-offer": (25, 1),
    "update-offer": (25, 1),
    "get-orders": (25, 60),
    "get-order": (25, 1),
    "get-inventory": (20, 60),
    "get-retailer-information": (25, 1),
    "get-push-notification-subscriptions": (10, 1),
    "post-push-notification-subscription": (10, 1),
    "put-push-notification-subscription": (10, 1),
    "delete-push-notification-subscription": (10, 1),
    "get-subscription-keys": (10, 3600),
    "get-process-status": (10, 1),
}
"""Calls and seconds. Seen in use for lists; single orders, updates and accounts are guessed."""

PLENTY = (10_000, 1)


class Budgets:
    """The windows of one account."""

    def __init__(self, clock: Callable[[], float], limited: bool) -> None:
        """Start unspent; without limits every operation has plenty."""
        self._clock, self._limited = clock, limited
        self._windows: dict[str, tuple[float, int]] = {}

    def spend(self, operation: str) -> tuple[bool, dict[str, str]]:
        """Whether one more call is taken, and the headers of its answer."""
        limit, seconds = ALLOWED.get(operation, PLENTY) if self._limited else PLENTY
        now = self._clock()
        began, spent = self._windows.get(operation, (now, 0))
        if now - began >= seconds:
            began, spent = now, 0
        taken = spent < limit
        self._windows[operation] = (began, spent + taken)
        left = limit - spent - taken
        reset = max(1, math.ceil(began + seconds - now))
        headers = {
            "x-ratelimit-limit": str(limit),
            "x-ratelimit-remaining": str(left),
            "x-ratelimit-reset": str(reset),
        }
        return taken, headers if taken else headers | {"Retry-After": str(reset)}
