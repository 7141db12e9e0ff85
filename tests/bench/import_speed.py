"""How fast a catalogue arrives: the real adapter and engine into SQLite, beside dlt and beside a bare script.

All three read the same pages of the same sandbox (no latency, no limits, pages warm), each in its own process. dlt is
run by the interpreter in NEXUS_DLT_PYTHON (default: this one) that has tests/bench/requirements.txt installed.

    python -m tests.bench.import_speed [--products 100000] [--orders 50000] [--flat 300000] [--without-dlt]
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nexus_ui.adapters.shopify import documents
from tests.bench.parts import sandbox

PARTS = Path(__file__).parent / "parts"
GOAL = 5.0
GOAL_REFERENCE = 0.6
GOAL_MB = 250
LIMIT_SECONDS = 1_200


def main() -> None:
    """Run everything and print the figures, the last line as JSON."""
    wanted = arguments()
    options = {"limits": False, "cache_mb": 3_000}
    with sandbox.running(products=wanted.products, orders=wanted.orders, **options) as shop, home() as place:
        reference, dlt = baselines(shop, place, wanted.without_dlt)
        steps = our_steps(shop, place)
    flat = flat_memory(wanted.flat, options) if wanted.flat else None
    speed, again = (steps[name]["records"] / steps[name]["seconds"] for name in ("first", "full"))
    report = {
        "name": "import_speed",
        "ratio": round(speed / dlt["per_second"], 2) if dlt else None,
        "ratio_reference": round(speed / reference["per_second"], 2),
        "ratio_full": round(again / dlt["second_merge_per_second"], 2) if dlt else None,
        "peak_mb": max(step["peak_mb"] for step in steps.values()),
        "peak_mb_flat": flat and flat["peak_mb"],
        "goal": {"ratio": GOAL, "ratio_reference": GOAL_REFERENCE, "peak_mb": GOAL_MB},
        "records_per_second": round(speed),
        "steps": steps,
        "reference": reference,
        "dlt": dlt,
    }
    print(json.dumps(report))


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--products", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=50_000)
    parser.add_argument("--flat", type=int, default=0, help="also import so many products, for the memory figure")
    parser.add_argument("--without-dlt", action="store_true")
    return parser.parse_args()


def baselines(shop: sandbox.Sandbox, place: Path, without_dlt: bool) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The bare script (after a first run that warms the pages) and dlt; first load, and second full merge."""
    plan = plan_of(shop, place)
    say("warming the pages", run_part("reference.py", {**plan, "database": str(place / "warm.db")}, place))
    plan["database"] = str(place / "reference.db")
    reference = twice("reference", lambda: run_part("reference.py", plan, place))
    if without_dlt:
        return reference, None
    plan["database"] = str(place / "dlt.db")
    interpreter = os.environ.get("NEXUS_DLT_PYTHON", sys.executable)
    return reference, twice("dlt", lambda: run_part("dlt_load.py", plan, place, interpreter))


def our_steps(shop: sandbox.Sandbox, place: Path) -> dict[str, dict[str, Any]]:
    """First load (pages warmed by another), a second full merge, unchanged data, a delta of 2 %."""
    with home() as elsewhere:
        first_load(shop, elsewhere)
    environment = product_environment(shop, place)
    steps = {"first": first_load(shop, place)}
    steps["full"] = ours(environment, "whole")
    steps["unchanged"] = ours(environment, "sync")
    shop.touch(2)
    steps["delta"] = ours(environment, "sync")
    for name, step in steps.items():
        say(f"ours, {name}", step)
    return steps


def first_load(shop: sandbox.Sandbox, place: Path) -> dict[str, Any]:
    """Connect the shop in this home and import it."""
    environment = product_environment(shop, place)
    ours(environment, "connect", shop.credentials()["access_token_all_orders"])
    return ours(environment, "sync")


def flat_memory(products: int, options: dict[str, Any]) -> dict[str, Any]:
    """The first load of a larger catalogue, for its peak memory."""
    with sandbox.running(products=products, orders=1_000, **options) as shop, home() as place:
        step = first_load(shop, place)
    say(f"ours, {products} products", step)
    return step


def plan_of(shop: sandbox.Sandbox, place: Path) -> dict[str, Any]:
    """What the baselines read: the same documents, in the largest pages there are."""
    products = {"first": 250, "query": None, "variants": 4, "levels": 2, "counted": False}
    orders = {"first": 250, "query": "status:any", "lines": 10, "counted": False}
    return {
        "url": shop.graphql,
        "headers": {"X-Shopify-Access-Token": shop.credentials()["access_token_all_orders"]},
        "home": str(place),
        "pipeline": "import_speed",
        "streams": {
            "products": {"query": documents.PRODUCTS, "variables": products},
            "orders": {"query": documents.ORDERS, "variables": orders},
        },
    }


def product_environment(shop: sandbox.Sandbox, place: Path) -> dict[str, str]:
    """The environment of the product: its own home, and the sandbox for Shopify's address."""
    return {**os.environ, "NEXUS_HOME": str(place / "nexus"), "NEXUS_ENDPOINT_SHOPIFY": shop.endpoint}


def ours(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """Run the product's part."""
    return last_line([sys.executable, "-m", "tests.bench.parts.ours", *words], environment)


def run_part(script: str, plan: dict[str, Any], place: Path, interpreter: str = sys.executable) -> dict[str, Any]:
    """Run a baseline with its plan."""
    path = place / "plan.json"
    path.write_text(json.dumps(plan))
    done = last_line([interpreter, str(PARTS / script), str(path)], dict(os.environ))
    return {**done, "per_second": round(done["records"] / done["seconds"])}


def twice(name: str, run: Any) -> dict[str, Any]:
    """A first load, and a second merge of the same data into the same tables."""
    first, second = run(), run()
    say(name, first)
    return {**first, "second_merge_per_second": second["per_second"]}


def last_line(command: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """Run a command and read the JSON object on its last line."""
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_SECONDS, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def say(what: str, figures: dict[str, Any]) -> None:
    """One line of progress."""
    print(f"{what}: {json.dumps(figures)}", flush=True)


@contextlib.contextmanager
def home() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="nexus-bench-") as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
