"""Signing in: one access token for many calls, replaced before its end, and what a refusal means."""

from datetime import timedelta

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN, REFRESH_EXPIRES_AT, REFRESH_TOKEN
from nexus_ui.adapters.ebay import tokens
from nexus_ui.adapters.kit.auth import expiry
from nexus_ui.errors import CredentialsRejected, NexusError, PermissionMissing, Surprise, TokenExpired, Unavailable
from tests.adapters.counterparts import Counterpart, Journal, Ring, collect
from tests.adapters.ebay.scripted import EBAY, http_over


async def test_one_token_serves_all_calls(ebay: Counterpart) -> None:
    """The refresh token brings one access token of two hours; the app's own is asked for once."""
    ring, journal = Ring(EBAY.sandbox_fields), Journal()

    async with ebay.open(ring=ring, journal=journal) as adapter:
        await collect(adapter.products(None, None))
        await collect(adapter.orders(clock.utcnow() - timedelta(days=90), None))
    asked = [call.operation for call in journal.calls if call.operation.startswith("token")]
    ends = expiry(ring.held[ACCESS_EXPIRES_AT])

    assert ["token refresh", "token of the app"] == asked
    assert ends is not None
    assert timedelta(minutes=119) < ends - clock.utcnow() <= timedelta(hours=2)
    assert EBAY.sandbox_fields[REFRESH_TOKEN] == ring.held[REFRESH_TOKEN]


async def test_a_token_is_replaced_five_minutes_before_its_end(ebay: Counterpart) -> None:
    """Ahead of time, and not earlier."""
    ring = Ring(EBAY.sandbox_fields)
    async with ebay.open(ring=ring) as adapter:
        await adapter.verify()
        for minutes, renewals in ((6, 1), (4, 2)):
            soon = (clock.utcnow() + timedelta(minutes=minutes)).isoformat()
            ring.held = {**ring.held, ACCESS_EXPIRES_AT: soon}
            await adapter.verify()

            assert renewals == ring.renewals


async def test_a_pasted_token_is_used_until_it_is_refused(ebay: Counterpart) -> None:
    """Its end is unknown; the refresh token brings the next one."""
    ring, journal = Ring({**EBAY.sandbox_fields, ACCESS_TOKEN: "v^1.1#pasted-and-long-over"}), Journal()

    async with ebay.open(ring=ring, journal=journal) as adapter:
        account = await adapter.verify()

    assert account.usable
    assert 1 == ring.renewals
    assert [401, 200] == [call.status for call in journal.calls][:2]


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (400, "invalid_grant", TokenExpired),
        (401, "invalid_client", CredentialsRejected),
        (400, "unauthorized_client", CredentialsRejected),
        (400, "invalid_scope", PermissionMissing),
        (400, "invalid_request", Surprise),
        (400, "unsupported_grant_type", Surprise),
    ],
)
async def test_a_refused_sign_in_says_what_to_do(status: int, error: str, expected: type[NexusError]) -> None:
    """The OAuth words of the token endpoint, each with its remedy."""
    body = {"error": error, "error_description": "no"}
    http = http_over(lambda _: httpx.Response(status, json=body))

    with pytest.raises(expected) as raised:
        await tokens.refreshed(http, EBAY.sandbox_fields)

    assert raised.value.message.endswith(".")
    assert error in raised.value.detail


async def test_a_withdrawn_consent_asks_for_a_new_one(ebay: Counterpart) -> None:
    """Neither is tried again."""
    ebay.fault("revoked_consent")
    journal = Journal()

    async with ebay.open(journal=journal) as adapter:
        with pytest.raises(TokenExpired):
            await adapter.verify()

    assert ["token refresh"] == [call.operation for call in journal.calls]


async def test_a_consent_that_ended_costs_no_call() -> None:
    """After 18 months there is nothing to ask for."""
    asked: list[httpx.Request] = []
    http = http_over(lambda request: asked.append(request) or httpx.Response(200))  # type: ignore[func-returns-value]
    over = {**EBAY.sandbox_fields, REFRESH_EXPIRES_AT: (clock.utcnow() - timedelta(days=1)).isoformat()}

    with pytest.raises(TokenExpired):
        await tokens.refreshed(http, over)

    assert [] == asked


async def test_a_refresh_token_that_comes_back_replaces_the_one_held() -> None:
    """eBay keeps them today; if that changes, none is lost."""
    told = {"access_token": "a", "expires_in": 7200, "refresh_token": "r2", "token_type": "User Access Token"}
    held = {**EBAY.sandbox_fields, REFRESH_EXPIRES_AT: (clock.utcnow() + timedelta(days=9)).isoformat()}

    won = await tokens.refreshed(http_over(lambda _: httpx.Response(200, json=told)), held)

    assert ("a", "r2") == (won[ACCESS_TOKEN], won[REFRESH_TOKEN])
    assert REFRESH_EXPIRES_AT not in won


async def test_a_code_is_not_sent_twice() -> None:
    """It works once, and a lost answer leaves open whether it was taken; a refresh token may be sent again."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(503)

    for attempt, calls in ((tokens.from_code(http_over(answer), EBAY.sandbox_fields, "code"), 1),
                           (tokens.refreshed(http_over(answer), EBAY.sandbox_fields), 3)):  # fmt: skip
        asked.clear()
        with pytest.raises(Unavailable):
            await attempt

        assert calls == len(asked)


async def test_no_token_is_kept_in_the_journal(ebay: Counterpart) -> None:
    """Nothing of the answers that hold tokens is kept, nor the Basic credentials."""
    ring, journal = Ring(EBAY.sandbox_fields), Journal()
    async with ebay.open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        shown = f"{journal.calls!r} {adapter!r} {vars(adapter)!r}"

    assert ring.held[ACCESS_TOKEN] not in shown
    assert ring.held["client_secret"] not in shown
