"""Walking eBay's lists: items page by page while some vanish, orders by stretches of time while they change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters.ebay.walk import LATEST, MOST_STEPS_BACK, PER_PAGE, REACH_DAYS, Pages, Stretch
from tests.adapters.counterparts import Counterpart, Journal, collect
from tests.adapters.ebay.scripted import adapter_over, item, offer, problem

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Shelves:
    """A list of items that counts its offset in pages or in items, and may lose some after a page was read."""

    def __init__(self, count: int, *, in_items: bool = False) -> None:
        self.numbers = list(range(count))
        self.step = PER_PAGE if in_items else 1
        self.vanish: Callable[[int], None] = lambda _: None
        self.asked: list[int] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The list, and one offer of each item."""
        if request.url.path.endswith("/offer"):
            return httpx.Response(200, json={"offers": [offer(int(request.url.params["sku"][4:]))]})
        if not request.url.path.endswith("/inventory_item"):
            return problem(403, 1100)
        offset = int(request.url.params["offset"])
        self.asked.append(offset)
        first = offset // self.step * PER_PAGE
        shown = self.numbers[first : first + PER_PAGE]
        told: dict[str, Any] = {"inventoryItems": [item(number) for number in shown], "total": len(self.numbers)}
        if first + PER_PAGE < len(self.numbers):
            told["next"] = f"/sell/inventory/v1/inventory_item?offset={offset + self.step}&limit={PER_PAGE}"
        self.vanish(offset)
        return httpx.Response(200, json=told)


@pytest.mark.parametrize("in_items", [False, True])
async def test_every_item_is_read_whatever_an_offset_counts(in_items: bool) -> None:
    """The address of the next page is followed."""
    shelves = Shelves(2 * PER_PAGE + 50, in_items=in_items)

    products, _ = await collect(adapter_over(shelves).products(None, None))

    assert 2 * PER_PAGE + 50 == len({product.ref for product in products}) == len(products)
    assert 3 == len(shelves.asked)


@pytest.mark.parametrize("in_items", [False, True])
@pytest.mark.parametrize("gone", [1, 7, PER_PAGE + 1])
async def test_items_that_vanish_make_nobody_else_vanish(in_items: bool, gone: int) -> None:
    """What moved to an earlier page is read by going back there."""
    shelves = Shelves(3 * PER_PAGE, in_items=in_items)

    def vanish(offset: int) -> None:
        if offset == shelves.step and len(shelves.numbers) == 3 * PER_PAGE:
            del shelves.numbers[:gone]

    shelves.vanish = vanish
    products, _ = await collect(adapter_over(shelves).products(None, None))

    assert {f"SKU-{number}" for number in shelves.numbers} <= {product.ref for product in products}


def test_a_list_that_shrinks_for_ever_ends() -> None:
    """Going back is bounded; after that the walk takes what comes."""
    place: Pages | None = Pages(NOW, offset=9, total=10**6)
    left, steps = 10**6, 0
    while place is not None:
        left, steps = left - 1, steps + 1
        earlier = place.back(left)
        place = earlier.onward(9, left) if earlier else None

    assert MOST_STEPS_BACK + 1 == steps


async def test_a_next_page_that_leads_back_ends_the_walk() -> None:
    """A page is never read for ever."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/offer"):
            return httpx.Response(200, json={"offers": [offer(1)]})
        return httpx.Response(200, json={"inventoryItems": [item(1)], "total": 9, "next": "/x?offset=0"})

    pages = [page async for page in adapter_over(answer).products(None, None)]

    assert [None] == [page.resume for page in pages]


async def test_a_null_is_what_is_not_known() -> None:
    """eBay leaves such fields out; should it write null instead, nobody is set aside for that."""
    told = item(1, product={"title": "Mug", "brand": None, "ean": None, "upc": None}, inventoryItemGroupKeys=None)

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/offer"):
            return httpx.Response(200, json={"offers": [offer(1, listing={"listingId": "1", "listingStatus": None})]})
        return httpx.Response(200, json={"inventoryItems": [told], "total": 1, "next": None})

    (product,), bad = await collect(adapter_over(answer).products(None, None))

    assert [] == bad
    assert ("Mug", None) == (product.title, product.vendor)


async def test_an_offer_of_another_shape_costs_only_its_item() -> None:
    """The others arrive."""

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/offer"):
            return httpx.Response(200, json={"inventoryItems": [item(1), item(2)], "total": 2})
        number = int(request.url.params["sku"][4:])
        return httpx.Response(200, json={"offers": [offer(number, **({"offerId": 5} if number == 1 else {}))]})

    products, bad = await collect(adapter_over(answer).products(None, None))

    assert (["SKU-2"], ["SKU-1"]) == ([one.ref for one in products], [one.ref for one in bad])


async def test_stock_is_told_without_asking_for_offers_again(ebay: Counterpart) -> None:
    """What the listings of a cycle told serves its stock; by itself it asks."""
    journal, alone = Journal(), Journal()
    async with ebay.open(journal=journal) as adapter:
        products, _ = await collect(adapter.products(None, None))
        before = len(journal.calls)
        levels, _ = await collect(adapter.inventory(None, None))
    async with ebay.open(journal=alone) as adapter:
        again, _ = await collect(adapter.inventory(None, None))

    assert [variant.levels[0] for product in products for variant in product.variants] == levels == again
    assert ["items", "items"] == [call.operation for call in journal.calls[before:]]
    assert 240 == sum(call.operation == "offers" for call in alone.calls)


class Orders:
    """Orders by the second in which they changed; those told to change do so after a call."""

    def __init__(self, changed: list[datetime]) -> None:
        self.changed = dict(enumerate(changed))
        self.asked: list[str] = []
        self.touch: dict[int, list[int]] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The orders of the stretch asked for, in no order."""
        asked = request.url.params["filter"]
        offset = int(request.url.params["offset"])
        first, _, last = asked.removeprefix("lastmodifieddate:[").removesuffix("]").partition("..")
        since, until = datetime.fromisoformat(first), datetime.fromisoformat(last) if last else None
        self.asked.append(asked)
        found = [n for n, at in self.changed.items() if since <= at and (until is None or at <= until)]
        shown = sorted(found, key=lambda number: number * 7919 % 1009)[offset : offset + PER_PAGE]
        told = {"total": len(found), "orders": [self.order(number) for number in shown]}
        for number in self.touch.pop(len(self.asked), []):
            self.changed[number] = clock.utcnow()
        return httpx.Response(200, json=told)

    def order(self, number: int) -> dict[str, Any]:
        """One of them."""
        at = f"{self.changed[number]:%Y-%m-%dT%H:%M:%S}.000Z"
        cost = {"value": "5.00", "currency": "EUR"}
        line = {"lineItemId": "1", "quantity": 1, "lineItemCost": cost, "listingMarketplaceId": "EBAY_DE"}
        return {
            "orderId": f"17-{number:05d}",
            "creationDate": at,
            "lastModifiedDate": at,
            "pricingSummary": {"total": cost},
            "lineItems": [line],
        }


async def walked(orders: Orders, days: int = 30) -> list[Any]:
    """The pages of orders changed within so many days."""
    with clock.set_to(lambda: NOW):
        return [page async for page in adapter_over(orders).orders(NOW - timedelta(days=days), None)]


async def test_few_orders_cost_one_call() -> None:
    """A stretch that is left open."""
    orders = Orders([NOW - timedelta(hours=hours) for hours in range(1, 50)])

    (page,) = await walked(orders)

    assert 49 == len(page.records) == page.total
    assert [order.updated_at for order in page.records] == sorted(order.updated_at for order in page.records)
    assert page.newest == page.records[-1].updated_at
    assert ["lastmodifieddate:[2026-10-24T12:00:00.000Z..]"] == orders.asked


@pytest.mark.parametrize("spread", ["even", "bunched", "one second"])
async def test_many_orders_come_by_stretches_that_fit_a_page(spread: str) -> None:
    """None is missing, none comes twice, oldest change first."""
    ages = {
        "even": [timedelta(minutes=20 * n + 5) for n in range(1500)],
        "bunched": [timedelta(days=29)] * 3 + [timedelta(seconds=n + 3600) for n in range(1497)],
        "one second": [timedelta(days=3)] * 450 + [timedelta(minutes=n + 5) for n in range(50)],
    }[spread]
    orders = Orders([NOW - age for age in ages])

    pages = await walked(orders)
    told = [order for page in pages for order in page.records]

    assert len(ages) == len(told) == len({order.ref for order in told})
    assert [order.updated_at for order in told] == sorted(order.updated_at for order in told)
    assert len({page.resume for page in pages}) == len(pages)
    assert len(ages) == pages[0].total
    assert len(orders.asked) < 80


async def test_a_rush_in_the_last_minute_is_read_too() -> None:
    """The stretch that has to stay open is read page by page."""
    orders = Orders([NOW - timedelta(seconds=n % 40 + 1) for n in range(430)])

    pages = await walked(orders)

    assert 430 == sum(len(page.records) for page in pages)
    assert len(orders.asked) < 40


async def test_orders_that_change_meanwhile_are_not_lost() -> None:
    """They leave their place in the list and come again at its end."""
    orders = Orders([NOW - timedelta(minutes=10 * n + 5) for n in range(1000)])
    orders.touch = {5: [990, 991, 992], 8: [500, 400]}

    pages = await walked(orders)
    told = {order.ref: order for page in pages for order in page.records}

    assert 1000 == len(told)
    assert all(told[f"17-{n:05d}"].updated_at == NOW for n in (990, 991, 992, 500, 400))


def test_no_stretch_ends_in_the_future() -> None:
    """eBay refuses that, and its clock may be behind ours."""
    with clock.set_to(lambda: NOW):
        assert None is Stretch(NOW - timedelta(hours=1), 3_600).end
        assert None is Stretch(NOW - timedelta(hours=1), 3_600 - LATEST.total_seconds()).end
        assert NOW - timedelta(minutes=2) == Stretch(NOW - timedelta(hours=1), 3_480).end


async def test_an_order_between_two_stretches_comes_once() -> None:
    """Both bounds belong to a stretch, so the next one begins a millisecond later."""
    changed = [NOW - timedelta(hours=hours) for hours in range(1, 481)]
    with clock.set_to(lambda: NOW):
        ends = Stretch(NOW - timedelta(hours=480), 120 * 3600, 480)
        orders = Orders(changed)
        pages = [page async for page in adapter_over(orders).orders(NOW, ends.written())]
    told = [order.ref for page in pages for order in page.records]

    assert "lastmodifieddate:[2026-11-03T12:00:00.000Z..2026-11-08T12:00:00.000Z]" == orders.asked[0]
    assert 480 == len(told) == len(set(told))


def test_a_walk_reaches_no_further_back_than_ebay() -> None:
    """Two years, less a day."""
    with clock.set_to(lambda: NOW):
        place = Stretch.read(None, datetime(2015, 1, 1, tzinfo=UTC))

    assert place is not None
    assert NOW - timedelta(days=REACH_DAYS) == place.at
