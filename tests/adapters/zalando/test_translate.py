"""Zalando's answers as our records."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from nexus_ui.records import Fulfilment, OrderStatus, Product, ProductStatus
from tests.adapters.counterparts import collect
from tests.adapters.zalando import scripted
from tests.adapters.zalando.scripted import AUSTRIA, GERMANY, adapter_over, model, offer, piece, report, simple

EAN = "4006381333931"
EARLIER = datetime(2026, 11, 1, tzinfo=UTC)


async def products(*models: Any, **fields: str) -> tuple[list[Product], list[Any]]:
    """What becomes of reported models."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/sales-channels":
            return scripted.channels()
        if request.url.path.startswith("/zfs"):
            held = {"ean": EAN, "total_quantity": 12}
            return httpx.Response(200, json={"item_quantity_snapshot": {"item_quantities": [held]}})
        return report(*models)

    return await collect(adapter_over(answer, **fields).products(None, None))


async def order_of(order: dict[str, Any], *included: Any) -> tuple[list[Any], list[Any]]:
    """What becomes of an order."""
    adapter = adapter_over(lambda _: scripted.orders([order], list(included)))
    return await collect(adapter.orders(EARLIER, None))


async def test_each_offer_is_a_variant_with_its_own_price_and_stock() -> None:
    """One article in two countries: two variants of one product, each in its own channel."""
    (product,), bad = await products(model("DF1", simple(EAN, offer("DE", 7, 19.95), offer("AT", 3, 21))))

    assert [] == bad
    assert ("DF1", "Shirt", "Fjell", ProductStatus.ACTIVE) == (
        product.ref,
        product.title,
        product.vendor,
        product.status,
    )
    german, austrian = product.variants
    assert (f"{EAN}@de", EAN, EAN, "SKU-1", "M · Germany") == (
        german.ref,
        german.inventory_ref,
        german.barcode,
        german.sku,
        german.title,
    )
    assert [(GERMANY, 7), (AUSTRIA, 3)] == [
        (one.location_ref, one.available) for variant in product.variants for one in variant.levels
    ]
    assert [Decimal("19.95"), Decimal(21)] == [variant.price.amount for variant in product.variants if variant.price]
    assert Fulfilment.MERCHANT is austrian.fulfilment


async def test_a_reduced_price_is_what_a_buyer_pays() -> None:
    """The regular price only where there is no other; unknown is None."""
    reduced = {
        "regular_price": {"amount": 30, "currency": "PLN"},
        "discounted_price": {"amount": 24.5, "currency": "PLN"},
    }
    (product,), _ = await products(
        model("DF1", simple(EAN, {**offer("PL", None), "price": reduced}, {**offer("DE"), "price": None}))
    )
    polish, german = product.variants

    assert (Decimal("24.5"), "PLN") == (polish.price.amount, polish.price.currency)  # type: ignore[union-attr]
    assert german.price is None
    assert polish.levels[0].available is None


async def test_an_offer_where_there_is_no_channel_is_read_all_the_same() -> None:
    """Its country stands for the channel, so that a write can be refused with a reason."""
    (product,), _ = await products(model("DF1", simple(EAN, offer("GB"))))

    assert (f"{EAN}@uk", "uk") == (product.variants[0].ref, product.variants[0].levels[0].location_ref)


async def test_an_article_that_is_offered_nowhere_is_a_draft() -> None:
    """It has neither price nor stock."""
    (product,), _ = await products(model("DF1", simple(EAN)))

    assert ProductStatus.DRAFT is product.status
    assert [(EAN, None, ())] == [(one.ref, one.price, one.levels) for one in product.variants]


@pytest.mark.parametrize(
    ("shipping", "expected"),
    [
        ("both", [Fulfilment.MARKETPLACE, Fulfilment.MERCHANT]),
        ("zalando", [Fulfilment.MARKETPLACE, Fulfilment.MARKETPLACE]),
        ("partner", [Fulfilment.MERCHANT, Fulfilment.MERCHANT]),
    ],
)
async def test_what_zalando_holds_is_marked(shipping: str, expected: list[Fulfilment]) -> None:
    """By its snapshot, or by what the merchant said; it brings no stock of the merchant's along."""
    (product,), _ = await products(
        model("DF1", simple(EAN, offer()), simple("4012345678901", offer())), shipping=shipping
    )

    assert expected == [one.fulfilment for one in product.variants]
    assert [one is Fulfilment.MERCHANT for one in expected] == [bool(one.levels) for one in product.variants]


@pytest.mark.parametrize(
    "odd",
    [
        model("DF2", simple("", offer())),
        model("DF2", simple(EAN, offer(amount=-1))),
        model("DF2", simple(EAN, offer(amount=10**15))),
        model("DF2", simple(EAN, offer(amount="many"))),
        model("DF2", simple(EAN, offer(price=-3))),
        model("DF2", simple(EAN, offer(price=10**12))),
        model("", simple(EAN, offer()), merchant_product_model_id=None),
        {"zalando_product_model_id": "DF2", "product_configs": "none"},
    ],
)
async def test_an_odd_product_costs_only_itself(odd: Any) -> None:
    """It is set aside with its reason and what it was."""
    good, bad = await products(odd, model("DF1", simple(EAN, offer())))

    assert ["DF1"] == [product.ref for product in good]
    assert 1 == len(bad)
    assert bad[0].ref
    assert bad[0].reason.endswith(".")
    assert bad[0].raw


async def test_a_product_that_zalando_has_not_numbered_yet_goes_by_the_merchants_id() -> None:
    """So that what is refused or waiting shows too."""
    (product,), _ = await products(model("", simple(EAN), name=None))

    assert ("M-1", "M-1") == (product.ref, product.title)


async def test_an_order_has_its_items_and_its_total_with_shipping() -> None:
    """Pieces give the price of one; the order's own number is shown."""
    told = scripted.order("o1", shipping_costs={"amount": 4.9, "currency": "EUR"})
    (order,), bad = await order_of(told, scripted.item("o1"), piece("o1", 1), piece("o1", 2))

    assert [] == bad
    assert ("o1", "10400001", "approved") == (order.ref, order.number, order.marketplace_status)
    assert (Decimal("44.8"), "EUR") == (order.total.amount, order.total.currency)
    (line,) = order.lines
    assert ("o1-i", "SKU-1", "Shirt", 2, Decimal("19.95")) == (
        line.ref,
        line.sku,
        line.title,
        line.quantity,
        line.unit_price.amount,
    )


@pytest.mark.parametrize(
    ("pieces", "whole", "expected"),
    [
        (["initial", "reserved"], "initial", OrderStatus.OPEN),
        (["reserved", "shipped"], "approved", OrderStatus.OPEN),
        (["shipped", "shipped"], "fulfilled", OrderStatus.SHIPPED),
        (["shipped", "canceled"], "fulfilled", OrderStatus.SHIPPED),
        (["returned", "shipped"], "fulfilled", OrderStatus.SHIPPED),
        (["canceled", "canceled"], "fulfilled", OrderStatus.CANCELLED),
        (["returned", "canceled"], "fulfilled", OrderStatus.REFUNDED),
        (["Something", "shipped"], "approved", OrderStatus.OPEN),
        ([], "fulfilled", OrderStatus.SHIPPED),
        ([], "approved", OrderStatus.OPEN),
    ],
)
async def test_the_status_of_an_order_is_that_of_its_pieces(
    pieces: list[str], whole: str, expected: OrderStatus
) -> None:
    """The order's own word knows neither cancellations nor returns."""
    lines = [piece("o1", place, word) for place, word in enumerate(pieces)]
    (order,), _ = await order_of(scripted.order("o1", status=whole), scripted.item("o1"), *lines)

    assert expected is order.status


async def test_pieces_of_different_prices_have_no_single_one() -> None:
    """Unknown is None; the total still counts them all, also where the order does not say it."""
    told = scripted.order("o1", order_lines_price_amount=None, order_lines_price_currency=None)
    (order,), _ = await order_of(told, scripted.item("o1"), piece("o1", 1, amount=10), piece("o1", 2, amount=12.5))

    assert order.lines[0].unit_price is None
    assert (Decimal("22.5"), "EUR") == (order.total.amount, order.total.currency)


async def test_an_order_that_zalando_ships_says_so() -> None:
    """Its stock lies with Zalando."""
    (order,), _ = await order_of(scripted.order("o1", order_type="ZalandoFulfilled"), scripted.item("o1"))

    assert "approved, ZalandoFulfilled" == order.marketplace_status


async def test_parts_are_found_by_either_side() -> None:
    """By what the order names, or by the order that the part names."""
    by_name = scripted.item("o1", order_id=None)
    other = {**scripted.item("o1"), "id": "o1-j", "type": "order_item"}
    (order,), _ = await order_of(scripted.order("o1"), by_name, other)

    assert ["o1-i", "o1-j"] == [line.ref for line in order.lines]


@pytest.mark.parametrize(
    ("told", "included"),
    [
        (scripted.order("o1", order_date=None), [scripted.item("o1")]),
        (scripted.order("o1", order_date="0001-01-01T00:00:00Z"), [scripted.item("o1")]),
        (scripted.order("o1", order_lines_price_amount=-4), [scripted.item("o1")]),
        (scripted.order("o1", order_lines_price_currency="?"), [scripted.item("o1")]),
        (scripted.order("o1"), []),
        (scripted.order("o1"), [scripted.item("o1", quantity=-2)]),
        (scripted.order("o1"), [scripted.item("o1", quantity_initial="two")]),
        (scripted.order("o1"), [scripted.item("o1"), piece("o1", 1, amount="free")]),
    ],
)
async def test_an_odd_order_is_set_aside_without_its_buyer(told: dict[str, Any], included: list[Any]) -> None:
    """Only its id and the reason are kept; the orders beside it arrive."""
    fine = scripted.order("o2")
    adapter = adapter_over(lambda _: scripted.orders([told, fine], [*included, scripted.item("o2")]))
    good, bad = await collect(adapter.orders(EARLIER, None))

    assert ["o2"] == [order.ref for order in good]
    assert ["o1"] == [one.ref for one in bad]
    assert bad[0].reason.endswith(".")
    assert "Joe" not in bad[0].raw
