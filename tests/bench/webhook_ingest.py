"""How fast webhooks are verified and durably kept, beside a bare Starlette route that does only that; and how late the
answer comes at worst while four imports fill the same SQLite file.

    python -m tests.bench.webhook_ingest [--count 6000] [--rounds 3] [--products 8000]

`ratio`: deliveries a second, ours over the bare route that inserts one by one; `ratio_grouped`: over one that commits
in groups of whatever waits, as we do. `p99_ms`: so late is one answer in a hundred while the imports run.
"""

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.import_speed import home, last_line, say
from tests.bench.parts import sandbox

GOAL = {"ratio": 0.7, "p99_ms": 250}
CONNECTION = "con_benchmark"
SECRET_FILE = "webhook.secret"
KINDS = ("bare", "grouped", "ours")
IMPORTS = 4
CONNECTIONS = 32
PACE = 100
PATIENCE = 60.0


def main() -> None:
    """Measure and print, the last line as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=6_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--products", type=int, default=8_000)
    wanted = parser.parse_args()
    speeds = side_by_side(wanted.count, wanted.rounds)
    busy = while_importing(wanted.products)
    report = {
        "name": "webhook_ingest",
        "ratio": round(speeds["ours"] / speeds["bare"], 2),
        "p99_ms": busy["p99_ms"],
        "goal": GOAL,
        "ratio_grouped": round(speeds["ours"] / speeds["grouped"], 2),
        "per_second": speeds,
        "while_importing": busy,
    }
    print(json.dumps(report))


def side_by_side(count: int, rounds: int) -> dict[str, int]:
    """Deliveries a second of each kind, the median of rounds that take turns, each with a database of its own."""
    found: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            with home() as place:
                environment, secret = prepared(place)
                with serving(kind, environment) as port:
                    load(port, secret, count=500, start=10_000_000)
                    done = load(port, secret, count=count, start=1)
            assert done["statuses"] == {"200": count}, done
            del done["late_ms"]
            found[kind].append(done["per_second"])
            say(kind, done)
    return {kind: round(statistics.median(speeds)) for kind, speeds in found.items()}


def while_importing(products: int) -> dict[str, Any]:
    """How late answers come, at a steady pace, from the moment a worker begins four imports until all have ended."""
    options = {"limits": False, "cache_mb": 1_000}
    with sandbox.running(products=products, orders=products // 4, **options) as shop, home() as place:
        environment, secret = prepared(place, shop)
        command = [sys.executable, "-m", "nexus_ui", "worker", "--parent-pipe"]
        rounds, late = [], []
        with serving("ours", environment) as port:
            load(port, secret, count=200, start=10_000_000)
            began = time.monotonic()
            with (place / "worker.log").open("wb") as log:
                worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=environment)
            try:
                while ours(environment, "running")["unfinished"] and time.monotonic() - began < 3 * PATIENCE:
                    rounds.append(load(port, secret, count=5 * PACE, start=1 + 1_000 * len(rounds), per_second=PACE))
                    late += rounds[-1].pop("late_ms")
                    say("while importing", rounds[-1])
            finally:
                worker.stdin.close()
                worker.wait(PATIENCE)
        state = ours(environment, "running")
    return {
        "p99_ms": round(statistics.quantiles(late, n=100)[98], 1),
        "p50_ms": statistics.median(late),
        "worst_ms": max(late),
        "statuses": {name: sum(one["statuses"].get(name, 0) for one in rounds) for name in rounds[0]["statuses"]},
        "rounds": len(rounds),
        "imports": state,
    }


def prepared(place: Path, shop: sandbox.Sandbox | None = None) -> tuple[dict[str, str], str]:
    """A home with a connection that gets webhooks, and others that are about to be imported when there is a shop."""
    environment = {**os.environ, "NEXUS_HOME": str(place / "nexus"), "NEXUS_CONCURRENCY": str(IMPORTS)}
    if shop is not None:
        environment["NEXUS_ENDPOINT_WOOCOMMERCE"] = f"{shop.url}/woocommerce/{{host}}"
        environment["NEXUS_ENDPOINT_SHOPIFY"] = shop.endpoint
    made = ours(environment, "prepare", str(IMPORTS if shop else 0))
    return environment, made["secret"]


def ours(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """Run the product's part."""
    return last_line([sys.executable, "-m", "tests.bench.parts.hooks_ours", *words], environment)


@contextlib.contextmanager
def serving(kind: str, environment: dict[str, str]) -> Iterator[int]:
    """A server of this kind in a process of its own; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "tests.bench.parts.hooks_serve", kind, str(port)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, env={**environment, "NEXUS_PORT": str(port)})
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield port
    finally:
        server.stdin.close()
        server.wait(PATIENCE)


def load(port: int, secret: str, *, count: int, start: int, per_second: int = 0) -> dict[str, Any]:
    """Deliver so many webhooks from another process."""
    plan = {"port": port, "path": f"/api/webhooks/woocommerce/{CONNECTION}", "secret": secret, "count": count}
    plan |= {"connections": CONNECTIONS, "start": start, "per_second": per_second}
    return last_line([sys.executable, "-m", "tests.bench.parts.hooks_load", json.dumps(plan)], dict(os.environ))


if __name__ == "__main__":
    main()
