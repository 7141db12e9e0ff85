"""What the shop answers, as our records: exact, whole, or set aside by name."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_ui.adapters.kit.decode import each_translated, each_typed, loose_json
from nexus_ui.adapters.woocommerce import translate
from nexus_ui.adapters.woocommerce.text import plain, trimmed
from nexus_ui.adapters.woocommerce.wire import Item, Sale, Variation, fields
from nexus_ui.errors import SkipRecord
from nexus_ui.records import Money, Order, OrderStatus, Product, ProductStatus, StockLevel

STAMP = "2026-11-23T12:00:00"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SIMPLE: dict[str, Any] = {
    "id": 12, "name": "Cup", "type": "simple", "status": "publish", "sku": "CUP", "price": "4.50",
    "permalink": "https://shop.example/cup/", "manage_stock": True, "stock_quantity": 3, "variations": [],
    "date_created_gmt": "2025-01-01T00:00:00", "date_modified_gmt": STAMP, "global_unique_id": "4006381333931",
}  # fmt: skip
VARIABLE = SIMPLE | {
    "type": "variable",
    "manage_stock": False,
    "stock_quantity": None,
    "variations": [13, 14],
    "sku": "",
}
BLUE: dict[str, Any] = {
    "id": 13, "sku": "CUP-B", "price": "5.00", "manage_stock": True, "stock_quantity": 8, "menu_order": 2,
    "date_modified_gmt": STAMP, "attributes": [{"option": "Blue"}, {"option": "L"}],
}  # fmt: skip
SALE: dict[str, Any] = {
    "id": 7, "number": "1007", "status": "processing", "currency": "EUR", "total": "10.20",
    "date_created_gmt": "2026-11-22T08:00:00", "date_modified_gmt": STAMP,
    "line_items": [
        {"id": 1, "name": "Cup &amp; saucer", "product_id": 12, "variation_id": 13, "quantity": 2, "price": 5.1}
    ],
}  # fmt: skip


def typed(kind: type[Any], **fields: Any) -> Any:
    """A record of the wire, as the decoder makes it."""
    (one,), bad = each_typed([fields], kind, str)
    assert [] == bad
    return one


def product(*variations: dict[str, Any], **fields: Any) -> Product:
    """A product of these fields, translated."""
    return translate.product(
        typed(Item, **SIMPLE | fields), [typed(Variation, **BLUE | one) for one in variations], "EUR"
    )


def order(**fields: Any) -> Order:
    """An order of these fields, translated."""
    return translate.order(typed(Sale, **SALE | fields))


def test_a_simple_product_is_its_only_variant() -> None:
    """Every field arrives, exactly."""
    found = product()
    (variant,) = found.variants

    assert ("12", "Cup", ProductStatus.ACTIVE, NOON, "simple") == (
        found.ref, found.title, found.status, found.updated_at, found.kind,
    )  # fmt: skip
    assert "https://shop.example/cup/" == found.url
    assert ("12", "12", "CUP", "4006381333931") == (variant.ref, variant.inventory_ref, variant.sku, variant.barcode)
    assert Money(Decimal("4.50"), "EUR") == variant.price
    assert (StockLevel("12", "shop", 3),) == variant.levels


def test_a_variable_product_brings_its_variations_in_the_shops_order() -> None:
    """By the order the merchant gave them; each is written through its product."""
    found = product({}, {"id": 14, "sku": "CUP-R", "menu_order": 1, "attributes": [{"option": "Red"}]}, **VARIABLE)

    assert ["Red", "Blue / L"] == [variant.title for variant in found.variants]
    assert [0, 1] == [variant.position for variant in found.variants]
    assert ["12/14", "12/13"] == [variant.inventory_ref for variant in found.variants]


def test_stock_kept_by_the_product_shows_at_each_variation_and_is_written_there() -> None:
    """`manage_stock: parent` means the product's own number."""
    pooled = VARIABLE | {"manage_stock": True, "stock_quantity": 40}
    (variant,) = product({"manage_stock": "parent", "stock_quantity": None}, **pooled).variants

    assert ("12", True, (StockLevel("13", "shop", 40),)) == (variant.inventory_ref, variant.tracked, variant.levels)


@pytest.mark.parametrize("kind", ["grouped", "external"])
def test_what_has_neither_price_nor_stock_keeps_both_unknown(kind: str) -> None:
    """Unknown is None and an empty tuple, never zero."""
    (variant,) = product(type=kind, price="", manage_stock=False, stock_quantity=None).variants

    assert (None, False, ()) == (variant.price, variant.tracked, variant.levels)


def test_a_variable_product_without_variations_has_no_variants() -> None:
    """Nothing can be sold of it yet."""
    assert () == product(**VARIABLE | {"variations": []}).variants


@pytest.mark.parametrize(
    ("word", "status"),
    [("publish", "active"), ("draft", "draft"), ("private", "draft"), ("pending", "draft"), ("future", "draft"),
     ("trash", "archived"), ("something-else", "draft")],
)  # fmt: skip
def test_only_published_products_are_active(word: str, status: str) -> None:
    """Every other status is one that buyers cannot see."""
    assert status == product(status=word).status


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"price": "abc"}, "Its price 'abc' is not a number."),
        ({"price": "-1"}, "Its price '-1' makes no sense."),
        ({"price": "NaN"}, "Its price 'NaN' makes no sense."),
        ({"price": "99999999999999.99"}, "Its price '99999999999999.99' makes no sense."),
        ({"price": "1e-999999"}, "Its price '1e-999999' makes no sense."),
        ({"price": "1_000"}, "Its price '1_000' is not written as a price."),
        ({"stock_quantity": 10**15}, "Its stock of 1000000000000000 makes no sense."),
        ({"stock_quantity": float("nan")}, "Its stock of nan makes no sense."),
        ({"stock_quantity": float("inf")}, "Its stock of inf makes no sense."),
        ({"date_modified_gmt": None, "date_created_gmt": None}, "It has no date."),
        ({"date_modified_gmt": "0001-01-01T00:00:00"}, "Its date 0001-01-01T00:00:00 makes no sense."),
        ({"date_modified_gmt": "9999-12-31T23:59:59-12:00"}, "Its date 9999-12-31T23:59:59-12:00 makes no sense."),
    ],
)
def test_an_absurd_product_is_set_aside_by_its_ref(fields: dict[str, Any], reason: str) -> None:
    """The reason is a sentence that names the value."""
    with pytest.raises(SkipRecord) as skipped:
        product(**fields)

    assert ("12", reason) == (skipped.value.ref, skipped.value.message)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"price": "abc"}, "Of its variation 13: Its price 'abc' is not a number."),
        ({"stock_quantity": 10**15}, "Of its variation 13: Its stock of 1000000000000000 makes no sense."),
        ({"id": 0}, "Of its variation 0: It has no id."),
    ],
)
def test_an_absurd_variation_sets_the_whole_product_aside(fields: dict[str, Any], reason: str) -> None:
    """No half products: the product is named, and the reason names the variation."""
    with pytest.raises(SkipRecord) as skipped:
        product(fields, **VARIABLE)

    assert ("12", reason) == (skipped.value.ref, skipped.value.message)


def test_a_record_without_an_id_is_named_by_what_it_has() -> None:
    """So that two of them are not taken for one."""
    with pytest.raises(SkipRecord) as skipped:
        product(id=0)

    assert "https://shop.example/cup/" == skipped.value.ref


@pytest.mark.parametrize("quantity", [-3, 0, 5])
def test_oversold_and_empty_stock_is_kept_as_it_is(quantity: int) -> None:
    """Backorders make stock negative; that is a number like any other."""
    assert quantity == product(stock_quantity=quantity).variants[0].levels[0].available


def test_a_fraction_of_stock_is_not_sold() -> None:
    """Shops that sell by weight: 2.7 of something are 2 whole ones."""
    assert 2 == product(stock_quantity=2.7).variants[0].levels[0].available


def test_stock_that_is_not_counted_is_unknown() -> None:
    """A quantity beside `manage_stock: false` means nothing."""
    assert () == product(manage_stock=False, stock_quantity=5).variants[0].levels


def test_an_order_arrives_whole_and_without_the_buyer() -> None:
    """Lines name what was sold; the money is exact; no field of the buyer is even asked for."""
    found = order()
    (line,) = found.lines

    assert ("7", "1007", OrderStatus.OPEN, "processing") == (
        found.ref, found.number, found.status, found.marketplace_status,
    )  # fmt: skip
    assert (datetime(2026, 11, 22, 8, tzinfo=UTC), NOON) == (found.placed_at, found.updated_at)
    assert Money(Decimal("10.20"), "EUR") == found.total
    assert ("Cup & saucer", 2, Money(Decimal("5.1"), "EUR"), "13") == (
        line.title, line.quantity, line.unit_price, line.variant_ref,
    )  # fmt: skip
    assert not {"billing", "shipping", "customer_id", "customer_note"} & set(fields(Sale).split(","))


@pytest.mark.parametrize(
    ("word", "status"),
    [("pending", "open"), ("processing", "open"), ("on-hold", "open"), ("completed", "shipped"),
     ("cancelled", "cancelled"), ("failed", "cancelled"), ("refunded", "refunded"), ("checkout-draft", "open"),
     ("a-plugins-own", "open")],
)  # fmt: skip
def test_every_order_status_has_our_word(word: str, status: str) -> None:
    """The shop's own word is kept beside it."""
    assert (status, word) == (order(status=word).status, order(status=word).marketplace_status)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"total": ""}, "It has no total."),
        ({"total": "-5"}, "Its price '-5' makes no sense."),
        ({"currency": ""}, "It has no currency."),
        ({"date_created_gmt": None}, "It has no date."),
        (
            {"line_items": [{"id": 1, "quantity": 10**15}]},
            "A line orders 1000000000000000 units, which makes no sense.",
        ),
        ({"line_items": [{"id": 1, "quantity": -1}]}, "A line orders -1 units, which makes no sense."),
        ({"line_items": [{"id": 1, "price": "abc"}]}, "Its price 'abc' is not a number."),
    ],
)
def test_an_absurd_order_is_set_aside_by_its_ref(fields: dict[str, Any], reason: str) -> None:
    """The reason is a sentence."""
    with pytest.raises(SkipRecord) as skipped:
        order(**fields)

    assert ("7", reason) == (skipped.value.ref, skipped.value.message)


def test_a_line_may_lower_the_price_and_sell_what_is_gone() -> None:
    """Discount plugins sell lines below zero; a deleted product leaves a line without ids."""
    (line,) = order(line_items=[{"id": 1, "price": -2.5, "product_id": 0, "variation_id": 0, "quantity": 1.5}]).lines

    assert (Money(Decimal("-2.5"), "EUR"), None, 2) == (line.unit_price, line.variant_ref, line.quantity)


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("Tom &amp; Jerry&#8217;s &quot;Cup&quot;", "Tom & Jerry’s \"Cup\""),
        ("Shirt <strong>NEW</strong><br/>blue", "Shirt NEW blue"),
        ("Aspirin<sup>&reg;</sup>", "Aspirin®"),
        ("Cable <2m> & size <XL>", "Cable <2m> & size <XL>"),
        ("I <3 cups", "I <3 cups"),
        ("&lt;b&gt;Bold&lt;/b&gt;", "<b>Bold</b>"),
        ("<script>alert(1)</script>Cup", "alert(1) Cup"),
        ('<span class="x" onclick="y()">Cup</span>', "Cup"),
        ("  Cup\u00a0 of\n tea ", "Cup of tea"),
        ("", ""),
    ],
)  # fmt: skip
def test_names_are_shown_as_people_read_them(kept: str, shown: str) -> None:
    """Entities decoded, markup gone, and what only looks like markup left alone."""
    assert shown == plain(kept)


@pytest.mark.parametrize(
    ("kept", "code"), [(" A 1 ", "A 1"), ("", None), ("  ", None), (None, None), ("A&amp;B", "A&amp;B")]
)
def test_codes_lose_white_space_around_them_and_nothing_else(kept: str | None, code: str | None) -> None:
    """A SKU is compared with other shops' SKUs, so it stays what it is."""
    assert code == trimmed(kept)


def test_inventory_tells_every_number_that_is_kept() -> None:
    """Of a product itself, or of each of its variations."""
    variations = [typed(Variation, **BLUE), typed(Variation, **BLUE | {"id": 14, "manage_stock": False})]

    assert [StockLevel("12", "shop", 3)] == translate.stock_levels(typed(Item, **SIMPLE), [])
    assert [StockLevel("13", "shop", 8)] == translate.stock_levels(typed(Item, **VARIABLE), variations)


NAMES = [*SALE, *BLUE, *SIMPLE]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(
        ["parent", "variable", "12.50", "1e400", "-0", "sNaN", "Infinity", "0E-999999", STAMP, "0000-00-00T00:00:00"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


def of_shape(whole: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The record with any JSON in some of its fields."""
    return st.dictionaries(st.sampled_from(list(whole)), JSON, max_size=4).map(lambda odd: whole | odd)


def through(kind: type[Any], records: list[Any]) -> list[Any]:
    """Records as text, decoded one by one as an odd page is."""
    return each_typed(loose_json(json.dumps(records).encode()), kind, str)[0]


@given(
    items=st.lists(of_shape(SIMPLE) | of_shape(VARIABLE) | JSON, max_size=3), odd=st.lists(of_shape(BLUE), max_size=3)
)
def test_any_product_is_translated_or_set_aside(items: list[Any], odd: list[Any]) -> None:
    """Whatever stands in the fields, nothing but SkipRecord is raised."""
    variations = through(Variation, odd)
    pairs = [(item, variations) for item in through(Item, items)]

    for one in (lambda pair: translate.product(*pair, "EUR"), lambda pair: translate.stock_levels(*pair)):
        good, bad = each_translated(pairs, one, str)
        assert len(pairs) == len(good) + len(bad)


@given(sales=st.lists(of_shape(SALE) | JSON, max_size=3))
def test_any_order_is_translated_or_set_aside(sales: list[Any]) -> None:
    """The same for orders."""
    wire = through(Sale, sales)
    good, bad = each_translated(wire, translate.order, str)

    assert len(wire) == len(good) + len(bad)
    assert all(order.placed_at.tzinfo is UTC and order.total.amount.is_finite() for order in good)


@given(amount=st.decimals(min_value=0, max_value=10**9, allow_nan=False, places=9))
def test_money_is_exact(amount: Decimal) -> None:
    """Every digit of a price arrives."""
    found = translate.money(f"{amount:f}", "EUR", "1")

    assert found is None or found.amount == amount
    assert found is not None


@given(cents=st.integers(min_value=0, max_value=10**11))
def test_a_price_told_as_a_number_keeps_its_digits(cents: int) -> None:
    """Order lines carry numbers instead of texts; their shortest spelling is what the shop wrote."""
    text = f"{cents // 100}.{cents % 100:02d}"
    price = json.loads(json.dumps({"price": json.loads(text)}))["price"]

    found = translate.money(price, "EUR", "1")

    assert found is not None and Decimal(text) == found.amount
