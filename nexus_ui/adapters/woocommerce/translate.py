"""Pure: WooCommerce's JSON to our records. Field names as in the vendor's REST v3 schema."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import msgspec

from nexus_ui.errors import SkipRecord
from nexus_ui.records import Money, Order, OrderLine, OrderStatus, Product, ProductStatus, StockLevel, Variant

SHOP_STOCK = "shop"
"""WooCommerce knows one stock per item and no locations."""

PARENT_MANAGED = "parent"
LARGEST_PRICE = Decimal(1_000_000_000)
LARGEST_QUANTITY = 1_000_000_000
EARLIEST_YEAR = 1990

_PRODUCT_STATUS = {"publish": ProductStatus.ACTIVE, "trash": ProductStatus.ARCHIVED}
_ORDER_STATUS = {
    "completed": OrderStatus.SHIPPED,
    "cancelled": OrderStatus.CANCELLED,
    "failed": OrderStatus.CANCELLED,
    "trash": OrderStatus.CANCELLED,
    "refunded": OrderStatus.REFUNDED,
}


class Attribute(msgspec.Struct):
    """One option of a variation, e.g. Colour: Blue."""

    option: str = ""


class Stocked(msgspec.Struct, kw_only=True):
    """What products and variations share."""

    id: int
    sku: str = ""
    price: str = ""
    status: str = "publish"
    manage_stock: bool | str = False
    stock_quantity: int | float | None = None
    date_modified_gmt: datetime | None = None
    date_created_gmt: datetime | None = None
    global_unique_id: str = ""


class Variation(Stocked, kw_only=True):
    """A variation of a variable product."""

    attributes: list[Attribute] = []


class Item(Stocked, kw_only=True):
    """A product; variable ones name their variations."""

    name: str
    type: str = "simple"
    permalink: str = ""
    variations: list[int] = []


class Line(msgspec.Struct):
    """A line of an order. `price` is a number there, unlike everywhere else."""

    id: int
    name: str | None = None
    product_id: int = 0
    variation_id: int = 0
    quantity: int | float = 0
    sku: str | None = None
    price: str | int | float | None = None


class Sale(msgspec.Struct, kw_only=True):
    """An order."""

    id: int
    number: str
    status: str
    currency: str
    total: str
    date_created_gmt: datetime | None = None
    date_modified_gmt: datetime | None = None
    line_items: list[Line] = []


def product(item: Item, variations: Sequence[Variation], currency: str) -> Product:
    """A product with its variants; raises SkipRecord when it makes no sense."""
    ref = str(item.id)
    if item.id <= 0:
        raise SkipRecord("It has no id.", ref)
    variants = (
        tuple(variation(one, item, position, currency) for position, one in enumerate(variations))
        if item.type == "variable"
        else (_only_variant(item, currency),)
    )
    return Product(
        ref=ref,
        title=item.name,
        status=_PRODUCT_STATUS.get(item.status, ProductStatus.DRAFT),
        updated_at=moment(item.date_modified_gmt or item.date_created_gmt, ref),
        variants=variants,
        kind=item.type,
        url=item.permalink or None,
    )


def variation(one: Variation, item: Item, position: int, currency: str) -> Variant:
    """A variation as a variant of its product; raises SkipRecord, which names the product."""
    ref, parent = str(one.id), str(item.id)
    pooled = one.manage_stock == PARENT_MANAGED
    tracked = bool(one.manage_stock)
    quantity = item.stock_quantity if pooled else one.stock_quantity
    return Variant(
        ref=ref,
        product_ref=parent,
        sku=one.sku or None,
        title=" / ".join(attribute.option for attribute in one.attributes if attribute.option) or item.name,
        price=money(one.price, currency, parent),
        barcode=one.global_unique_id or None,
        tracked=tracked,
        inventory_ref=parent if pooled else f"{parent}/{ref}",
        position=position,
        levels=_levels(ref, tracked, quantity, parent),
    )


def order(sale: Sale) -> Order:
    """An order without personal data; raises SkipRecord."""
    ref = str(sale.id)
    if sale.id <= 0:
        raise SkipRecord("It has no id.", ref)
    total = money(sale.total, sale.currency, ref)
    if total is None:
        raise SkipRecord("It has no total.", ref)
    placed = moment(sale.date_created_gmt, ref)
    return Order(
        ref=ref,
        number=sale.number or ref,
        status=_ORDER_STATUS.get(sale.status, OrderStatus.OPEN),
        placed_at=placed,
        updated_at=moment(sale.date_modified_gmt or sale.date_created_gmt, ref),
        total=total,
        lines=tuple(_line(line, sale) for line in sale.line_items),
        marketplace_status=sale.status,
    )


def stock_levels(item: Item, variations: Sequence[Variation]) -> list[StockLevel]:
    """The quantities of a product and its variations, as far as the shop keeps any."""
    parent = str(item.id)
    if item.type != "variable":
        return list(_levels(parent, item.manage_stock is True, item.stock_quantity, parent))
    return [
        level
        for one in variations
        for level in _levels(
            str(one.id),
            bool(one.manage_stock),
            item.stock_quantity if one.manage_stock == PARENT_MANAGED else one.stock_quantity,
            parent,
        )
    ]


def money(text: str, currency: str, ref: str) -> Money | None:
    """A price as the shop writes it; empty means none was set. Raises SkipRecord for nonsense."""
    if not text:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise SkipRecord(f"Its price {text[:40]!r} is not a number.", ref) from None
    if not amount.is_finite() or not 0 <= amount <= LARGEST_PRICE:
        raise SkipRecord(f"Its price {text[:40]!r} makes no sense.", ref)
    return Money(amount, currency)


def moment(value: datetime | None, ref: str) -> datetime:
    """A `…_gmt` time, which carries no zone, as aware UTC; raises SkipRecord when it is missing or absurd."""
    if value is None:
        raise SkipRecord("It has no date.", ref)
    if value.year < EARLIEST_YEAR:
        raise SkipRecord(f"Its date {value.isoformat()} makes no sense.", ref)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _only_variant(item: Item, currency: str) -> Variant:
    ref = str(item.id)
    tracked = item.manage_stock is True
    return Variant(
        ref=ref,
        product_ref=ref,
        sku=item.sku or None,
        title=item.name,
        price=money(item.price, currency, ref),
        barcode=item.global_unique_id or None,
        tracked=tracked,
        inventory_ref=ref,
        levels=_levels(ref, tracked, item.stock_quantity, ref),
    )


def _levels(ref: str, tracked: bool, quantity: int | float | None, product_ref: str) -> tuple[StockLevel, ...]:
    if not tracked or quantity is None:
        return ()
    if abs(quantity) > LARGEST_QUANTITY:
        raise SkipRecord(f"Its stock of {quantity} makes no sense.", product_ref)
    return (StockLevel(ref, SHOP_STOCK, available=int(quantity // 1)),)


def _line(line: Line, sale: Sale) -> OrderLine:
    ref = str(sale.id)
    if not 0 <= line.quantity <= LARGEST_QUANTITY:
        raise SkipRecord(f"A line orders {line.quantity} units, which makes no sense.", ref)
    price = "" if line.price is None else str(line.price)
    return OrderLine(
        ref=str(line.id),
        sku=line.sku or None,
        title=line.name or "",
        quantity=int(line.quantity),
        unit_price=money(price, sale.currency, ref),
        variant_ref=str(line.variation_id or line.product_id) if line.variation_id or line.product_id else None,
    )
