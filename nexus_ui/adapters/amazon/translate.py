"""Pure: Amazon's answers to our records. One SKU is one product with one variant."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from nexus_ui.adapters.amazon import wire
from nexus_ui.adapters.amazon.stores import Store
from nexus_ui.errors import SkipRecord
from nexus_ui.records import (
    Fulfilment,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    ProductStatus,
    StockAnswer,
    StockLevel,
    StockReceipt,
    Variant,
)

AMAZONS = "AMAZON"
"""Where Amazon's own stock lies; also how the codes of its channels begin (AMAZON_NA, AMAZON_EU ...)."""

BUYABLE, B2C = "BUYABLE", "B2C"
LARGEST_PRICE = Decimal(10) ** 9
LARGEST_QUANTITY = 1_000_000_000
_STATUS = {
    "SHIPPED": OrderStatus.SHIPPED,
    "CANCELLED": OrderStatus.CANCELLED,
    "UNFULFILLABLE": OrderStatus.CANCELLED,
}


def product(listing: wire.Listing, store: Store) -> Product:
    """A listing as this store shows it; raises SkipRecord when it makes no sense."""
    ref = listing.sku
    shown = summary(listing, store)
    if not ref or shown is None:
        raise SkipRecord("It has no SKU or is not shown in this store.", ref)
    title = shown.item_name or ref
    own = merchants(listing)
    by_amazon = is_held_by_amazon(listing)
    variant = Variant(
        ref=ref,
        product_ref=ref,
        sku=ref,
        title=title,
        price=_price(listing, store),
        inventory_ref=ref,
        fulfilment=Fulfilment.MARKETPLACE if by_amazon else Fulfilment.MERCHANT,
        levels=() if by_amazon else tuple(_level(ref, one) for one in own),
    )
    return Product(
        ref=ref,
        title=title,
        status=ProductStatus.ACTIVE if BUYABLE in shown.status else ProductStatus.DRAFT,
        updated_at=moment(shown.last_updated_date, ref),
        variants=(variant,),
        kind=shown.product_type.lower() or "listing",
        url=f"https://www.{store.site}/dp/{shown.asin}" if shown.asin else None,
    )


def summary(listing: wire.Listing, store: Store) -> wire.Summary | None:
    """What this store shows of a listing; None when it does not show it."""
    return next((one for one in listing.summaries if one.marketplace_id == store.id), None)


def is_held_by_amazon(listing: wire.Listing) -> bool:
    """True when Amazon ships it from its own stock (FBA), which is never written, also where both do."""
    return any(one.fulfillment_channel_code.startswith(AMAZONS) for one in listing.fulfillment_availability)


def merchants(listing: wire.Listing) -> list[wire.Availability]:
    """The channels whose stock is the seller's own."""
    return [one for one in listing.fulfillment_availability if not one.fulfillment_channel_code.startswith(AMAZONS)]


def order(told: wire.Order) -> Order:
    """An order without personal data; raises SkipRecord."""
    ref = told.order_id
    if not ref:
        raise SkipRecord("It has no id.", ref)
    state = told.fulfillment or wire.Fulfillment(fulfillment_status="")
    words = state.fulfillment_status.replace("_", " ").lower()
    return Order(
        ref=ref,
        number=ref,
        status=_STATUS.get(state.fulfillment_status, OrderStatus.OPEN),
        placed_at=moment(told.created_time, ref),
        updated_at=moment(told.last_updated_time, ref),
        total=_total(told),
        lines=tuple(_line(item, ref) for item in told.order_items),
        marketplace_status=f"{words}, by Amazon" if state.fulfilled_by == AMAZONS else words,
    )


def held(told: wire.Held) -> StockLevel:
    """What Amazon holds of a SKU and can send at once; raises SkipRecord."""
    ref = told.seller_sku
    if not ref:
        raise SkipRecord("It has no SKU.", ref)
    details = told.inventory_details
    changed = moment(told.last_updated_time, ref) if told.last_updated_time else None
    return StockLevel(
        ref,
        AMAZONS,
        available=_quantity(details.fulfillable_quantity if details else None, ref),
        on_hand=_quantity(told.total_quantity, ref),
        updated_at=changed,
    )


def receipt(key: str, issues: Sequence[wire.Issue]) -> StockReceipt:
    """The receipt of a change: refused for the issues that are errors, or for all of them where none is called so."""
    wrong = [issue for issue in issues if issue.severity == "ERROR"] or issues
    if not wrong:
        return StockReceipt(key, StockAnswer.ACCEPTED)
    return StockReceipt(key, StockAnswer.REFUSED, " ".join(issue.message for issue in wrong), wrong[0].code)


def moment(value: datetime, ref: str) -> datetime:
    """A time as aware UTC; raises SkipRecord for one that makes no sense."""
    if not 1995 <= value.year <= 2100:
        raise SkipRecord(f"Its date {value.isoformat()} makes no sense.", ref)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _level(ref: str, one: wire.Availability) -> StockLevel:
    return StockLevel(ref, one.fulfillment_channel_code, available=_quantity(one.quantity, ref))


def _price(listing: wire.Listing, store: Store) -> Money | None:
    """What consumers pay in this store."""
    prices = [one.price for one in listing.offers if one.marketplace_id == store.id and one.offer_type == B2C]
    return _money(prices[0], listing.sku) if prices else None


def _total(told: wire.Order) -> Money | None:
    """What the order brings; unknown while Amazon tells no prices, as with unpaid and cancelled orders."""
    if told.proceeds and told.proceeds.grand_total:
        return _money(told.proceeds.grand_total, told.order_id)
    prices = [_unit_price(item, told.order_id) for item in told.order_items]
    known = [price for price in prices if price is not None]
    if not known or len(known) < len(prices) or len({price.currency for price in known}) > 1:
        return None
    amounts = (price.amount * item.quantity_ordered for price, item in zip(known, told.order_items, strict=True))
    return Money(sum(amounts, Decimal(0)), known[0].currency)


def _line(item: wire.Item, ref: str) -> OrderLine:
    _quantity(item.quantity_ordered, ref)
    sku = item.product.seller_sku or None
    return OrderLine(
        ref=item.order_item_id,
        sku=sku,
        title=item.product.title,
        quantity=item.quantity_ordered,
        unit_price=_unit_price(item, ref),
        variant_ref=sku,
    )


def _unit_price(item: wire.Item, ref: str) -> Money | None:
    price = item.product.price.unit_price if item.product.price else None
    return _money(price, ref) if price else None


def _money(money: wire.Money, ref: str) -> Money:
    if not money.amount.is_finite() or not 0 <= money.amount <= LARGEST_PRICE:
        raise SkipRecord(f"Its amount {money.amount} makes no sense.", ref)
    return Money(money.amount, money.currency_code)


def _quantity(quantity: int | None, ref: str) -> int | None:
    if quantity is not None and not 0 <= quantity <= LARGEST_QUANTITY:
        raise SkipRecord(f"Its quantity of {quantity} makes no sense.", ref)
    return quantity
