"""Publishing quantities: item by item answers, batches, what is not sent, and the 250 revisions of a day."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters.ebay import stock
from nexus_ui.adapters.ebay.revisions import A_DAY, REVISIONS, Revisions
from nexus_ui.errors import PermissionMissing, Unavailable
from nexus_ui.records import StockAnswer, StockChange
from tests.adapters.counterparts import Counterpart, Journal, collect
from tests.adapters.ebay.scripted import adapter_over, item, offer, problem

ACCEPTED, REFUSED, STALE = StockAnswer.ACCEPTED, StockAnswer.REFUSED, StockAnswer.STALE


def change(number: int, quantity: int = 9, expected: int | None = 3, key: str = "") -> StockChange:
    """A change of a scripted item."""
    return StockChange(f"SKU-{number}", f"8{number}", "EBAY_DE", quantity, expected, key or f"k{number}")


class Store:
    """Answers reads with items as they are and updates by a rule for each SKU."""

    def __init__(self, **items: dict[str, Any]) -> None:
        self.items = items
        self.offers: dict[str, dict[str, Any]] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        self.one_at_a_time = False
        self.sent: list[dict[str, Any]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """The three calls of a write."""
        path = request.url.path
        if path.endswith("/bulk_get_inventory_item"):
            return httpx.Response(207, json={"responses": [self._found(one["sku"]) for one in _requests(request)]})
        if "/offer/" in path:
            number = path.rpartition("/")[2]
            told = self.offers.get(number, offer(int(number[1:])))
            return httpx.Response(200, json=told) if told else problem(404, 25_713)
        wanted = _requests(request)
        if self.one_at_a_time and len(wanted) > 1:
            return problem(400, 25_709, message="Only one SKU can be updated per call")
        self.sent += wanted
        return httpx.Response(207, json={"responses": [self._written(one) for one in wanted]})

    def _found(self, sku: str) -> dict[str, Any]:
        known = self.items.get(sku, item(int(sku.rpartition("-")[2])))
        if not known:
            return {"sku": sku, "statusCode": 404, "errors": [{"errorId": 25_702}]}
        return {"sku": sku, "statusCode": 200, "inventoryItem": known}

    def _written(self, one: dict[str, Any]) -> dict[str, Any]:
        offers = [{"offerId": each["offerId"]} for each in one.get("offers", [])]
        return {"sku": one["sku"], "statusCode": 200, **(offers[0] if offers else {}), **self.rules.get(one["sku"], {})}


def _requests(request: httpx.Request) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(request.content)["requests"]
    return found


@pytest.fixture(autouse=True)
def no_revisions() -> None:
    """Nothing was revised today."""
    REVISIONS.forget()


async def answers(store: Store, changes: list[StockChange]) -> list[tuple[StockAnswer, str]]:
    """What came of each change."""
    receipts = await adapter_over(store).set_stock(changes)
    assert [one.key for one in changes] == [receipt.key for receipt in receipts]
    return [(receipt.answer, receipt.said) for receipt in receipts]


async def test_item_and_offer_are_written_together() -> None:
    """One request for each SKU, absolute quantities."""
    store = Store()

    assert [(ACCEPTED, "")] == await answers(store, [change(1)])
    assert [
        {
            "sku": "SKU-1",
            "shipToLocationAvailability": {"quantity": 9},
            "offers": [{"offerId": "81", "availableQuantity": 9}],
        }
    ] == store.sent


async def test_an_unpublished_offer_is_not_revised() -> None:
    """Only its item is written: the call is not meant for such offers."""
    store = Store()
    store.offers["81"] = offer(1, status="UNPUBLISHED", listing=None)

    assert [(ACCEPTED, "")] == await answers(store, [change(1)])
    assert ["shipToLocationAvailability", "sku"] == sorted(store.sent[0])


async def test_what_must_not_be_sent_is_not_sent() -> None:
    """Each with the reason; the others go."""
    kept = {"availabilityDistributions": [{"merchantLocationKey": "north", "quantity": 3}]}
    store = Store(**{"SKU-1": {}, "SKU-2": item(2, shipping=kept), "SKU-6": item(6, 9)})
    store.offers |= {"83": {}, "84": offer(4, "EBAY_GB"), "85": offer(5, format="AUCTION")}

    found = await answers(store, [change(number) for number in range(1, 6)] + [change(6, expected=9), change(7)])

    assert [
        (REFUSED, stock.GONE),
        (REFUSED, stock.BY_WAREHOUSE),
        (REFUSED, stock.NO_OFFER),
        (REFUSED, stock.NO_OFFER),
        (REFUSED, stock.NO_OFFER),
        (ACCEPTED, stock.AS_WANTED),
        (ACCEPTED, ""),
    ] == found
    assert ["SKU-7"] == [one["sku"] for one in store.sent]


async def test_an_offer_of_another_shape_is_not_written() -> None:
    """And stops nobody else."""
    store = Store()
    store.offers["81"] = offer(1, offerId=81)

    assert [(REFUSED, stock.NO_OFFER), (ACCEPTED, "")] == await answers(store, [change(1), change(2)])


async def test_what_changed_meanwhile_is_stale() -> None:
    """What buyers can order is compared: the offer's quantity before the item's."""
    store = Store()
    store.offers |= {"81": offer(1, availableQuantity=2), "82": offer(2, availableQuantity=3)}

    found = await answers(store, [change(1), change(2), change(3, expected=4), change(4, expected=None)])

    assert [STALE, ACCEPTED, STALE, ACCEPTED] == [answer for answer, _ in found]
    assert "2" in found[0][1]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"statusCode": 400, "errors": [{"errorId": 25_759, "message": "Too few for the auction"}]}, "Too few"),
        ({"statusCode": 500, "errors": [{"errorId": 25_025, "longMessage": "Concurrent access."}]}, "Concurrent"),
        ({"statusCode": 200, "errors": [{"errorId": 25_097, "message": "On hold"}]}, "On hold"),
        ({"statusCode": 409}, "409"),
        ({"sku": "ANOTHER", "offerId": "0"}, stock.SILENT),
    ],
)
async def test_a_refused_item_costs_only_itself(rule: dict[str, Any], said: str) -> None:
    """eBay's words are kept; the others are accepted."""
    store = Store()
    store.rules["SKU-2"] = rule

    found = await answers(store, [change(1), change(2), change(3)])

    assert [ACCEPTED, REFUSED, ACCEPTED] == [answer for answer, _ in found]
    assert said in found[1][1]


async def test_warnings_are_no_refusals() -> None:
    """An entry with a good status and a warning is accepted."""
    store = Store()
    store.rules["SKU-1"] = {"warnings": [{"errorId": 25_401, "message": "dropped"}]}

    assert [(ACCEPTED, "")] == await answers(store, [change(1)])


async def test_a_batch_refused_as_a_whole_goes_one_by_one() -> None:
    """The schema says 25 SKUs a call, the prose one: both are borne."""
    store = Store()
    store.one_at_a_time = True

    found = await answers(store, [change(number) for number in range(1, 31)])

    assert [(ACCEPTED, "")] * 30 == found
    assert 30 == len(store.sent)


async def test_the_251st_revision_of_a_day_is_not_sent() -> None:
    """The receipt says when it goes on; another listing is not concerned."""
    store = Store()
    for _ in range(A_DAY):
        assert REVISIONS.take("111")

    found = await answers(store, [change(1), change(2)])

    assert [(REFUSED, stock.WORN_OUT), (ACCEPTED, "")] == found
    assert ["SKU-2"] == [one["sku"] for one in store.sent]


def test_revisions_are_counted_anew_each_day_of_california() -> None:
    """Midnight there, not here."""
    counted = Revisions()
    for hour, taken in ((6, A_DAY), (7, 0), (8, A_DAY)):
        with clock.set_to(lambda hour=hour: datetime(2026, 11, 24, hour, 30, tzinfo=UTC)):
            assert taken == sum(counted.take("11") for _ in range(A_DAY + 5))


async def test_revisions_are_shared_by_connections(ebay: Counterpart) -> None:
    """Two connections of one seller have 250 revisions of a listing together; eBay never has to refuse."""
    async with ebay.open() as one, ebay.open() as other:
        products, _ = await collect(one.products(None, None))
        sold = next(product for product in products if product.status == "active")
        listing_id, variant = (sold.url or "").rpartition("/")[2], sold.variants[0]
        theirs = ebay.shop.private["seller"].revisions
        for _ in range(A_DAY - 6):
            assert REVISIONS.take(listing_id) and theirs.take(listing_id)
        seen = list[str]()
        for turn in range(9):
            wanted = StockChange(variant.ref, variant.inventory_ref or "", "EBAY_DE", 1000 + turn, None, "k")
            seen += [receipt.said for receipt in await (one if turn % 2 else other).set_stock([wanted])]

    assert [""] * 6 + [stock.WORN_OUT] * 3 == seen


async def test_the_other_sites_stock_is_not_ours(ebay: Counterpart) -> None:
    """A connection writes on its own site only."""
    async with ebay.open({"site": "EBAY_GB"}) as british:
        products, _ = await collect(british.products(None, None))
    sold = products[0].variants[0]

    async with ebay.open() as german:
        wanted = StockChange(sold.ref, sold.inventory_ref or "", "EBAY_GB", 5, None, "k")
        (receipt,) = await german.set_stock([wanted])

    assert (REFUSED, stock.NO_OFFER) == (receipt.answer, receipt.said)


async def test_what_is_no_matter_of_one_item_stops_the_write(ebay: Counterpart) -> None:
    """A missing permission or an outage is no receipt."""
    for fault, error in (("missing_scope", PermissionMissing), ("outage", Unavailable)):
        ebay.fault(fault, scope="https://api.ebay.com/oauth/api_scope/sell.inventory")
        async with ebay.open(journal=Journal()) as adapter:
            with pytest.raises(error):
                await adapter.set_stock([change(1)])
        ebay.shop.faults.switch_off()
