"""Walking the shop's lists while they change: nothing is lost, nothing comes twice, every saved place leads on."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pytest

from nexus_ui.adapters.woocommerce.collection import Collections
from nexus_ui.adapters.woocommerce.walk import PER_PAGE, Place
from nexus_ui.adapters.woocommerce.wire import Item, Sale
from nexus_ui.sandbox.server import run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, Journal, counterpart_of
from tests.adapters.woocommerce.shops import WOO, adapter_over, collections_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


async def ids(collections: Collections, since: datetime | None = None, resume: str | None = None) -> list[int]:
    """The ids of every product of a walk, in its order."""
    return [item.id async for leaf in collections.walk("products", Item, since, resume) for item in leaf.good]


@pytest.fixture
def lone() -> Iterator[Counterpart]:
    """A shop of 350 products for one test, which may change it for good."""
    with run_in_thread(World(Options(products=350, orders=5, limits=False))) as running:
        yield counterpart_of(WOO, running)


async def test_a_walk_brings_everything_once_in_order(woo: Counterpart) -> None:
    """By id, every product once, in pages that go on."""
    async with collections_of(woo) as collections:
        found = await ids(collections)

    assert len(woo.shop.products) == len(found)
    assert sorted(set(found)) == found


async def test_every_saved_place_leads_on_without_loss(woo: Counterpart) -> None:
    """Broken off after each page, the rest is exactly what was missing."""
    async with collections_of(woo) as collections:
        leaves = [leaf async for leaf in collections.walk("products", Item, None, None)]
        whole = [item.id for leaf in leaves for item in leaf.good]
        for count in range(1, len(leaves)):
            before = [item.id for leaf in leaves[:count] for item in leaf.good]
            assert whole == before + await ids(collections, resume=leaves[count - 1].resume)

    assert leaves[-1].resume is None
    assert len(leaves) == len({leaf.resume for leaf in leaves})


async def test_deletions_during_the_walk_lose_nothing(lone: Counterpart) -> None:
    """Products that vanish before the place move others up; the walk steps back for those."""
    gone = [3, 40, 41, 42, 95, 96]
    async with collections_of(lone) as collections:
        found: list[int] = []
        async for leaf in collections.walk("products", Item, None, None):
            found += [item.id for item in leaf.good]
            while gone and len(found) >= PER_PAGE:
                lone.shop.products.remove(gone.pop())

    assert 350 == len(found) == len(set(found))


async def test_a_whole_page_deleted_loses_nothing(lone: Counterpart) -> None:
    """Even when more than a page vanishes at once, everything that stands comes."""
    async with collections_of(lone) as collections:
        found: list[int] = []
        async for leaf in collections.walk("products", Item, None, None):
            found += [item.id for item in leaf.good]
            if len(found) == PER_PAGE:
                for index in range(130):
                    lone.shop.products.remove(index)

    assert set(range(130, 350)) <= {(number - 100) // 10 for number in found}
    assert len(found) == len(set(found))


async def test_changes_during_the_walk_come_with_the_next(lone: Counterpart) -> None:
    """A product that changes behind the walk is not passed over by where the next walk begins."""
    began = datetime.now(UTC) - timedelta(minutes=30)
    lone.shop.touch(range(100, 320))
    async with collections_of(lone) as collections:
        marks: list[datetime | None] = []
        touched = False
        async for leaf in collections.walk("products", Item, began, None):
            marks.append(leaf.here.capped(max(item.date_modified_gmt.replace(tzinfo=UTC) for item in leaf.good)))
            if not touched:
                lone.shop.touch([1, 2, 150])
                lone.shop.products.touch(319, lone.shop.now() + 30_000_000)
                touched = True
        again = await ids(collections, max(mark for mark in marks if mark))

    assert {110, 120, 1600, 3290} <= set(again)


async def test_more_records_in_one_second_than_a_page_holds(lone: Counterpart) -> None:
    """250 changes within one second are three pages, and nothing is lost or repeated."""
    lone.shop.touch(range(50, 300))
    second = lone.shop.products.stamp(50) // 1_000_000
    assert 2 > lone.shop.products.stamp(299) // 1_000_000 - second

    async with collections_of(lone) as collections:
        found = await ids(collections, datetime.fromtimestamp(second, UTC))

    assert [100 + 10 * index for index in range(50, 300)] == found


async def test_few_changes_cost_one_call(woo: Counterpart) -> None:
    """What fits on a page is asked for once, oldest change first."""
    began = datetime.now(UTC) + timedelta(seconds=1)
    woo.shop.products.touch(7, int(began.timestamp() * 1_000_000))
    woo.shop.products.touch(2, int(began.timestamp() * 1_000_000) + 2_000_000)
    journal = Journal()

    async with collections_of(woo, journal) as collections:
        found = await ids(collections, began)

    assert [170, 120] == found
    assert 1 == len(journal.calls)


async def test_a_change_in_the_very_second_of_the_mark_comes_again(woo: Counterpart) -> None:
    """Dates there are whole seconds, so the second of the last change is asked for once more."""
    woo.shop.touch([11])
    mark = datetime.fromtimestamp(woo.shop.products.stamp(11) // 1_000_000, UTC)

    async with collections_of(woo) as collections:
        found = await ids(collections, mark)

    assert 210 in found


async def test_a_record_dated_in_the_future_does_not_carry_the_mark_away(lone: Counterpart) -> None:
    """A wrong clock there may date a change tomorrow; the next walk begins at the latest now."""
    lone.shop.products.touch(349, int((datetime.now(UTC) + timedelta(days=1)).timestamp() * 1_000_000))

    async with collections_of(lone) as collections:
        places = [leaf.here async for leaf in collections.walk("products", Item, None, None)]

    assert all(place.until and place.until <= datetime.now(UTC) for place in places)


async def test_records_held_back_from_us_neither_end_the_walk_nor_stall_it() -> None:
    """A page may be shorter than its size when the shop hides some records; its total tells that more follows."""
    hidden = {100, 199, 200}

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("offset", "0"))
        orders = [sale(number) for number in range(start + 1, min(start + PER_PAGE, 330) + 1) if number not in hidden]
        return httpx.Response(200, json=orders, headers={"X-WP-Total": "330"})

    adapter = adapter_over(answer)
    found = [order.ref async for page in adapter.orders(NOON, None) for order in page.records]

    assert [str(number) for number in range(1, 331) if number not in hidden] == found


async def test_a_page_of_unreadable_records_does_not_stall_the_walk() -> None:
    """Records without a readable id are set aside, and the walk goes on behind them."""

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("offset", "0"))
        orders = [{"id": None} if 50 < n <= 260 else sale(n) for n in range(start + 1, min(start + PER_PAGE, 330) + 1)]
        return httpx.Response(200, json=orders, headers={"X-WP-Total": "330"})

    adapter = adapter_over(answer)
    pages = [page async for page in adapter.orders(NOON, None)]

    assert [*range(1, 51), *range(261, 331)] == [int(order.ref) for page in pages for order in page.records]
    assert 210 <= sum(len(page.bad) for page in pages) <= 220


@pytest.mark.parametrize("date", ["9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00", None])
async def test_an_absurd_date_neither_stops_the_walk_nor_moves_the_mark(date: str | None) -> None:
    """The record is set aside or dated by its creation; the mark is that of the others."""
    odd = sale(1) | {"date_modified_gmt": date}
    adapter = adapter_over(lambda _: httpx.Response(200, json=[odd, sale(2)], headers={"X-WP-Total": "2"}))

    (page,) = [page async for page in adapter.orders(NOON, None)]

    assert {"1", "2"} == {order.ref for order in page.records} | {bad.ref for bad in page.bad}
    assert NOON == page.newest


async def test_without_totals_a_short_page_is_the_last() -> None:
    """A proxy may drop the headers; then the length of the page decides."""

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params.get("offset", "0"))
        return httpx.Response(200, json=[sale(number) for number in range(start + 1, min(start + PER_PAGE, 150) + 1)])

    adapter = adapter_over(answer)
    pages = [page async for page in adapter.orders(NOON, None)]

    assert list(range(1, 151)) == [int(order.ref) for page in pages for order in page.records]
    assert [None, None] == [page.total for page in pages]


def sale(number: int) -> dict[str, object]:
    """An order as the shop tells it."""
    moment = "2026-11-23T12:00:00"
    return {"id": number, "number": str(number), "status": "processing", "currency": "EUR", "total": "5.00",
            "date_created_gmt": moment, "date_modified_gmt": moment, "line_items": []}  # fmt: skip


def test_a_place_survives_being_saved() -> None:
    """What is written is what is read."""
    place = Place(NOON, NOON + timedelta(seconds=3), 198, 2080, True)

    assert place == Place.read(place.written(), None)


def test_a_broken_place_is_refused() -> None:
    """A cursor nobody wrote is not taken for a beginning."""
    with pytest.raises(msgspec.MsgspecError):
        Place.read("{", None)


async def test_orders_walk_as_products_do(woo: Counterpart) -> None:
    """The same walk reads orders."""
    async with collections_of(woo) as collections:
        leaves = [leaf async for leaf in collections.walk("orders", Sale, datetime(2020, 1, 1, tzinfo=UTC), None)]
    found = [one.id for leaf in leaves for one in leaf.good]

    assert len(woo.shop.orders) == len(found) == len(set(found))
