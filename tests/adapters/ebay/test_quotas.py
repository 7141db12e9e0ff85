"""The app's quotas: asked for once an hour, spent by all its connections, and not overspent."""

import httpx
import pytest

from nexus_ui.adapters.ebay import quotas
from nexus_ui.adapters.ebay.listing import AT_ONCE
from nexus_ui.adapters.ebay.quotas import Quotas
from nexus_ui.adapters.kit.limits import Bucket, Budget
from nexus_ui.errors import RateLimited
from tests.adapters.counterparts import Counterpart, Journal, Ring, collect
from tests.adapters.ebay.scripted import EBAY, http_over


def looks(journal: Journal) -> int:
    """How often the quotas were asked for."""
    return sum(call.operation == "rate limits" for call in journal.calls)


async def test_an_app_is_looked_at_once_an_hour(ebay: Counterpart) -> None:
    """Whatever number of connections and cycles it has."""
    journal = Journal()
    for site in ("EBAY_DE", "EBAY_GB"):
        async with ebay.open({"site": site}, journal=journal) as adapter:
            await collect(adapter.inventory(None, None))

    assert 1 == looks(journal)


async def test_what_is_left_is_spent_and_no_more(ebay: Counterpart) -> None:
    """A small quota is learned from the first page on; both sites share it, and eBay never has to refuse."""
    counted = ebay.shop.private["seller"].quotas
    journal, waits = Journal(), list[float]()
    counted.allowed["inventory"] = counted.allowed["inventory"] - counted.left("inventory") + 100
    try:
        for site in ("EBAY_DE", "EBAY_GB"):
            async with ebay.open({"site": site}, journal=journal) as adapter:
                with pytest.raises(RateLimited) as raised:
                    await collect(adapter.products(None, None))
                waits.append(raised.value.retry_after or 0)
        left = counted.left("inventory")
    finally:
        counted.allowed["inventory"] = 2_000_000

    assert 0 <= left < AT_ONCE
    assert min(waits) > 60
    assert 0 == sum(call.status == 429 for call in journal.calls)


async def test_the_tightest_window_counts() -> None:
    """Names in any case, several resources, and windows that make no sense are borne."""
    told = {
        "rateLimits": [
            {
                "apiContext": "sell",
                "apiName": "Inventory",
                "resources": [
                    {"name": "a", "rates": [{"limit": 100, "remaining": 40, "reset": "2099-01-01T00:00:00.000Z"}]},
                    {"name": "b", "rates": [{"limit": 50, "remaining": 30, "reset": "2099-01-01T00:00:00.000Z"}]},
                    {"name": "c", "rates": [{"limit": 7}, {}]},
                    {"name": "d"},
                ],
            },
            {"apiName": "metadata", "resources": []},
        ]
    }

    def answer(request: httpx.Request) -> httpx.Response:
        token = {"access_token": "app", "expires_in": 7200}
        return httpx.Response(200, json=token if request.url.path.endswith("/token") else told)

    found = await Quotas(http_over(answer), Ring(EBAY.sandbox_fields)).look()

    assert {quotas.LISTINGS} == set(found)
    assert (50, 30) == (found[quotas.LISTINGS].limit, found[quotas.LISTINGS].left)


async def test_no_quota_told_is_none_learned() -> None:
    """204, refusals and nonsense leave the budget as it was."""
    for status, body in ((204, ""), (403, "{}"), (200, "{}"), (200, "[]"), (500, "")):

        def answer(request: httpx.Request, status: int = status, body: str = body) -> httpx.Response:
            if request.url.path.endswith("/token"):
                return httpx.Response(200, json={"access_token": "app", "expires_in": 7200})
            return httpx.Response(status, text=body, headers={"Content-Type": "application/json"})

        assert {} == await Quotas(http_over(answer), Ring(EBAY.sandbox_fields)).look()


async def test_listings_and_orders_have_budgets_of_their_own() -> None:
    """Spending one leaves the other."""
    budget = Budget({limit.operation: Bucket(limit.burst, limit.per_second) for limit in EBAY.limits})
    budget.learn_window(quotas.ORDERS, limit=10, left=0, seconds=1000)

    assert budget.expected_wait(quotas.ORDERS, 1) > 900
    assert 0 == budget.expected_wait("items", 1) == budget.expected_wait("offers", 1)
