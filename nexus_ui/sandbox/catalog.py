"""Real catalogues, read from the files the vendors' own shops export.

What a file says is kept as it says it; a file that cannot be trusted is refused with the row and what to do.
"""

from pathlib import Path

from nexus_ui.sandbox import catalog_shopify, catalog_woocommerce
from nexus_ui.sandbox.catalog_records import Attribute, Catalog, Product, Variant
from nexus_ui.sandbox.catalog_rows import CatalogError, read_header, read_rows

__all__ = ["Attribute", "Catalog", "CatalogError", "Product", "Variant", "load", "load_shopify", "load_woocommerce"]


def load(path: Path | str) -> Catalog:
    """Whichever of the two exports `path` is, told by its header; raises CatalogError."""
    header = read_header(Path(path))
    if "Handle" in header:
        return Catalog("shopify", load_shopify(path))
    if "Type" in header and "SKU" in header:
        return Catalog("woocommerce", load_woocommerce(path))
    raise CatalogError(
        f"{Path(path).name} is neither a Shopify product export (no column Handle) nor a WooCommerce one (no columns "
        "Type and SKU). Export the products again from the shop, as CSV with commas and English column names."
    )


def load_shopify(path: Path | str) -> tuple[Product, ...]:
    """Products of Shopify's product export; raises CatalogError."""
    return catalog_shopify.products(read_rows(Path(path), ("Handle", "Title", "Variant Price")))


def load_woocommerce(path: Path | str) -> tuple[Product, ...]:
    """Products of WooCommerce's product export; raises CatalogError."""
    return catalog_woocommerce.products(read_rows(Path(path), ("Type", "SKU", "Name", "Regular price")))
