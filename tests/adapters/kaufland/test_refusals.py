"""What Kaufland says when it says no, in the vendor's shapes."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.errors import (
    AccountSuspended,
    ClockSkew,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    SetupWrong,
    Surprise,
)
from tests.adapters.counterparts import Counterpart, collect
from tests.adapters.kaufland.conftest import SandboxClock
from tests.adapters.kaufland.scripted import adapter_over, problem


async def refusal_of(answer: httpx.Response) -> NexusError:
    """What a refusal of the offers' list becomes."""
    with pytest.raises(NexusError) as raised:
        await collect(adapter_over(lambda _: answer).products(None, None))
    return raised.value


def their_time(seconds_behind_us: float) -> str:
    """A Date header that is so far behind our clock."""
    return format_datetime(clock.utcnow() - timedelta(seconds=seconds_behind_us), usegmt=True)


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        (401, "invalid-credentials", CredentialsRejected),
        (401, "corrupted-signature", CredentialsRejected),
        (401, "unauthorized", CredentialsRejected),
        (401, "", CredentialsRejected),
        (401, "inactive-account", AccountSuspended),
        (403, "inactive-account", AccountSuspended),
        (403, "forbidden", PermissionMissing),
        (403, "action-not-allowed", PermissionMissing),
        (400, "storefront-not-configured", SetupWrong),
        (400, "validation-error", Surprise),
    ],
)
async def test_each_refusal_says_what_happens_next(status: int, kind: str, expected: type[NexusError]) -> None:
    """The vendor's type decides, and the status where there is none."""
    error = await refusal_of(problem(status, kind, their_time(0)))

    assert expected is type(error)
    assert error.message.endswith(".")


@pytest.mark.parametrize(("behind", "words"), [(600, "10 minutes ahead of"), (-420, "7 minutes behind")])
@pytest.mark.parametrize("kind", ["corrupted-signature", "invalid-credentials", ""])
async def test_a_clock_that_is_off_is_no_wrong_key(kind: str, behind: float, words: str) -> None:
    """No signature of ours could be right at that hour, whatever the refusal is called."""
    error = await refusal_of(problem(401, kind, their_time(behind)))

    assert ClockSkew is type(error)
    assert words in error.message


async def test_a_clock_that_is_a_little_off_is_mentioned() -> None:
    """Two minutes do not explain the refusal, but they may matter next."""
    error = await refusal_of(problem(401, "corrupted-signature", their_time(120)))

    assert CredentialsRejected is type(error)
    assert "off by 2 minutes" in error.message


@pytest.mark.parametrize("date", ["", "soon"])
async def test_without_a_date_the_keys_are_to_blame(date: str) -> None:
    """Nothing speaks for the clock then."""
    assert CredentialsRejected is type(await refusal_of(problem(401, "corrupted-signature", date)))


async def test_the_simulated_kaufland_refuses_old_ones(kaufland: Counterpart, kaufland_clock: SandboxClock) -> None:
    """Six minutes are too many there, although its Date header cannot show it; four are not."""
    kaufland_clock.ahead = 360
    async with kaufland.open() as adapter:
        with pytest.raises(CredentialsRejected):
            await collect(adapter.products(None, None))
        kaufland_clock.ahead = 240
        records, _ = await collect(adapter.products(None, None))

    assert len(kaufland.shop.products) == len(records)


async def test_our_own_clock_being_off_is_told(kaufland: Counterpart) -> None:
    """Against a real server with a Date header: the machine that syncs is an hour ahead."""
    with clock.set_to(lambda: datetime.now(UTC) + timedelta(hours=1)):
        async with kaufland.open() as adapter:
            with pytest.raises(ClockSkew) as raised:
                await collect(adapter.products(None, None))

    assert "60 minutes ahead" in raised.value.message


async def test_a_missing_permission_names_its_area(kaufland: Counterpart) -> None:
    """Kaufland does not say which; we know what we asked for."""
    kaufland.fault("missing_scope", scope="orders")

    async with kaufland.open() as adapter:
        with pytest.raises(PermissionMissing) as raised:
            await collect(adapter.orders(clock.utcnow() - timedelta(days=30), None))
        records, _ = await collect(adapter.products(None, None))

    assert "orders" == raised.value.scope
    assert records
