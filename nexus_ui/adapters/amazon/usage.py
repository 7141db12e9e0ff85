"""How often each operation may be called. A reply's `x-amzn-RateLimit-Limit` tells the account's own rate.

Defaults from the vendor's models of 2026-08-05, https://github.com/amzn/selling-partner-api-models
"""

from dataclasses import dataclass

from nexus_ui.adapters.contract import Limit

PARTICIPATIONS, LISTINGS, LISTING, PATCH = "participations", "listings", "listing", "set_stock"
ORDERS, ORDER, HELD = "orders", "order", "inventory"
NOTIFICATIONS = "notifications"
UPLOAD, FEED, FEED_STATE, RESULT = "feed_document", "feed", "feed_state", "feed_result"

LISTING_ROLE, ORDER_ROLE, HELD_ROLE = "Product Listing", "Inventory and Order Tracking", "Amazon Fulfillment"
RATE = "x-amzn-ratelimit-limit"
_SHARED = "app+account+seller_id"
_SOURCE = "Amazon's model of 2026-08-05; replies tell the account's own rate."


@dataclass(frozen=True, slots=True)
class Usage:
    """An operation's plan: calls a second, calls at once, and the role an app needs for it."""

    per_second: float
    burst: float
    role: str


PLANS = {
    PARTICIPATIONS: Usage(0.016, 15, ORDER_ROLE),
    LISTINGS: Usage(5, 5, LISTING_ROLE),
    LISTING: Usage(5, 10, LISTING_ROLE),
    PATCH: Usage(5, 5, LISTING_ROLE),
    ORDERS: Usage(0.0056, 20, ORDER_ROLE),
    ORDER: Usage(0.5, 30, ORDER_ROLE),
    HELD: Usage(2, 2, HELD_ROLE),
    UPLOAD: Usage(0.5, 15, LISTING_ROLE),
    FEED: Usage(0.0083, 15, LISTING_ROLE),
    FEED_STATE: Usage(2, 15, LISTING_ROLE),
    NOTIFICATIONS: Usage(1, 5, ORDER_ROLE),
    RESULT: Usage(0.0222, 10, LISTING_ROLE),
}

IN_HAND = 1
"""Calls do not arrive as evenly as they leave, so one of each burst is kept in hand."""

LIMITS = tuple(
    Limit(operation, burst=plan.burst - IN_HAND, per_second=plan.per_second, source=_SOURCE, shared_by=_SHARED)
    for operation, plan in PLANS.items()
)
