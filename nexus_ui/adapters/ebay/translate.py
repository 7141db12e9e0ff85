"""Pure: eBay's answers to our records. One SKU on one site is one product with one variant."""

from datetime import UTC, datetime
from decimal import Decimal

from nexus_ui.adapters.ebay.sites import Site
from nexus_ui.adapters.ebay.wire import Amount, ForSale, Item, Line, Offer
from nexus_ui.adapters.ebay.wire import Order as EbayOrder
from nexus_ui.errors import SkipRecord
from nexus_ui.records import Money, Order, OrderLine, OrderStatus, Product, ProductStatus, StockLevel, Variant

FIXED_PRICE, PUBLISHED = "FIXED_PRICE", "PUBLISHED"
LARGEST_PRICE = Decimal(1_000_000_000)
LARGEST_QUANTITY = 1_000_000_000
YEARS = range(2000, 2200)
_MICROS = Decimal("0.000001")
_ON_SALE = {"ACTIVE", "OUT_OF_STOCK"}
_OVER = {"ENDED", "EBAY_ENDED", "INACTIVE"}


def product(listed: ForSale, site: Site) -> Product:
    """An item with its offer as a product; eBay tells no date of change. Raises SkipRecord."""
    item, offer = listed.item, listed.offer
    ware, sku = item.product, item.sku
    title = (ware.title.strip() if ware else "") or sku
    stocked = offer.format == FIXED_PRICE
    variant = Variant(
        ref=sku,
        product_ref=sku,
        sku=sku,
        title=title,
        price=_price(offer, sku),
        barcode=next((code for code in (*ware.ean, *ware.upc, *ware.isbn) if code), None) if ware else None,
        tracked=stocked,
        inventory_ref=offer.offer_id,
        levels=(level(listed, site),) if stocked else (),
    )
    return Product(
        ref=sku,
        title=title,
        status=_status(offer),
        updated_at=None,
        variants=(variant,),
        kind=_kind(item, offer),
        vendor=(ware.brand or None) if ware else None,
        url=site.listing(offer.listing.listing_id) if offer.listing and offer.listing.listing_id else None,
    )


def level(listed: ForSale, site: Site) -> StockLevel:
    """What buyers on the site can still order, and what there is in all; raises SkipRecord."""
    sku, offer = listed.item.sku, listed.offer
    there = ships(listed.item)
    left = there if offer.available_quantity is None else offer.available_quantity
    return StockLevel(sku, site.code, _quantity(left, sku), on_hand=_quantity(there, sku))


def ships(item: Item) -> int | None:
    """The quantity of an item that can be sent to buyers, on all sites together."""
    shipping = item.availability.ship_to_location_availability if item.availability else None
    return shipping.quantity if shipping else None


def offered(offers: list[Offer], site: Site) -> Offer | None:
    """The offer of an item on a site: the one at a fixed price where there is an auction too."""
    here = [offer for offer in offers if offer.marketplace_id == site.code]
    return next((offer for offer in here if offer.format == FIXED_PRICE), here[0] if here else None)


def belongs(order: EbayOrder, site: Site) -> bool:
    """True for an order of the site: that of its first line. What names no site is left out by none."""
    sold_on = order.line_items[0].listing_marketplace_id if order.line_items else ""
    return sold_on in ("", site.code)


def order(told: EbayOrder) -> Order:
    """An order without personal data; raises SkipRecord."""
    ref = told.order_id
    if not ref:
        raise SkipRecord("It has no id.", ref)
    if not told.line_items:
        raise SkipRecord("It has no line items.", ref)
    words = (told.order_payment_status, told.order_fulfillment_status)
    return Order(
        ref=ref,
        number=ref,
        status=_order_status(told),
        placed_at=moment(told.creation_date, ref),
        updated_at=moment(told.last_modified_date, ref),
        total=money(told.pricing_summary.total, ref),
        lines=tuple(_line(line, ref) for line in told.line_items),
        marketplace_status="/".join(word for word in words if word),
    )


def money(amount: Amount, ref: str) -> Money:
    """An amount; raises SkipRecord for nonsense."""
    if not amount.value.is_finite() or not 0 <= amount.value <= LARGEST_PRICE:
        raise SkipRecord(f"Its price of {amount.value!s:.40} makes no sense.", ref)
    if len(amount.currency) != 3:
        raise SkipRecord(f"Its currency {amount.currency[:40]!r} makes no sense.", ref)
    return Money(amount.value, amount.currency)


def moment(value: datetime, ref: str) -> datetime:
    """A time of eBay's as aware UTC; raises SkipRecord when it is absurd."""
    if value.year not in YEARS:
        raise SkipRecord(f"Its date {value.isoformat()} makes no sense.", ref)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _price(offer: Offer, ref: str) -> Money | None:
    asked = offer.pricing_summary.price if offer.pricing_summary else None
    return money(asked, ref) if asked else None


def _status(offer: Offer) -> ProductStatus:
    if offer.status != PUBLISHED or offer.listing is None or offer.listing.listing_on_hold:
        return ProductStatus.DRAFT
    if offer.listing.listing_status in _OVER:
        return ProductStatus.ARCHIVED
    return ProductStatus.ACTIVE if offer.listing.listing_status in _ON_SALE else ProductStatus.DRAFT


def _kind(item: Item, offer: Offer) -> str:
    if offer.format != FIXED_PRICE:
        return offer.format.lower() or "offer"
    return "variation" if item.inventory_item_group_keys else "fixed price"


def _order_status(told: EbayOrder) -> OrderStatus:
    if told.cancel_status and told.cancel_status.cancel_state == "CANCELED":
        return OrderStatus.CANCELLED
    if told.order_payment_status == "FULLY_REFUNDED":
        return OrderStatus.REFUNDED
    return OrderStatus.SHIPPED if told.order_fulfillment_status == "FULFILLED" else OrderStatus.OPEN


def _line(line: Line, ref: str) -> OrderLine:
    cost = money(line.line_item_cost, ref)
    quantity = _quantity(line.quantity, ref) or 0
    return OrderLine(
        ref=line.line_item_id,
        sku=line.sku or None,
        title=line.title,
        quantity=quantity,
        unit_price=Money(_each(cost.amount, quantity), cost.currency) if quantity else None,
        variant_ref=line.sku or None,
    )


def _each(amount: Decimal, quantity: int) -> Decimal:
    """The price of one, where eBay tells that of all."""
    each = amount / quantity
    return each if each * quantity == amount else each.quantize(_MICROS)


def _quantity(quantity: int | None, ref: str) -> int | None:
    if quantity is not None and not 0 <= quantity <= LARGEST_QUANTITY:
        raise SkipRecord(f"Its quantity of {quantity!s:.40} makes no sense.", ref)
    return quantity
