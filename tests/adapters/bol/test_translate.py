"""bol's JSON to our records, and its refusals to our errors."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest

from nexus_ui.adapters.bol import translate, wire
from nexus_ui.adapters.bol.refusals import ThisOneRefused, judge, judge_one, judge_token
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    SkipRecord,
    Surprise,
)
from nexus_ui.records import Fulfilment, OrderStatus, ProductStatus

OFFER: dict[str, Any] = {
    "offerId": "6ff736b5-cdd0-4150-8c67-78269ee986f5",
    "ean": "0000007740404",
    "reference": "AX1234",
    "lastModifiedDateTime": "2026-11-23T10:00:00+01:00",
    "onHoldByRetailer": False,
    "condition": {"category": "NEW"},
    "pricing": {"bundlePrices": [{"quantity": 5, "unitPrice": 8.99}, {"quantity": 1, "unitPrice": 9.99}]},
    "fulfilment": {"method": "FBR"},
    "stock": {"amount": 6, "correctedStock": 5, "managedByRetailer": False},
    "countryAvailabilities": [{"countryCode": "NL", "forSale": True}, {"countryCode": "BE", "forSale": False}],
}
ITEM: dict[str, Any] = {
    "orderItemId": "2012345678",
    "offer": {"offerId": "6ff736b5", "reference": "AX1234"},
    "product": {"ean": "0000007740404", "title": "Product Title"},
    "quantity": 3,
    "quantityShipped": 0,
    "quantityCancelled": 0,
    "unitPrice": 12.99,
    "totalPrice": 38.97,
    "latestChangedDateTime": "2026-11-21T12:39:48+01:00",
}
ORDER: dict[str, Any] = {"orderId": "A2K8290LP8", "orderPlacedDateTime": "2026-11-20T12:39:48+01:00"}


def offer(**changes: Any) -> wire.Offer:
    """An offer as bol writes it, with changes."""
    return msgspec.json.decode(msgspec.json.encode(OFFER | changes), type=wire.Offer)


def order(*items: dict[str, Any], **changes: Any) -> wire.Order:
    """An order as bol writes it."""
    told = ORDER | {"orderItems": [ITEM | item for item in items]} | changes
    return msgspec.json.decode(msgspec.json.encode(told), type=wire.Order)


def answer(status: int, body: dict[str, Any] | None = None, **headers: str) -> Answer:
    """A refusal of bol."""
    named = httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return Answer(status, named, msgspec.json.encode(body or {}), datetime.now(UTC))


def test_an_offer_is_a_product_with_one_variant() -> None:
    """Price of a single one, exact; what can still be sold beside what lies there; reference as SKU."""
    product = translate.product(offer())
    (variant,) = product.variants
    (level,) = variant.levels

    assert ("AX1234", "0000007740404", Decimal("9.99"), "EUR") == (
        variant.sku,
        variant.barcode,
        variant.price.amount if variant.price else None,
        variant.price.currency if variant.price else None,
    )
    assert (5, 6, "retailer") == (level.available, level.on_hand, level.location_ref)
    assert (ProductStatus.ACTIVE, datetime(2026, 11, 23, 9, tzinfo=UTC)) == (product.status, product.updated_at)


def test_what_bol_does_not_say_stays_unknown() -> None:
    """No stock, no EAN, no reference, no price: None, never zero."""
    product = translate.product(offer(stock=None, ean=None, reference=None, pricing={"bundlePrices": []}))
    (variant,) = product.variants

    assert (None, None, None, ()) == (variant.sku, variant.barcode, variant.price, variant.levels)
    assert OFFER["offerId"] == product.title


@pytest.mark.parametrize(
    "changes",
    [{"onHoldByRetailer": True}, {"countryAvailabilities": [{"countryCode": "NL", "forSale": False}]}],
)
def test_an_offer_nobody_can_buy_is_a_draft(changes: dict[str, Any]) -> None:
    """On hold, or for sale nowhere."""
    assert ProductStatus.DRAFT == translate.product(offer(**changes)).status


def test_an_oversold_offer_has_nothing_left() -> None:
    """bol's corrected stock may fall below zero."""
    oversold = translate.product(offer(stock={"amount": 1, "correctedStock": -2}))

    assert 0 == oversold.variants[0].levels[0].available


def test_stock_held_by_bol_is_the_marketplaces() -> None:
    """Its own stock field means nothing there."""
    (variant,) = translate.product(offer(fulfilment={"method": "FBB"})).variants

    assert (Fulfilment.MARKETPLACE, ()) == (variant.fulfilment, variant.levels)


@pytest.mark.parametrize(
    "changes",
    [
        {"pricing": {"bundlePrices": [{"quantity": 1, "unitPrice": -1}]}},
        {"pricing": {"bundlePrices": [{"quantity": 1, "unitPrice": 1e12}]}},
        {"stock": {"amount": 10**15}},
        {"offerId": ""},
    ],
)
def test_an_absurd_offer_is_set_aside(changes: dict[str, Any]) -> None:
    """With a reason that ends in a full stop."""
    with pytest.raises(SkipRecord) as raised:
        translate.product(offer(**changes))

    assert raised.value.message.endswith(".")


@pytest.mark.parametrize(
    ("items", "status"),
    [
        ([{}], OrderStatus.OPEN),
        ([{"quantityShipped": 3}, {"quantityShipped": 1}], OrderStatus.OPEN),
        ([{"quantityShipped": 2, "quantityCancelled": 1}], OrderStatus.SHIPPED),
        ([{"quantityCancelled": 3}, {"quantityShipped": 3}], OrderStatus.SHIPPED),
        ([{"quantityCancelled": 3}], OrderStatus.CANCELLED),
    ],
)
def test_an_order_is_as_far_as_its_items(items: list[dict[str, Any]], status: OrderStatus) -> None:
    """Shipped when nothing is left to ship, cancelled when nothing ever will be."""
    assert status == translate.order(order(*items), "OPEN").status


def test_an_order_adds_up_without_personal_data() -> None:
    """Total of what was paid for the items, the latest change, and lines that name their offer."""
    told = translate.order(order({}, {"orderItemId": "2", "totalPrice": 0.1}), "OPEN")

    assert (Decimal("39.07"), "EUR") == (told.total.amount, told.total.currency)
    assert datetime(2026, 11, 21, 11, 39, 48, tzinfo=UTC) == told.updated_at
    assert [("2012345678", "AX1234", 3, "6ff736b5"), ("2", "AX1234", 3, "6ff736b5")] == [
        (line.ref, line.sku, line.quantity, line.variant_ref) for line in told.lines
    ]


@pytest.mark.parametrize("broken", [order(), order({}, orderPlacedDateTime=None), order({"totalPrice": -5})])
def test_an_order_without_sense_is_set_aside(broken: wire.Order) -> None:
    """No items, no date, a negative total."""
    with pytest.raises(SkipRecord):
        translate.order(broken, "")


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (401, {"title": "Unauthorized Request"}, CredentialsRejected),
        (403, {"detail": "You are not authorized."}, PermissionMissing),
        (403, {"detail": "Account is not active, access denied. Please contact partnerservice."}, AccountSuspended),
        (400, {"violations": [{"name": "page", "reason": "Must be 1 or more."}]}, ThisOneRefused),
        (406, {}, Surprise),
        (415, {}, Surprise),
        (429, {}, RateLimited),
    ],
)
def test_a_refusal_says_what_happens_next(status: int, body: dict[str, Any], expected: type[NexusError]) -> None:
    """By status, and where two things share one, by bol's words."""
    error = judge(answer(status, body))

    assert expected is type(error)
    assert error is not None
    assert error.message.endswith(".")


def test_bols_words_are_passed_on() -> None:
    """The reasons of the violations, or the detail, or that there is none."""
    refusal = judge(answer(400, {"detail": "Bad", "violations": [{"name": "a", "reason": "One."}, {"reason": "Two"}]}))

    assert refusal is not None
    assert refusal.message.endswith("One.; Two.")
    assert "does not say why." in str(judge(answer(400)))


def test_the_window_tells_how_long_to_wait_where_retry_after_does_not() -> None:
    """Retry-After counts first; nonsense counts not at all."""
    waits = [
        judge(answer(429, retry_after="4", x_ratelimit_reset="9")),
        judge(answer(429, x_ratelimit_reset="9")),
        judge(answer(429, x_ratelimit_reset="soon")),
    ]

    assert [4, 9, None] == [wait.retry_after for wait in waits if isinstance(wait, RateLimited)]


def test_an_unknown_offer_is_not_a_wrong_address_and_a_hidden_sign_in_is_a_block() -> None:
    """The same 404 means three things, depending on what was asked."""
    assert judge(answer(404)) is None
    assert isinstance(judge_one(answer(404)), ThisOneRefused)
    assert isinstance(judge_token(answer(404)), SetupWrong)
