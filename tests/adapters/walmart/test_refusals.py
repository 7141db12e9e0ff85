"""What Walmart says when it says no, in the vendor's shapes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.walmart.refusals import NotEnrolled, NothingThere, ThisOneRefused, judge_token, judging
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    Unavailable,
)
from tests.adapters.counterparts import Counterpart, Journal, collect
from tests.adapters.walmart.scripted import adapter_over, problem

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
UNAUTHORISED = "UNAUTHORIZED.GMP_GATEWAY_API"


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    """An answer at a given moment."""
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    raw = body if isinstance(body, bytes) else msgspec.json.encode(body or {})
    return Answer(status, named, raw, NOW)


def told(code: str, words: str = "No.") -> dict[str, Any]:
    """A refusal of one of the services."""
    return {"errors": [{"code": code, "description": words}]}


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, told("INVALID_REQUEST_PARAM.GMP_ITEM_QUERY_API"), ThisOneRefused),
        (401, told(UNAUTHORISED), CredentialsRejected),
        (401, told(UNAUTHORISED, "Program Eligibility is not enabled for this seller."), NotEnrolled),
        (403, told("FORBIDDEN.GMP_GATEWAY_API"), PermissionMissing),
        (404, told("CONTENT_NOT_FOUND.GMP_ITEM_QUERY_API"), NothingThere),
        (404, told("CONTENT_NOT_FOUND.GMP_GATEWAY_API"), SetupWrong),
        (406, told("INVALID_ACCEPT_TYPE"), Surprise),
        (415, told("UNSUPPORTED_MEDIA_TYPE"), Surprise),
        (413, {}, ThisOneRefused),
        (423, told("RESOURCE_IS_LOCKED.GMP_RECEIVER_API"), Unavailable),
        (429, told("REQUEST_THRESHOLD_VIOLATED.GMP_GATEWAY_API"), RateLimited),
    ],
)
def test_each_refusal_says_what_happens_next(status: int, body: Any, expected: type[NexusError]) -> None:
    """By status, and where two things share one, by Walmart's code or words."""
    error = judging("item")(answer(status, body))

    assert expected is type(error)
    assert error is not None
    assert error.message.endswith(".")


@pytest.mark.parametrize("status", [404, 500, 503, 520])
def test_what_is_left_to_the_kits_table(status: int) -> None:
    """An unknown address without a code, and trouble on their side."""
    assert judging("item")(answer(status, b"<html>", content_type="text/html")) is None


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"code": "A.B", "message": "Not like this"}]},
        {"error": [{"code": "A.B", "info": "Not like this."}]},
        {"errors": {"error": [{"code": "A.B", "description": "Not like this."}]}},
        b'<?xml version="1.0"?><ns2:errors xmlns:ns2="x"><ns2:error><ns2:code>A.B</ns2:code>'
        b"<ns2:description>Not like this.</ns2:description></ns2:error></ns2:errors>",
    ],
)
def test_every_shape_of_refusal_is_understood(body: Any) -> None:
    """The list has three names, and the gateway may answer XML."""
    refusal = judging("item")(answer(400, body))

    assert isinstance(refusal, ThisOneRefused)
    assert "Walmart refused the request: Not like this." == refusal.message
    assert "A.B" == refusal.code


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"errors": []}', b'{"error": "invalid_client"}', b"oops"])
def test_a_refusal_without_words_is_said_to_be_one(body: bytes) -> None:
    """Whatever was sent, a sentence comes of it."""
    refusal = judging("item")(answer(400, body))

    assert refusal is not None
    assert "it does not say why." in refusal.message


@pytest.mark.parametrize("status", [400, 401, 403])
def test_wrong_keys_are_refused_in_several_ways(status: int) -> None:
    """The token endpoint answers wrong keys with 400 too."""
    assert CredentialsRejected is type(judge_token(answer(status, told("INVALID_REQUEST_HEADER.GMP_GATEWAY_API"))))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7", "x_next_replenishment_time": "1"}, 7),
        ({"x_next_replenishment_time": str(round(NOW.timestamp() * 1000) + 4_500)}, 4.5),
        ({"x_next_replenish_time": str(round(NOW.timestamp()) + 30)}, 30),
        ({"x_next_replenishment_time": (NOW + timedelta(seconds=9)).isoformat()}, 9),
        ({"x_next_replenishment_time": "soon"}, None),
        ({"x_next_replenishment_time": "9" * 400}, None),
        ({"x_next_replenishment_time": "1"}, None),
        ({}, None),
    ],
)
def test_the_time_of_the_next_calls_is_read_in_every_spelling(headers: dict[str, str], seconds: float | None) -> None:
    """Both names of the header; milliseconds, seconds or a date; nonsense and the past count not at all."""
    refusal = judging("item")(answer(429, **headers))

    assert isinstance(refusal, RateLimited)
    assert seconds == refusal.retry_after


async def test_a_closed_account_is_told_from_a_missing_right() -> None:
    """403 means both; the seller's profile tells which."""

    def answering(status: str) -> Any:
        profile = {
            "partner": {"partnerId": "1"},
            "configurations": [{"configurationName": "ACCOUNT", "configuration": {"status": status}}],
        }

        def answer_one(request: httpx.Request) -> httpx.Response:
            if request.url.path.endswith("partnerprofile"):
                return httpx.Response(200, json=profile)
            return problem(403, "FORBIDDEN.GMP_GATEWAY_API", name="error")

        return adapter_over(answer_one)

    for status, expected in (("ACTIVE", PermissionMissing), ("SUSPENDED", AccountSuspended)):
        with pytest.raises(expected):
            await collect(answering(status).products(None, None))


async def test_a_missing_right_stays_one_where_the_profile_is_closed_too() -> None:
    """Nothing is made up from a second refusal."""
    with pytest.raises(PermissionMissing) as raised:
        await collect(adapter_over(lambda _: problem(403, "FORBIDDEN.GMP_GATEWAY_API")).orders(NOW, None))

    assert "orders" == raised.value.scope


async def test_walmarts_own_throttle_is_waited_out_as_long_as_it_says(walmart: Counterpart) -> None:
    """429 without Retry-After, with the time of the next call in milliseconds."""
    journal = Journal()
    walmart.fault("throttled", times=1, on="api", seconds=0.4)

    async with walmart.open(journal=journal) as adapter:
        await collect(adapter.products(None, None))

    assert 1 == len(journal.waits) == journal.resumes
    assert [429] == [call.status for call in journal.calls if call.status != 200]


@pytest.mark.parametrize(
    ("granted", "state"), [("full_access", "pass"), ("view_only", "fail"), ("no_access", "fail"), ("", "unknown")]
)
async def test_the_token_tells_whether_it_may_write(walmart: Counterpart, granted: str, state: str) -> None:
    """Walmart offers no way to try a write; what the token says of itself counts."""
    from nexus_ui.adapters.walmart.preflight import _may_write

    check = _may_write(granted)

    assert state == check.state.value
    assert check.proof.endswith(".")
    assert bool(check.fix) == (state == "fail")


async def test_an_account_that_sells_is_usable(walmart: Counterpart) -> None:
    """The table of Test Connection against the simulated account."""
    async with walmart.open() as adapter:
        account = await adapter.verify()

    assert ("10000004040", "Demo Seller", "USD", 180) == (
        account.account_id,
        account.name,
        account.currency,
        account.orders_reach_days,
    )
    assert {"sign_in", "products", "orders", "inventory", "set_stock", "clock", "orders_reach"} == {
        check.name for check in account.checks
    }
    assert account.usable
