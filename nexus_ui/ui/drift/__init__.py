"""The drift board: SKUs of which a connection shows another number than it should."""

from nexus_ui.ui.drift.state import Drift
from nexus_ui.ui.drift.view import drift_view

__all__ = ["Drift", "drift_view"]
