"""Amazon's answers to our records: the vendor's own static sandbox replies, and whatever makes no sense."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest

from nexus_ui.adapters.amazon import mailbox, translate, wire
from nexus_ui.adapters.amazon.refusals import judge
from nexus_ui.adapters.amazon.stores import STORES
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import SkipRecord
from nexus_ui.records import Fulfilment, Money, OrderStatus, ProductStatus, StockAnswer
from tests.adapters.vendor import SPECS

US = STORES["ATVPDKIKX0DER"]
LISTING: dict[str, Any] = {
    "sku": "MUG-1",
    "summaries": [
        {
            "marketplaceId": US.id, "asin": "B071VG5N9D", "productType": "CUP", "conditionType": "new_new",
            "status": ["BUYABLE", "DISCOVERABLE"], "itemName": "Blue mug", "createdDate": "2021-02-01T00:00:00Z",
            "lastUpdatedDate": "2026-11-23T09:00:00Z",
        }
    ],
    "offers": [{"marketplaceId": US.id, "offerType": "B2C", "price": {"currencyCode": "USD", "amount": "9.90"}}],
    "fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 7}],
}  # fmt: skip
ORDER: dict[str, Any] = {
    "orderId": "111-1000000-0000000",
    "createdTime": "2026-11-20T10:00:00Z",
    "lastUpdatedTime": "2026-11-21T10:00:00Z",
    "salesChannel": {"channelName": "AMAZON"},
    "proceeds": {"grandTotal": {"amount": "24.75", "currencyCode": "USD"}},
    "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
    "orderItems": [
        {
            "orderItemId": "1",
            "quantityOrdered": 2,
            "product": {
                "title": "Blue mug", "sellerSku": "MUG-1",
                "price": {"unitPrice": {"amount": "9.90", "currencyCode": "USD"}},
            },
        }
    ],
}  # fmt: skip


def listing(**changes: Any) -> wire.Listing:
    """A listing as the adapter reads it."""
    return msgspec.convert(LISTING | changes, wire.Listing)


def order(**changes: Any) -> wire.Order:
    """An order as the adapter reads it."""
    return msgspec.convert(ORDER | changes, wire.Order)


def test_a_listing_is_a_product_with_one_variant() -> None:
    """Title and state of this store, its consumer price, and the seller's own quantity."""
    product = translate.product(listing(), US)
    (variant,) = product.variants
    (level,) = variant.levels

    assert ("MUG-1", "Blue mug", ProductStatus.ACTIVE, "cup") == (
        product.ref,
        product.title,
        product.status,
        product.kind,
    )
    assert Money(Decimal("9.90"), "USD") == variant.price
    assert ("DEFAULT", 7) == (level.location_ref, level.available)
    assert "https://www.amazon.com/dp/B071VG5N9D" == product.url
    assert datetime(2026, 11, 23, 9, tzinfo=UTC) == product.updated_at


def test_what_amazon_does_not_say_stays_unknown() -> None:
    """No quantity, no price: None, never zero."""
    told = listing(offers=[], fulfillmentAvailability=[{"fulfillmentChannelCode": "DEFAULT"}])
    (variant,) = translate.product(told, US).variants

    assert variant.price is None
    assert variant.levels[0].available is None


@pytest.mark.parametrize(
    "channels",
    [
        [{"fulfillmentChannelCode": "AMAZON_NA"}],
        [{"fulfillmentChannelCode": "DEFAULT", "quantity": 21}, {"fulfillmentChannelCode": "AMAZON_NA"}],
    ],
)
def test_stock_held_by_amazon_is_the_marketplaces(channels: list[dict[str, Any]]) -> None:
    """Also where the seller has some of it too: what is not known for sure is not written."""
    (variant,) = translate.product(listing(fulfillmentAvailability=channels), US).variants

    assert (Fulfilment.MARKETPLACE, ()) == (variant.fulfilment, variant.levels)


def test_every_own_channel_is_a_place() -> None:
    """Supply sources of a seller with several warehouses have codes of their own."""
    channels = [
        {"fulfillmentChannelCode": "55448834-8d98", "quantity": 3},
        {"fulfillmentChannelCode": "DEFAULT", "quantity": 4},
    ]
    (variant,) = translate.product(listing(fulfillmentAvailability=channels), US).variants

    assert [("55448834-8d98", 3), ("DEFAULT", 4)] == [(one.location_ref, one.available) for one in variant.levels]


def test_the_prices_of_other_stores_and_of_businesses_are_not_ours() -> None:
    """A consumer price of this store, or none."""
    other = [
        {"marketplaceId": US.id, "offerType": "B2B", "price": {"currencyCode": "USD", "amount": "5"}},
        {"marketplaceId": "A2EUQ1WTGCTBG2", "offerType": "B2C", "price": {"currencyCode": "CAD", "amount": "6"}},
    ]

    assert translate.product(listing(offers=other), US).variants[0].price is None


@pytest.mark.parametrize(
    "changes",
    [
        {"sku": ""},
        {"summaries": []},
        {"offers": [{"marketplaceId": US.id, "offerType": "B2C", "price": {"currencyCode": "USD", "amount": "-1"}}]},
        {"offers": [{"marketplaceId": US.id, "offerType": "B2C", "price": {"currencyCode": "USD", "amount": "NaN"}}]},
        {"fulfillmentAvailability": [{"fulfillmentChannelCode": "DEFAULT", "quantity": 10**15}]},
    ],
)
def test_an_absurd_listing_is_set_aside(changes: dict[str, Any]) -> None:
    """With a reason that ends in a full stop."""
    with pytest.raises(SkipRecord) as raised:
        translate.product(listing(**changes), US)

    assert raised.value.message.endswith(".")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("PENDING", OrderStatus.OPEN),
        ("PENDING_AVAILABILITY", OrderStatus.OPEN),
        ("UNSHIPPED", OrderStatus.OPEN),
        ("PARTIALLY_SHIPPED", OrderStatus.OPEN),
        ("SHIPPED", OrderStatus.SHIPPED),
        ("CANCELLED", OrderStatus.CANCELLED),
        ("UNFULFILLABLE", OrderStatus.CANCELLED),
        ("SOMETHING_NEW", OrderStatus.OPEN),
    ],
)
def test_each_of_amazons_words_for_an_order_is_known(words: str, status: OrderStatus) -> None:
    """A word that comes later is an open order, with Amazon's word beside it."""
    told = translate.order(order(fulfillment={"fulfillmentStatus": words, "fulfilledBy": "AMAZON"}))

    assert status == told.status
    assert f"{words.replace('_', ' ').lower()}, by Amazon" == told.marketplace_status


def test_an_order_without_its_total_adds_up_its_lines() -> None:
    """Two mugs at 9.90."""
    assert Money(Decimal("19.80"), "USD") == translate.order(order(proceeds={})).total


def test_an_order_that_tells_no_prices_has_an_unknown_total() -> None:
    """Unpaid and cancelled orders: None, not zero."""
    bare = [{"orderItemId": "1", "quantityOrdered": 2, "product": {"title": "Blue mug", "sellerSku": "MUG-1"}}]
    told = translate.order(order(proceeds=None, orderItems=bare))

    assert told.total is None
    assert told.lines[0].unit_price is None
    assert 2 == told.lines[0].quantity


@pytest.mark.parametrize(
    "changes",
    [
        {"orderId": ""},
        {"createdTime": "0001-01-01T00:00:00Z"},
        {"proceeds": {"grandTotal": {"amount": "-3", "currencyCode": "USD"}}},
        {"orderItems": [{"orderItemId": "1", "quantityOrdered": -2, "product": {}}]},
    ],
)
def test_an_absurd_order_is_set_aside(changes: dict[str, Any]) -> None:
    """No id, no sensible date, a negative amount or quantity."""
    with pytest.raises(SkipRecord):
        translate.order(order(**changes))


def test_what_amazon_holds_is_what_it_can_send() -> None:
    """Inbound units are on hand, not available; unknown details stay unknown."""
    told = {"sellerSku": "MUG-1", "totalQuantity": 9, "inventoryDetails": {"fulfillableQuantity": 4}}
    level = translate.held(msgspec.convert(told, wire.Held))
    bare = translate.held(msgspec.convert({"sellerSku": "MUG-1"}, wire.Held))

    assert ("AMAZON", 4, 9) == (level.location_ref, level.available, level.on_hand)
    assert (None, None) == (bare.available, bare.on_hand)


# Amazon's own sandbox: static pairs of request and response in the vendor's models


def pairs(model: str, operation: str) -> list[Any]:
    """Request and response of every static reply to one operation, each as a test case; none without the models."""
    file = SPECS / "amazon" / f"{model}.json"
    if not file.is_file():
        return [pytest.param(None, 0, marks=pytest.mark.skip(reason=f"no {file}; set NEXUS_SPECS"), id=operation)]
    told = [one for path in json.loads(file.read_text())["paths"].values() for one in path.values()]
    (found,) = [one for one in told if isinstance(one, dict) and one.get("operationId") == operation]
    return [
        pytest.param(pair["response"], int(status), id=f"{operation}-{status}-{place}")
        for status, answer in found["responses"].items()
        for place, pair in enumerate(answer.get("x-amzn-api-sandbox", {}).get("static", []))
    ]


ORDERS, LISTINGS = "orders_2026-01-01", "listingsItems_2021-08-01"


@pytest.mark.parametrize(("response", "status"), [*pairs(ORDERS, "searchOrders"), *pairs(ORDERS, "getOrder")])
def test_amazons_own_orders_are_understood(response: dict[str, Any], status: int) -> None:
    """Every order of the vendor's sandbox arrives with its lines, exact and without its buyer."""
    if status >= 400:
        assert_refusal(response)
        return
    told = response.get("orders") or [response["order"]]
    records = [translate.order(msgspec.convert(one, wire.Order)) for one in told]

    assert [one["orderId"] for one in told] == [record.ref for record in records]
    for one, record in zip(told, records, strict=True):
        total = one["proceeds"]["grandTotal"]
        assert Money(Decimal(total["amount"]), total["currencyCode"]) == record.total
        assert [item["orderItemId"] for item in one["orderItems"]] == [line.ref for line in record.lines]
        assert [item["product"].get("sellerSku") for item in one["orderItems"]] == [line.sku for line in record.lines]
        assert one.get("buyer", {}).get("buyerName", "nobody") not in repr(record)


@pytest.mark.parametrize(
    ("response", "status"), [*pairs(LISTINGS, "searchListingsItems"), *pairs(LISTINGS, "getListingsItem")]
)
def test_amazons_own_listings_are_understood(response: dict[str, Any], status: int) -> None:
    """Every listing of the vendor's sandbox arrives with price and quantity of each store that shows it."""
    if status >= 400:
        assert_refusal(response)
        return
    told = response.get("items") or [response]
    for one in told:
        found = msgspec.convert(one, wire.Listing)
        for shown in one["summaries"]:
            product = translate.product(found, STORES[shown["marketplaceId"]])
            prices = [
                offer["price"]["amount"] for offer in one["offers"] if offer["marketplaceId"] == shown["marketplaceId"]
            ]
            (variant,) = product.variants

            assert (one["sku"], shown["itemName"]) == (product.ref, product.title)
            assert (ProductStatus.ACTIVE if "BUYABLE" in shown["status"] else ProductStatus.DRAFT) == product.status
            assert Decimal(prices[0]) == (variant.price.amount if variant.price else None)
            assert [one["quantity"] for one in one["fulfillmentAvailability"]] == [
                level.available for level in variant.levels
            ]


@pytest.mark.parametrize(("response", "status"), pairs(LISTINGS, "patchListingsItem"))
def test_amazons_own_answers_to_a_patch_are_understood(response: dict[str, Any], status: int) -> None:
    """A 200 that says INVALID refuses, with the words and the code of the error."""
    if status >= 400:
        assert_refusal(response)
        return
    told = msgspec.convert(response, wire.Submission)
    receipt = translate.receipt("k", told.issues)

    assert (StockAnswer.REFUSED if told.status == "INVALID" else StockAnswer.ACCEPTED) == receipt.answer
    assert receipt.code == (told.issues[0].code if told.issues else "")


@pytest.mark.parametrize(("response", "status"), pairs("sellers", "getMarketplaceParticipations"))
def test_amazons_own_list_of_stores_is_understood(response: dict[str, Any], status: int) -> None:
    """Who sells where."""
    (one,) = msgspec.convert(response, wire.Participations).payload

    assert ("ATVPDKIKX0DER", "BestSellerStore", True) == (
        one.marketplace.id,
        one.store_name,
        one.participation.is_participating,
    )


PLAIN_ANSWERS = {
    "notifications": {"getDestinations": mailbox.Destinations, "createDestination": mailbox.NewDestination},
    "feeds_2021-06-30": {
        "createFeedDocument": wire.Upload,
        "createFeed": wire.Submitted,
        "getFeed": wire.FeedState,
        "getFeedDocument": wire.Download,
    },
}


@pytest.mark.parametrize(
    ("model", "operation"), [(model, operation) for model, known in PLAIN_ANSWERS.items() for operation in known]
)
def test_amazons_own_answers_about_feeds_and_queues_are_understood(model: str, operation: str) -> None:
    """Each good reply fits what is read of it, each refusal its shape."""
    for case in pairs(model, operation):
        response, status = case.values
        if response is None:
            pytest.skip("no models of Amazon's; set NEXUS_SPECS")
        if status >= 400:
            assert_refusal(response)
        else:
            assert msgspec.convert(response, PLAIN_ANSWERS[model][operation])


def assert_refusal(response: dict[str, Any]) -> None:
    """A refusal has Amazon's shape, and its words are passed on."""
    refusal = judge(Answer(400, httpx.Headers(), msgspec.json.encode(response), datetime.now(UTC)), 1.0)
    assert refusal is not None
    assert "invalid" in refusal.message.lower()
