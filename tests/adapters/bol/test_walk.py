"""Walking orders by day and offers by cursor."""

from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.bol.walk import Days, Place, newest
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)


def bol(sandbox: Running) -> Counterpart:
    """bol's counterpart in a sandbox."""
    return counterpart_of(CATALOGUE["bol"], sandbox)


def test_older_changes_are_walked_day_by_day_to_amsterdams_today() -> None:
    """From UTC's first day on, and to the day it already is in Amsterdam."""
    days, place = [], Days.read(None, NOW - timedelta(days=2), NOW)
    while place is not None:
        days.append(place.params(NOW, NOW)["latest_change_date"])
        place = place.next(NOW)

    assert ["2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"] == days


def test_the_last_hour_is_asked_for_by_minutes() -> None:
    """Up to 55 minutes back, with a minute to spare; a saved walk that grew older turns to days."""
    since = NOW - timedelta(minutes=10)
    place = Days.read(None, since, NOW)

    assert {"change_interval_minute": 11} == place.params(since, NOW)
    assert place.next(NOW) is None
    assert "2026-11-23" == Days.read(place.text(), since, NOW + timedelta(hours=2)).day


def test_an_order_is_read_on_the_last_day_that_lists_it() -> None:
    """A day of doubt is left for the zone; what changed recently is always read."""
    day = Days(NOW.isoformat(), "2026-11-20")

    assert [True, True, False] == [day.covers(NOW - timedelta(days=back)) for back in (4, 3, 2)]
    assert day.covers(None)
    assert Days.read(None, NOW, NOW).covers(NOW)


def test_no_walk_begins_before_bols_three_months() -> None:
    """An older beginning is moved up."""
    assert "2026-08-26" == Days.read(None, datetime(2020, 1, 1, tzinfo=UTC), NOW).day


def test_a_saved_place_comes_back_and_nonsense_begins_anew() -> None:
    """What was saved is what is read; what cannot be read is the beginning."""
    place = Days(NOW.isoformat(), "2026-11-20", "A000001002")

    assert place == Days.read(place.text(), NOW - timedelta(days=9), NOW)
    assert "2026-11-14" == Days.read("nonsense", NOW - timedelta(days=9), NOW).day
    assert Place(NOW.isoformat()) == Place.read("{", None, NOW)


def test_a_walk_claims_nothing_later_than_its_beginning() -> None:
    """What changed during the walk may have been passed already, so the next walk looks from here."""
    began = NOW.isoformat()

    assert NOW == newest(began, [NOW + timedelta(minutes=3)])
    assert NOW - timedelta(days=1) == newest(began, [NOW - timedelta(days=1), NOW - timedelta(days=2)])
    assert newest(began, []) is None


async def test_only_changed_orders_cost_a_call_of_their_own(sandbox: Running) -> None:
    """Of a day's list, orders that changed before the last look are not asked for again."""
    counterpart, journal = bol(sandbox), Journal()
    placed = counterpart.shop.place_order()

    async with counterpart.open(journal=journal) as adapter:
        orders, _ = await collect(adapter.orders(datetime.now(UTC) - timedelta(seconds=50), None))

    assert [f"A{1001 + placed:09d}"] == [order.ref for order in orders][-1:]
    assert len(orders) == sum(call.operation == "order" for call in journal.calls)
    assert [call.url for call in journal.calls if "change-interval-minute=2" in call.url]


async def test_a_day_of_many_pages_loses_no_order_that_moves_up() -> None:
    """An order that leaves its day while the day is read moves others up a page; they are found all the same."""
    with run_in_thread(World(Options(products=20, orders=0, limits=False))) as running:
        counterpart = bol(running)
        for _ in range(130):
            counterpart.shop.place_order()
        moved = False

        class Watching(Journal):
            def called(self, call) -> None:  # type: ignore[no-untyped-def]
                nonlocal moved
                super().called(call)
                if call.operation == "orders" and not moved:
                    moved = True
                    yesterday = counterpart.shop.orders
                    yesterday.remove(3)

        since = datetime.now(UTC) - timedelta(hours=3)
        async with counterpart.open(journal=Watching()) as adapter:
            orders, bad = await collect(adapter.orders(since, None))

    assert moved
    assert {f"A{1001 + index:09d}" for index in range(130) if index != 3} <= {order.ref for order in orders}
    assert {"A000001004"} >= {record.ref for record in bad}


async def test_a_refused_cursor_begins_the_walk_again(sandbox: Running) -> None:
    """bol does not say how long a cursor lives."""
    stale = msgspec.json.encode({"began": NOW.isoformat(), "cursor": "???"}).decode()

    async with bol(sandbox).open() as adapter:
        offers, _ = await collect(adapter.products(None, stale))

    assert 130 == len({offer.ref for offer in offers})


async def test_stock_held_by_bol_comes_with_its_offer(sandbox: Running) -> None:
    """Offers held by bol carry no own stock; the inventory stream names their quantity, and no other's."""
    counterpart = bol(sandbox)
    async with counterpart.open() as adapter:
        products, _ = await collect(adapter.products(None, None))
        levels, bad = await collect(adapter.inventory(None, None))
    by_bol = {p.ref for p in products if p.variants[0].fulfilment == "marketplace"}

    assert [] == bad
    assert by_bol == {level.variant_ref for level in levels}
    assert {"bol"} == {level.location_ref for level in levels}
    assert all(not product.variants[0].levels for product in products if product.ref in by_bol)


async def test_inventory_goes_over_several_pages_and_on_from_any() -> None:
    """51 and more articles are two pages."""
    with run_in_thread(World(Options(products=330, orders=0, limits=False))) as running:
        async with bol(running).open() as adapter:
            pages = [page async for page in adapter.inventory(None, None)]
            rest = [page async for page in adapter.inventory(None, pages[0].resume)]

    assert [50, 50, 10] == [len(page.records) for page in pages]
    assert pages[1:] == rest


def test_the_sandbox_plays_both_hosts(sandbox: Running) -> None:
    """The same account answers at the login host."""
    answer = httpx.post(f"{sandbox.url}/bol/login.bol.com/token", params={"grant_type": "client_credentials"})

    assert 401 == answer.status_code
