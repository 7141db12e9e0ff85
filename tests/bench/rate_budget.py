"""How well an import spends Shopify's budget: its time over the time that the bucket itself needs, and calls refused.

The bucket holds 2,000 points and gets 100 back a second. Whatever was charged beyond the first 2,000 has to be waited
for, by anybody: that wait is the baseline.

    python -m tests.bench.rate_budget [--products 4000] [--orders 1000]
"""

import argparse
import json

from nexus_ui.sandbox.shopify.meter import CAPACITY, RESTORE
from tests.bench.import_speed import home, ours, product_environment
from tests.bench.parts import sandbox

GOAL = 1.05


def main() -> None:
    """Connect, import, and compare; the last line is JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=4_000)
    parser.add_argument("--orders", type=int, default=1_000)
    wanted = parser.parse_args()
    with sandbox.running(products=wanted.products, orders=wanted.orders) as shop, home() as place:
        environment = product_environment(shop, place)
        ours(environment, "connect", shop.credentials()["access_token_all_orders"])
        before = shop.tally()
        cycle = ours(environment, "sync")
        after = shop.tally()
    spent = after["points_spent"] - before["points_spent"]
    needed = (spent - CAPACITY) / RESTORE
    report = {
        "name": "rate_budget",
        "ratio": round(cycle["seconds"] / needed, 3),
        "refused": after["calls_refused"] - before["calls_refused"],
        "goal": {"ratio": GOAL, "refused": 0},
        "points": spent,
        "seconds_needed": round(needed, 1),
        "seconds": cycle["seconds"],
        "records": cycle["records"],
        "outcome": cycle["outcome"],
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
