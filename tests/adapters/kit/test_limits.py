"""The budget: spent in order, urgent work first, corrected by what the marketplace says."""

import asyncio

import pytest

from nexus_ui import clock
from nexus_ui.adapters.contract import Limit
from nexus_ui.adapters.kit.limits import Bucket, budget, forget_all


class Ticking:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    """Seconds under the test's control: the bucket asks `clock.monotonic`, which has no switch of its own."""
    found = Ticking()
    monkeypatch.setattr(clock, "monotonic", found)
    return found


async def test_a_full_bucket_makes_nobody_wait() -> None:
    """What is there is spent at once."""
    bucket = Bucket(100, 10)
    await bucket.take(60)
    await bucket.take(40)

    assert bucket.available() < 1


async def test_points_come_back_with_time(ticking: Ticking) -> None:
    """So many a second, never more than the bucket holds."""
    bucket = Bucket(100, 10)
    await bucket.take(100)
    ticking.now += 3

    assert 30 == bucket.available()
    ticking.now += 1_000
    assert 100 == bucket.available()


async def test_the_expected_wait_counts_those_in_line(ticking: Ticking) -> None:
    """Whoever joins waits for all before it."""
    bucket = Bucket(100, 10)
    await bucket.take(100)
    waiting = asyncio.ensure_future(bucket.take(50))
    await asyncio.sleep(0)

    assert 8 == bucket.expected_wait(30)
    waiting.cancel()
    await asyncio.wait({waiting})
    assert 3 == bucket.expected_wait(30)


async def test_urgent_work_goes_first() -> None:
    """Somebody who waits at the screen is served before the import that was there earlier."""
    bucket = Bucket(10, 200)
    await bucket.take(10)
    served: list[str] = []

    async def want(name: str, urgent: bool) -> None:
        await bucket.take(10, urgent)
        served.append(name)

    await asyncio.gather(want("import", False), want("second import", False), want("person", True))

    assert ["person", "import", "second import"] == served


async def test_a_cost_larger_than_the_bucket_takes_all_of_it() -> None:
    """It would otherwise wait for ever."""
    bucket = Bucket(10, 1_000)
    await asyncio.wait_for(bucket.take(50), 5)

    assert bucket.available() < 10


async def test_a_reply_corrects_the_level(ticking: Ticking) -> None:
    """What a query did not need comes back, and the marketplace's own count wins."""
    bucket = Bucket(2_000, 100)
    await bucket.take(500)
    bucket.learn(taken=500, spent=100, burst=1_000, per_second=50, available=700)
    bucket.done(500)

    assert 700 == bucket.available()
    assert (1_000, 50) == (bucket.burst, bucket.per_second)


async def test_a_reply_does_not_hand_out_what_is_under_way(ticking: Ticking) -> None:
    """The marketplace may not have counted a call that is still travelling."""
    bucket = Bucket(1_000, 100)
    await bucket.take(400)
    await bucket.take(300)
    bucket.learn(taken=400, spent=400, burst=1_000, per_second=100, available=600)

    assert 300 == bucket.available()


async def test_a_fixed_window_gives_nothing_back_before_its_end(ticking: Ticking) -> None:
    """What is left is all there is until the next window, which holds everything again."""
    bucket = Bucket(10, 10)
    await bucket.take(1)
    bucket.learn_window(limit=10, left=2, seconds=5)
    bucket.done(1)
    await bucket.take(2)
    ticking.now += 4

    assert 0 == bucket.available()
    assert 1 == bucket.expected_wait(1)
    assert 1 == bucket.expected_wait(10)

    ticking.now += 1
    bucket.done(2)

    assert 10 == bucket.available()


async def test_replies_that_overtake_one_another_raise_nothing_within_a_window(ticking: Ticking) -> None:
    """An older reply tells of more than is left; the end is believed as told last, never too early."""
    bucket = Bucket(10, 10)
    bucket.learn_window(limit=10, left=3, seconds=2)
    ticking.now += 1.5
    bucket.learn_window(limit=10, left=7, seconds=1)

    assert 3 == bucket.available()
    assert 1 == bucket.expected_wait(4)


async def test_a_long_line_waits_for_several_windows(ticking: Ticking) -> None:
    """The expected wait counts the windows that those in front fill."""
    bucket = Bucket(2, 2)
    bucket.learn_window(limit=2, left=0, seconds=10)
    waiting = [asyncio.ensure_future(bucket.take(1)) for _ in range(4)]
    await asyncio.sleep(0)

    assert 30 == bucket.expected_wait(1)

    for one in waiting:
        one.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_what_is_under_way_counts_in_the_next_window(ticking: Ticking) -> None:
    """A call that has not come back may be counted in either."""
    bucket = Bucket(10, 10)
    bucket.learn_window(limit=10, left=10, seconds=1)
    await bucket.take(3)
    ticking.now += 1

    assert 7 == bucket.available()


async def test_after_a_refusal_nobody_spends(ticking: Ticking) -> None:
    """A refused call closes the bucket for as long as was asked."""
    bucket = Bucket(100, 10)
    bucket.close(7)

    assert 7 == bucket.expected_wait(1)
    ticking.now += 8
    assert 0 == bucket.expected_wait(1)


def test_connections_of_one_account_share_and_others_do_not() -> None:
    """The bucket belongs to whom the limit says it is shared by."""
    forget_all()
    limits = [Limit("*", 10, 1, "test"), Limit("orders", 5, 1, "test", shared_by="app")]
    one = budget("shop", {"account": "a", "app": "app-1"}, limits)
    same = budget("shop", {"account": "a", "app": "app-1"}, limits)
    other = budget("shop", {"account": "b", "app": "app-1"}, limits)

    assert one.bucket("products") is same.bucket("products")
    assert one.bucket("products") is not other.bucket("products")
    assert one.bucket("orders") is other.bucket("orders")
    forget_all()


async def test_a_rate_alone_is_learned_without_filling_the_bucket(ticking: Ticking) -> None:
    """Some replies tell how fast calls come back, not how many are left."""
    bucket = Bucket(20, 0.5)
    await bucket.take(20)
    ticking.now += 4
    bucket.learn_rate(5)

    assert 2 == bucket.available()
    ticking.now += 2
    assert 12 == bucket.available()
    assert 20 == bucket.burst


def test_a_limit_may_be_shared_by_several_things_together() -> None:
    """The same app, address and seller spend together; another seller of that app does not."""
    forget_all()
    limits = [Limit("orders", 2, 1, "test", shared_by="app+account+seller_id")]
    one, same, other = (
        budget("amazon", {"app": "a", "account": "na", "seller_id": seller}, limits).bucket("orders")
        for seller in ("s1", "s1", "s2")
    )

    assert one is same
    assert one is not other
