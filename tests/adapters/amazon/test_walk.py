"""Walking listings by time of change beyond what Amazon pages through, and sweeping orders and stock by token."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from nexus_ui import clock
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.amazon.usage import HELD, LISTINGS, ORDERS
from nexus_ui.adapters.amazon.walk import Place, Sweep
from nexus_ui.errors import Surprise
from nexus_ui.records import Fulfilment
from nexus_ui.sandbox.amazon import orders
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def small(running: Running) -> Counterpart:
    """Amazon's counterpart in a sandbox of its own."""
    return counterpart_of(CATALOGUE["amazon"], running)


def test_a_place_knows_what_it_has_seen_of_its_last_second() -> None:
    """Asked anew from there, those come again and are left out."""
    place = Place().behind([("a", "2026-11-23T09:30:00Z"), ("b", "2026-11-23T09:30:01Z")], "t1", 2)
    place = place.behind([("c", "2026-11-23T09:30:01Z")], "t2", 1)

    assert ("2026-11-23T09:30:01Z", ("b", "c"), 3) == (place.last, place.at_last, place.walked)
    assert ("2026-11-23T09:30:01Z", None, 0) == (place.anew().since, place.anew().token, place.anew().walked)


def test_a_saved_place_comes_back_and_nonsense_begins_anew() -> None:
    """What was saved is what is read; what cannot be read is the beginning."""
    place = Place().behind([("a", "2026-11-23T09:30:00Z")], "t", 1)
    sweep = Sweep.read(None, NOW, NOW, timedelta(days=9)).at("t")

    assert place == Place.read(place.text(), None)
    assert Place(since="2026-11-23T09:30:00Z") == Place.read("nonsense", NOW)
    assert sweep == Sweep.read(sweep.text(), None, NOW, timedelta(days=9))
    assert None is Sweep.read("{", NOW, NOW, timedelta(days=9)).token


def test_a_sweep_begins_no_earlier_than_amazon_tells_and_claims_no_more_than_its_beginning() -> None:
    """An order that changes while the sweep runs may have been passed already."""
    sweep = Sweep.read(None, LONG_AGO, NOW, timedelta(days=729))

    assert "2024-11-24T09:30:00Z" == sweep.since
    assert NOW == sweep.reached([NOW + timedelta(minutes=3)])
    assert sweep.reached([]) is None
    assert "" == Sweep.read(None, None, NOW, timedelta(days=9)).since


async def test_more_listings_than_amazon_pages_through_are_all_read_once() -> None:
    """Amazon tells a thousand of one search at most; after 980 the walk asks anew by time."""
    with run_in_thread(World(Options(products=2_350, orders=0, limits=False))) as running:
        journal = Journal()
        async with small(running).open(journal=journal) as adapter:
            pages = [page async for page in adapter.products(None, None)]
    refs = [product.ref for page in pages for product in page.records]

    assert 2_350 == len(refs) == len(set(refs))
    assert 2_350 == pages[0].total
    asked = [call.url for call in journal.calls if call.operation == LISTINGS]
    assert 3 == sum("pageToken" not in url for url in asked)


async def test_listings_changed_in_one_second_are_not_lost_where_the_walk_asks_anew() -> None:
    """Two hundred changed at once lie across the place where the walk begins again."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=1_100, orders=0, limits=False, clock=lambda: now[0]))) as running:
        counterpart = small(running)
        counterpart.shop.touch(range(900))
        now[0] += 60
        counterpart.shop.touch(range(900, 1_100))
        now[0] += 60
        async with counterpart.open() as adapter:
            refs = [product.ref for page in [p async for p in adapter.products(None, None)] for product in page.records]

    assert 1_100 == len(set(refs)) == len(refs)


async def test_more_than_a_thousand_changes_in_one_second_are_all_read() -> None:
    """Amazon does not page through them by change, so that second is walked by creation, and the rest after it."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=2_400, orders=0, limits=False, clock=lambda: now[0]))) as running:
        counterpart = small(running)
        counterpart.shop.touch(range(100, 2_300))
        now[0] += 60
        counterpart.shop.touch(range(2_300, 2_350))
        now[0] += 60
        async with counterpart.open() as adapter:
            pages = [page async for page in adapter.products(None, None)]
            half = next(place for place, page in enumerate(pages) if page.resume and "crowded" in page.resume)
            rest, _ = await collect(adapter.products(None, pages[half + 3].resume))
    refs = [product.ref for page in pages for product in page.records]
    before = [product.ref for page in pages[: half + 4] for product in page.records]

    assert 2_400 == len(set(refs))
    assert len(refs) <= 2_400 + 1_000
    assert refs == before + [product.ref for product in rest]


async def test_what_was_created_and_changed_together_is_told_instead_of_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where even creation does not tell more than a thousand apart, the walk stops with a sentence."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=1_100, orders=0, limits=False, clock=lambda: now[0]))) as running:
        counterpart = small(running)
        counterpart.shop.touch(range(1_100))
        monkeypatch.setattr(counterpart.shop.products, "first_stamp", lambda _: 1_700_000_000 * 10**6)
        now[0] += 60
        async with counterpart.open() as adapter:
            with pytest.raises(Surprise) as raised:
                await collect(adapter.products(None, None))

    assert "1,000 listings" in raised.value.message


async def test_a_refused_page_token_goes_on_by_time(amazon: Counterpart) -> None:
    """Amazon sometimes refuses its own token; nothing is lost and nothing comes twice."""
    async with amazon.open() as adapter:
        pages = [page async for page in adapter.products(None, None)]
        broken = msgspec.json.decode(pages[2].resume or "")
        broken["token"] = "bm8gdG9rZW4="
        rest, _ = await collect(adapter.products(None, msgspec.json.encode(broken).decode()))
    before = [product.ref for page in pages[:3] for product in page.records]

    assert [product.ref for page in pages for product in page.records] == before + [product.ref for product in rest]


async def test_only_what_changed_is_asked_for(amazon: Counterpart) -> None:
    """One listing changed, one page read."""
    since = datetime.now(UTC)
    amazon.shop.touch([7])
    journal = Journal()
    async with amazon.open(journal=journal) as adapter:
        products, _ = await collect(adapter.products(since, None))

    assert 1 == sum(call.operation == LISTINGS for call in journal.calls)
    assert amazon.shop.product(7).variants[0].sku in [product.ref for product in products]


async def test_an_order_sweep_costs_one_search_for_a_hundred_orders(amazon: Counterpart) -> None:
    """Lines come with the orders; nothing else is asked for."""
    journal = Journal()
    async with amazon.open(journal=journal) as adapter:
        found, bad = await collect(adapter.orders(LONG_AGO, None))

    assert [] == bad
    assert len(amazon.shop.orders) == len({order.ref for order in found})
    assert -(-len(found) // 100) == sum(call.operation == ORDERS for call in journal.calls)
    assert {"token", ORDERS} == {call.operation for call in journal.calls}


async def test_an_order_token_older_than_a_day_begins_the_sweep_again() -> None:
    """A cycle that was stopped on Friday goes on on Monday without losing an order."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=20, orders=230, limits=False, clock=lambda: now[0]))) as running:
        async with small(running).open() as adapter:
            pages = [page async for page in adapter.orders(LONG_AGO, None)]
            now[0] += 25 * 3_600
            with clock.set_to(lambda: datetime.fromtimestamp(now[0], UTC)):
                rest, _ = await collect(adapter.orders(LONG_AGO, pages[0].resume))

    assert 3 == len(pages)
    assert 230 == len({order.ref for order in rest})


async def test_a_stock_token_older_than_thirty_seconds_begins_the_sweep_again() -> None:
    """What Amazon holds is read by a token that soon ends."""
    now = [1_790_000_000.0]
    with run_in_thread(World(Options(products=400, orders=0, limits=False, clock=lambda: now[0]))) as running:
        journal = Journal()
        async with small(running).open(journal=journal) as adapter:
            pages = [page async for page in adapter.inventory(None, None)]
            now[0] += 31
            rest, _ = await collect(adapter.inventory(None, pages[0].resume))

    assert [50, 50, 33] == [len(page.records) for page in pages]
    assert 133 == len({level.variant_ref for level in rest})
    assert [400] == [call.status for call in journal.calls if call.operation == HELD and call.status != 200]


async def test_a_token_that_is_always_refused_ends_the_sweep(
    amazon: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three new beginnings, then Amazon's words."""
    monkeypatch.setattr(orders, "TOKEN_LIFE", -1)
    journal = Journal()
    async with amazon.open(journal=journal) as adapter:
        with pytest.raises(Surprise) as raised:
            await collect(adapter.orders(LONG_AGO, None))

    assert "paginationToken" in raised.value.message
    assert 4 == sum(call.status == 400 for call in journal.calls)


async def test_stock_held_by_amazon_comes_with_the_inventory_and_no_other(amazon: Counterpart) -> None:
    """Listings Amazon ships carry no levels; the inventory stream names their quantity, and nobody else's."""
    async with amazon.open() as adapter:
        products, _ = await collect(adapter.products(None, None))
        levels, bad = await collect(adapter.inventory(None, None))
    by_amazon = {p.ref for p in products if p.variants[0].fulfilment is Fulfilment.MARKETPLACE}

    assert [] == bad
    assert by_amazon == {level.variant_ref for level in levels}
    assert {"AMAZON"} == {level.location_ref for level in levels}
    assert all(not product.variants[0].levels for product in products if product.ref in by_amazon)


async def test_a_bad_order_is_set_aside_without_its_buyer(amazon: Counterpart) -> None:
    """What is kept of it names nobody."""
    index = amazon.shop.place_order(buyer="Anna Berg", payment="paid")
    amazon.shop.change_order(index, shipping=-(10**6))
    try:
        async with amazon.open() as adapter:
            found, bad = await collect(adapter.orders(datetime.now(UTC) - timedelta(minutes=5), None))
    finally:
        amazon.shop.orders.remove(index)

    assert len(bad) == 1
    assert "makes no sense" in bad[0].reason
    assert "Anna" not in bad[0].raw
    assert bad[0].ref not in {order.ref for order in found}
