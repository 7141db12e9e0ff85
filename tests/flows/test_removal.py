"""Remove with undo: everything is as it was for thirty days, then the credentials are gone for good."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from nexus_ui.clock import utcnow
from nexus_ui.errors import AlreadyConnected, NotFound
from nexus_ui.flows import connect, manage, removal
from nexus_ui.flows.sign_in import Who
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import connections, cycles, secrets, tidy
from nexus_ui.storage.connections import ConnectionSettings
from nexus_ui.storage.database import reading
from nexus_ui.storage.removed import UNDO_FOR, removed
from nexus_ui.storage.tables import Connection
from tests.conftest import SettableClock
from tests.engine.connecting import cycle
from tests.flows.conftest import typed

pytestmark = pytest.mark.usefixtures("sandbox", "settable_clock")

CHANGED = {"removed_at", "live_key", "next_sync_at", "requested_at", "planned_since", "revision", "changed_at"}


@pytest.fixture
async def shop(olga: Who) -> str:
    """A connected sandbox shop with settings of its own and a first import behind it."""
    way, values = typed("shopify")
    result = await connect.test(olga.person_id, "shopify", way, values, sandbox=True)
    connection_id = connect.save(result.draft_id, olga.person_id, "Garden shop")
    manage.change_settings(connection_id, olga.person_id, ConnectionSettings(interval_minutes=240, buffer_percent=10))
    await cycle(connection_id)
    return connection_id


def columns(connection_id: str) -> dict[str, object]:
    """The row of a connection, without what removing and bringing back have to change."""
    with reading() as session:
        row = session.get_one(Connection, connection_id).model_dump()
    return {name: value for name, value in row.items() if name not in CHANGED}


async def test_a_removal_can_be_undone_and_everything_is_as_before(
    shop: str, olga: Who, settable_clock: SettableClock
) -> None:
    """Settings, credentials and history; it syncs at once with the credentials it had, and the log tells both."""
    before, sealed = columns(shop), secrets.reveal(current_vault(), shop)
    past = cycles.of_connection(shop)
    settable_clock.advance(60)
    removal.remove(shop, olga.person_id)
    settable_clock.advance(days=29, hours=23)
    tidy.forget_access(utcnow())
    [kept] = removed(utcnow())

    assert ("Garden shop", True, None) == (kept.name, kept.has_credentials, kept.rival)
    assert timedelta(hours=1) == kept.ends_at - utcnow()
    assert "Garden shop" == await removal.bring_back(shop, olga.person_id)
    assert (before, sealed) == (columns(shop), secrets.reveal(current_vault(), shop))
    assert utcnow() == connections.get(shop).next_sync_at
    assert past == cycles.of_connection(shop)[2:]
    assert ["brought_back", "removed"] == [row.trigger for row in cycles.of_connection(shop)[:2]]
    assert () == removed(utcnow())
    assert "success" == (await cycle(shop)).outcome


async def test_after_thirty_days_credentials_are_gone_and_undo_says_so(
    shop: str, olga: Who, settable_clock: SettableClock
) -> None:
    """Tidying deletes them to the second; what was brought in keeps naming the connection."""
    removal.remove(shop, olga.person_id)
    settable_clock.set(utcnow() + UNDO_FOR - timedelta(seconds=1))
    assert 0 == tidy.forget_access(utcnow()).secrets
    settable_clock.advance(1)

    assert 0 < tidy.forget_access(utcnow()).secrets
    assert {} == secrets.reveal(current_vault(), shop)
    assert () == removed(utcnow())
    with pytest.raises(NotFound, match="too long ago"):
        await removal.bring_back(shop, olga.person_id)
    assert "Garden shop" == columns(shop)["name"]


async def test_credentials_deleted_at_once_must_be_entered_again(shop: str, olga: Who) -> None:
    """It comes back all the same; its next sync says what is missing, and the button leads there."""
    removal.remove(shop, olga.person_id, forget_credentials=True)
    [kept] = removed(utcnow())

    assert not kept.has_credentials
    assert {} == secrets.reveal(current_vault(), shop)
    await removal.bring_back(shop, olga.person_id)
    ended = await cycle(shop)
    assert ("failed", "invalid_credentials") == (ended.outcome, ended.error_kind)
    assert "Enter them again" in ended.error_message


async def test_an_account_that_was_connected_anew_is_not_brought_back_twice(shop: str, olga: Who) -> None:
    """The list names the rival; removing that one makes room."""
    removal.remove(shop, olga.person_id)
    rival = await connect.explore_sandbox(olga.person_id)

    assert ["Shopify sandbox"] == [one.rival for one in removed(utcnow())]
    with pytest.raises(AlreadyConnected, match="connected anew, as Shopify sandbox"):
        await removal.bring_back(shop, olga.person_id)
    removal.remove(rival, olga.person_id)
    assert "Garden shop" == await removal.bring_back(shop, olga.person_id)


@pytest.mark.parametrize("named", [lambda shop: shop, lambda shop: "con_unknown"], ids=["living", "unknown"])
async def test_only_what_is_removed_is_brought_back(shop: str, olga: Who, named: Callable[[str], str]) -> None:
    """A living or unknown connection is refused, and nothing changes."""
    before = columns(shop)
    with pytest.raises(NotFound):
        await removal.bring_back(named(shop), olga.person_id)

    assert before == columns(shop)


async def test_a_pause_outlives_removal_and_undo(shop: str, olga: Who) -> None:
    """What was paused comes back paused."""
    manage.pause(shop, olga.person_id, "stock taking")
    removal.remove(shop, olga.person_id)
    await removal.bring_back(shop, olga.person_id)

    assert "stock taking" == connections.get(shop).pause_reason
