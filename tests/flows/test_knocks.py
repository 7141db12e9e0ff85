"""Webhooks that are all refused: raised once there are enough, ended by one that is accepted."""

from nexus_ui.flows import knocks
from nexus_ui.storage import incidents
from nexus_ui.storage.database import writing
from nexus_ui.storage.tables import WebhookEndpoint, WebhookRejection
from tests.conftest import SettableClock
from tests.databases import Database
from tests.storage.shelves import connection, keep


def refused(clock: SettableClock, number: int) -> WebhookRejection:
    """A delivery that was turned away just now."""
    reason = "The signature does not match the secret."
    return WebhookRejection(
        id=f"rej_{number}", connection_id="con_a", at=clock.now, topic="", status=401, reason=reason, size=1
    )


async def test_only_refused_webhooks_are_an_incident(sqlite_database: Database, settable_clock: SettableClock) -> None:
    """Two may be anybody's; the third is a secret that differs; an accepted one ends it, and so does a quiet day."""
    clock = settable_clock
    keep(connection("con_a", "Berlin"), WebhookEndpoint(connection_id="con_a", topic="orders", state="registered"))
    found = []
    for number in range(3):
        keep(refused(clock, number))
        await knocks.look()
        found.append(incidents.connections_with(knocks.KIND))
        clock.advance(minutes=1)
    with writing() as session:
        row = session.get(WebhookEndpoint, ("con_a", "orders"))
        assert row is not None
        row.last_accepted_at = clock.now
    await knocks.look()
    ended = incidents.connections_with(knocks.KIND)
    clock.advance(minutes=1)
    for number in range(3, 6):
        keep(refused(clock, number))
    await knocks.look()
    again = incidents.connections_with(knocks.KIND)
    clock.advance(hours=25)
    await knocks.look()

    assert [set(), set(), {"con_a"}] == found
    assert (set(), {"con_a"}, set()) == (ended, again, incidents.connections_with(knocks.KIND))
