"""What bol is exempt from, and why."""

EXEMPT = {
    "since-inventory": "bol does not tell when the stock it holds changed, so each look reads all of it.",
}
