"""What WooCommerce is exempt from, and why."""

EXEMPT = {
    "once-inventory": "Products carry their stock, and the stream without a beginning adds nothing to them.",
}
