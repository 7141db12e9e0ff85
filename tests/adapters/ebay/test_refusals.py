"""eBay's refusals in its own shape, each as the error that says what happens next."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters.ebay.days import until_tomorrow
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    TokenExpired,
    Unavailable,
)
from tests.adapters.counterparts import Counterpart, Journal, collect
from tests.adapters.ebay.scripted import EBAY, adapter_over, item, offer, problem

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
SCOPES = [scope.name for scope in EBAY.scopes]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (problem(403, 1100), PermissionMissing),
        (problem(403, 25_019, "BUSINESS", "The account is restricted"), AccountSuspended),
        (problem(400, 25_001, "BUSINESS", "Selling is suspended"), AccountSuspended),
        (problem(400, 25_706), Surprise),
        (problem(404, 2002), SetupWrong),
        (problem(500, 25_001, "APPLICATION"), Unavailable),
        (httpx.Response(503, text="<html>"), Unavailable),
        (httpx.Response(429, json={"errors": []}, headers={"Retry-After": "900"}), RateLimited),
    ],
)
async def test_a_refusal_says_what_happens_next(answer: httpx.Response, expected: type[NexusError]) -> None:
    """Numbers and categories of the vendor, each with a sentence."""
    with pytest.raises(expected) as raised:
        await collect(adapter_over(lambda _: answer).products(None, None))

    assert raised.value.message.endswith(".")


async def test_an_invalid_token_is_replaced_once_and_then_given_up() -> None:
    """1001 leads to the refresh token; when that does not help, to the seller."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path.endswith("/token"):
            return httpx.Response(200, json={"access_token": "next", "expires_in": 7200})
        return problem(401, 1001, message="Invalid access token")

    with pytest.raises(CredentialsRejected):
        await collect(adapter_over(answer).products(None, None))

    assert 3 == len(asked)


@pytest.mark.parametrize(("scope", "stream"), [(SCOPES[0], "products"), (SCOPES[1], "orders")])
async def test_a_missing_permission_is_named(ebay: Counterpart, scope: str, stream: str) -> None:
    """eBay does not name it; what was asked for tells."""
    ebay.fault("missing_scope", scope=scope)

    async with ebay.open() as adapter:
        with pytest.raises(PermissionMissing) as raised:
            await collect(getattr(adapter, stream)(LONG_AGO, None))

    assert scope == raised.value.scope


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("wrong_key", CredentialsRejected), ("revoked_consent", TokenExpired), ("suspended", AccountSuspended)],
)
async def test_the_simulated_ebay_refuses_like_the_real_one(
    ebay: Counterpart, fault: str, expected: type[NexusError]
) -> None:
    """Each switch ends in the error it plays, for orders as for listings."""
    ebay.fault(fault)

    async with ebay.open() as adapter:
        with pytest.raises(expected):
            await collect(adapter.orders(LONG_AGO, None))


async def test_an_item_whose_offers_are_refused_costs_only_itself() -> None:
    """It is named with eBay's words; an item without an offer is no listing."""
    items = [item(1), item(2), item(3)]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/offer"):
            told: dict[str, Any] = {
                "SKU-1": httpx.Response(200, json={"offers": [offer(1)]}),
                "SKU-2": problem(400, 25_707, message="This is an invalid value for a SKU"),
                "SKU-3": problem(404, 25_713, message="This Offer is not available"),
            }
            found: httpx.Response = told[request.url.params["sku"]]
            return found
        if request.url.path.endswith("/inventory_item"):
            return httpx.Response(200, json={"inventoryItems": items, "total": 3})
        return problem(403, 1100)

    products, bad = await collect(adapter_over(answer).products(None, None))

    assert ["SKU-1"] == [product.ref for product in products]
    assert ["SKU-2"] == [one.ref for one in bad]
    assert "invalid value" in bad[0].reason


async def test_spent_calls_wait_for_the_day_that_ebay_names(ebay: Counterpart) -> None:
    """2001 carries no time: the Analytics API tells it, and the cycle is put off until then."""
    journal = Journal()
    quotas = ebay.shop.private["seller"].quotas
    try:
        quotas.allowed["inventory"] = 0
        async with ebay.open(journal=journal) as adapter:
            with pytest.raises(RateLimited) as raised:
                await collect(adapter.products(None, None))
    finally:
        quotas.allowed["inventory"] = 2_000_000

    assert raised.value.retry_after is not None
    assert abs(until_tomorrow() - raised.value.retry_after) < 30
    assert [429] == [call.status for call in journal.calls if call.operation == "items"]


async def test_a_call_too_fast_is_tried_again_soon(ebay: Counterpart) -> None:
    """The same number while calls are left: a minute is enough."""
    ebay.fault("throttled", match="inventory_item")

    async with ebay.open() as adapter:
        with pytest.raises(RateLimited) as raised:
            await collect(adapter.products(None, None))

    assert 60 == raised.value.retry_after


async def test_spent_calls_wait_for_midnight_when_nobody_tells() -> None:
    """Without an answer of the Analytics API, the day of California counts."""

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(503) if "analytics" in request.url.path else problem(429, 2001)

    noon = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    with clock.set_to(lambda: noon), pytest.raises(RateLimited) as raised:
        await collect(adapter_over(answer).products(None, None))

    assert 12 * 3600 == raised.value.retry_after


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), 24),
        (datetime(2026, 7, 1, 6, 0, tzinfo=UTC), 1),
        (datetime(2026, 11, 1, 7, 30, tzinfo=UTC), 24.5),
        (datetime(2026, 3, 8, 8, 30, tzinfo=UTC), 22.5),
    ],
)
def test_ebays_day_ends_at_midnight_in_california(now: datetime, hours: float) -> None:
    """Also when the clocks change there."""
    with clock.set_to(lambda: now):
        assert hours * 3600 == until_tomorrow()
