"""What Walmart is exempt from, and why."""

EXEMPT = {
    "since-products": "Walmart does not tell when an item changed, so each look reads all of them.",
}
