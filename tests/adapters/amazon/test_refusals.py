"""What Amazon's refusals mean, one by one, and how its rates are learned and kept to."""

from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.amazon.refusals import Denied, ThisOneRefused, TokenRefused, judge, judge_document, judge_token
from nexus_ui.adapters.amazon.usage import LISTINGS, ORDERS, PLANS
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    TokenExpired,
    Unavailable,
)
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    """An answer of Amazon."""
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return Answer(status, named, msgspec.json.encode(body or {}), datetime.now(UTC))


def answered(status: int, body: Any = None, **headers: str) -> NexusError | None:
    """What an answer to an operation of one call a second means."""
    return judge(answer(status, body, **headers), 1.0)


def denial(details: str) -> dict[str, Any]:
    """The body of Amazon's 403."""
    message = "Access to requested resource is denied."
    return {"errors": [{"code": "Unauthorized", "message": message, "details": details}]}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, {"errors": [{"code": "InvalidInput", "message": "Invalid Input"}]}, ThisOneRefused),
        (404, {"errors": [{"code": "NOT_FOUND", "message": "SKU not found."}]}, ThisOneRefused),
        (403, denial("The access token you provided has expired."), TokenRefused),
        (403, denial("The access token you provided is revoked, malformed or invalid."), TokenRefused),
        (401, denial("Access token is missing in the request header."), TokenRefused),
        (403, denial(""), Denied),
        (401, {}, Denied),
        (429, {"errors": [{"code": "QuotaExceeded", "message": "You exceeded your quota."}]}, RateLimited),
        (500, {"errors": [{"code": "InternalFailure", "message": "We encountered an internal error."}]}, type(None)),
        (503, {"errors": [{"code": "ServiceUnavailable", "message": "Service is unavailable."}]}, type(None)),
        (200, {}, type(None)),
    ],
)
def test_a_refusal_says_what_happens_next(status: int, body: dict[str, Any], expected: type) -> None:
    """By status, and where one status means two things, by Amazon's words; outages are the kit's."""
    error = answered(status, body)

    assert expected is type(error)
    assert error is None or error.message.endswith(".")


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (400, "invalid_grant", TokenExpired),
        (401, "invalid_client", CredentialsRejected),
        (400, "unauthorized_client", CredentialsRejected),
        (400, "invalid_request", CredentialsRejected),
        (503, "", type(None)),
    ],
)
def test_login_with_amazon_says_whose_fault_it_is(status: int, error: str, expected: type) -> None:
    """An ended consent asks to reconnect, a wrong secret for the keys; an outage is the kit's."""
    assert expected is type(judge_token(answer(status, {"error": error})))


def test_a_document_that_came_too_late_may_be_tried_again() -> None:
    """The storage's 403 is no missing permission."""
    assert isinstance(judge_document(answer(403)), Unavailable)
    assert judge_document(answer(200)) is None


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"errors":"Too many requests"}', b'{"errors":[{"code":1}]}'])
def test_a_refusal_in_another_shape_is_still_one(body: bytes) -> None:
    """What cannot be read says nothing, and breaks nothing."""
    told = judge(Answer(400, httpx.Headers(), body, datetime.now(UTC)), 1.0)

    assert told is not None
    assert "does not say why." in told.message


def test_a_throttle_waits_for_one_call_of_its_operation() -> None:
    """Amazon promises no Retry-After; where it gives one, that counts."""
    waits = [judge(answer(429), PLANS[operation].per_second) for operation in (ORDERS, LISTINGS)]
    told = answered(429, retry_after="7")

    assert [True, True] == [
        isinstance(wait, RateLimited) and low <= (wait.retry_after or 0) <= 1.5 * low + 1
        for wait, low in zip(waits, (178.0, 0.2), strict=True)
    ]
    assert isinstance(told, RateLimited)
    assert 7 == told.retry_after


async def test_a_missing_role_is_named(amazon: Counterpart) -> None:
    """Each operation knows the role it needs."""
    for role, stream in (
        ("Product Listing", lambda it: it.products(None, None)),
        ("Inventory and Order Tracking", lambda it: it.orders(datetime(2026, 1, 1, tzinfo=UTC), None)),
        ("Amazon Fulfillment", lambda it: it.inventory(None, None)),
    ):
        amazon.fault("missing_scope", scope=role)
        async with amazon.open() as adapter:
            with pytest.raises(PermissionMissing) as raised:
                await collect(stream(adapter))
        amazon.shop.faults.switch_off()

        assert role == raised.value.scope
        assert role in raised.value.message


async def test_a_suspended_account_is_told_from_a_missing_role(amazon: Counterpart) -> None:
    """Both are denied alike; the list of stores tells them apart."""
    amazon.fault("suspended")

    async with amazon.open() as adapter:
        with pytest.raises(AccountSuspended):
            await collect(adapter.orders(datetime(2026, 1, 1, tzinfo=UTC), None))


async def test_the_accounts_own_rate_is_learned_from_replies() -> None:
    """Thirteen pages at five a second would take two seconds; a reply that allows more is believed."""
    with run_in_thread(World(Options(products=260, orders=0, limits=False))) as running:
        journal = Journal()
        async with counterpart_of_amazon(running).open(journal=journal) as adapter:
            await collect(adapter.products(None, None))
            limiter = adapter._api.http.limiter
            bucket = limiter.bucket(LISTINGS)

    assert 13 == sum(call.operation == LISTINGS for call in journal.calls)
    assert 1_000 == bucket.per_second
    assert 4 == bucket.burst


async def test_no_call_is_refused_while_the_budget_is_kept_to() -> None:
    """With Amazon's limits on: the test, every listing, what Amazon holds and a sweep of orders, without a 429."""
    with run_in_thread(World(Options(products=400, orders=300))) as running:
        journal = Journal()
        async with counterpart_of_amazon(running).open(journal=journal) as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            orders, _ = await collect(adapter.orders(datetime(2020, 1, 1, tzinfo=UTC), None))
            await collect(adapter.inventory(None, None))

    assert (400, 300) == (len(products), len(orders))
    assert 0 == sum(call.status == 429 for call in journal.calls)
    assert 3 == sum(call.operation == ORDERS for call in journal.calls)


async def test_a_spent_search_budget_is_handed_on_with_its_time() -> None:
    """The twentieth search (one is kept in hand) would wait three minutes, so a short patience ends the attempt."""
    with run_in_thread(World(Options(products=10, orders=5))) as running:
        amazon, journal = counterpart_of_amazon(running), Journal()
        async with amazon.open(journal=journal) as adapter:
            for _ in range(19):
                await collect(adapter.orders(datetime(2020, 1, 1, tzinfo=UTC), None))
            with pytest.raises(RateLimited) as raised:
                await collect(adapter.orders(datetime(2020, 1, 1, tzinfo=UTC), None))

    assert 19 == sum(call.operation == ORDERS for call in journal.calls)
    assert raised.value.retry_after is not None
    assert 100 < raised.value.retry_after <= 179


def counterpart_of_amazon(running: Running) -> Counterpart:
    """Amazon's counterpart in a sandbox."""
    return counterpart_of(CATALOGUE["amazon"], running)
