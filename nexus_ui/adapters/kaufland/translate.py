"""Pure: what Kaufland answers, as our records."""

from datetime import datetime
from decimal import Decimal

from nexus_ui.adapters.kaufland.wire import OrderUnit, Purchase, Unit, aware
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

LARGEST_PRICE = 10_000_000_000
"""In cents: four times the dearest offer Kaufland takes (25 million CZK)."""
LARGEST_AMOUNT = 1_000_000_000
YEARS = range(2000, 2200)
BY_KAUFLAND = "fulfilled_by_kaufland"

_PRODUCT_STATUS = {"AVAILABLE": ProductStatus.ACTIVE}
_RETURNED = {"returned", "returned_paid"}
_ON_ITS_WAY = {"sent", "sent_and_autopaid", "received"}


def product(unit: Unit) -> Product:
    """A unit as a product with one variant; raises SkipRecord when it makes no sense."""
    ref = str(unit.id_unit)
    if unit.id_unit <= 0:
        raise SkipRecord("It has no id.", unit.id_offer or "")
    ware = unit.product
    title = (ware.title.strip() if ware else "") or unit.id_offer or f"Product {unit.id_product}"
    return Product(
        ref=ref,
        title=title,
        status=_PRODUCT_STATUS.get(unit.status, ProductStatus.DRAFT),
        updated_at=moment(unit.date_lastchange_iso, ref),
        variants=(
            Variant(
                ref=ref,
                product_ref=ref,
                sku=_code(unit.id_offer),
                title=title,
                price=_price(unit, ref),
                barcode=next((ean for ean in (ware.eans if ware else ()) if ean), None),
                inventory_ref=ref,
                fulfilment=Fulfilment.MARKETPLACE if unit.fulfillment_type == BY_KAUFLAND else Fulfilment.MERCHANT,
                levels=(level(unit),),
            ),
        ),
        vendor=(ware.manufacturer or None) if ware else None,
        url=(ware.url or None) if ware else None,
    )


def level(unit: Unit) -> StockLevel:
    """What a unit's storefront holds; raises SkipRecord for an absurd amount."""
    ref = str(unit.id_unit)
    if unit.amount is not None and not 0 <= unit.amount <= LARGEST_AMOUNT:
        raise SkipRecord(f"Its stock of {unit.amount!s:.40} makes no sense.", ref)
    return StockLevel(ref, unit.storefront, unit.amount, updated_at=moment(unit.date_lastchange_iso, ref))


def order(purchase: Purchase, listed_as_changed: datetime) -> Order:
    """An order without personal data; raises SkipRecord when it makes no sense."""
    ref, units = purchase.id_order, purchase.order_units
    if not ref:
        raise SkipRecord("It has no id.", "")
    if not units:
        raise SkipRecord("It has no order units.", ref)
    currency = units[0].currency
    changed = [moment(unit.ts_updated_iso, ref) for unit in units]
    return Order(
        ref=ref,
        number=ref,
        status=status([unit.status for unit in units]),
        placed_at=moment(purchase.ts_created_iso, ref),
        updated_at=max(moment(listed_as_changed, ref), *changed),
        total=money(sum(_cents(unit, ref) for unit in units), currency, ref),
        lines=tuple([_line(unit, ref) for unit in units]),
        marketplace_status=", ".join(sorted({unit.status for unit in units})),
    )


def status(words: list[str]) -> OrderStatus:
    """One word for an order from the words of its pieces; cancelled pieces count only when all are."""
    kept = {word for word in words if word != "cancelled"}
    if not kept:
        return OrderStatus.CANCELLED
    if kept <= _RETURNED:
        return OrderStatus.REFUNDED
    return OrderStatus.SHIPPED if kept <= _RETURNED | _ON_ITS_WAY else OrderStatus.OPEN


def money(cents: int, currency: str, ref: str) -> Money:
    """Whole cents as money; raises SkipRecord for nonsense."""
    if not 0 <= cents <= LARGEST_PRICE:
        raise SkipRecord(f"Its price of {cents!s:.40} cents makes no sense.", ref)
    if len(currency) != 3:
        raise SkipRecord(f"Its currency {currency[:40]!r} makes no sense.", ref)
    return Money(Decimal(cents).scaleb(-2), currency)


def moment(value: datetime, ref: str) -> datetime:
    """A time of Kaufland's as aware UTC; raises SkipRecord when it is absurd."""
    if value.year not in YEARS:
        raise SkipRecord(f"Its date {value.isoformat()} makes no sense.", ref)
    return aware(value)


def _price(unit: Unit, ref: str) -> Money | None:
    cents = unit.price if unit.price is not None else unit.listing_price
    return None if cents is None else money(cents, unit.currency, ref)


def _cents(unit: OrderUnit, ref: str) -> int:
    """What a buyer pays for a piece, with its share of the shipping."""
    return round(money(unit.price, unit.currency, ref).amount * 100) + unit.shipping_rate


def _line(unit: OrderUnit, ref: str) -> OrderLine:
    return OrderLine(
        ref=str(unit.id_order_unit),
        sku=_code(unit.id_offer),
        title=(unit.product.title.strip() if unit.product else "") or unit.id_offer or "",
        quantity=1,
        unit_price=money(unit.price, unit.currency, ref),
    )


def _code(text: str | None) -> str | None:
    return (text.strip() or None) if text else None
