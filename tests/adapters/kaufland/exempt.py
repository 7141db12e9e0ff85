"""What Kaufland is exempt from, and why."""

EXEMPT = {
    "since-inventory": "Kaufland cannot be asked for changes of stock, so every walk reads all of it.",
}
