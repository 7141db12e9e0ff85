"""The Products page: every listing of every connection, and one SKU on all of them."""

from nexus_ui.ui.products.state import Products
from nexus_ui.ui.products.view import products_page

__all__ = ["Products", "products_page"]
