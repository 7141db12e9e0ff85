"""The History page: every value of one SKU or one order that was ever seen, counted or sent."""

from nexus_ui.ui.history.state import History
from nexus_ui.ui.history.view import history_page

__all__ = ["History", "history_page"]
