"""Spending the budget by what the replies say."""

import time
from typing import Any

import httpx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, Link
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Bucket, Budget, forget_all
from nexus_ui.adapters.walmart.api import LIMITS, Api
from nexus_ui.adapters.walmart.refusals import ITEMS
from nexus_ui.sandbox.server import run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import QUICK, Journal, Ring, collect, counterpart_of

WALMART = CATALOGUE["walmart"]


def asking(headers: dict[str, str]) -> tuple[Api, Budget]:
    """An account whose replies say this, and its budget."""
    budget = Budget({limit.operation: Bucket(limit.burst, limit.per_second) for limit in LIMITS})
    http = Http(
        client=httpx.AsyncClient(
            transport=httpx.MockTransport(lambda _: httpx.Response(200, json={}, headers=headers))
        ),
        base_url="https://marketplace.walmartapis.com",
        watcher=Journal(),
        limiter=budget,
        mask=lambda text: text,
        retry=QUICK,
    )
    adapter: Any = WALMART.build(Link(http, Ring({**WALMART.sandbox_fields, ACCESS_TOKEN: "good"})))
    return adapter._api, budget


async def ask(api: Api) -> None:
    """One call for items."""
    await api.get("/v3/items", "items", ITEMS, lambda answer: answer)


async def test_a_reply_tells_how_many_calls_are_left() -> None:
    """Other programs of the seller's spend from the same bucket."""
    api, budget = asking({"X-Current-Token-Count": "12"})
    await ask(api)

    bucket = budget.bucket("items")
    assert bucket is not None
    assert 12 <= bucket.available() < 13
    assert 60 == bucket.burst


async def test_a_larger_bucket_than_declared_is_believed() -> None:
    """A seller of a higher tier."""
    api, budget = asking({"x-current-token-count": "899"})
    await ask(api)

    assert 900 == budget.burst("items")


async def test_an_empty_bucket_is_left_alone_until_the_time_it_tells() -> None:
    """Nothing is sent only to be refused."""
    moment = str(round((time.time() + 40) * 1000))
    api, budget = asking({"x-current-token-count": "0", "x-next-replenishment-time": moment})
    await ask(api)

    assert 38 < budget.expected_wait("items", 1) < 41
    assert 0 == budget.expected_wait("orders", 1)


async def test_replies_that_say_nothing_leave_the_declared_budget() -> None:
    """Or nonsense."""
    for headers in ({}, {"x-current-token-count": "many"}):
        api, budget = asking(headers)
        await ask(api)

        assert 0 == budget.expected_wait("items", 58)


async def test_a_whole_cycle_is_never_refused() -> None:
    """Against the simulated budgets: test, 200 items with their stock, and what Walmart holds."""
    with run_in_thread(World(Options(products=200, orders=60))) as running:
        walmart, journal = counterpart_of(WALMART, running), Journal()
        async with walmart.open(journal=journal) as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            await collect(adapter.inventory(None, None))
    forget_all()

    assert 200 == len(products)
    assert {200} == {call.status for call in journal.calls}
    assert [] == journal.waits
