"""One sales day in a process of its own: simulated marketplaces, the product's door and its engine on one loop.

`python -m tests.bench.parts.trading ours|polling '{"seed": 7}'` prints one JSON line. Everything goes over real HTTP
and into a real database; only the waiting is skipped.
"""

import asyncio
import contextlib
import json
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text
from starlette.applications import Starlette

from nexus_ui import children, settings
from nexus_ui.clock import utcnow
from nexus_ui.flows import endpoints, sync
from nexus_ui.flows.heed import Heeding
from nexus_ui.flows.push import Pushing
from nexus_ui.flows.writing import stored
from nexus_ui.sandbox.courier import asked
from nexus_ui.storage import upgrades
from nexus_ui.storage.database import reading, writing
from nexus_ui.web import routes
from tests.bench.parts.doors import serving
from tests.bench.parts.markets import Markets
from tests.bench.parts.sales_day import DAY, HOUR, MARKETS, Plan, Till, day
from tests.bench.parts.skipping import SkippingLoop, day_of
from tests.engine.connecting import connect

BEGINS = datetime(2026, 11, 22, 23, tzinfo=UTC)
OPENING = HOUR
NEVER = datetime.max.replace(tzinfo=UTC)
SETTLING = 2 * HOUR
TICK, ROUND, LONGEST_NAP = 0.5, 900.0, 30.0
DUE = """
SELECT 'sync', min(next_sync_at) FROM connections WHERE cycle_id IS NULL
UNION ALL SELECT 'stock', min(at) FROM (SELECT due_at AS at FROM stock_due UNION ALL SELECT check_at FROM pushes)
UNION ALL SELECT 'webhooks', min(due_at) FROM webhook_deliveries WHERE state = 'kept'
"""


class Trade:
    """The day: buyers come, the engine works, and what is sold is counted."""

    def __init__(self, way: str, plan: Plan, loop: SkippingLoop) -> None:
        """Not begun."""
        self.way, self.plan, self.loop = way, plan, loop
        self.market = Markets(plan, lambda: utcnow().timestamp(), webhooks=way == "ours")
        self.that = day(plan, self.market.sold_at)
        self.market.stock(self.that)
        self.till = Till(self.that.units)
        self.stirred = asyncio.Event()
        self.door = (routes.around(Starlette()), settings.current().port, self.stirred)
        self.pushing, self.heeding = Pushing(), Heeding()
        self.cycles: set[asyncio.Task[Any]] = set()

    async def run(self) -> dict[str, Any]:
        """From the first import to the count after midnight."""
        async with serving(self.market.app, 0, self.stirred) as sandbox, serving(*self.door):
            children.remember_port(settings.current().home, sandbox)
            ids = await self._opened()
            engine = asyncio.create_task(self._ours() if self.way == "ours" else self._polling(ids))
            await asyncio.gather(self._buyers(), self._outage())
            await self._until(DAY + SETTLING)
            engine.cancel()
            await asyncio.gather(engine, return_exceptions=True)
            await asyncio.gather(*self.cycles, return_exceptions=True)
            await self.heeding.stop()
            await self.pushing.stop()
        return self._counted()

    async def _opened(self) -> list[str]:
        """Every market connected and read once; a person has looked at the first numbers."""
        ids = []
        for market in MARKETS:
            ids.append(connect(market.slug, lookback_days=7, interval_minutes=60))
            with writing() as session:
                endpoints.expect(session, ids[-1], market.slug)
        await self._cycle()
        with writing() as session:
            session.execute(text("UPDATE connections SET push_approved_at = changed_at"))
        await self._until(0)
        return ids

    async def _ours(self) -> None:
        """What a worker does twice a second, left out where a look into the tables says that nothing is due."""
        while True:
            now, waits = utcnow(), _waiting()
            if waits["sync"] <= now:
                await self._cycle(wait=False)
            if waits["webhooks"] <= now:
                await self.heeding.start_due()
            if waits["stock"] <= now:
                await self.pushing.start_due()
            await self._nap(min(waits.values()))

    async def _polling(self, ids: list[str]) -> None:
        """Every fifteen minutes: read every connection, then publish what is to be published; nothing in between."""
        while True:
            for connection_id in ids:
                await stored(sync.nudge, connection_id, "schedule")
            await self._cycle()
            await self._published()
            await self._until((self._now() // ROUND + 1) * ROUND)

    async def _published(self) -> None:
        """Publish until nothing is due."""
        while True:
            await self.pushing.start_due()
            running = [task for task in asyncio.all_tasks() if task.get_name().startswith("stock of ")]
            if not running:
                return
            await asyncio.wait(running)

    async def _cycle(self, wait: bool = True) -> None:
        """Start every cycle that is due."""
        for claim in await stored(sync.claim, "benchmark", len(MARKETS)):
            task = asyncio.create_task(sync.run(claim.connection_id, claim.cycle_id))
            self.cycles.add(task)
            task.add_done_callback(self.cycles.discard)
        if wait and self.cycles:
            await asyncio.wait(self.cycles)

    async def _nap(self, due: datetime) -> None:
        """Until the next tick at which something can be due."""
        wait = min(LONGEST_NAP, max(0.0, (due - utcnow()).total_seconds()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.stirred.wait(), wait)
        self.stirred.clear()
        await asyncio.sleep(TICK - self.loop.time() % TICK)

    async def _buyers(self) -> None:
        for visit in self.that.visits:
            await self._until(visit.at)
            if self.market.shows(visit.market, visit.sku) > 0:
                self.market.shops[visit.market].place_order([(visit.sku, 0, 1)])
                self.till.sell(visit.sku)
                self.stirred.set()

    async def _outage(self) -> None:
        for at, begins in ((self.plan.down_from, True), (self.plan.up_at, False)):
            await self._until(at)
            self.market.outage(self.plan.down, begins)

    def _now(self) -> float:
        """Seconds since midnight."""
        return self.loop.time() - OPENING

    async def _until(self, at: float) -> None:
        await asyncio.sleep(max(0.0, at - self._now()))

    def _counted(self) -> dict[str, Any]:
        """What was sold, twice or not, and what the engine wrote down."""
        wrong = 0
        for market, skus in enumerate(self.market.sold_at):
            for sku in skus:
                left = max(0, self.that.units[sku] - self.till.sold[sku])
                wrong += self.market.shows(market, sku) != left
        calls = Counter(call.status for call in self.market.world.calls.find("", "", 0))
        with reading() as session:
            told = {name: session.execute(text(query)).all() for name, query in COUNTS.items()}
        return {
            "sold_at": self.market.sold_at,
            "units": sum(self.that.units),
            "visits": len(self.that.visits),
            "sold": sum(self.till.sold),
            "twice": self.till.twice(),
            "wrong_at_the_end": wrong,
            "calls": self.market.world.calls.total,
            "refused": calls[429],
            **{name: {row[0]: row[1] for row in rows} for name, rows in told.items()},
        }


def _waiting() -> dict[str, datetime]:
    """When something of each kind is due."""
    with reading() as session:
        found = session.execute(text(DUE)).all()
    return {kind: NEVER if at is None else datetime.fromisoformat(at).replace(tzinfo=UTC) for kind, at in found}


COUNTS = {
    "receipts": "SELECT state, count(*) FROM stock_receipts GROUP BY state",
    "pushes": "SELECT state, count(*) FROM pushes GROUP BY state",
    "cycles": "SELECT outcome, count(*) FROM cycles GROUP BY outcome",
}


def main(way: str, plan: Plan) -> dict[str, Any]:
    """Run the day in a database of its own."""
    random.seed(plan.seed)
    upgrades.upgrade()
    loop = SkippingLoop(aside=[asked])
    began = time.perf_counter()
    with day_of(loop, BEGINS), asyncio.Runner(loop_factory=lambda: loop) as runner:

        async def go() -> dict[str, Any]:
            return await Trade(way, plan, loop).run()

        found = runner.run(go())
    return {**found, "seconds": round(time.perf_counter() - began, 1)}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], Plan(**json.loads(sys.argv[2])))))
