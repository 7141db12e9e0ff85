"""What WooCommerce is exempt from, and why."""

EXEMPT = {
    "suspended": "A shop of one's own has no account that somebody could suspend.",
    "once-products": "Pages are counted, not pointed at, so records of one second are read twice between two pages.",
    "once-orders": "Pages are counted, not pointed at, so records of one second are read twice between two pages.",
    "once-inventory": "Products carry their stock, and the stream without a beginning adds nothing to them.",
}
