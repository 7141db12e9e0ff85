"""The page behind a reconnect link, for the owner of an account: nobody signs in here."""

from nexus_ui.ui.reconnect.state import Reconnect
from nexus_ui.ui.reconnect.view import reconnect_page

__all__ = ["Reconnect", "reconnect_page"]
