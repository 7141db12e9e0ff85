"""The Orders page: every order of every connection, without personal data."""

from nexus_ui.ui.orders.state import Orders
from nexus_ui.ui.orders.view import orders_page

__all__ = ["Orders", "orders_page"]
