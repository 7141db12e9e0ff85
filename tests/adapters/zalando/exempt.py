"""What Zalando is exempt from, and why."""

EXEMPT = {
    "since-products": "Zalando's reports cannot be asked for changes, so every walk reads all of them.",
    "since-inventory": "Zalando does not tell when the stock it holds changed, so each look reads all of it.",
}
