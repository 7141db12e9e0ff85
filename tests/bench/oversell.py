"""How many units are sold twice on a sales day with five marketplaces and 500 SKUs of which few units are left: by our
engine, by the same engine when it polls and publishes every fifteen minutes, and at least, given the latencies.

    python -m tests.bench.oversell [--seed 7] [--skus 500]

The day is simulated: buyers come at random and in bursts, every call and every webhook takes its time, the marketplaces
limit calls, and one of them cannot be reached for half an hour. Adapters, HTTP, database and flows are the real ones;
only the waiting is skipped, and computing takes no time (`seconds` says how long it took).
"""

import argparse
import json
import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.import_speed import home, last_line, say
from tests.bench.parts.sales_day import MARKETS, Plan, day, least

GOAL = 0.05


def main() -> None:
    """Trade the same day twice; the last line is JSON."""
    parser = argparse.ArgumentParser(description="Units sold twice on a sales day.")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--skus", type=int, default=500)
    wanted = parser.parse_args()
    plan = Plan(seed=wanted.seed, skus=wanted.skus)
    ours, polling = (traded(way, plan) for way in ("ours", "polling"))
    least_of_all = least(day(plan, ours.pop("sold_at")))
    del polling["sold_at"]
    for name, found in (("ours", ours), ("every 15 minutes", polling), ("least", least_of_all)):
        say(name, found)
    report = {
        "name": "oversell",
        "ratio": round(ours["twice"] / polling["twice"], 3) if polling["twice"] else None,
        "units_ours": ours["twice"],
        "units_polling": polling["twice"],
        "units_least": least_of_all["twice"],
        "goal": GOAL,
        "seed": plan.seed,
        "ours": ours,
        "polling": polling,
        "markets": [asdict(market) for market in MARKETS],
    }
    print(json.dumps(report))


def traded(way: str, plan: Plan) -> dict[str, Any]:
    """One day in a process and a database of its own."""
    with home() as place, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
        probe.close()
        environment = {**os.environ, "NEXUS_HOME": str(Path(place) / "nexus"), "NEXUS_PORT": port}
        command = [sys.executable, "-m", "tests.bench.parts.trading", way, json.dumps(asdict(plan))]
        return last_line(command, environment)


if __name__ == "__main__":
    main()
