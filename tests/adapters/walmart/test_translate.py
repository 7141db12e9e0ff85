"""Walmart's items, stock and orders as our records; the vendor's own examples among them."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from nexus_ui.adapters.walmart import translate, wire
from nexus_ui.adapters.walmart.listing import harmless
from nexus_ui.errors import SkipRecord
from nexus_ui.records import Fulfilment, Money, OrderStatus, ProductStatus, StockLevel
from tests.adapters.vendor import specs_of
from tests.adapters.walmart.conformance import document

ITEM: dict[str, Any] = {
    "mart": "WALMART_US",
    "sku": "2792005",
    "condition": "New",
    "upc": "886859944807",
    "gtin": "00886859944807",
    "productName": "Carhartt Men's Rugged Vest",
    "price": {"currency": "USD", "amount": 59.99},
    "publishedStatus": "PUBLISHED",
    "lifecycleStatus": "ACTIVE",
}
NODE: dict[str, Any] = {
    "shipNode": "100009",
    "inputQty": {"unit": "EACH", "amount": 436},
    "availToSellQty": {"unit": "EACH", "amount": 433},
    "reservedQty": {"unit": "EACH", "amount": 3},
}


def item(**changes: Any) -> wire.Item:
    """An item as Walmart writes it, with changes."""
    return msgspec.json.decode(msgspec.json.encode(ITEM | changes), type=wire.Item)


def shelf(*nodes: dict[str, Any]) -> wire.Shelf:
    """What ship nodes hold of the item."""
    told = {"sku": "2792005", "nodes": [NODE | node for node in nodes]}
    return msgspec.json.decode(msgspec.json.encode(told), type=wire.Shelf)


def money(amount: float) -> dict[str, Any]:
    """An amount in dollars."""
    return {"currency": "USD", "amount": amount}


def line(number: int = 1, *, status: str = "Acknowledged", count: str = "1", **more: Any) -> dict[str, Any]:
    """A line of an order, with a tax."""
    charge = {"chargeType": "PRODUCT", "chargeName": "ItemPrice", "chargeAmount": money(10.05)}
    return {
        "lineNumber": str(number),
        "item": {"productName": "Mug", "sku": "MUG-1"},
        "charges": {"charge": [charge | {"tax": {"taxName": "Tax1", "taxAmount": money(0.83)}}]},
        "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": count},
        "statusDate": 1_568_466_647_000 + number,
        "orderLineStatuses": {
            "orderLineStatus": [
                {"status": one, "statusQuantity": {"unitOfMeasurement": "EACH", "amount": "1"}}
                for one in status.split("+")
            ]
        },
        **more,
    }


def goods(amount: Any) -> dict[str, Any]:
    """What goods cost."""
    return {"chargeType": "PRODUCT", "chargeAmount": {"amount": amount, "currency": "USD"}}


def order(*lines: dict[str, Any], **changes: Any) -> wire.Order:
    """A purchase order as Walmart writes it."""
    told = {"purchaseOrderId": "1796277083022", "customerOrderId": "5281956426648", "orderDate": 1_568_466_571_000}
    told |= {"orderLines": {"orderLine": list(lines)}} | changes
    return msgspec.json.decode(msgspec.json.encode(told), type=wire.Order)


def test_an_item_is_a_product_with_one_variant() -> None:
    """Exact price, SKU as name, what can be sold beside what lies there, node by node."""
    product = translate.product(item(), shelf({}, {"shipNode": "2", "availToSellQty": None}))
    (variant,) = product.variants

    assert ("2792005", "2792005", "00886859944807") == (product.ref, variant.sku, variant.barcode)
    assert Money(Decimal("59.99"), "USD") == variant.price
    assert [("100009", 433, 436), ("2", None, 436)] == [
        (level.location_ref, level.available, level.on_hand) for level in variant.levels
    ]
    assert (ProductStatus.ACTIVE, "new", Fulfilment.MERCHANT) == (product.status, product.kind, variant.fulfilment)
    assert product.updated_at is None


def test_what_walmart_does_not_say_stays_unknown() -> None:
    """No price, no barcode, no name, no stock: None, never zero."""
    product = translate.product(item(price=None, gtin="", upc="", productName=""))
    (variant,) = product.variants

    assert (None, None, ()) == (variant.price, variant.barcode, variant.levels)
    assert "2792005" == product.title


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"publishedStatus": "UNPUBLISHED"}, ProductStatus.DRAFT),
        ({"publishedStatus": "SYSTEM_PROBLEM"}, ProductStatus.DRAFT),
        ({"lifecycleStatus": "RETIRED"}, ProductStatus.ARCHIVED),
        ({"lifecycleStatus": "ARCHIVED", "publishedStatus": "UNPUBLISHED"}, ProductStatus.ARCHIVED),
    ],
)
def test_an_item_is_as_far_as_walmart_says(changes: dict[str, Any], status: ProductStatus) -> None:
    """Only what is published can be bought; what is retired is past."""
    assert status == translate.product(item(**changes)).status


@pytest.mark.parametrize("nodes", [(), ({},)])
@pytest.mark.parametrize("told", [(), (StockLevel("2792005", "WFS", 8),)])
def test_what_walmart_holds_is_the_marketplaces(
    nodes: tuple[dict[str, Any], ...], told: tuple[StockLevel, ...]
) -> None:
    """Also where a ship node is named for it; each place tells its own quantity, as far as it does."""
    (variant,) = translate.product(item(), shelf(*nodes), held=told).variants

    assert Fulfilment.MARKETPLACE == variant.fulfilment
    assert ["100009"] * len(nodes) + ["WFS"] * len(told) == [level.location_ref for level in variant.levels]


@pytest.mark.parametrize("changes", [{"price": money(-1)}, {"price": money(1e12)}, {"sku": ""}])
def test_an_absurd_item_is_set_aside(changes: dict[str, Any]) -> None:
    """With a reason that ends in a full stop."""
    with pytest.raises(SkipRecord) as raised:
        translate.product(item(**changes))

    assert raised.value.message.endswith(".")


def test_an_oversold_item_has_nothing_left() -> None:
    """What can be sold is never less than nothing."""
    oversold = translate.product(item(), shelf({"availToSellQty": {"amount": -2}}))

    assert 0 == oversold.variants[0].levels[0].available


@pytest.mark.parametrize("amount", [10**15, 1.5, -(10**15)])
def test_absurd_stock_sets_its_item_aside(amount: float) -> None:
    """More than a thousand million, or half a piece."""
    with pytest.raises(SkipRecord):
        translate.product(item(), shelf({"availToSellQty": {"amount": amount}}))
    with pytest.raises(SkipRecord):
        translate.product(item(), None, "Expected `decimal`, got `object`")


def test_what_walmart_holds_is_added_up() -> None:
    """All its warehouses together, and the latest change; both lists tell the same."""
    nodes = [
        {"availToSellQty": 3, "onHandQty": 4, "modifiedDate": "2026-11-20T10:00:00.000Z"},
        {"availToSellQty": 2, "modifiedDate": "2026-11-21 10:00:00"},
    ]
    older = msgspec.convert({"sku": "A", "shipNodes": nodes}, wire.Held)
    newer = msgspec.convert(
        {"itemInformation": {"sku": "A"}, "inventoryData": {"availableUnits": 5, "onhandUnits": 4}}, wire.NewlyHeld
    )
    level, same = translate.held_level(older), translate.newly_held_level(newer)

    assert ("A", "WFS", 5, 4) == (level.variant_ref, level.location_ref, level.available, level.on_hand)
    assert datetime(2026, 11, 21, 10, tzinfo=UTC) == level.updated_at
    assert (5, 4, None) == (same.available, same.on_hand, same.updated_at)
    assert (None, None) == (
        translate.held_level(wire.Held(sku="A")).available,
        translate.held_level(wire.Held(sku="A")).on_hand,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-20T10:00:00+01:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("2026-11-20 10:00:00", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        (1_568_466_571_000, datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC)),
        ("1568466571000", datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC)),
        ("last week", None),
        ("", None),
        (None, None),
        (10**30, None),
    ],
)
def test_a_date_is_read_however_it_is_written(text: Any, expected: datetime | None) -> None:
    """Its form is documented nowhere."""
    assert expected == translate.moment(text)


def test_an_order_adds_up_exactly_and_without_personal_data() -> None:
    """Charges and their taxes; the price of one piece; the latest change."""
    shipping = {"chargeType": "SHIPPING", "chargeName": "Shipping", "chargeAmount": money(4.95)}
    second = line(2, count="3")
    second["charges"]["charge"].append(shipping)
    told = translate.order(order(line(), second))

    assert Money(Decimal("26.71"), "USD") == told.total
    assert [("1", "MUG-1", 1, Decimal("10.05")), ("2", "MUG-1", 3, Decimal("3.35"))] == [
        (one.ref, one.sku, one.quantity, one.unit_price.amount if one.unit_price else None) for one in told.lines
    ]
    assert ("1796277083022", "5281956426648", "Acknowledged") == (told.ref, told.number, told.marketplace_status)
    assert datetime(2019, 9, 14, 13, 9, 31, tzinfo=UTC) == told.placed_at
    assert datetime(2019, 9, 14, 13, 10, 47, 2000, tzinfo=UTC) == told.updated_at


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([line(status="Created")], OrderStatus.OPEN),
        ([line(status="Shipped"), line(2, status="Acknowledged")], OrderStatus.OPEN),
        ([line(status="Shipped+Created")], OrderStatus.OPEN),
        ([line(status="Shipped"), line(2, status="Delivered")], OrderStatus.SHIPPED),
        ([line(status="Shipped"), line(2, status="Cancelled")], OrderStatus.SHIPPED),
        ([line(status="Cancelled"), line(2, status="Cancelled")], OrderStatus.CANCELLED),
        ([line(status="Refund")], OrderStatus.REFUNDED),
        ([line(status="Refund"), line(2, status="Cancelled")], OrderStatus.REFUNDED),
        ([line(status="Delivered", refund={"refundId": "1"}), line(2, status="Refund")], OrderStatus.REFUNDED),
        ([line(status="Refund"), line(2, status="Shipped")], OrderStatus.SHIPPED),
        ([line(orderLineStatuses={})], OrderStatus.OPEN),
    ],
)
def test_an_order_is_as_far_as_its_lines(lines: list[dict[str, Any]], status: OrderStatus) -> None:
    """Open while a piece is left to send; refunded when all that was not cancelled is."""
    assert status == translate.order(order(*lines)).status


def test_an_order_without_goods_has_no_price_of_one() -> None:
    """Nothing is divided by nothing."""
    odd = translate.order(order(line(count="0")))

    assert (0, None) == (odd.lines[0].quantity, odd.lines[0].unit_price)


@pytest.mark.parametrize(
    "broken",
    [
        order(),
        order(line(), purchaseOrderId=""),
        order(line(), orderDate=10**18),
        order(line(charges={"charge": []})),
        order(line(count="0.5")),
        order(line(charges={"charge": [goods("Infinity"), goods("-Infinity")]})),
        order(line(charges={"charge": [goods(10**30), goods(-(10**30)), goods(1)]})),
        order(line(charges={"charge": [goods("NaN")]})),
        order(line(charges={"charge": [{"chargeType": "PRODUCT", "chargeAmount": money(1e9)}]})),
        order(
            line(), line(2, charges={"charge": [{"chargeType": "X", "chargeAmount": {"amount": 1, "currency": "CAD"}}]})
        ),
    ],
)
def test_an_order_without_sense_is_set_aside(broken: wire.Order) -> None:
    """No lines, no id, no date, no price, half a piece, endless or huge amounts, a fortune, two currencies."""
    with pytest.raises(SkipRecord) as raised:
        translate.order(broken)

    assert raised.value.message.endswith(".")


def test_the_vendors_own_examples_are_understood() -> None:
    """Every order, item and shelf that the vendor's files show."""
    files = {name: document(specs_of("walmart"), name)["paths"] for name in ("orders", "items", "inventory")}
    good = {
        path: files[name][path]["get"]["responses"]["200"]["content"]["application/json"]
        for name, path in (("orders", "/v3/orders"), ("items", "/v3/items"), ("inventory", "/v3/inventories"))
    }
    told = [harmless(one) for one in good["/v3/orders"]["example"]["list"]["elements"]["order"]]
    orders = [translate.order(msgspec.convert(one, wire.Order)) for one in told]
    items = [
        translate.product(msgspec.convert(one, wire.Item))
        for example in good["/v3/items"]["examples"].values()
        for one in example["value"].get("ItemResponse", [])
    ]
    shelves = [
        translate.levels(msgspec.convert(one, wire.Shelf))
        for one in good["/v3/inventories"]["example"]["elements"]["inventories"]
    ]

    assert (len(told), {"USD"}) == (len(orders), {one.total.currency for one in orders})
    assert items
    assert [[(93, 93), (433, 436)], [(0, 5)]] == [
        [(level.available, level.on_hand) for level in levels] for levels in shelves
    ]
