"""The page of one connection: its card, the facts behind it, its webhooks and their deliveries."""

from nexus_ui.ui.connection.hooks import Hooks
from nexus_ui.ui.connection.state import ConnectionDetail
from nexus_ui.ui.connection.view import connection_page

__all__ = ["ConnectionDetail", "Hooks", "connection_page"]
