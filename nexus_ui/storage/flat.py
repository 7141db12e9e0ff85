"""Turns records into rows for `bulk`, fast: no instances, no I/O. What does not fit raises ValueError in a sentence."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from nexus_ui.records import Order, Product, StockLevel
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
Moment = Callable[[datetime], Any]


def product_rows(connection_id: str, product: Product, at: Any, moment: Moment) -> tuple[Row, list[Row], list[Row]]:
    """The rows of a product, its variants and their stock levels; `at` is its `updated_at` as `moment` gives it."""
    ref, title, kind, vendor, url = product.ref, product.title, product.kind, product.vendor, product.url
    texts = f"{title}{kind}{vendor}{url}"
    variants: list[Row] = []
    levels: list[Row] = []
    for v in product.variants:
        variant_ref, sku, name, price, barcode, item = v.ref, v.sku, v.title, v.price, v.barcode, v.inventory_ref
        position = v.position
        texts += f"{variant_ref}{sku}{name}{barcode}{item}"
        if not -LARGEST_COUNT <= position <= LARGEST_COUNT:
            raise ValueError(f"The position {position} of variant {variant_ref} is too large.")
        amount, currency = (None, None) if price is None else (micros(price.amount), price.currency)
        tracked, by = v.tracked, v.fulfilment._value_
        row = (connection_id, variant_ref, ref, sku, name, amount, currency, barcode, tracked, item, by, position)
        variants.append(row)
        for level in v.levels:
            levels.append(level_row(connection_id, level, moment))
    storable(texts)
    return (connection_id, ref, title, product.status._value_, kind, vendor, url, at), variants, levels


def level_row(connection_id: str, level: StockLevel, moment: Moment) -> Row:
    """The row of a stock level."""
    place, available, on_hand, updated_at = level.location_ref, level.available, level.on_hand, level.updated_at
    if available is not None and not -LARGEST_STOCK <= available <= LARGEST_STOCK:
        raise ValueError(f"The quantity {available} of variant {level.variant_ref} is too large.")
    if on_hand is not None and not -LARGEST_STOCK <= on_hand <= LARGEST_STOCK:
        raise ValueError(f"The quantity {on_hand} of variant {level.variant_ref} is too large.")
    storable(place)
    at = None if updated_at is None else moment(updated_at)
    return (connection_id, level.variant_ref, place, available, on_hand, at)


def order_rows(connection_id: str, order: Order, at: Any, moment: Moment) -> tuple[Row, list[Row]]:
    """The rows of an order and its lines; `at` is its `updated_at` as `moment` gives it."""
    ref, number, words, total = order.ref, order.number, order.marketplace_status, order.total
    sum_, in_currency = (None, "") if total is None else (micros(total.amount), total.currency)
    texts = f"{number}{words}{in_currency}"
    lines: list[Row] = []
    for line in order.lines:
        line_ref, sku, title, quantity, price = line.ref, line.sku, line.title, line.quantity, line.unit_price
        texts += f"{line_ref}{sku}{title}{line.variant_ref}"
        if not -LARGEST_COUNT <= quantity <= LARGEST_COUNT:
            raise ValueError(f"The quantity {quantity} of line {line_ref} is too large.")
        amount, currency = (None, None) if price is None else (micros(price.amount), price.currency)
        lines.append((connection_id, ref, line_ref, sku, title, quantity, amount, currency, line.variant_ref))
    storable(texts)
    status, placed = order.status._value_, moment(order.placed_at)
    return (connection_id, ref, number, status, words, placed, at, sum_, in_currency), lines


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
