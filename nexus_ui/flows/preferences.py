"""Changing what holds for the whole installation, and for the person who looks at it."""

from dataclasses import asdict

from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.rules.schedule import zone_named
from nexus_ui.storage import audit, people, preferences
from nexus_ui.storage.audit import Action, Change, Subject, differences
from nexus_ui.storage.database import writing
from nexus_ui.storage.preferences import ConnectionPreferences

GENERAL = "General settings"


def change_connections(wanted: ConnectionPreferences, by: Who) -> None:
    """Keep new values of Settings > General > Connections; raises NotAllowed."""
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow changing settings.")
    changes = differences(asdict(preferences.connections()), asdict(wanted))
    if not changes:
        return
    with writing() as session:
        preferences.save_connections(session, wanted)
        audit.note(session, by.person_id, Action.SETTINGS, Subject.SETTINGS, preferences.CONNECTIONS, GENERAL, changes)


def change_time_zone(zone: str, by: Who) -> None:
    """Show times to this person in `zone` from now on; raises BadInput."""
    try:
        zone_named(zone)
    except ValueError:
        raise BadInput("Choose a time zone from the list, such as Europe/Berlin.", field="time_zone") from None
    if zone == by.time_zone:
        return
    told = [Change("time zone", by.time_zone, zone)]
    with writing() as session:
        people.set_time_zone(session, by.person_id, zone)
        audit.note(session, by.person_id, Action.SETTINGS, Subject.PERSON, by.person_id, by.name or by.email, told)
