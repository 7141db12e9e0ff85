"""The Alerts page: what is wrong, what somebody took on or put off, and what is over. The bell in every header."""

from nexus_ui.ui.alerts.state import Alerts
from nexus_ui.ui.alerts.view import alerts_page

__all__ = ["Alerts", "alerts_page"]
