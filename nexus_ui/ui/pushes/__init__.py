"""Pushes: what was sent to whom and why, what waits for approval, and one push with the receipt of every number."""

from nexus_ui.ui.pushes.list_state import Pushes
from nexus_ui.ui.pushes.list_view import pushes_view
from nexus_ui.ui.pushes.push_state import OnePush
from nexus_ui.ui.pushes.push_view import push_view

__all__ = ["OnePush", "Pushes", "push_view", "pushes_view"]
