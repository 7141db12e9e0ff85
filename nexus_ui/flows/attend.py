"""What people do about an alert: acknowledge it, snooze it until a time, or take either back."""

from datetime import datetime, timedelta

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.storage import audit, incidents
from nexus_ui.storage.audit import Action, Subject
from nexus_ui.storage.database import writing

LONGEST_SNOOZE = timedelta(days=90)


def acknowledge(incident_id: str, by: Who) -> None:
    """Take it on: it is not told again, until it is over or gets worse by a step. Raises NotAllowed, NotFound."""
    _attend(incident_id, by, Action.ACKNOWLEDGED, utcnow(), None)


def snooze(incident_id: str, until: datetime, by: Who) -> None:
    """Hear nothing of it until then; what is still open then is told again. Raises BadInput, NotAllowed, NotFound."""
    now = utcnow()
    if not now < until <= now + LONGEST_SNOOZE:
        raise BadInput(f"Choose a time within the next {LONGEST_SNOOZE.days} days.", field="until")
    _attend(incident_id, by, Action.SNOOZED, None, until)


def wake(incident_id: str, by: Who) -> None:
    """Take an acknowledgement or a snooze back. Raises NotAllowed, NotFound."""
    _attend(incident_id, by, Action.WOKEN, None, None)


def _attend(incident_id: str, by: Who, action: Action, acknowledged: datetime | None, until: datetime | None) -> None:
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow this.")
    with writing() as session:
        found = incidents.attend(session, incident_id, acknowledged, by.person_id if acknowledged else None, until)
        told = audit.differences({"snoozed until": found.snoozed_until}, {"snoozed until": until})
        audit.note(session, by.person_id, action, Subject.ALERT, incident_id, found.title, told)
