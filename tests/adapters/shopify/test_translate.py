"""Shopify, third step: answers translated, and what makes no sense set aside."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from nexus_ui.adapters.kit.decode import each_translated, each_typed, loose_json
from nexus_ui.adapters.shopify import translate, wire
from nexus_ui.errors import SkipRecord
from nexus_ui.records import Money, OrderStatus, ProductStatus, StockLevel

END = {"hasNextPage": False, "endCursor": None}


def level(available: Any = 5, on_hand: Any = 7) -> dict[str, Any]:
    """What one location holds."""
    return {
        "location": {"id": "gid://shopify/Location/1"},
        "quantities": [{"name": "available", "quantity": available}, {"name": "on_hand", "quantity": on_hand}],
    }


def variant(**changes: Any) -> dict[str, Any]:
    """A variant as Shopify tells it."""
    return {
        "id": "gid://shopify/ProductVariant/11",
        "sku": "MUG-1",
        "title": "Blue",
        "price": "19.90",
        "barcode": "4000000000000",
        "position": 1,
        "inventoryItem": {
            "id": "gid://shopify/InventoryItem/21",
            "tracked": True,
            "inventoryLevels": {"nodes": [level()], "pageInfo": END},
        },
    } | changes


def product(**changes: Any) -> dict[str, Any]:
    """A product as Shopify tells it."""
    return {
        "id": "gid://shopify/Product/1",
        "title": "Mug",
        "status": "ACTIVE",
        "vendor": "Acme",
        "updatedAt": "2026-11-01T10:00:00Z",
        "variants": {"nodes": [variant()], "pageInfo": END},
    } | changes


def order(**changes: Any) -> dict[str, Any]:
    """An order as Shopify tells it."""
    return {
        "id": "gid://shopify/Order/5",
        "name": "#1001",
        "processedAt": "2026-11-01T10:00:00Z",
        "updatedAt": "2026-11-02T10:00:00+01:00",
        "cancelledAt": None,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "totalPriceSet": {"shopMoney": {"amount": "39.8", "currencyCode": "EUR"}},
        "lineItems": {
            "nodes": [
                {
                    "id": "gid://shopify/LineItem/9",
                    "sku": None,
                    "title": "Mug",
                    "quantity": 2,
                    "originalUnitPriceSet": {"shopMoney": {"amount": "19.9", "currencyCode": "EUR"}},
                    "variant": None,
                }
            ],
            "pageInfo": END,
        },
    } | changes


def typed_product(**changes: Any) -> wire.Product:
    """The same as the adapter decodes it."""
    return msgspec.json.decode(msgspec.json.encode(product(**changes)), type=wire.Product)


def typed_order(**changes: Any) -> wire.Order:
    """The same as the adapter decodes it."""
    return msgspec.json.decode(msgspec.json.encode(order(**changes)), type=wire.Order)


def one_variant(**changes: Any) -> dict[str, Any]:
    """Variants with a single, changed one."""
    return {"nodes": [variant(**changes)], "pageInfo": END}


def test_a_product_is_translated_whole() -> None:
    """Every field of the product, its variant and its level arrives."""
    found = translate.product(typed_product(), "EUR")
    only = found.variants[0]

    assert ("gid://shopify/Product/1", "Mug", ProductStatus.ACTIVE, "Acme") == (
        found.ref,
        found.title,
        found.status,
        found.vendor,
    )
    assert datetime(2026, 11, 1, 10, tzinfo=UTC) == found.updated_at
    assert ("MUG-1", "Blue", Money(Decimal("19.90"), "EUR"), "4000000000000") == (
        only.sku,
        only.title,
        only.price,
        only.barcode,
    )
    assert "gid://shopify/InventoryItem/21" == only.inventory_ref
    assert (StockLevel("gid://shopify/ProductVariant/11", "gid://shopify/Location/1", 5, 7),) == only.levels


@pytest.mark.parametrize("sku", [None, ""])
def test_a_variant_without_sku_is_fine(sku: str | None) -> None:
    """Absent and empty are the same: unknown."""
    assert translate.product(typed_product(variants=one_variant(sku=sku)), "EUR").variants[0].sku is None


def test_stock_that_is_not_tracked_is_unknown_not_zero() -> None:
    """Shopify says 0 for items it does not count."""
    item = variant()["inventoryItem"] | {"tracked": False}
    found = translate.product(typed_product(variants=one_variant(inventoryItem=item)), "EUR").variants[0]

    assert not found.tracked
    assert [None] == [held.available for held in found.levels]


def test_oversold_stock_is_kept_as_it_is() -> None:
    """A shop may sell below zero."""
    item = variant()["inventoryItem"] | {"inventoryLevels": {"nodes": [level(-3, 0)], "pageInfo": END}}

    assert (
        -3
        == translate.product(typed_product(variants=one_variant(inventoryItem=item)), "EUR")
        .variants[0]
        .levels[0]
        .available
    )


@pytest.mark.parametrize("price", ["-1.00", "NaN", "Infinity", "1e30", "99999999999999.99"])
def test_an_absurd_price_names_its_variant(price: str) -> None:
    """The product is set aside with the SKU and the price in the reason."""
    with pytest.raises(SkipRecord, match="MUG-1") as raised:
        translate.product(typed_product(variants=one_variant(price=price)), "EUR")

    assert "gid://shopify/Product/1" == raised.value.ref


@pytest.mark.parametrize("count", [10**15, -(10**12)])
def test_an_absurd_quantity_is_set_aside(count: int) -> None:
    """Nobody holds that many."""
    item = variant()["inventoryItem"] | {"inventoryLevels": {"nodes": [level(count)], "pageInfo": END}}
    with pytest.raises(SkipRecord):
        translate.product(typed_product(variants=one_variant(inventoryItem=item)), "EUR")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z", "2026-11-01T10:00:00"])
def test_an_absurd_date_is_set_aside(moment: str) -> None:
    """Years that cannot be, and times without a zone."""
    with pytest.raises(SkipRecord):
        translate.product(typed_product(updatedAt=moment), "EUR")


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param({"id": None}, id="no-id"),
        pytest.param({"id": "", "title": "Nameless"}, id="empty-id"),
        pytest.param({"title": 5}, id="title-is-a-number"),
        pytest.param({"updatedAt": "yesterday"}, id="date-is-a-word"),
        pytest.param({"variants": None}, id="no-variants"),
        pytest.param({"variants": one_variant(price=float("nan"))}, id="price-is-NaN"),
        pytest.param({"variants": one_variant(price="free")}, id="price-is-a-word"),
        pytest.param({"variants": one_variant(position=1e30)}, id="position-is-1e30"),
    ],
)
def test_one_bad_record_does_not_cost_the_page(bad: dict[str, Any]) -> None:
    """Where the page cannot be decoded at once, each record is tried for itself."""
    page = loose_json(json.dumps([product(), product(**bad), product(id="gid://shopify/Product/3")]).encode())
    good, aside = each_typed(page, wire.Product, str)
    records, more = each_translated(good, lambda node: translate.product(node, "EUR"), str)
    aside += more

    assert ["gid://shopify/Product/1", "gid://shopify/Product/3"] == [record.ref for record in records]
    assert 1 == len(aside)
    assert aside[0].ref
    assert aside[0].reason.endswith(".")


def test_a_record_set_aside_keeps_its_raw_text() -> None:
    """What was wrong can be looked at."""
    records, aside = each_translated(
        [typed_product(variants=one_variant(price="-5"))], lambda node: translate.product(node, "EUR"), str
    )

    assert [] == records
    assert '"-5"' in aside[0].raw


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, OrderStatus.OPEN),
        ({"displayFulfillmentStatus": "PARTIALLY_FULFILLED"}, OrderStatus.OPEN),
        ({"displayFulfillmentStatus": "FULFILLED"}, OrderStatus.SHIPPED),
        ({"displayFinancialStatus": "REFUNDED", "displayFulfillmentStatus": "FULFILLED"}, OrderStatus.REFUNDED),
        ({"cancelledAt": "2026-11-03T00:00:00Z", "displayFinancialStatus": "REFUNDED"}, OrderStatus.CANCELLED),
        ({"displayFinancialStatus": None}, OrderStatus.OPEN),
    ],
)
def test_an_orders_state_is_one_of_our_words(changes: dict[str, Any], expected: OrderStatus) -> None:
    """Cancelled before refunded before shipped before open."""
    assert expected == translate.order(typed_order(**changes)).status


def test_an_order_is_translated_whole() -> None:
    """Lines, money, times and the marketplace's own words arrive; a deleted variant is unknown."""
    found = translate.order(typed_order())
    line = found.lines[0]

    assert ("#1001", Money(Decimal("39.8"), "EUR"), "paid, unfulfilled") == (
        found.number,
        found.total,
        found.marketplace_status,
    )
    assert datetime(2026, 11, 2, 9, tzinfo=UTC) == found.updated_at
    assert (None, 2, Money(Decimal("19.9"), "EUR"), None) == (
        line.sku,
        line.quantity,
        line.unit_price,
        line.variant_ref,
    )
