"""Walking orders by the time of their change, and reports by their cursor."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.zalando import walk
from nexus_ui.adapters.zalando.walk import Place
from nexus_ui.errors import Surprise
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from nexus_ui.sandbox.zalando.receipts import order_id
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of
from tests.adapters.zalando import scripted
from tests.adapters.zalando.scripted import adapter_over, model, offer, report, simple

NOW = datetime(2026, 11, 23, 10, 0, 5, 400_000, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EAN = "4006381333931"


def zalando(sandbox: Running) -> Counterpart:
    """Zalando's counterpart in a sandbox."""
    return counterpart_of(CATALOGUE["zalando"], sandbox)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of ten, so that a walk has many."""
    monkeypatch.setattr(walk, "PER_PAGE", 10)


def test_the_filter_is_written_as_zalando_surely_reads_it() -> None:
    """Whole seconds, the zone in digits, and a moment before, because "after" leaves out the moment itself."""
    asked = Place.read(None, NOW).params()

    assert "2026-11-23T10:00:04+00:00" == asked["last_updated_after"]
    assert ("modified_at", 0) == (asked["sort"], asked["page[number]"])


def test_the_next_page_begins_just_before_the_last_order() -> None:
    """What was read of that second is remembered, with the time of its change."""
    read = [(f"o{place}", NOW + timedelta(seconds=place / 2)) for place in range(5)]
    place = Place.read(None, NOW).next(read, walk.PER_PAGE)

    assert place is not None
    assert NOW.replace(microsecond=0) + timedelta(seconds=1) == place.after
    assert ["o2", "o3", "o4"] == [ref for ref, _ in place.seen]
    assert place == Place.read(place.text(), LONG_AGO)
    assert Place.read(None, NOW).next(read, walk.PER_PAGE - 1) is None


def test_a_page_full_of_one_moment_is_followed_by_the_next_number() -> None:
    """A thousand orders of one second cannot be told apart by time."""
    read = [(f"o{place}", NOW) for place in range(walk.PER_PAGE)]
    first = Place.read(None, NOW)
    second = first.next(read, walk.PER_PAGE)

    assert second is not None
    assert (first.after, 1, walk.PER_PAGE) == (second.after, second.number, len(second.seen))


@pytest.mark.parametrize("nonsense", ["{", "7", '{"number": 3}'])
def test_a_place_that_cannot_be_read_is_the_beginning(nonsense: str) -> None:
    """Nothing is lost by reading again."""
    assert Place.read(None, NOW) == Place.read(nonsense, NOW)


@pytest.mark.usefixtures("small_pages")
async def test_orders_that_move_while_they_are_read_are_neither_lost_nor_stale() -> None:
    """Some of the first page change after it was read: counted by number, the next page would miss as many."""
    with run_in_thread(World(Options(products=20, orders=45, limits=False))) as running:
        counterpart = zalando(running)
        seen: dict[str, Any] = {}
        changed = False
        async with counterpart.open() as adapter:
            async for page in adapter.orders(LONG_AGO, None):
                seen |= {order.ref: order for order in page.records}
                if not changed:
                    for index in range(5):
                        counterpart.shop.change_order(index, cancelled=counterpart.shop.now())
                    counterpart.shop.place_order()
                    changed = True

    assert {order_id(index) for index in range(46)} == seen.keys()
    assert {"cancelled"} == {seen[order_id(index)].status.value for index in range(5)}


@pytest.mark.usefixtures("small_pages")
async def test_a_walk_over_orders_goes_on_from_any_page() -> None:
    """Broken off and resumed by another adapter, it brings every order once."""
    with run_in_thread(World(Options(products=20, orders=45, limits=False))) as running:
        async with zalando(running).open() as adapter:
            whole = [page async for page in adapter.orders(LONG_AGO, None)]
        expected = [order.ref for page in whole for order in page.records]
        for cut in range(1, len(whole)):
            async with zalando(running).open() as adapter:
                rest, _ = await collect(adapter.orders(LONG_AGO, whole[cut - 1].resume))
            before = [order.ref for page in whole[:cut] for order in page.records]

            assert expected == before + [order.ref for order in rest]

    assert 5 == len(whole)
    assert 45 == len(set(expected)) == len(expected)


@pytest.mark.usefixtures("small_pages")
async def test_many_orders_of_one_second_all_arrive() -> None:
    """Thirty-five changed at once by somebody's import: pages are counted there."""
    data = [scripted.order(f"o{place:02d}") for place in range(35)]
    asked: list[dict[str, list[str]]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        query = parse_qs(request.url.query.decode())
        asked.append(query)
        if datetime.fromisoformat(query["last_updated_after"][0]) >= datetime(2026, 11, 20, 10, tzinfo=UTC):
            return scripted.orders([], [])
        start = int(query["page[number]"][0]) * 10
        page = data[start : start + 10]
        return scripted.orders(page, [scripted.item(one["id"]) for one in page])

    orders, bad = await collect(adapter_over(answer).orders(datetime(2026, 11, 1, tzinfo=UTC), None))

    assert [] == bad
    assert [one["id"] for one in data] == [order.ref for order in orders]
    assert ["0", "0", "1", "2", "3"] == [query["page[number]"][0] for query in asked]


async def test_only_orders_changed_since_are_asked_for(sandbox: Running) -> None:
    """One call brings the orders with all that belongs to them."""
    counterpart, journal = zalando(sandbox), Journal()
    placed = counterpart.shop.place_order()

    async with counterpart.open(journal=journal) as adapter:
        orders, _ = await collect(adapter.orders(datetime.now(UTC) - timedelta(seconds=50), None))

    assert order_id(placed) == orders[-1].ref
    assert orders[-1].lines
    assert ["token", "orders"] == [call.operation for call in journal.calls]
    assert all(call.excerpt == "" for call in journal.calls)


async def test_every_report_is_read_with_its_channels_and_what_zalando_holds(sandbox: Running) -> None:
    """Two calls beside the pages, not two for each of them."""
    journal = Journal()
    async with zalando(sandbox).open(journal=journal) as adapter:
        products, _ = await collect(adapter.products(None, None))
        await collect(adapter.inventory(None, None))
    operations = [call.operation for call in journal.calls]

    assert ["token", "sales_channels", "zfs_snapshot", *["product_reports"] * 4] == operations
    assert len(zalando(sandbox).shop.products) == len(products)


async def test_a_saved_cursor_that_is_refused_begins_anew() -> None:
    """Nobody says how long a cursor is good."""
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/sales-channels":
            return scripted.channels()
        asked.append(request.content)
        if b"old" in request.content:
            return httpx.Response(200, json={"data": None, "errors": [{"message": "Unknown cursor"}]})
        return report(model("DF1", simple(EAN, offer())))

    products, _ = await collect(adapter_over(answer).products(None, "old"))

    assert ["DF1"] == [product.ref for product in products]
    assert [True, False] == [b"cursor: " in one for one in asked]


async def test_a_cursor_that_is_refused_on_the_way_is_an_error() -> None:
    """Beginning again and again would never end."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/sales-channels":
            return scripted.channels()
        if b"next" in request.content:
            return httpx.Response(200, json={"data": None, "errors": [{"message": "Unknown cursor"}]})
        return report(model("DF1", simple(EAN, offer())), cursor="next")

    with pytest.raises(Surprise, match="Unknown cursor"):
        await collect(adapter_over(answer).products(None, None))


async def test_what_has_not_changed_reads_the_same() -> None:
    """Zalando tells no date of change: two looks at the same product tell the same, and none is invented."""

    def answer(request: httpx.Request) -> httpx.Response:
        return (
            scripted.channels() if request.url.path == "/sales-channels" else report(model("DF1", simple(EAN, offer())))
        )

    first, _ = await collect(adapter_over(answer).products(None, None))
    second, _ = await collect(adapter_over(answer).products(None, None))

    assert first == second
    assert first[0].updated_at is None


async def test_a_merchant_who_ships_everything_is_not_asked_about_warehouses(sandbox: Running) -> None:
    """There is nothing to read, and perhaps no right to."""
    journal = Journal()
    async with zalando(sandbox).open({"shipping": "partner"}, journal=journal) as adapter:
        levels, _ = await collect(adapter.inventory(None, None))

    assert [] == levels == journal.calls


async def test_what_zalando_holds_is_told_for_each_offer(sandbox: Running) -> None:
    """What is left of an offer, and the whole amount in the warehouses."""
    shop = zalando(sandbox).shop
    shop.set_stock(3, 0, 41)
    async with zalando(sandbox).open() as adapter:
        products, _ = await collect(adapter.products(None, None))
        levels, _ = await collect(adapter.inventory(None, None))
    held = next(product for product in products if product.title == shop.product(3).title).variants[0]
    (level,) = [one for one in levels if one.variant_ref == held.ref]

    assert () == held.levels
    assert ("zfs", 41, 41) == (level.location_ref, level.available, level.on_hand)
