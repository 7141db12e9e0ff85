"""Shopify's words into our records. Pure: structs in, records out; SkipRecord for what makes no sense."""

from datetime import datetime
from decimal import Decimal

from nexus_ui.adapters.shopify import wire
from nexus_ui.errors import SkipRecord
from nexus_ui.records import (
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    ProductStatus,
    StockLevel,
    Variant,
)

_STATUS = {
    "ACTIVE": ProductStatus.ACTIVE,
    "UNLISTED": ProductStatus.ACTIVE,
    "DRAFT": ProductStatus.DRAFT,
    "ARCHIVED": ProductStatus.ARCHIVED,
}
_DEFAULT_TITLE = "Default Title"
_MOST_MONEY = Decimal(10) ** 12
_MOST_UNITS = 1_000_000_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def product(node: wire.Product, currency: str) -> Product:
    """A product with its variants and their levels."""
    ref = node.id
    if not ref:
        raise SkipRecord("This product has no id.", ref)
    variants = tuple([_variant(variant, ref, currency) for variant in node.variants.nodes])
    return Product(
        ref,
        node.title,
        _STATUS.get(node.status, ProductStatus.DRAFT),
        _moment(node.updated_at, ref),
        variants,
        "simple" if len(variants) < 2 else "variable",
        node.vendor or None,
    )


def levels(node: wire.CountedProduct) -> list[StockLevel]:
    """The levels of all variants of a product."""
    return [level for variant in node.variants.nodes for level in _levels(variant.inventory_item, variant.id, node.id)]


def counted(node: wire.CountedItem) -> list[StockLevel]:
    """The levels of one inventory item."""
    return [level for variant in node.variants.nodes for level in _levels(node, variant.id, node.id)]


def order(node: wire.Order) -> Order:
    """An order with its lines, without anything about the buyer."""
    ref = node.id
    if not ref:
        raise SkipRecord("This order has no id.", ref)
    return Order(
        ref,
        node.name,
        _order_status(node),
        _moment(node.processed_at, ref),
        _moment(node.updated_at, ref),
        _money(node.total_price_set.shop_money, ref),
        tuple([_line(line, ref) for line in node.line_items.nodes]),
        _order_words(node),
    )


def _variant(node: wire.Variant, product_ref: str, currency: str) -> Variant:
    price = node.price
    if not (price.is_finite() and 0 <= price < _MOST_MONEY):
        raise SkipRecord(f"The price of variant {node.sku or node.id} makes no sense: {price}.", product_ref)
    item = node.inventory_item
    title = node.title
    return Variant(
        node.id,
        product_ref,
        node.sku or None,
        "" if title == _DEFAULT_TITLE else title,
        Money(price, currency),
        node.barcode or None,
        item.tracked,
        item.id,
        position=node.position,
        levels=tuple(_levels(item, node.id, product_ref)),
    )


def _levels(item: wire.InventoryItem, variant_ref: str, product_ref: str) -> list[StockLevel]:
    """What each location holds; unknown where Shopify does not count the item."""
    if not item.tracked:
        return [StockLevel(variant_ref, level.location.id, None) for level in item.inventory_levels.nodes]
    found = []
    for level in item.inventory_levels.nodes:
        available = on_hand = None
        for quantity in level.quantities:
            if not -_MOST_UNITS < quantity.quantity < _MOST_UNITS:
                raise SkipRecord(f"The stock of {variant_ref} makes no sense: {quantity.quantity}.", product_ref)
            if quantity.name == "available":
                available = quantity.quantity
            elif quantity.name == "on_hand":
                on_hand = quantity.quantity
        found.append(StockLevel(variant_ref, level.location.id, available, on_hand))
    return found


def _line(node: wire.LineItem, order_ref: str) -> OrderLine:
    if not 0 <= node.quantity < _MOST_UNITS:
        raise SkipRecord(f"The quantity of line {node.title} makes no sense: {node.quantity}.", order_ref)
    return OrderLine(
        node.id,
        node.sku or None,
        node.title,
        node.quantity,
        _money(node.original_unit_price_set.shop_money, order_ref),
        node.variant.id if node.variant else None,
    )


def _money(amount: wire.Amount, ref: str) -> Money:
    value = amount.amount
    if not (value.is_finite() and -_MOST_MONEY < value < _MOST_MONEY):
        raise SkipRecord(f"An amount makes no sense: {value}.", ref)
    return Money(value, amount.currency_code)


def _moment(value: datetime, ref: str) -> datetime:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR or value.tzinfo is None:
        raise SkipRecord(f"A date makes no sense: {value.isoformat()}.", ref)
    return value


def _order_status(node: wire.Order) -> OrderStatus:
    if node.cancelled_at is not None:
        return OrderStatus.CANCELLED
    if node.display_financial_status == "REFUNDED":
        return OrderStatus.REFUNDED
    return OrderStatus.SHIPPED if node.display_fulfillment_status == "FULFILLED" else OrderStatus.OPEN


def _order_words(node: wire.Order) -> str:
    words = (node.display_financial_status or "", node.display_fulfillment_status)
    return ", ".join(word.replace("_", " ").lower() for word in words if word)
