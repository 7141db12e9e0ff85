"""eBay's words as our records: listings, stock, orders, and what makes no sense."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest

from nexus_ui.adapters.ebay import translate, wire
from nexus_ui.adapters.ebay.sites import SITES
from nexus_ui.errors import SkipRecord, Surprise
from nexus_ui.records import Money, Order, OrderStatus, Product, ProductStatus
from tests.adapters.counterparts import Counterpart, Journal, collect
from tests.adapters.ebay.scripted import adapter_over, item, offer

GERMANY = SITES["EBAY_DE"]
READ_AT = datetime(2026, 11, 23, tzinfo=UTC)
COST = {"value": "30.00", "currency": "EUR"}


def product(told: dict[str, Any], offered: dict[str, Any]) -> Product:
    """An item with its offer, translated."""
    for_sale = wire.ForSale(msgspec.convert(told, wire.Item), msgspec.convert(offered, wire.Offer))
    return translate.product(for_sale, GERMANY)


def order(**changes: Any) -> Order:
    """An order with changes, translated."""
    line = {"lineItemId": "10", "quantity": 3, "lineItemCost": COST, "sku": "SKU-1", "title": "Thing"}
    told = {
        "orderId": "17-00001-00001",
        "creationDate": "2026-11-20T08:00:00.123Z",
        "lastModifiedDate": "2026-11-21T08:00:00.456Z",
        "pricingSummary": {"total": {"value": "34.95", "currency": "EUR"}},
        "lineItems": [line],
        **changes,
    }
    return translate.order(msgspec.convert(told, wire.Order))


def test_an_item_with_its_offer_is_a_product() -> None:
    """Title and code of the item, price and listing of the offer, one variant named by its SKU."""
    told = item(1, product={"title": " Mug ", "brand": "Kiln", "ean": ["4006381333931"]})
    found = product(told, offer(1, availableQuantity=2))
    (variant,) = found.variants
    (level,) = variant.levels

    assert ("SKU-1", "Mug", ProductStatus.ACTIVE, "fixed price") == (found.ref, found.title, found.status, found.kind)
    assert ("Kiln", "https://www.ebay.de/itm/111", None) == (found.vendor, found.url, found.updated_at)
    assert ("SKU-1", "81", "4006381333931") == (variant.sku, variant.inventory_ref, variant.barcode)
    assert Money(Decimal("19.99"), "EUR") == variant.price
    assert ("EBAY_DE", 2, 3) == (level.location_ref, level.available, level.on_hand)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, ProductStatus.ACTIVE),
        ({"listing": {"listingId": "1", "listingStatus": "OUT_OF_STOCK"}}, ProductStatus.ACTIVE),
        ({"listing": {"listingId": "1", "listingStatus": "ENDED"}}, ProductStatus.ARCHIVED),
        ({"listing": {"listingId": "1", "listingStatus": "NEW_WORD"}}, ProductStatus.DRAFT),
        ({"listing": {"listingId": "1", "listingStatus": "ACTIVE", "listingOnHold": True}}, ProductStatus.DRAFT),
        ({"status": "UNPUBLISHED", "listing": None}, ProductStatus.DRAFT),
    ],
)
def test_a_listing_is_active_while_buyers_see_it(changes: dict[str, Any], status: ProductStatus) -> None:
    """On hold and unpublished are drafts, ended is archived."""
    assert status == product(item(1), offer(1, **changes)).status


def test_unknown_is_none() -> None:
    """No product, no quantity, no price: never zero."""
    found = product({"sku": "SKU-1"}, offer(1, pricingSummary=None, listing=None))
    (variant,) = found.variants

    assert ("SKU-1", None, None) == (found.title, found.vendor, found.url)
    assert (None, None) == (variant.price, variant.barcode)
    assert (None, None) == (variant.levels[0].available, variant.levels[0].on_hand)


def test_an_auction_has_no_quantity_to_write() -> None:
    """It is shown, and that is all."""
    found = product(item(1), offer(1, format="AUCTION"))

    assert "auction" == found.kind
    assert ((), False) == (found.variants[0].levels, found.variants[0].tracked)


def test_of_two_offers_of_a_site_the_fixed_price_counts() -> None:
    """An auction may run beside it; other sites' offers are not this one's."""
    offers = [offer(1, format="AUCTION"), offer(2, "EBAY_GB"), offer(3)]
    found = translate.offered([msgspec.convert(one, wire.Offer) for one in offers], GERMANY)

    assert found is not None
    assert "83" == found.offer_id
    assert None is translate.offered([], GERMANY)


def test_a_variation_says_so() -> None:
    """A SKU of a listing with several is a product of its own."""
    assert "variation" == product(item(1, inventoryItemGroupKeys=["shirts"]), offer(1)).kind


@pytest.mark.parametrize(
    ("told", "offered"),
    [
        (item(1, -1), offer(1)),
        (item(1, 10**15), offer(1)),
        (item(1), offer(1, availableQuantity=-5)),
        (item(1), offer(1, pricingSummary={"price": {"value": "-19.90", "currency": "EUR"}})),
        (item(1), offer(1, pricingSummary={"price": {"value": "99999999999999.99", "currency": "EUR"}})),
        (item(1), offer(1, pricingSummary={"price": {"value": "NaN", "currency": "EUR"}})),
        (item(1), offer(1, pricingSummary={"price": {"value": "1.00", "currency": "EURO"}})),
    ],
)
def test_absurd_values_are_set_aside(told: dict[str, Any], offered: dict[str, Any]) -> None:
    """With the SKU they belong to."""
    with pytest.raises(SkipRecord) as raised:
        product(told, offered)

    assert "SKU-1" == raised.value.ref


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, OrderStatus.OPEN),
        ({"orderPaymentStatus": "PAID", "orderFulfillmentStatus": "IN_PROGRESS"}, OrderStatus.OPEN),
        ({"orderPaymentStatus": "PAID", "orderFulfillmentStatus": "FULFILLED"}, OrderStatus.SHIPPED),
        ({"orderPaymentStatus": "PARTIALLY_REFUNDED", "orderFulfillmentStatus": "FULFILLED"}, OrderStatus.SHIPPED),
        ({"orderPaymentStatus": "FULLY_REFUNDED", "orderFulfillmentStatus": "FULFILLED"}, OrderStatus.REFUNDED),
        ({"cancelStatus": {"cancelState": "IN_PROGRESS"}}, OrderStatus.OPEN),
        ({"cancelStatus": {"cancelState": "CANCELED"}, "orderPaymentStatus": "FULLY_REFUNDED"}, OrderStatus.CANCELLED),
    ],
)
def test_an_order_has_one_word(changes: dict[str, Any], status: OrderStatus) -> None:
    """Cancelled before refunded before shipped; eBay's own words stay beside it."""
    found = order(**changes)

    assert status == found.status
    assert changes.get("orderPaymentStatus", "") in found.marketplace_status


def test_an_order_keeps_its_amounts_exactly() -> None:
    """A line tells the cost of all its pieces; the price of one is what that leaves."""
    found = order()
    ten = {"value": "10.00", "currency": "EUR"}
    thirds = order(lineItems=[{"lineItemId": "1", "quantity": 3, "lineItemCost": ten}])

    assert Money(Decimal("34.95"), "EUR") == found.total
    assert Money(Decimal("10.00"), "EUR") == found.lines[0].unit_price
    assert ("SKU-1", "SKU-1", 3) == (found.lines[0].sku, found.lines[0].variant_ref, found.lines[0].quantity)
    assert Money(Decimal("3.333333"), "EUR") == thirds.lines[0].unit_price
    assert None is thirds.lines[0].sku
    assert datetime(2026, 11, 21, 8, 0, 0, 456_000, tzinfo=UTC) == found.updated_at


def test_times_are_utc_whatever_their_zone() -> None:
    """And those without one are UTC already."""
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    at_one = datetime(2026, 11, 23, 13, tzinfo=timezone(timedelta(hours=1)))

    assert noon == translate.moment(noon.replace(tzinfo=None), "x") == translate.moment(at_one, "x")
    assert timedelta(0) == translate.moment(at_one, "x").utcoffset()


@pytest.mark.parametrize(
    "changes",
    [
        {"orderId": ""},
        {"lineItems": []},
        {"creationDate": "0001-01-01T00:00:00.000Z"},
        {"pricingSummary": {"total": {"value": "-1", "currency": "EUR"}}},
        {"lineItems": [{"lineItemId": "1", "quantity": -1, "lineItemCost": COST}]},
    ],
)
def test_an_order_that_makes_no_sense_is_set_aside(changes: dict[str, Any]) -> None:
    """Each of these costs one order only."""
    with pytest.raises(SkipRecord):
        order(**changes)


@pytest.mark.parametrize(
    ("lines", "ours"),
    [
        (["EBAY_DE"], True),
        (["EBAY_GB"], False),
        ([""], True),
        (["EBAY_DE", "EBAY_GB"], True),
        (["EBAY_GB", "EBAY_DE"], False),
    ],
)
def test_an_order_belongs_to_the_site_of_its_first_line(lines: list[str], ours: bool) -> None:
    """So that of two connections exactly one has it; what names no site is lost by none."""
    told = [{"lineItemId": "1", "quantity": 1, "lineItemCost": COST, "listingMarketplaceId": site} for site in lines]
    whole = {
        "orderId": "1",
        "creationDate": "2026-11-20T08:00:00Z",
        "lastModifiedDate": "2026-11-20T08:00:00Z",
        "pricingSummary": {"total": COST},
        "lineItems": told,
    }

    assert ours == translate.belongs(msgspec.convert(whole, wire.Order), GERMANY)


async def test_a_broken_order_is_named_without_its_buyer() -> None:
    """Neither the record that is set aside nor the journal of a good answer names anybody."""
    buyer = {
        "username": "anna_berg",
        "buyerRegistrationAddress": {"fullName": "Anna Berg", "email": "a@example.com"},
    }
    line = {"lineItemId": "1", "quantity": "many", "lineItemCost": COST, "giftDetails": {"recipientName": "Luca"}}
    broken = {"orderId": "17-1", "buyer": buyer, "buyerCheckoutNotes": "for Luca", "lineItems": [line]}
    journal = Journal()

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"total": 3, "orders": [broken, 5, {"lineItems": 7}]})

    orders, bad = await collect(adapter_over(answer, journal).orders(READ_AT, None))
    shown = f"{bad!r} {journal.calls!r}"

    assert [] == orders
    assert "17-1" == bad[0].ref
    assert 3 == len(bad)
    assert not any(word in shown for word in ("Anna", "anna", "example.com", "Luca"))


async def test_an_answer_of_another_shape_is_no_evidence_of_a_buyer() -> None:
    """What cannot be read at all is not kept either."""
    journal = Journal()
    odd = {"total": "many", "orders": [{"buyer": {"username": "anna_berg"}}]}

    with pytest.raises(Surprise) as raised:
        await collect(adapter_over(lambda _: httpx.Response(200, json=odd), journal).orders(READ_AT, None))

    assert "anna" not in f"{raised.value.detail} {journal.calls!r}"


async def test_sites_are_worlds_of_their_own(ebay: Counterpart) -> None:
    """One consent, two sites: each connection has its own listings, orders, currency and prices."""
    german, british = [await whole(ebay, site) for site in ("EBAY_DE", "EBAY_GB")]

    assert (210, 500, {"EUR"}) == (len(german.goods), len(german.orders), german.currencies)
    assert (30, 15, {"GBP"}) == (len(british.goods), len(british.orders), british.currencies)
    assert not german.goods & british.goods
    assert not german.orders & british.orders
    assert german.account.partition("@")[0] == british.account.partition("@")[0]
    assert german.account != british.account


@dataclass(frozen=True)
class Whole:
    """What one connection reads in all."""

    account: str
    goods: set[str]
    orders: set[str]
    currencies: set[str]


async def whole(ebay: Counterpart, site: str) -> Whole:
    """Read all of a site."""
    async with ebay.open({"site": site}) as adapter:
        products, _ = await collect(adapter.products(None, None))
        orders, _ = await collect(adapter.orders(datetime(2026, 1, 1, tzinfo=UTC), None))
        account = await adapter.verify()
    currencies = {one.total.currency for one in orders} | {one.variants[0].price.currency for one in products}
    return Whole(account.account_id, {one.ref for one in products}, {one.ref for one in orders}, currencies)


async def test_what_is_not_json_of_a_list_is_no_answer() -> None:
    """A list that is none ends the cycle, with what came as evidence."""
    odd = adapter_over(lambda _: httpx.Response(200, json={"inventoryItems": {"a": 1}}))

    with pytest.raises(Surprise, match="shape we do not know"):
        await collect(odd.products(None, None))
