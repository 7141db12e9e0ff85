"""Settings: what holds for every connection, for one of them, for the people who may sign in, and for oneself."""

from nexus_ui.ui.settings.connection_state import ConnectionSetup
from nexus_ui.ui.settings.connection_view import connection_settings_page
from nexus_ui.ui.settings.general_state import GeneralSettings
from nexus_ui.ui.settings.general_view import general_settings_page
from nexus_ui.ui.settings.people_state import People
from nexus_ui.ui.settings.people_view import people_page
from nexus_ui.ui.settings.profile import Profile, profile_page

__all__ = [
    "ConnectionSetup",
    "GeneralSettings",
    "People",
    "Profile",
    "connection_settings_page",
    "general_settings_page",
    "people_page",
    "profile_page",
]
