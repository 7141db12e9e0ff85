"""Shopify, fourth step: every way it says no."""

from typing import Any

import httpx
import msgspec
import pytest

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.shopify import wire
from nexus_ui.adapters.shopify.refusals import BadCursor, TooExpensive, from_errors, judge, judge_token
from nexus_ui.clock import utcnow
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

COST = {
    "cost": {
        "requestedQueryCost": 600,
        "actualQueryCost": None,
        "throttleStatus": {"maximumAvailable": 2000.0, "currentlyAvailable": 100, "restoreRate": 100.0},
    }
}


def answer(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    """An answer as the transport hands it over."""
    return Answer(status, httpx.Headers(headers), msgspec.json.encode(body), utcnow())


def errors(code: str, message: str = "No", **more: Any) -> NexusError | None:
    """What a 200 with this error means."""
    body = {"errors": [{"message": message, "extensions": {"code": code}}], **more}
    return from_errors(msgspec.json.decode(msgspec.json.encode(body), type=wire.Problem))


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        (401, "[API] Invalid API key or access token (unrecognized login or wrong password)", CredentialsRejected),
        (402, "Unavailable Shop", AccountSuspended),
        (403, "[API] This action requires merchant approval for read_orders scope.", PermissionMissing),
        (404, "Not Found", SetupWrong),
        (423, "Unavailable Shop", AccountSuspended),
        (429, "Too many", RateLimited),
    ],
)
def test_a_status_has_its_error(status: int, said: str, expected: type[NexusError]) -> None:
    """Shopify's own sentence is not needed to tell them apart."""
    found = judge(answer(status, {"errors": said}))

    assert expected is type(found)


def test_a_403_names_the_scope() -> None:
    """The permission is read from Shopify's sentence."""
    said = "[API] This action requires merchant approval for read_orders scope."
    found = judge(answer(403, {"errors": said}))

    assert isinstance(found, PermissionMissing)
    assert "read_orders" == found.scope


def test_access_denied_at_200_names_the_scope() -> None:
    """The same refusal inside GraphQL."""
    found = errors("ACCESS_DENIED", "Access denied for orders field. Required access: `read_orders` access scope.")

    assert isinstance(found, PermissionMissing)
    assert "read_orders" == found.scope
    assert "read_orders" in found.message


@pytest.mark.parametrize(
    ("code", "message", "expected"),
    [
        ("MAX_COST_EXCEEDED", "Query cost is 1200", TooExpensive),
        ("SHOP_INACTIVE", "Shop is inactive", AccountSuspended),
        ("INTERNAL_SERVER_ERROR", "Internal error", Unavailable),
        ("TIMEOUT", "Timed out", Unavailable),
        ("BAD_REQUEST", "Invalid cursor for current pagination sort.", BadCursor),
        ("undefinedField", "Field 'x' doesn't exist on type 'Product'", Surprise),
        ("", "Something else", Surprise),
    ],
)
def test_an_error_inside_a_good_status_has_its_class(code: str, message: str, expected: type[NexusError]) -> None:
    """GraphQL answers 200 to nearly everything."""
    assert expected is type(errors(code, message))


@pytest.mark.parametrize("at", [200, 429])
def test_a_throttle_waits_until_the_bucket_holds_enough(at: int) -> None:
    """(requested - available) / restore rate, whichever status carries it."""
    body = {"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": COST}
    found = judge(answer(429, body)) if at == 429 else errors("THROTTLED", extensions=COST)

    assert isinstance(found, RateLimited)
    assert 5.0 == found.retry_after


def test_retry_after_wins_over_the_bucket() -> None:
    """What the header asks for is what is done."""
    found = judge(answer(429, {"errors": "Throttled", "extensions": COST}, {"Retry-After": "9"}))

    assert isinstance(found, RateLimited)
    assert 9.0 == found.retry_after


def test_no_error_is_none() -> None:
    """A good answer is no refusal."""
    assert judge(answer(200, {"data": {}})) is None
    assert from_errors(wire.Reply(data={})) is None


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (400, "invalid_grant", TokenExpired),
        (400, "invalid_request", TokenExpired),
        (401, "invalid_client", CredentialsRejected),
        (400, "invalid_client", CredentialsRejected),
        (400, "shop_not_permitted", CredentialsRejected),
        (400, "application_cannot_be_found", CredentialsRejected),
        (402, "", AccountSuspended),
        (404, "", SetupWrong),
    ],
)
def test_a_refused_token_request_says_what_to_do(status: int, error: str, expected: type[NexusError]) -> None:
    """Ended access asks to reconnect, wrong keys ask for keys."""
    assert expected is type(judge_token(answer(status, {"error": error})))


def test_a_token_refusal_that_is_no_json_is_still_a_refusal() -> None:
    """A web page at the token endpoint does not crash the reading of it."""
    page = Answer(400, httpx.Headers(), b"<html>Oauth error</html>", utcnow())

    assert isinstance(judge_token(page), CredentialsRejected)
