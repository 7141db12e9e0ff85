"""Settings: what holds for every connection, for one of them, for the people who may sign in, and for oneself."""

from nexus_ui.ui.settings.audit_state import AuditLog
from nexus_ui.ui.settings.audit_view import audit_page_view
from nexus_ui.ui.settings.channels_state import Channels
from nexus_ui.ui.settings.channels_view import channels_page
from nexus_ui.ui.settings.connection_state import ConnectionSetup
from nexus_ui.ui.settings.connection_view import connection_settings_page
from nexus_ui.ui.settings.general_state import GeneralSettings
from nexus_ui.ui.settings.general_view import general_settings_page
from nexus_ui.ui.settings.people_state import People
from nexus_ui.ui.settings.people_view import people_page
from nexus_ui.ui.settings.profile import Profile, profile_page
from nexus_ui.ui.settings.stock_state import StockSettings

__all__ = [
    "AuditLog",
    "Channels",
    "ConnectionSetup",
    "GeneralSettings",
    "People",
    "Profile",
    "StockSettings",
    "audit_page_view",
    "channels_page",
    "connection_settings_page",
    "general_settings_page",
    "people_page",
    "profile_page",
]
