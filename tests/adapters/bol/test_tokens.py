"""Signing in: one token for many calls, replaced before its end, and what a refusal means."""

from datetime import timedelta

import pytest

from nexus_ui import clock
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN
from nexus_ui.adapters.kit.auth import expiry
from nexus_ui.errors import AccountSuspended, CredentialsRejected, RateLimited, SetupWrong
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import Journal, Ring, collect, counterpart_of

BOL = CATALOGUE["bol"]


async def test_one_token_serves_all_calls(sandbox: Running) -> None:
    """bol blocks whoever asks for a token with each call."""
    ring, journal = Ring(BOL.sandbox_fields), Journal()

    async with counterpart_of(BOL, sandbox).open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        await collect(adapter.products(None, None))

    assert 1 == ring.renewals == sum(call.operation == "token" for call in journal.calls)
    ends = expiry(ring.held[ACCESS_EXPIRES_AT])
    assert ends is not None
    assert timedelta(seconds=280) < ends - clock.utcnow() < timedelta(seconds=300)


async def test_a_token_is_replaced_a_minute_before_its_end(sandbox: Running) -> None:
    """Ahead of time, and not earlier."""
    counterpart, ring = counterpart_of(BOL, sandbox), Ring(BOL.sandbox_fields)
    async with counterpart.open(ring=ring) as adapter:
        await adapter.verify()
        for seconds, renewals in ((70, 1), (50, 2)):
            soon = (clock.utcnow() + timedelta(seconds=seconds)).isoformat()
            ring.held = {**ring.held, ACCESS_EXPIRES_AT: soon}
            await adapter.verify()

            assert renewals == ring.renewals


async def test_an_expired_token_is_replaced_once(sandbox: Running) -> None:
    """A token refused too early costs one renewal, and the call goes on."""
    counterpart, ring = counterpart_of(BOL, sandbox), Ring(BOL.sandbox_fields)
    async with counterpart.open(ring=ring) as adapter:
        await adapter.verify()
        before = ring.held[ACCESS_TOKEN]
        counterpart.fault("expired_token")
        account = await adapter.verify()
    counterpart.shop.faults.switch_off()

    assert account.usable
    assert before != ring.held[ACCESS_TOKEN]
    assert 2 == ring.renewals


@pytest.mark.parametrize(
    ("fault", "expected"),
    [("wrong_key", CredentialsRejected), ("suspended", AccountSuspended), ("shop_not_found", SetupWrong)],
)
async def test_a_refused_sign_in_says_what_to_do(
    sandbox: Running, fault: str, expected: type[CredentialsRejected | AccountSuspended | SetupWrong]
) -> None:
    """Wrong credentials, an account that is not active, and a hidden sign-in, which is how bol blocks addresses."""
    counterpart, journal = counterpart_of(BOL, sandbox), Journal()
    counterpart.fault(fault)

    async with counterpart.open(journal=journal) as adapter:
        with pytest.raises(expected):
            await adapter.verify()
    counterpart.shop.faults.switch_off()

    assert ["token"] == [call.operation for call in journal.calls]


async def test_no_token_is_kept_in_the_journal(sandbox: Running) -> None:
    """Nothing of the answer that holds the token is kept, nor the Basic credentials."""
    ring, journal = Ring(BOL.sandbox_fields), Journal()
    async with counterpart_of(BOL, sandbox).open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        shown = f"{journal.calls!r} {adapter!r} {vars(adapter)!r}"

    assert ring.held[ACCESS_TOKEN] not in shown
    assert ring.held["client_secret"] not in shown


async def test_bols_own_throttle_is_waited_out_as_long_as_it_says(sandbox: Running) -> None:
    """429 with a window of a second; the watcher hears of it."""
    counterpart, journal = counterpart_of(BOL, sandbox), Journal()
    counterpart.fault("throttled", times=1, on="api")

    async with counterpart.open(journal=journal) as adapter:
        await collect(adapter.products(None, None))

    assert 1 == len(journal.waits) == journal.resumes


async def test_a_window_longer_than_a_cycle_is_handed_on(sandbox: Running) -> None:
    """The time to come back is passed on, whatever header tells it."""
    counterpart = counterpart_of(BOL, sandbox)
    counterpart.fault("rate_limited", seconds=900, retry_after="date")

    async with counterpart.open() as adapter:
        with pytest.raises(RateLimited) as raised:
            await adapter.verify()
    counterpart.shop.faults.switch_off()

    assert raised.value.retry_after is not None
    assert 890 < raised.value.retry_after <= 901
