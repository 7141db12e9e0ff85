"""The wizard: from a marketplace to a tested, saved connection, and the same form for new credentials."""

from nexus_ui.ui.wizard.state import Wizard
from nexus_ui.ui.wizard.view import add_page, credentials_page

__all__ = ["Wizard", "add_page", "credentials_page"]
