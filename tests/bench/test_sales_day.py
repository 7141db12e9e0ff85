"""The simulated sales day: the seed decides it, the least possible is what latencies leave, and waiting is skipped."""

import asyncio
from datetime import UTC, datetime

from nexus_ui import clock
from tests.bench.parts.sales_day import Day, Market, Plan, Till, Visit, day, least
from tests.bench.parts.skipping import SkippingLoop, day_of

QUICK = (Market("here", answer=2.0, notice=4.0), Market("there", answer=2.0, notice=4.0))
CALM = Plan(skus=1, down=0, down_for=0.0)


def bought(units: int, *visits: tuple[float, int], plan: Plan = CALM) -> dict[str, int]:
    """What comes of these visits (moment, market) where there are so many units of the only SKU."""
    return least(Day(plan, (units,), tuple(Visit(at, market, 0) for at, market in visits)), QUICK)


def test_the_same_seed_makes_the_same_day() -> None:
    """And another seed another one; nobody asks for what a market does not sell."""
    sold_at = [range(0, 40, 2), range(40)]

    assert day(Plan(skus=40), sold_at) == day(Plan(skus=40), sold_at)
    assert day(Plan(skus=40), sold_at).visits != day(Plan(skus=40, seed=8), sold_at).visits
    assert {0} == {visit.sku % 2 for visit in day(Plan(skus=40), sold_at).visits if visit.market == 0}


def test_the_last_unit_is_sold_twice_only_while_nobody_can_know() -> None:
    """Until the webhook has come and half a call has passed; where it was sold it is gone at once."""
    assert {"sold": 2, "twice": 1} == bought(1, (0.0, 0), (4.9, 1))
    assert {"sold": 1, "twice": 0} == bought(1, (0.0, 0), (5.1, 1))
    assert {"sold": 1, "twice": 0} == bought(1, (0.0, 0), (0.1, 0))
    assert {"sold": 2, "twice": 0} == bought(2, (0.0, 0), (1.0, 1))


def test_a_market_that_is_down_tells_and_takes_nothing() -> None:
    """What it sells is known when it is up again, and so long it sells what is gone elsewhere."""
    down = Plan(skus=1, down=0, down_from=100.0, down_for=50.0)

    assert {"sold": 2, "twice": 1} == bought(1, (101.0, 0), (149.0, 1), plan=down)
    assert {"sold": 1, "twice": 0} == bought(1, (101.0, 0), (154.0, 1), plan=down)
    assert {"sold": 2, "twice": 1} == bought(1, (101.0, 1), (149.0, 0), plan=down)


def test_only_what_exceeds_the_units_counts_as_sold_twice() -> None:
    """SKU by SKU; what is left of one does not make up for another."""
    till = Till((1, 5))
    for sku in (0, 0, 0, 1):
        till.sell(sku)

    assert 2 == till.twice()


def test_waiting_is_skipped_and_every_clock_follows() -> None:
    """A day passes; work of threads is done meanwhile, and real bytes cross a real socket in no time."""
    loop, midnight = SkippingLoop(), datetime(2026, 11, 23, tzinfo=UTC)
    seen = []

    async def live() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.25)
            writer.write(await reader.readline())
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        await asyncio.sleep(86_400)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(b"hello\n")
        seen.extend([await reader.readline(), await asyncio.to_thread(clock.utcnow), loop.time(), clock.monotonic()])
        writer.close()
        server.close()

    with day_of(loop, midnight), asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(live())

    assert [b"hello\n", datetime(2026, 11, 24, 0, 0, 0, 250_000, tzinfo=UTC), 86_400.25, 86_400.25] == seen
