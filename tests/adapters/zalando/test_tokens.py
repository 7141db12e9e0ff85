"""Signing in: one token for many calls, replaced ahead of its end, and what a refusal means."""

from datetime import timedelta

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.auth import expiry
from nexus_ui.adapters.zalando.refusals import judge_token
from nexus_ui.errors import CredentialsRejected, NexusError, PermissionMissing
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import Journal, Ring, collect, counterpart_of
from tests.adapters.zalando.scripted import ZALANDO


async def test_one_token_serves_all_calls(sandbox: Running) -> None:
    """Two hours long."""
    ring, journal = Ring(ZALANDO.sandbox_fields), Journal()

    async with counterpart_of(ZALANDO, sandbox).open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        await collect(adapter.products(None, None))

    assert 1 == ring.renewals == sum(call.operation == "token" for call in journal.calls)
    ends = expiry(ring.held[ACCESS_EXPIRES_AT])
    assert ends is not None
    assert timedelta(minutes=119) < ends - clock.utcnow() < timedelta(minutes=121)


async def test_a_token_is_replaced_ahead_of_its_end(sandbox: Running) -> None:
    """Five minutes ahead, and not earlier."""
    counterpart, ring = counterpart_of(ZALANDO, sandbox), Ring(ZALANDO.sandbox_fields)
    async with counterpart.open(ring=ring) as adapter:
        await adapter.verify()
        for minutes, renewals in ((6, 1), (4, 2)):
            soon = (clock.utcnow() + timedelta(minutes=minutes)).isoformat()
            ring.held = {**ring.held, ACCESS_EXPIRES_AT: soon}
            await adapter.verify()

            assert renewals == ring.renewals


async def test_an_expired_token_is_replaced_once(sandbox: Running) -> None:
    """A token refused too early costs one renewal, and the call goes on."""
    counterpart, ring = counterpart_of(ZALANDO, sandbox), Ring(ZALANDO.sandbox_fields)
    async with counterpart.open(ring=ring) as adapter:
        await adapter.verify()
        before = ring.held[ACCESS_TOKEN]
        counterpart.fault("expired_token")
        account = await adapter.verify()
    counterpart.shop.faults.switch_off()

    assert account.usable
    assert before != ring.held[ACCESS_TOKEN]
    assert 2 == ring.renewals


async def test_wrong_keys_end_at_the_sign_in(sandbox: Running) -> None:
    """One call, no retry, and the sentence names the commonest cause."""
    counterpart, journal = counterpart_of(ZALANDO, sandbox), Journal()

    async with counterpart.open({"client_secret": "another-secret-altogether"}, journal=journal) as adapter:
        with pytest.raises(CredentialsRejected, match="switched to production"):
            await adapter.verify()

    assert ["token"] == [call.operation for call in journal.calls]


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, CredentialsRejected), (401, CredentialsRejected), (403, PermissionMissing), (404, None), (500, None)],
)
def test_each_refusal_of_the_sign_in_has_its_meaning(status: int, expected: type[NexusError] | None) -> None:
    """What is left open is for the kit's table."""
    refused = {"error": "invalid_client", "error_description": "Client authentication failed"}
    answer = Answer(status, httpx.Headers(), httpx.Response(status, json=refused).content, clock.utcnow())
    verdict = judge_token(answer)

    assert expected is (type(verdict) if verdict else None)


async def test_no_token_is_kept_in_the_journal(sandbox: Running) -> None:
    """Nothing of the answer that holds the token is kept, nor the Basic credentials."""
    ring, journal = Ring(ZALANDO.sandbox_fields), Journal()
    async with counterpart_of(ZALANDO, sandbox).open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        shown = f"{journal.calls!r} {adapter!r} {vars(adapter)!r}"

    assert ring.held[ACCESS_TOKEN] not in shown
    assert ring.held["client_secret"] not in shown
