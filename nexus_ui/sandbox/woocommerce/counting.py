"""Stock as WooCommerce tells it, and what it derives from stock and prices."""

from decimal import Decimal
from typing import Any

from nexus_ui.sandbox.catalog_records import Product, Variant
from nexus_ui.sandbox.woocommerce.site import Site


def of_product(site: Site, index: int, item: Product, only: Variant | None) -> dict[str, Any]:
    """The stock fields of a product; a variable one is in stock when one of its variations is."""
    if item.kind == "simple" and only is not None:
        return of_variant(site, index, 0, only)
    counted = item.tracked and item.kind == "variable"
    there = not item.variants or any(_there(site, index, n, sold) for n, sold in enumerate(item.variants))
    return {
        "manage_stock": counted,
        "stock_quantity": item.qty if counted else None,
        "stock_status": "instock" if there else "outofstock",
        "backorders": "no",
    }


def of_variant(site: Site, index: int, place: int, sold: Variant) -> dict[str, Any]:
    """The stock fields of what is sold under one SKU."""
    return {
        "manage_stock": sold.tracked,
        "stock_quantity": site.shop.levels(index, place, sold)[0],
        "stock_status": "instock" if sold.in_stock else "outofstock",
        "backorders": "yes" if sold.policy == "continue" else "no",
    }


def at_parent(site: Site, index: int, item: Product, record: dict[str, Any]) -> None:
    """Point a variation to the count of its product, where that one counts."""
    above = {"manage_stock": item.tracked, "stock_quantity": item.qty} | site.edits.get((index, None), {})
    if above["manage_stock"] is True and item.kind == "variable":
        record["manage_stock"], record["stock_quantity"] = "parent", above["stock_quantity"]


def settle(record: dict[str, Any]) -> None:
    """Fill in what WooCommerce derives: the price in force, what is in stock, what may be ordered."""
    regular, sale = record["regular_price"], record["sale_price"]
    record["on_sale"] = bool(sale) and (not regular or Decimal(sale) < Decimal(regular))
    record["price"] = sale if record["on_sale"] else regular
    if not record["manage_stock"]:
        record["stock_quantity"] = None
    else:
        empty = "outofstock" if record["backorders"] == "no" else "onbackorder"
        record["stock_status"] = "instock" if (record["stock_quantity"] or 0) > 0 else empty
    record["backorders_allowed"] = record["backorders"] != "no"
    record["backordered"] = record["stock_status"] == "onbackorder"


def _there(site: Site, index: int, place: int, sold: Variant) -> bool:
    if not sold.tracked:
        return sold.in_stock
    return sold.policy == "continue" or (site.shop.levels(index, place, sold)[0] or 0) > 0
