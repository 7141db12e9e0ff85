"""Turns records into rows for `bulk`, fast: no instances, no I/O. What does not fit raises ValueError in a sentence."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from nexus_ui.records import Money, Order, Product, StockLevel
from nexus_ui.storage.bulk import Row, Shape
from nexus_ui.storage.columns import micros

PRODUCTS = Shape(
    "products",
    ("connection_id", "ref", "title", "status", "kind", "vendor", "url", "updated_at"),
    version="updated_at",
)
VARIANTS = Shape(
    "variants",
    (
        *("connection_id", "ref", "product_ref", "sku", "title", "price", "currency"),
        *("barcode", "tracked", "inventory_ref", "fulfilment", "position"),
    ),
)
LEVELS = Shape(
    "stock_levels",
    ("connection_id", "variant_ref", "location_ref", "available", "on_hand", "updated_at"),
    version="updated_at",
)
ORDERS = Shape(
    "orders",
    (
        *("connection_id", "ref", "number", "status", "marketplace_status"),
        *("placed_at", "updated_at", "total", "currency"),
    ),
    version="updated_at",
)
LINES = Shape(
    "order_lines",
    (
        *("connection_id", "order_ref", "ref", "sku", "title", "quantity", "unit_price", "currency"),
        "variant_ref",
    ),
)

LARGEST_COUNT = 2**31 - 1
LARGEST_STOCK = 2**63 - 1
Moment = Callable[[datetime | None], Any]


def product_rows(connection_id: str, product: Product, at: Any, moment: Moment) -> tuple[Row, list[Row], list[Row]]:
    """The rows of a product, its variants and their stock levels; `at` is its `updated_at` as `moment` gives it."""
    ref, vendor, url = product.ref, product.vendor, product.url
    storable(f"{product.title}{product.kind}{vendor}{url}")
    variants: list[Row] = []
    levels: list[Row] = []
    for v in product.variants:
        price = v.price
        storable(f"{v.ref}{v.sku}{v.title}{v.barcode}{v.inventory_ref}")
        if not -LARGEST_COUNT <= v.position <= LARGEST_COUNT:
            raise ValueError(f"The position {v.position} of variant {v.ref} is too large.")
        amount, currency = (None, None) if price is None else (_amount(price, v.ref), price.currency)
        variants.append(
            (
                connection_id,
                v.ref,
                ref,
                v.sku,
                v.title,
                amount,
                currency,
                v.barcode,
                v.tracked,
                v.inventory_ref,
                v.fulfilment.value,
                v.position,
            )
        )
        for level in v.levels:
            levels.append(level_row(connection_id, level, moment))
    return (connection_id, ref, product.title, product.status.value, product.kind, vendor, url, at), variants, levels


def level_row(connection_id: str, level: StockLevel, moment: Moment) -> Row:
    """The row of a stock level."""
    available, on_hand = level.available, level.on_hand
    for count in (available, on_hand):
        if count is not None and not -LARGEST_STOCK <= count <= LARGEST_STOCK:
            raise ValueError(f"The quantity {count} of variant {level.variant_ref} is too large.")
    storable(level.location_ref)
    return (connection_id, level.variant_ref, level.location_ref, available, on_hand, moment(level.updated_at))


def order_rows(connection_id: str, order: Order, at: Any, moment: Moment) -> tuple[Row, list[Row]]:
    """The rows of an order and its lines; `at` is its `updated_at` as `moment` gives it."""
    ref = order.ref
    storable(f"{order.number}{order.marketplace_status}")
    lines: list[Row] = []
    for line in order.lines:
        price = line.unit_price
        storable(f"{line.ref}{line.sku}{line.title}{line.variant_ref}")
        if not -LARGEST_COUNT <= line.quantity <= LARGEST_COUNT:
            raise ValueError(f"The quantity {line.quantity} of line {line.ref} is too large.")
        amount, currency = (None, None) if price is None else (_amount(price, line.ref), price.currency)
        lines.append(
            (connection_id, ref, line.ref, line.sku, line.title, line.quantity, amount, currency, line.variant_ref)
        )
    total, placed = _amount(order.total, ref), moment(order.placed_at)
    status, words = order.status.value, order.marketplace_status
    return (connection_id, ref, order.number, status, words, placed, at, total, order.total.currency), lines


def _amount(money: Money, ref: str) -> int:
    try:
        return micros(money.amount)
    except ValueError:
        shown = str(money.amount)[:40]
        raise ValueError(f"The amount {shown} of {ref} is too large or has more than six decimals.") from None


def storable(text: str) -> None:
    """Refuse what no database keeps as text: a null character, or half of a surrogate pair."""
    if "\0" in text:
        raise ValueError("A text in it holds a null character.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError("A text in it holds half a character.") from None


def clean(text: str) -> str:
    """`text` without what no database keeps."""
    return text.replace("\0", "").encode(errors="replace").decode()
