"""What eBay is exempt from, and why."""

_NO_DATES = "eBay's Inventory API tells no date of change, so each look reads every item."

EXEMPT = {"since-products": _NO_DATES, "since-inventory": _NO_DATES}
