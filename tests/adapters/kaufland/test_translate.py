"""Kaufland's units and orders as our records."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from nexus_ui.adapters.kaufland import translate
from nexus_ui.adapters.kaufland.wire import Purchase, Unit
from nexus_ui.errors import SkipRecord
from nexus_ui.records import Fulfilment, Money, OrderStatus, ProductStatus

UNIT: dict[str, Any] = {
    "id_unit": 389371064017, "id_product": 362524873, "storefront": "de", "status": "AVAILABLE", "currency": "EUR",
    "price": 4550, "listing_price": 4600, "id_offer": " SKU-1 ", "amount": 9,
    "fulfillment_type": "fulfilled_by_merchant", "date_lastchange_iso": "2023-11-30T00:00:00.000Z",
    "product": {"title": "A scratching post", "eans": ["", "4011905437873"], "manufacturer": "", "url": "https://x.example"},
}  # fmt: skip
PIECE: dict[str, Any] = {
    "id_order_unit": 314567898654242, "status": "need_to_be_sent", "currency": "EUR", "price": 1999,
    "shipping_rate": 495, "id_offer": "SKU-1", "ts_updated_iso": "2021-07-25T10:00:00Z", "product": None,
}  # fmt: skip
LISTED = datetime(2021, 7, 25, 9, tzinfo=UTC)


def unit(**changes: Any) -> Unit:
    """A unit with changes."""
    return msgspec.convert({**UNIT, **changes}, Unit)


def purchase(*pieces: dict[str, Any]) -> Purchase:
    """An order of these pieces."""
    told = {"id_order": "MB7UWLD", "ts_created_iso": "2021-07-24T19:26:05Z", "order_units": list(pieces)}
    return msgspec.convert(told, Purchase)


def test_a_unit_is_a_product_with_one_variant() -> None:
    """Price in cents, the seller's id as SKU, the first EAN there is, the storefront as the place of its stock."""
    product = translate.product(unit())
    (variant,) = product.variants

    assert ("389371064017", "A scratching post", ProductStatus.ACTIVE) == (product.ref, product.title, product.status)
    assert datetime(2023, 11, 30, tzinfo=UTC) == product.updated_at
    assert ("SKU-1", "4011905437873") == (variant.sku, variant.barcode)
    assert Money(Decimal("45.50"), "EUR") == variant.price
    assert ("de", 9) == (variant.levels[0].location_ref, variant.levels[0].available)
    assert Fulfilment.MERCHANT is variant.fulfilment
    assert product.vendor is None


@pytest.mark.parametrize(("word", "expected"), [("ONHOLD", ProductStatus.DRAFT), ("INCOMPLETE", ProductStatus.DRAFT)])
def test_only_an_available_unit_is_seen_by_buyers(word: str, expected: ProductStatus) -> None:
    """The others wait."""
    assert expected is translate.product(unit(status=word)).status


def test_what_is_not_told_stays_unknown() -> None:
    """No amount is no zero, no price is none, and a unit without product has at least a name."""
    (variant,) = translate.product(unit(amount=None, price=None, listing_price=None, product=None)).variants

    assert variant.levels[0].available is None
    assert variant.price is None
    assert "SKU-1" == variant.title.strip()
    assert "Product 362524873" == translate.product(unit(product=None, id_offer=None)).title


@pytest.mark.parametrize(
    "absurd",
    [{"id_unit": 0}, {"amount": -1}, {"amount": 10**15}, {"price": -1}, {"price": 10**15}, {"currency": "EURO"},
     {"date_lastchange_iso": "0001-01-01T00:00:00Z"}],
)  # fmt: skip
def test_absurd_units_are_skipped(absurd: dict[str, Any]) -> None:
    """Each with a sentence."""
    with pytest.raises(SkipRecord) as raised:
        translate.product(unit(**absurd))

    assert raised.value.message.endswith(".")


def test_an_order_sums_its_pieces() -> None:
    """Shipping included; the latest change of any piece counts."""
    order = translate.order(purchase(PIECE, PIECE | {"shipping_rate": 0, "id_order_unit": 2}), LISTED)

    assert Money(Decimal("44.93"), "EUR") == order.total
    assert datetime(2021, 7, 25, 10, tzinfo=UTC) == order.updated_at
    assert datetime(2021, 7, 24, 19, 26, 5, tzinfo=UTC) == order.placed_at
    assert [("314567898654242", "SKU-1", 1), ("2", "SKU-1", 1)] == [
        (line.ref, line.sku, line.quantity) for line in order.lines
    ]
    assert "need_to_be_sent" == order.marketplace_status


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["cancelled"], OrderStatus.CANCELLED),
        (["cancelled", "sent"], OrderStatus.SHIPPED),
        (["sent", "need_to_be_sent"], OrderStatus.OPEN),
        (["open"], OrderStatus.OPEN),
        (["received", "sent_and_autopaid"], OrderStatus.SHIPPED),
        (["returned", "returned_paid", "cancelled"], OrderStatus.REFUNDED),
        (["returned", "sent"], OrderStatus.SHIPPED),
        (["something new"], OrderStatus.OPEN),
    ],
)
def test_an_orders_status_follows_its_pieces(words: list[str], expected: OrderStatus) -> None:
    """Cancelled pieces count only when all are; an unknown word leaves it open."""
    assert expected is translate.status(words)


@pytest.mark.parametrize("pieces", [[], [PIECE | {"price": -5}], [PIECE | {"currency": ""}]])
def test_absurd_orders_are_skipped(pieces: list[dict[str, Any]]) -> None:
    """They are named by their id."""
    with pytest.raises(SkipRecord) as raised:
        translate.order(purchase(*pieces), LISTED)

    assert "MB7UWLD" == raised.value.ref
