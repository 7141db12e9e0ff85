"""What people do with a connection: each action has its effect and leaves its row."""

from dataclasses import replace
from datetime import timedelta

import pytest

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NotFound
from nexus_ui.flows import connect, manage, removal
from nexus_ui.flows.sign_in import Who
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import claims, connections, cycles, secrets
from nexus_ui.storage.connections import ConnectionSettings
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Connection, ProductRow
from tests.conftest import SettableClock
from tests.flows.conftest import typed

pytestmark = pytest.mark.usefixtures("sandbox", "settable_clock")


@pytest.fixture
async def shop(olga: Who) -> str:
    """A connected sandbox shop."""
    way, values = typed("shopify")
    result = await connect.test(olga.person_id, "shopify", way, values, sandbox=True)
    return connect.save(result.draft_id, olga.person_id, "Garden shop")


def log_of(connection_id: str) -> list[tuple[str, str]]:
    """What the log says was done, newest last, without the first row."""
    rows = cycles.of_connection(connection_id)
    return [(row.trigger, row.error_message) for row in reversed(rows) if row.trigger != "connected"]


def revision(connection_id: str) -> int:
    """The number pages watch."""
    with reading() as session:
        return session.get_one(Connection, connection_id).revision


def claimed(now_or_never: int = 10) -> list[str]:
    """What a worker would start now."""
    found = claims.claim_due("test", now_or_never, utcnow(), 60, lambda _: None)
    return [claim.connection_id for claim in found]


def test_a_paused_connection_is_not_started_until_it_is_resumed(
    shop: str, olga: Who, settable_clock: SettableClock
) -> None:
    """Pause keeps workers away; resume makes it due at once."""
    manage.pause(shop, olga.person_id, "stock taking")

    assert [] == claimed()
    settable_clock.advance(60)
    manage.resume(shop, olga.person_id)
    assert [("paused", "Paused: stock taking."), ("resumed", "Resumed.")] == log_of(shop)
    assert [shop] == claimed()


def test_a_pause_with_an_end_ends_by_itself(shop: str, olga: Who, settable_clock: SettableClock) -> None:
    """The tick resumes it when its time has come."""
    manage.pause(shop, olga.person_id, until=utcnow() + timedelta(hours=1))
    settable_clock.advance(minutes=61)

    assert 1 == claims.resume_paused(utcnow())
    assert [shop] == claimed()


def test_resuming_what_is_not_paused_does_nothing_and_says_so(shop: str, olga: Who) -> None:
    """A press that did nothing is in the log too."""
    before = revision(shop)
    manage.resume(shop, olga.person_id)

    assert [("resumed", "Skipped: it was not paused.")] == log_of(shop)
    assert before == revision(shop)


@pytest.mark.parametrize(
    ("reason", "until", "field"),
    [
        pytest.param("x" * 201, None, "reason", id="endless reason"),
        pytest.param("", timedelta(minutes=-1), "until", id="in the past"),
    ],
)
def test_an_impossible_pause_is_refused(shop: str, olga: Who, reason: str, until: timedelta | None, field: str) -> None:
    """The refusal names its field and changes nothing."""
    with pytest.raises(BadInput) as refusal:
        manage.pause(shop, olga.person_id, reason, utcnow() + until if until else None)

    assert (field, None) == (refusal.value.field, connections.get(shop).paused_at)


def test_settings_are_kept_and_the_next_sync_is_planned_by_them(shop: str, olga: Who) -> None:
    """A window that is closed now puts the next sync into it."""
    wanted = ConnectionSettings(
        interval_minutes=15, window_start="22:00", window_end="06:00", time_zone="Europe/Berlin", buffer_percent=10
    )
    manage.change_settings(shop, olga.person_id, wanted)
    kept = connections.get(shop)

    assert wanted == kept.settings
    assert kept.next_sync_at is not None
    assert utcnow().replace(hour=21, minute=0) <= kept.next_sync_at < utcnow().replace(hour=22, minute=0)
    [(deed, sentence)] = log_of(shop)
    assert "settings" == deed
    assert "interval minutes 60 → 15" in sentence
    assert "window start none → 22:00" in sentence


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"interval_minutes": 17}, "interval_minutes"),
        ({"lookback_days": 8}, "lookback_days"),
        ({"buffer_percent": 51}, "buffer_percent"),
        ({"buffer_percent": -1}, "buffer_percent"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"window_start": "22:00"}, "window_start"),
        ({"window_start": "25:00", "window_end": "06:00"}, "window_start"),
        ({"retry_attempts": 99}, "retry_attempts"),
        ({"retry_backoff_seconds": 0.0}, "retry_backoff_seconds"),
    ],
)
def test_settings_that_make_no_sense_are_refused(shop: str, olga: Who, changes: dict[str, object], field: str) -> None:
    """The refusal names its field; what was kept before stays."""
    before = connections.get(shop).settings
    with pytest.raises(BadInput) as refusal:
        manage.change_settings(shop, olga.person_id, replace(before, **changes))

    assert (field, before) == (refusal.value.field, connections.get(shop).settings)


def test_the_same_settings_again_are_noted_as_skipped(shop: str, olga: Who) -> None:
    """Nothing changed, and the log says so."""
    manage.change_settings(shop, olga.person_id, connections.get(shop).settings)

    assert [("settings", "Skipped: nothing was different.")] == log_of(shop)


def test_a_new_name_is_shown_and_logged(shop: str, olga: Who) -> None:
    """Rename keeps everything else."""
    before = revision(shop)
    manage.rename(shop, olga.person_id, "  Flower   shop ")

    assert "Flower shop" == connections.get(shop).name
    assert [("renamed", "Renamed from Garden shop to Flower shop.")] == log_of(shop)
    assert before < revision(shop)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_an_empty_or_endless_name_is_refused(shop: str, olga: Who, name: str) -> None:
    """A card needs a name that fits."""
    with pytest.raises(BadInput):
        manage.rename(shop, olga.person_id, name)


def test_removing_deletes_credentials_and_schedule_but_not_what_was_brought(shop: str, olga: Who) -> None:
    """Products keep naming the connection; its secrets are gone when asked for; no worker finds it."""
    with writing() as session:
        session.add(
            ProductRow(connection_id=shop, ref="1", title="Mug", status="active", kind="simple", updated_at=utcnow())
        )
    removal.remove(shop, olga.person_id, forget_credentials=True)

    assert {} == secrets.reveal(current_vault(), shop)
    assert [] == claimed()
    with pytest.raises(NotFound):
        connections.get(shop)
    with reading() as session:
        assert "Mug" == session.get_one(ProductRow, (shop, "1")).title
        assert "Garden shop" == session.get_one(Connection, shop).name
    assert "removed" == log_of(shop)[-1][0]


def test_removing_takes_the_connection_from_a_running_cycle(shop: str, olga: Who) -> None:
    """The cycle that holds it is abandoned and cannot renew its lease."""
    [claim] = claims.claim_due("test", 1, utcnow(), 60, lambda _: None)
    removal.remove(shop, olga.person_id)

    assert "abandoned" == cycles.get(claim.cycle_id).state
    with pytest.raises(Exception, match="Another worker"):
        claims.renew(claim.connection_id, claim.cycle_id, utcnow(), 60)


async def test_a_removed_account_can_be_connected_again(shop: str, olga: Who) -> None:
    """The account is free after removal."""
    removal.remove(shop, olga.person_id)
    again = await connect.explore_sandbox(olga.person_id)

    assert again != shop


def test_nothing_can_be_done_with_a_removed_connection(shop: str, olga: Who) -> None:
    """Every action finds it gone."""
    removal.remove(shop, olga.person_id)
    for action in (
        lambda: manage.pause(shop, olga.person_id),
        lambda: manage.resume(shop, olga.person_id),
        lambda: manage.rename(shop, olga.person_id, "x"),
        lambda: manage.change_settings(shop, olga.person_id, ConnectionSettings()),
        lambda: removal.remove(shop, olga.person_id),
    ):
        with pytest.raises(NotFound):
            action()
