"""What Walmart is exempt from, and why."""

EXEMPT = {
    "since-products": "Walmart does not tell when an item changed, so each look reads all of them.",
    "hooks-of-changes": "Walmart tells only of items that went offline or sold out, not that one changed.",
}
