"""Webhooks that arrive and are all refused: not a stranger who knocks, but a secret that differs. Raised and ended."""

from nexus_ui.clock import utcnow
from nexus_ui.flows import alert
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.flows.writing import stored
from nexus_ui.rules import acceptance
from nexus_ui.storage import endpoints, incidents
from nexus_ui.storage.endpoints import Knocked

KIND = "rejected_webhooks"
ACCEPTED = "A webhook was accepted."
QUIET = "No webhook was refused in the last day, and none arrived."


async def look() -> None:
    """Compare what was refused lately with what was accepted, for every connection."""
    await stored(_look)


def _look() -> None:
    now = utcnow()
    found = {one.connection_id: one for one in endpoints.knocked(now - acceptance.WITHIN)}
    wrong = {key for key, one in found.items() if acceptance.all_rejected(now, one.accepted_at, one.rejected_at)}
    for connection_id in sorted(wrong):
        alert.raise_(_trouble(found[connection_id]))
    for connection_id in sorted(incidents.connections_with(KIND) - wrong):
        alert.close(connection_id, KIND, ACCEPTED if connection_id in found else QUIET)


def _trouble(one: Knocked) -> Trouble:
    return Trouble(
        KIND,
        one.connection_id,
        Severity.WARNING,
        "Webhooks arrive and are all refused",
        f"The last one was refused because: {one.reason} Polling goes on, so nothing is lost, but news come later. "
        "The secret there and here differ: enter the right one, or let the webhooks be registered again.",
        (Link("News between two syncs", f"/connections/{one.connection_id}"),),
        (Link("What was refused", f"/connections/{one.connection_id}#webhooks"),),
    )
