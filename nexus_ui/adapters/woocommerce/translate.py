"""Pure: what the shop answers, as our records."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import ceil, floor

from nexus_ui.adapters.woocommerce.text import plain, trimmed
from nexus_ui.adapters.woocommerce.wire import PARENT, Item, Line, Sale, Stocked, Variation, aware
from nexus_ui.errors import SkipRecord
from nexus_ui.records import Money, Order, OrderLine, OrderStatus, Product, ProductStatus, StockLevel, Variant

SHOP_STOCK = "shop"
"""WooCommerce knows one stock per item and no locations."""

LARGEST_PRICE = Decimal(1_000_000_000)
SMALLEST_DIGIT = -20
LARGEST_QUANTITY = 1_000_000_000

_PRODUCT_STATUS = {"publish": ProductStatus.ACTIVE, "trash": ProductStatus.ARCHIVED}
_ORDER_STATUS = {
    "completed": OrderStatus.SHIPPED,
    "cancelled": OrderStatus.CANCELLED,
    "failed": OrderStatus.CANCELLED,
    "trash": OrderStatus.CANCELLED,
    "refunded": OrderStatus.REFUNDED,
}
Price = str | int | float | None


def product(item: Item, variations: Sequence[Variation], currency: str) -> Product:
    """A product with its variants; raises SkipRecord when it makes no sense."""
    ref = _ref(item.id, item.permalink or item.sku or item.name)
    title = plain(item.name)
    variants = (
        tuple(_variation(one, item, title, place, currency) for place, one in enumerate(in_order(variations)))
        if item.varies
        else (_only_variant(item, ref, title, currency),)
    )
    return Product(
        ref=ref,
        title=title,
        status=_PRODUCT_STATUS.get(item.status, ProductStatus.DRAFT),
        updated_at=moment(item.date_modified_gmt or item.date_created_gmt, ref),
        variants=variants,
        kind=item.type,
        url=item.permalink or None,
    )


def order(sale: Sale) -> Order:
    """An order without personal data; raises SkipRecord."""
    ref = _ref(sale.id, f"order {sale.number}")
    if not sale.currency:
        raise SkipRecord("It has no currency.", ref)
    total = money(sale.total, sale.currency, ref)
    if total is None:
        raise SkipRecord("It has no total.", ref)
    placed = moment(sale.date_created_gmt, ref)
    return Order(
        ref=ref,
        number=str(sale.number) or ref,
        status=_ORDER_STATUS.get(sale.status, OrderStatus.OPEN),
        placed_at=placed,
        updated_at=moment(sale.date_modified_gmt, ref) if sale.date_modified_gmt else placed,
        total=total,
        lines=tuple([_line(line, sale.currency, ref) for line in sale.line_items]),
        marketplace_status=sale.status,
    )


def stock_levels(item: Item, variations: Sequence[Variation]) -> list[StockLevel]:
    """The quantities of a product and its variations, as far as the shop keeps any; raises SkipRecord."""
    parent = str(item.id)
    if not item.varies:
        return list(_levels(parent, item, parent))
    return [level for one in variations for level in _levels(str(one.id), _keeper(one, item), parent)]


def in_order(variations: Sequence[Variation]) -> list[Variation]:
    """Variations as the shop shows them."""
    return sorted(variations, key=lambda one: (one.menu_order, one.id))


def money(price: Price, currency: str, ref: str, *, least: Decimal = Decimal(0)) -> Money | None:
    """A price as the shop writes it; empty means none was set. Raises SkipRecord for nonsense."""
    if price is None or price == "":
        return None
    text = price if isinstance(price, str) else repr(price)
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise SkipRecord(f"Its price {text[:40]!r} is not a number.", ref) from None
    if not amount.is_finite() or not least <= amount <= LARGEST_PRICE or amount.adjusted() < SMALLEST_DIGIT:
        raise SkipRecord(f"Its price {text[:40]!r} makes no sense.", ref)
    if len(text) > 40 or "_" in text:
        raise SkipRecord(f"Its price {text[:40]!r} is not written as a price.", ref)
    return Money(amount, currency)


def moment(value: datetime | None, ref: str) -> datetime:
    """A time of the shop as aware UTC; raises SkipRecord when it is missing or absurd."""
    if value is None:
        raise SkipRecord("It has no date.", ref)
    if (found := aware(value)) is None:
        raise SkipRecord(f"Its date {value.isoformat()} makes no sense.", ref)
    return found


def _ref(number: int, name: str) -> str:
    """An id as our ref; raises SkipRecord, which calls the record by `name`, when there is none."""
    if number <= 0:
        raise SkipRecord("It has no id.", name or str(number))
    return str(number)


def _variation(one: Variation, item: Item, title: str, place: int, currency: str) -> Variant:
    """A variation as a variant of its product; raises SkipRecord, which names the product."""
    ref, parent = str(one.id), str(item.id)
    options = [plain(attribute.option) for attribute in one.attributes if attribute.option]
    try:
        if one.id <= 0:
            raise SkipRecord("It has no id.", parent)
        return Variant(
            ref=ref,
            product_ref=parent,
            sku=trimmed(one.sku),
            title=" / ".join(options) or title,
            price=money(one.price, currency, parent),
            barcode=trimmed(one.global_unique_id),
            tracked=bool(one.manage_stock),
            inventory_ref=parent if one.manage_stock == PARENT else f"{parent}/{ref}",
            position=place,
            levels=_levels(ref, _keeper(one, item), parent),
        )
    except SkipRecord as bad:
        raise SkipRecord(f"Of its variation {ref}: {bad.message}", parent) from None


def _only_variant(item: Item, ref: str, title: str, currency: str) -> Variant:
    return Variant(
        ref=ref,
        product_ref=ref,
        sku=trimmed(item.sku),
        title=title,
        price=money(item.price, currency, ref),
        barcode=trimmed(item.global_unique_id),
        tracked=item.manage_stock is True,
        inventory_ref=ref,
        levels=_levels(ref, item, ref),
    )


def _keeper(one: Variation, item: Item) -> Stocked:
    """Whose number counts for a variation."""
    return item if one.manage_stock == PARENT else one


def _levels(ref: str, keeper: Stocked, product_ref: str) -> tuple[StockLevel, ...]:
    quantity = keeper.stock_quantity
    if not keeper.manage_stock or quantity is None:
        return ()
    if not -LARGEST_QUANTITY <= quantity <= LARGEST_QUANTITY:
        raise SkipRecord(f"Its stock of {quantity!s:.40} makes no sense.", product_ref)
    return (StockLevel(ref, SHOP_STOCK, floor(quantity)),)


def _line(line: Line, currency: str, ref: str) -> OrderLine:
    if not 0 <= line.quantity <= LARGEST_QUANTITY:
        raise SkipRecord(f"A line orders {line.quantity!s:.40} units, which makes no sense.", ref)
    sold = line.variation_id or line.product_id
    return OrderLine(
        ref=str(line.id),
        sku=trimmed(line.sku),
        title=plain(line.name or ""),
        quantity=ceil(line.quantity),
        unit_price=money(line.price, currency, ref, least=-LARGEST_PRICE),
        variant_ref=str(sold) if sold else None,
    )
