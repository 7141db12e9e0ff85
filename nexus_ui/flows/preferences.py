"""Changing what holds for the whole installation, and for the person who looks at it."""

import logging

from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.rules.schedule import zone_named
from nexus_ui.storage import people, preferences
from nexus_ui.storage.preferences import ConnectionPreferences

logger = logging.getLogger(__name__)


def change_connections(wanted: ConnectionPreferences, by: Who) -> None:
    """Keep new values of Settings > General > Connections; raises NotAllowed."""
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow changing settings.")
    before = preferences.connections()
    preferences.save_connections(wanted)
    logger.info("%s changed the connection settings: %s → %s", by.person_id, before, wanted)


def change_time_zone(zone: str, by: Who) -> None:
    """Show times to this person in `zone` from now on; raises BadInput."""
    try:
        zone_named(zone)
    except ValueError:
        raise BadInput("Choose a time zone from the list, such as Europe/Berlin.", field="time_zone") from None
    people.set_time_zone(by.person_id, zone)
