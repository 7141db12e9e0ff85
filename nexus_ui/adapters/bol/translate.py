"""Pure: bol's answers to our records. One offer is one product with one variant; prices are in euros."""

from datetime import UTC, datetime
from decimal import Decimal

from nexus_ui.adapters.bol import wire
from nexus_ui.errors import SkipRecord
from nexus_ui.records import (
    Fulfilment,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    ProductStatus,
    StockLevel,
    Variant,
)

EURO = "EUR"
OWN_STOCK, BOLS_STOCK = "retailer", "bol"
"""Where stock lies: bol knows no locations beyond these two."""

BY_BOL = "FBB"
LARGEST_PRICE = Decimal(1_000_000)
LARGEST_QUANTITY = 1_000_000_000


def product(offer: wire.Offer) -> Product:
    """An offer as a product; raises SkipRecord when it makes no sense."""
    ref = offer.offer_id
    if not ref:
        raise SkipRecord("It has no id.", ref)
    held_by_bol = offer.fulfilment.method == BY_BOL
    title = offer.unknown_product_title or offer.reference or offer.ean or ref
    variant = Variant(
        ref=ref,
        product_ref=ref,
        sku=offer.reference or None,
        title=title,
        price=_price(offer),
        barcode=offer.ean or None,
        inventory_ref=ref,
        fulfilment=Fulfilment.MARKETPLACE if held_by_bol else Fulfilment.MERCHANT,
        levels=() if held_by_bol else _own_stock(offer),
    )
    return Product(
        ref=ref,
        title=title,
        status=_status(offer),
        updated_at=moment(offer.last_modified_date_time, ref),
        variants=(variant,),
        kind=offer.condition.category.lower() or "offer",
    )


def order(told: wire.Order, fulfilment_status: str) -> Order:
    """An order without personal data; raises SkipRecord."""
    ref = told.order_id
    if not ref:
        raise SkipRecord("It has no id.", ref)
    if not told.order_items:
        raise SkipRecord("It has no items.", ref)
    placed = moment(told.order_placed_date_time, ref)
    changed = [moment(at, ref) for item in told.order_items if (at := item.latest_changed_date_time)]
    return Order(
        ref=ref,
        number=ref,
        status=_order_status(told.order_items),
        placed_at=placed,
        updated_at=max(changed, default=placed),
        total=Money(sum((_amount(item.total_price, ref) for item in told.order_items), Decimal(0)), EURO),
        lines=tuple(_line(item, ref) for item in told.order_items),
        marketplace_status=fulfilment_status,
    )


def progress(items: list[wire.OrderItem]) -> str:
    """What the list of orders calls the state of their items; an order asked for by itself does not tell."""
    states = {"HANDLED" if _is_handled(item) else "OPEN" for item in items}
    return "/".join(sorted(states))


def held(at_bol: wire.Held, offer: wire.Offer) -> StockLevel:
    """What bol holds for an offer; raises SkipRecord."""
    return StockLevel(offer.offer_id, BOLS_STOCK, available=_quantity(at_bol.regular_stock, at_bol.ean))


def available(stock: wire.Stock) -> int | None:
    """What can still be sold: the amount less open orders, where bol says so; oversold is nothing left."""
    return stock.amount if stock.corrected_stock is None else max(0, stock.corrected_stock)


def moment(value: datetime | None, ref: str) -> datetime:
    """A time as aware UTC; raises SkipRecord when it is missing. bol's own are with zone."""
    if value is None:
        raise SkipRecord("It has no date.", ref)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _own_stock(offer: wire.Offer) -> tuple[StockLevel, ...]:
    if offer.stock is None or (left := available(offer.stock)) is None:
        return ()
    amount = offer.stock.amount
    on_hand = None if amount is None else _quantity(amount, offer.offer_id)
    return (StockLevel(offer.offer_id, OWN_STOCK, available=_quantity(left, offer.offer_id), on_hand=on_hand),)


def _status(offer: wire.Offer) -> ProductStatus:
    if offer.on_hold_by_retailer:
        return ProductStatus.DRAFT
    told = [country.for_sale for country in offer.country_availabilities if country.for_sale is not None]
    return ProductStatus.DRAFT if told and not any(told) else ProductStatus.ACTIVE


def _price(offer: wire.Offer) -> Money | None:
    """The price of a single one."""
    prices = sorted(offer.pricing.bundle_prices, key=lambda price: price.quantity)
    return Money(_amount(prices[0].unit_price, offer.offer_id), EURO) if prices else None


def _order_status(items: list[wire.OrderItem]) -> OrderStatus:
    if all(item.quantity_cancelled >= item.quantity for item in items):
        return OrderStatus.CANCELLED
    if all(_is_handled(item) for item in items):
        return OrderStatus.SHIPPED
    return OrderStatus.OPEN


def _is_handled(item: wire.OrderItem) -> bool:
    return item.quantity_shipped + item.quantity_cancelled >= item.quantity


def _line(item: wire.OrderItem, ref: str) -> OrderLine:
    offer, sold = item.offer or wire.SoldOffer(), item.product or wire.SoldProduct()
    return OrderLine(
        ref=item.order_item_id,
        sku=offer.reference or None,
        title=sold.title,
        quantity=_quantity(item.quantity, ref),
        unit_price=Money(_amount(item.unit_price, ref), EURO),
        variant_ref=offer.offer_id or None,
    )


def _amount(amount: Decimal, ref: str) -> Decimal:
    if not amount.is_finite() or not 0 <= amount <= LARGEST_PRICE:
        raise SkipRecord(f"Its price {amount} makes no sense.", ref)
    return amount


def _quantity(quantity: int, ref: str) -> int:
    if not 0 <= quantity <= LARGEST_QUANTITY:
        raise SkipRecord(f"Its quantity of {quantity} makes no sense.", ref)
    return quantity
