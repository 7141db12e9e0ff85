"""One cycle of the product, in a process of its own so that its time and memory are its own. Prints one JSON line.

`python -m tests.bench.parts.ours connect <token>` makes the connection; `… sync` runs one cycle of it; `… whole`
runs one that reads everything again, as if nothing had been read before.
"""

import asyncio
import json
import resource
import sys
import time
from dataclasses import replace

from sqlalchemy import text

from nexus_ui.flows import connect, manage, sync
from nexus_ui.storage import connections, upgrades
from nexus_ui.storage.database import reading, writing
from nexus_ui.worker import runner

PERSON = "per_benchmark"
YEAR = 365


def make_connection(token: str) -> dict[str, object]:
    """Connect the sandbox's demo shop with a pasted token, as the wizard would."""
    upgrades.upgrade()
    values = {"shop_domain": "demo.myshopify.com", "access_token": token}
    tested = asyncio.run(connect.test(PERSON, "shopify", "token", values))
    if not tested.passed:
        raise SystemExit(f"the test did not pass: {tested.message}")
    made = connect.save(tested.draft_id, PERSON, "Benchmark")
    manage.change_settings(made, PERSON, replace(connections.get(made).settings, lookback_days=YEAR))
    return {"connection": made}


def forget_cursors() -> None:
    """Let the next cycle begin at the beginning."""
    with writing() as session:
        session.connection().execute(text("DELETE FROM stream_cursors"))


def one_cycle() -> dict[str, object]:
    """Claim and run one cycle; what was read and written, how long it took, and the most memory it held."""
    with reading() as session:
        rows = session.connection().execute(text("SELECT id, first_cycle_done FROM connections"))
        ((connection, ran_before),) = rows.all()
    if ran_before:
        sync.request(connection, PERSON)
    (claim,) = sync.claim("benchmark", 1)
    with runner() as loop:
        began = time.perf_counter()
        outcome = loop.run(sync.run(claim.connection_id, claim.cycle_id))
        seconds = time.perf_counter() - began
    with reading() as session:
        row = session.connection().execute(text("SELECT * FROM cycles WHERE id = :id"), {"id": claim.cycle_id})
        cycle = row.mappings().one()
    return {
        "outcome": outcome,
        "error": cycle["error_message"],
        "records": cycle["products"] + cycle["orders"],
        "written": cycle["written"],
        "calls": cycle["calls"],
        "seconds": round(seconds, 3),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def main(word: str, *arguments: str) -> dict[str, object]:
    """Do what the word says."""
    if word == "connect":
        return make_connection(*arguments)
    if word == "whole":
        forget_cursors()
    return one_cycle()


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
