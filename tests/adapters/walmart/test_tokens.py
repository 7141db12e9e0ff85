"""Signing in: one token for many calls, replaced ahead of its end, and every call named anew."""

from datetime import timedelta

import pytest

from nexus_ui import clock
from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN
from nexus_ui.adapters.kit.auth import expiry
from nexus_ui.errors import CredentialsRejected
from tests.adapters.counterparts import Counterpart, Journal, Ring, collect


async def test_one_token_serves_all_calls(walmart: Counterpart) -> None:
    """It lives a quarter of an hour."""
    ring, journal = Ring(walmart.marketplace.sandbox_fields), Journal()

    async with walmart.open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        await collect(adapter.products(None, None))

    assert 1 == ring.renewals == sum(call.operation == "token" for call in journal.calls)
    ends = expiry(ring.held[ACCESS_EXPIRES_AT])
    assert ends is not None
    assert timedelta(seconds=880) < ends - clock.utcnow() < timedelta(seconds=901)


async def test_a_token_is_replaced_two_minutes_before_its_end(walmart: Counterpart) -> None:
    """Ahead of time, and not earlier."""
    ring = Ring(walmart.marketplace.sandbox_fields)
    async with walmart.open(ring=ring) as adapter:
        await adapter.verify()
        for seconds, renewals in ((130, 1), (110, 2)):
            soon = (clock.utcnow() + timedelta(seconds=seconds)).isoformat()
            ring.held = {**ring.held, ACCESS_EXPIRES_AT: soon}
            await adapter.verify()

            assert renewals == ring.renewals


async def test_an_expired_token_is_replaced_once(walmart: Counterpart) -> None:
    """A token refused too early costs one renewal, and the call goes on."""
    ring = Ring(walmart.marketplace.sandbox_fields)
    async with walmart.open(ring=ring) as adapter:
        await adapter.verify()
        before = ring.held[ACCESS_TOKEN]
        walmart.fault("expired_token")
        account = await adapter.verify()

    assert account.usable
    assert before != ring.held[ACCESS_TOKEN]
    assert 2 == ring.renewals


async def test_wrong_keys_are_refused_at_the_sign_in(walmart: Counterpart) -> None:
    """One call, no second try."""
    journal = Journal()

    async with walmart.open({"client_secret": "not-the-secret-of-anybody"}, journal=journal) as adapter:
        with pytest.raises(CredentialsRejected):
            await adapter.verify()

    assert ["token"] == [call.operation for call in journal.calls]


async def test_no_token_is_kept_anywhere(walmart: Counterpart) -> None:
    """Neither the journal, nor a repr, nor the sandbox's record shows it."""
    ring, journal = Ring(walmart.marketplace.sandbox_fields), Journal()
    async with walmart.open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        shown = f"{journal.calls!r} {adapter!r} {vars(adapter)!r} {walmart.sandbox.world.calls.find('walmart')!r}"

    assert ring.held[ACCESS_TOKEN] not in shown
    assert ring.held["client_secret"] not in shown


@pytest.mark.parametrize("channel", ["", "0f3e4dd4-0514-4346-b39d-af0e00ea066d"])
async def test_every_call_names_itself_anew(walmart: Counterpart, channel: str) -> None:
    """Also a call that is made again; the channel type is told only where there is one."""
    walmart.fault("outage", times=1, after_calls=1)
    before = walmart.sandbox.world.calls.total
    async with walmart.open({"channel_type": channel}) as adapter:
        await adapter.verify()
    headers = [call.headers for call in walmart.sandbox.world.calls.find("walmart", after=before)]
    names = [one["wm_qos.correlation_id"] for one in headers]

    assert len(names) == len(set(names)) > 5
    assert {"Walmart Marketplace"} == {one["wm_svc.name"] for one in headers}
    assert {channel} == {one.get("wm_consumer.channel.type", "") for one in headers}
