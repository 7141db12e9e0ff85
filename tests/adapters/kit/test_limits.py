"""The budget: spent in order, urgent work first, corrected by what the marketplace says."""

import asyncio

import pytest

from nexus_ui import clock
from nexus_ui.adapters.contract import Limit
from nexus_ui.adapters.kit.limits import Bucket, Sharing, budget, forget_all, share_among, shared_among


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


@pytest.mark.parametrize("workers", [1, 2, 5])
async def test_several_workers_together_spend_what_one_would(ticking: Ticking, workers: int) -> None:
    """Each holds its part, regains its part, and takes its part of what a reply tells of."""
    buckets = [Bucket(100, 10, Sharing(workers)) for _ in range(workers)]
    full = sum(bucket.available() for bucket in buckets)
    for bucket in buckets:
        await bucket.take(bucket.available())
    ticking.now += 4
    regained = sum(bucket.available() for bucket in buckets)
    for bucket in buckets:
        bucket.learn(taken=0, spent=0, burst=200, per_second=20, available=30)
    told = sum(bucket.available() for bucket in buckets)
    ticking.now += 1_000

    assert pytest.approx([100, 40, 30, 200]) == [full, regained, told, sum(bucket.available() for bucket in buckets)]


async def test_what_costs_more_than_a_part_is_saved_up_for(ticking: Ticking) -> None:
    """A worker's part of the bucket may be smaller than one call; it waits, and pays the whole of it."""
    bucket = Bucket(10, 10, Sharing(5))
    asked = asyncio.ensure_future(bucket.take(8))
    await asyncio.sleep(0)
    waited = bucket.expected_wait(0)
    ticking.now += waited
    bucket.close(0)
    bucket.share()
    await asked

    assert (3, 0) == (pytest.approx(waited), pytest.approx(bucket.available()))


async def test_a_window_is_shared_as_well(ticking: Ticking) -> None:
    """Its part of what is left, then its part of the next one; a single call always fits."""
    bucket, tiny = Bucket(10, 10, Sharing(2)), Bucket(1, 1, Sharing(2))
    bucket.learn_window(limit=10, left=6, seconds=5)
    tiny.learn_window(limit=1, left=0, seconds=5)
    left = bucket.available()
    ticking.now += 5

    assert (3, 5, 1) == (left, bucket.available(), tiny.available())


def test_a_worker_more_or_less_changes_every_part_at_once() -> None:
    """What one held beyond its part is gone, nothing is handed out twice, an account's own bucket stays whole."""
    forget_all()
    limits = [Limit("orders", 10, 0.001, "test", shared_by="app"), Limit("*", 10, 0.001, "test")]
    buckets = budget("shop", {"account": "a", "app": "b"}, limits)
    apps, accounts = buckets.bucket("orders"), buckets.bucket("*")
    assert apps is not None
    assert accounts is not None
    levels = []
    for workers in (2, 2, 1, 0):
        share_among(workers)
        levels.append((round(apps.available()), round(accounts.available())))

    assert ([(5, 10)] * 4, 1) == (levels, shared_among())
    forget_all()


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
