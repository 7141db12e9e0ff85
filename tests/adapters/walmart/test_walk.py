"""Walking items by sessions, orders by stretches of time, and what Walmart holds."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Call
from nexus_ui.adapters.walmart.changes import MOST, Stretch, newest
from nexus_ui.adapters.walmart.listing import FIRST, Row, Sheet, harmless
from nexus_ui.adapters.walmart.refusals import ThisOneRefused
from nexus_ui.adapters.walmart.walk import DEEPEST, Place, Walk
from nexus_ui.errors import Surprise, Unavailable
from nexus_ui.records import Fulfilment
from nexus_ui.sandbox.server import run_in_thread
from nexus_ui.sandbox.walmart import orders
from nexus_ui.sandbox.walmart.account import Account
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of
from tests.adapters.walmart.scripted import adapter_over, problem

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SKUS = [f"S{number:03}" for number in range(25)]


class Catalogue:
    """A list of items, ten a page, that behaves in one of the ways Walmart's may; `lost` answers do not arrive."""

    def __init__(
        self, skus: Sequence[str] = SKUS, *, scrolls: bool = False, stuck: bool = False, total: int = 0
    ) -> None:
        self.skus, self.scrolls, self.stuck, self.total = list(skus), scrolls, stuck, total or len(skus)
        self.asked: list[tuple[str, int]] = []
        self.lost: set[int] = set()
        self._at = 0

    async def __call__(self, cursor: str, offset: int) -> Sheet:
        """A page."""
        self.asked.append((cursor, offset))
        if cursor == FIRST:
            self._at = 0
        place = 0 if self.stuck else self._at if self.scrolls else offset
        self._at = place + 10
        if len(self.asked) in self.lost:
            raise ThisOneRefused("The cursor has expired.")
        return Sheet([Row(sku, sku) for sku in self.skus[place : place + 10]], self.total, "the-session")


async def walked(catalogue: Catalogue, behind: str = "") -> tuple[list[str], list[Any]]:
    """The SKUs in the order in which they were handed on, and the leaves."""
    leaves = [leaf async for leaf in Walk(catalogue, behind).leaves()]
    return [row.key for leaf in leaves for row in leaf.rows], leaves


@pytest.mark.parametrize("scrolls", [True, False])
async def test_all_items_come_once_whichever_moves(scrolls: bool) -> None:
    """The cursor may move on by itself, or the offset may; both are sent."""
    catalogue = Catalogue(scrolls=scrolls)
    skus, leaves = await walked(catalogue)

    assert SKUS == skus
    assert [(FIRST, 0), ("the-session", 10), ("the-session", 20)] == catalogue.asked
    assert [Place("S009").text(), Place("S019").text(), None] == [leaf.resume for leaf in leaves]


@pytest.mark.parametrize("scrolls", [True, False])
@pytest.mark.parametrize("lost", [2, 3])
async def test_a_lost_session_is_begun_anew_and_repeats_nothing(scrolls: bool, lost: int) -> None:
    """What was handed on before is passed by."""
    catalogue = Catalogue(scrolls=scrolls)
    catalogue.lost = {lost}

    assert SKUS == (await walked(catalogue))[0]
    assert 2 == sum(cursor == FIRST for cursor, _ in catalogue.asked)


async def test_sessions_that_are_lost_again_and_again_end_the_walk() -> None:
    """The refusal is handed on."""
    catalogue = Catalogue()
    catalogue.lost = set(range(2, 99, 2))

    with pytest.raises(ThisOneRefused):
        await walked(catalogue)


@pytest.mark.parametrize("scrolls", [True, False])
async def test_a_walk_goes_on_behind_any_item(scrolls: bool) -> None:
    """A session does not outlive a stop, so the list is begun anew and passed by up to there."""
    for place, sku in enumerate(SKUS):
        assert SKUS[place + 1 :] == (await walked(Catalogue(scrolls=scrolls), sku))[0]


async def test_a_walk_behind_an_item_that_is_gone_brings_everything() -> None:
    """Repeated rather than lost."""
    skus, leaves = await walked(Catalogue(), "GONE")

    assert SKUS == skus
    assert leaves[-1].resume is None


async def test_a_page_that_vanished_is_found_by_reading_again() -> None:
    """Where the cursor moves and an answer is lost on the way, the next page comes instead; the count tells."""
    catalogue = Catalogue(scrolls=True)
    pages = catalogue.skus

    async def read(cursor: str, offset: int) -> Sheet:
        sheet = await catalogue(cursor, offset)
        return await catalogue(cursor, offset) if len(catalogue.asked) == 2 else sheet

    leaves = [leaf async for leaf in Walk(read, "").leaves()]

    assert set(pages) == {row.key for leaf in leaves for row in leaf.rows}
    assert 0 == leaves[-1].missing


async def test_items_that_are_counted_and_never_listed_are_told() -> None:
    """Read twice, then said."""
    skus, leaves = await walked(Catalogue(total=40))

    assert SKUS == skus
    assert 15 == leaves[-1].missing


async def test_a_list_that_does_not_move_is_no_list() -> None:
    """The same page again and again is a surprise, not a short catalogue."""
    with pytest.raises(Surprise):
        await walked(Catalogue(stuck=True))


async def test_no_offset_is_larger_than_allowed() -> None:
    """Walmart lists no more than 10,000 items; the others are told as missing."""
    many = [f"S{number}" for number in range(DEEPEST + 30)]
    catalogue = Catalogue(many)
    skus, leaves = await walked(catalogue)

    assert many[:DEEPEST] == skus
    assert DEEPEST > max(offset for _, offset in catalogue.asked)
    assert 30 == leaves[-1].missing


@pytest.mark.parametrize("resume", [None, "", "nonsense", '{"other": 1}'])
def test_nonsense_begins_anew(resume: str | None) -> None:
    """What cannot be read is the beginning."""
    assert "" == Place.read(resume)
    assert "a/b" == Place.read(Place("a/b").text())


async def test_a_stop_between_pages_loses_and_repeats_nothing(walmart: Counterpart) -> None:
    """Against the simulated account, three pages of items, each resumed by another adapter."""
    async with walmart.open() as adapter:
        whole = [page async for page in adapter.products(None, None)]
    for cut in (1, 2):
        async with walmart.open() as adapter:
            rest, _ = await collect(adapter.products(None, whole[cut - 1].resume))
        read = [product.ref for page in whole[:cut] for product in page.records]

        assert 450 == len({*read, *(product.ref for product in rest)}) == len(read) + len(rest)


async def test_an_answer_lost_on_the_way_is_caught_up_with(walmart: Counterpart) -> None:
    """A cursor of the list of stock counts once: asking again is refused there, and the list is begun anew."""
    walmart.fault("answer_lost", times=1, match="inventories?limit=50&nextCursor")
    journal = Journal()

    async with walmart.open(journal=journal) as adapter:
        products, bad = await collect(adapter.products(None, None))

    assert (450, []) == (len(products), bad)
    assert all(product.variants[0].levels for product in products if product.variants[0].fulfilment == "merchant")
    assert [None, 404] == [call.status for call in journal.calls if call.status != 200]


async def test_a_list_of_stock_that_is_lost_again_and_again_is_away() -> None:
    """That passes; nothing is taken for empty shelves."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "nextCursor" in request.url.params:
            return problem(404, "CONTENT_NOT_FOUND.GMP_INVENTORY_API")
        shelf = {"sku": "A", "nodes": []}
        return httpx.Response(200, json={"meta": {"nextCursor": "x"}, "elements": {"inventories": [shelf]}})

    with pytest.raises(Unavailable):
        await collect(adapter_over(answer).products(None, None))


# what Walmart holds


async def test_what_walmart_holds_is_marked_and_comes_with_its_items(walmart: Counterpart) -> None:
    """The inventory stream names the same quantities, and no other's."""
    async with walmart.open() as adapter:
        products, _ = await collect(adapter.products(None, None))
        levels, bad = await collect(adapter.inventory(None, None))
    held = [level for p in products for level in p.variants[0].levels if level.location_ref == "WFS"]
    marked = {p.ref for p in products if p.variants[0].fulfilment is Fulfilment.MARKETPLACE}

    assert [] == bad
    assert 75 == len(levels)
    assert levels == held
    assert marked == {level.variant_ref for level in levels}


async def test_only_what_changed_is_asked_for(walmart: Counterpart) -> None:
    """The older list tells changes."""
    since = datetime.now(UTC)
    walmart.shop.set_stock(5, 0, 41)

    async with walmart.open() as adapter:
        levels, _ = await collect(adapter.inventory(since, None))

    assert [41] == [level.available for level in levels]
    assert levels[0].updated_at >= since


async def test_the_newer_list_is_asked_once_the_older_is_gone(walmart: Counterpart, account: Account) -> None:
    """Walmart removes the older one in 2026; both tell the same."""
    async with walmart.open() as adapter:
        before, _ = await collect(adapter.inventory(None, None))
        account.old_held_list = False
        after, bad = await collect(adapter.inventory(None, None))
        products, _ = await collect(adapter.products(None, None))

    assert [] == bad
    assert [(level.variant_ref, level.available, level.on_hand) for level in before] == [
        (level.variant_ref, level.available, level.on_hand) for level in after
    ]
    assert 75 == sum(product.variants[0].fulfilment is Fulfilment.MARKETPLACE for product in products)


async def test_a_seller_outside_of_wfs_has_no_such_stock(walmart: Counterpart, account: Account) -> None:
    """401 with those words is no wrong key, and costs no renewal of the token."""
    account.enrolled = False
    journal = Journal()

    async with walmart.open(journal=journal) as adapter:
        products, _ = await collect(adapter.products(None, None))
        levels, _ = await collect(adapter.inventory(None, None))

    assert (450, []) == (len(products), levels)
    assert 1 == sum(call.operation == "token" for call in journal.calls)


# orders


def stretch(**changes: Any) -> Stretch:
    """A stretch of two days of seller's orders, with changes."""
    begin = NOW - timedelta(days=2)
    return msgspec.structs.replace(Stretch(NOW, begin, begin, NOW), **changes)


def sheet(count: int, total: int, cursor: str | None = None) -> Sheet:
    """A page of so many orders."""
    return Sheet([Row(str(number), {}) for number in range(count)], total, cursor)


def test_the_question_names_every_bound() -> None:
    """Without a day of placing, Walmart tells the last week's only; a second is added on both sides."""
    asked = stretch().params()

    assert {
        "lastModifiedStartDate": "2026-11-21T11:59:59Z",
        "lastModifiedEndDate": "2026-11-23T12:00:01Z",
        "createdStartDate": "2026-05-28T12:00:00Z",
        "shipNodeType": "SellerFulfilled",
        "limit": 200,
    } == asked


def test_each_kind_of_node_is_swept_in_turn() -> None:
    """Three sweeps over the same time, then the end."""
    place, nodes = stretch(), []
    while place is not None:
        nodes.append(place.params()["shipNodeType"])
        place = place.behind(sheet(3, 3), 3)

    assert ["SellerFulfilled", "WFSFulfilled", "3PLFulfilled"] == nodes


def test_a_stretch_of_too_many_orders_is_cut_until_it_is_short() -> None:
    """Walmart tells 10,000 to one question; what is left of the time is asked for next."""
    too_many = sheet(200, MOST + 1, "?x=1")
    half = stretch().too_long(too_many)
    assert half is not None
    following = half.behind(sheet(5, 5), 5)
    assert following is not None

    assert (NOW - timedelta(days=1), half.end) == (half.end, following.begin)
    assert (NOW, 0) == (following.end, following.node)
    assert stretch(cursor="?x=1").too_long(too_many) is None
    assert stretch().too_long(sheet(200, MOST, "?x=1")) is None
    assert stretch(begin=NOW - timedelta(minutes=9)).too_long(too_many) is None


def test_a_refused_question_is_asked_once_more_and_then_for_less() -> None:
    """A cursor may have ended; a stretch may hold too many orders; anything else is refused however little is asked."""
    once = stretch(cursor="?x=1", promised=300, brought=200).refused()
    assert once is not None
    shorter = msgspec.structs.replace(once, cursor="?x=1").refused()
    assert shorter is not None
    place: Stretch | None = stretch()
    refusals = 0
    while place is not None:
        place, refusals = place.refused(), refusals + 1

    assert stretch(again=True) == once
    assert (NOW - timedelta(days=1), False, "") == (shorter.end, shorter.again, shorter.cursor)
    assert 10 == refusals


async def test_more_orders_than_walmart_tells_at_once_all_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulated Walmart refuses a question for too many, as the real one does for more than 10,000."""
    monkeypatch.setattr(orders, "MOST", 150)
    with run_in_thread(World(Options(products=12, orders=700, limits=False))) as running:
        walmart = counterpart_of(CATALOGUE["walmart"], running)
        async with walmart.open() as adapter:
            found, bad = await collect(adapter.orders(datetime(2020, 1, 1, tzinfo=UTC), None))

    assert [] == bad
    assert 700 == len({order.ref for order in found})


async def test_an_order_that_changes_during_the_walk_costs_no_other() -> None:
    """It leaves the stretch, and one behind it moves up into a page that was read already."""
    with run_in_thread(World(Options(products=12, orders=450, limits=False))) as running:
        walmart = counterpart_of(CATALOGUE["walmart"], running)
        changed: list[int] = []

        class Watching(Journal):
            """Changes an order once the first page has come."""

            def called(self, call: Call) -> None:
                super().called(call)
                if call.operation == "orders" and not changed:
                    changed.append(0)
                    walmart.shop.change_order(0, fulfilment="fulfilled")

        async with walmart.open(journal=Watching()) as adapter:
            orders, bad = await collect(adapter.orders(datetime(2020, 1, 1, tzinfo=UTC), None))

    assert ([0], []) == (changed, bad)
    assert 450 == len({order.ref for order in orders})


def test_a_stretch_that_brings_less_than_promised_is_read_once_more() -> None:
    """An order that changed meanwhile came twice, and another moved up a page and did not come."""
    place = stretch().behind(sheet(200, 203, "?page=2"), 200)
    assert place is not None
    again = place.behind(sheet(3, 203), 2)
    assert again is not None
    last = again.behind(sheet(200, 203, "?page=2"), 200)
    assert last is not None
    on = last.behind(sheet(1, 201), 1)
    assert on is not None

    assert ("", True, 0, 0) == (again.cursor, again.again, again.brought, again.node)
    assert 1 == on.node


def test_an_empty_page_ends_its_stretch() -> None:
    """Whatever cursor it carries."""
    place = stretch().behind(sheet(0, 0, "?x=1"), 0)

    assert place is not None
    assert (1, "") == (place.node, place.cursor)


async def test_each_sweep_is_counted_for_itself() -> None:
    """An order that two sweeps list has not gone missing from the second."""
    asked: list[str] = []
    line = {"lineNumber": "1", "item": {}, "charges": {}, "orderLineQuantity": {"amount": "1"}}
    told = {"purchaseOrderId": "1", "orderDate": 1, "orderLines": {"orderLine": [line]}}

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["shipNodeType"])
        return httpx.Response(200, json={"list": {"meta": {"totalCount": 1}, "elements": {"order": [told]}}})

    await collect(adapter_over(answer).orders(datetime.now(UTC) - timedelta(days=1), None))

    assert ["SellerFulfilled", "WFSFulfilled", "3PLFulfilled"] == asked


def test_a_saved_stretch_comes_back_and_nonsense_begins_anew() -> None:
    """No walk begins before Walmart's 180 days, and none in the future."""
    saved = stretch(cursor="?a=b", node=2)

    assert saved == Stretch.read(saved.text(), NOW, NOW)
    assert Stretch.read("nonsense", datetime(2020, 1, 1, tzinfo=UTC), NOW) == Stretch(
        NOW, NOW - timedelta(days=179), NOW - timedelta(days=179), NOW
    )
    assert Stretch.read(None, NOW + timedelta(days=1), NOW) is None


def test_a_walk_claims_nothing_later_than_its_beginning() -> None:
    """What changed during the walk may have been passed already."""
    assert NOW == newest(NOW, [NOW + timedelta(minutes=3)])
    assert newest(NOW, []) is None


async def test_orders_of_both_kinds_of_node_arrive_once(walmart: Counterpart) -> None:
    """Walmart lists only the seller's own unless asked for the others; the cursor is followed as it was given."""
    journal = Journal()
    async with walmart.open(journal=journal) as adapter:
        orders, bad = await collect(adapter.orders(datetime(2020, 1, 1, tzinfo=UTC), None))

    assert [] == bad
    assert len(walmart.shop.orders) == len({order.ref for order in orders}) == len(orders)
    assert [call for call in journal.calls if "hasMoreElements=true" in call.url and "poIndex=200" in call.url]


async def test_an_old_order_that_changes_is_found(walmart: Counterpart) -> None:
    """Placed months ago, cancelled now."""
    since = datetime.now(UTC) - timedelta(seconds=5)
    walmart.shop.change_order(0, cancelled=walmart.shop.now())

    async with walmart.open() as adapter:
        orders, _ = await collect(adapter.orders(since, None))

    assert "1796277000000" in {order.ref for order in orders}


async def test_a_refused_cursor_of_orders_begins_its_stretch_again(walmart: Counterpart) -> None:
    """How long such a cursor counts is not said."""
    now = datetime.now(UTC)
    stale = Stretch(now, now - timedelta(days=100), now - timedelta(days=100), now, cursor="?limit=999")

    async with walmart.open() as adapter:
        orders, _ = await collect(adapter.orders(now, stale.text()))

    assert len(walmart.shop.orders) <= len({order.ref for order in orders})


def test_nothing_of_the_buyer_is_kept() -> None:
    """Not even in a record that is set aside."""
    line = {"lineNumber": "1", "item": {"sku": "A"}, "fulfillment": {"pickUpBy": "Anna Berg"}}
    told = {
        "purchaseOrderId": "1",
        "customerEmailId": "a@relay.walmart.com",
        "shippingInfo": {"postalAddress": {"name": "Anna Berg"}},
        "orderLines": {"orderLine": [line, "odd"]},
    }

    assert {
        "purchaseOrderId": "1",
        "orderLines": {"orderLine": [{"lineNumber": "1", "item": {"sku": "A"}}]},
    } == harmless(told)
    assert [{}, {}, {"orderDate": 1}] == [harmless(odd) for odd in (None, [], {"orderDate": 1, "orderLines": None})]


async def test_a_bad_order_costs_only_itself_and_names_no_buyer() -> None:
    """The others of its page arrive."""
    charge = {"chargeType": "PRODUCT", "chargeAmount": {"amount": 1.5, "currency": "USD"}}
    line = {
        "lineNumber": "1",
        "item": {"sku": "A", "productName": "Mug"},
        "charges": {"charge": [charge]},
        "orderLineQuantity": {"amount": "1"},
        "orderLineStatuses": {"orderLineStatus": [{"status": "Shipped", "statusQuantity": {"amount": "1"}}]},
    }
    good = {"purchaseOrderId": "1", "orderDate": 1_568_466_571_000, "orderLines": {"orderLine": [line]}}
    odd = [
        good | {"purchaseOrderId": "2", "orderDate": "yesterday"},
        good | {"purchaseOrderId": "3", "orderLines": {"orderLine": []}},
        good | {"purchaseOrderId": "4", "orderDate": 10**18},
    ]
    buyer = {"shippingInfo": {"postalAddress": {"name": "Anna Berg"}}, "customerEmailId": "anna@relay.walmart.com"}
    orders = [one | buyer for one in (good, *odd)]
    journal = Journal()

    def answer(request: httpx.Request) -> httpx.Response:
        mine = orders if request.url.params["shipNodeType"] == "SellerFulfilled" else []
        return httpx.Response(200, json={"list": {"meta": {"totalCount": len(mine)}, "elements": {"order": mine}}})

    records, bad = await collect(adapter_over(answer, journal).orders(datetime.now(UTC) - timedelta(days=1), None))

    assert ["1"] == [order.ref for order in records]
    assert {"2", "3", "4"} == {record.ref for record in bad}
    assert "anna" not in f"{bad!r}{journal.calls!r}".lower()
