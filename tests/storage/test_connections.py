"""Drafts become connections, and connections change, the same way on every database."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from nexus_ui.errors import AlreadyConnected, NexusError, NotFound
from nexus_ui.ids import new_id
from nexus_ui.storage import connections, cycles, drafts, journal
from nexus_ui.storage.connections import ConnectionSettings, NewConnection
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import Connection, Draft
from tests import databases

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("database")


def new(account: str = "shop/1", **changes: object) -> NewConnection:
    """A connection to be."""
    values: dict[str, object] = {
        "id": new_id("con"),
        "marketplace": "shopify",
        "name": "Garden shop",
        "account_id": account,
        "account_name": "Garden",
        "identifier": "garden.myshopify.com",
        "currency": "EUR",
        "sign_in": "token",
        "public_fields": {"shop_domain": "garden.myshopify.com"},
        "sandbox": False,
        "orders_reach_days": 60,
        "created_by": "per_olga",
    }
    return NewConnection(**(values | changes))  # type: ignore[arg-type]  # a test's shorthand


def added(account: str = "shop/1", **changes: object) -> str:
    """A stored connection's id."""
    made = new(account, **changes)
    with writing() as session:
        connections.add(session, made, ConnectionSettings(interval_minutes=15), NOW)
    return made.id


def drafted(**changes: object) -> str:
    """A stored draft's id."""
    values: dict[str, object] = {
        "id": new_id("drf"),
        "marketplace": "shopify",
        "sign_in": "token",
        "public_fields": {},
        "person_id": "per_olga",
        "passed_at": NOW,
        "created_at": NOW,
        "expires_at": NOW + timedelta(minutes=30),
    }
    draft = Draft(**(values | changes))
    with writing() as session:
        drafts.add(session, draft)
    return draft.id


def at_once(count: int, action: Callable[[int], object]) -> list[NexusError]:
    """Do something in so many threads together; returns the refusals."""
    refused: list[NexusError] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait(20)
        try:
            action(number)
        except NexusError as error:
            refused.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return refused


def test_a_connection_comes_back_as_it_was_made() -> None:
    """Fields, settings, and due at once."""
    made = new()
    with writing() as session:
        connections.add(session, made, ConnectionSettings(interval_minutes=15, time_zone="Europe/Berlin"), NOW)
    kept = connections.get(made.id)

    assert (made.public_fields, "Europe/Berlin", 15, NOW) == (
        kept.public_fields,
        kept.settings.time_zone,
        kept.settings.interval_minutes,
        kept.next_sync_at,
    )


def test_of_many_that_add_one_account_at_once_one_wins() -> None:
    """The database itself keeps an account from being connected twice."""
    refused = at_once(5, lambda number: added(name=f"Tab {number}"))

    assert ["already_connected"] * 4 == [error.kind for error in refused]


def test_a_sandbox_account_does_not_stand_in_a_real_ones_way() -> None:
    """The same account id, once simulated and once real."""
    simulated, real = added(sandbox=True), added(sandbox=False)

    assert (simulated, real) == (
        getattr(connections.by_account("shopify", "shop/1", sandbox=True), "id", None),
        getattr(connections.by_account("shopify", "shop/1", sandbox=False), "id", None),
    )


def test_changes_made_at_once_all_raise_the_revision() -> None:
    """No page misses a change because two happened together."""
    connection_id = added()

    def change(number: int) -> None:
        with writing() as session:
            connections.change(session, connection_id, NOW, pause_reason=f"reason {number}")

    assert [] == at_once(6, change)
    with reading() as session:
        assert 6 == session.get_one(Connection, connection_id).revision


def test_taking_another_ones_account_is_refused() -> None:
    """An edit cannot make two connections of one account, and changes nothing."""
    first, second = added("shop/1"), added("shop/2")
    with pytest.raises(AlreadyConnected), writing() as session:
        key = connections.live_key("shopify", "shop/1", sandbox=False)
        connections.change(session, second, NOW, account_id="shop/1", live_key=key)

    assert ("shop/1", "shop/2") == (connections.get(first).account_id, connections.get(second).account_id)


def test_releasing_abandons_what_ran_and_what_waited() -> None:
    """Both cycles say why; the connection is held by nobody."""
    connection_id = added()
    with writing() as session:
        running, waiting = new_id("cyc"), new_id("cyc")
        cycles.add(session, running, connection_id, NOW, state=cycles.RUNNING, trigger="schedule", by=None)
        cycles.add(session, waiting, connection_id, NOW, state=cycles.QUEUED, trigger="manual", by=None)
        connections.change(session, connection_id, NOW, cycle_id=running, lease_until=NOW)
        connections.release(session, connection_id, NOW, "The connection was removed.")

    assert {"abandoned"} == {cycles.get(cycle).state for cycle in (running, waiting)}
    assert connections.get(connection_id).cycle_id is None


def test_a_removed_connection_is_found_no_more_and_frees_its_account() -> None:
    """Reading and changing it say it is gone; another may have the account."""
    connection_id = added()
    with writing() as session:
        connections.change(session, connection_id, NOW, removed_at=NOW, live_key=None)

    assert added() != connection_id
    for attempt in (connections.get, connections.named):
        with pytest.raises(NotFound):
            attempt(connection_id)


def test_a_name_leads_to_its_connection_unless_several_have_it() -> None:
    """Commands take names as well as ids."""
    first = added("shop/1", name="One")
    added("shop/2", name="Two")
    added("shop/3", name="Two")

    assert [first, first] == [connections.named("One"), connections.named(first)]
    with pytest.raises(NotFound, match="Several"):
        connections.named("Two")


def test_a_note_is_a_finished_row_that_is_no_sync() -> None:
    """Who did what, when."""
    connection_id = added()
    with writing() as session:
        journal.note(session, connection_id, journal.Deed.PAUSED, "per_olga", "Paused.", NOW)
    [row] = cycles.of_connection(connection_id)

    assert ("paused", "finished", "noted", "Paused.") == (row.trigger, row.state, row.outcome, row.error_message)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"passed_at": None}, id="not passed"),
        pytest.param({"used_at": NOW}, id="used"),
        pytest.param({"expires_at": NOW}, id="too late"),
        pytest.param({"person_id": "per_mallory"}, id="somebody else's"),
    ],
)
def test_a_draft_that_may_not_be_saved_is_not_spent(changes: dict[str, object]) -> None:
    """One conditional update decides."""
    draft_id = drafted(**changes)
    with writing() as session:
        assert not drafts.spend(session, draft_id, "per_olga", NOW)


def test_of_many_that_spend_one_draft_at_once_one_does() -> None:
    """Two presses of Save make one connection."""
    draft_id, spent = drafted(), []

    def spend(_number: int) -> None:
        with writing() as session:
            spent.append(drafts.spend(session, draft_id, "per_olga", NOW))

    assert [] == at_once(5, spend)
    assert 1 == spent.count(True)


def test_of_many_that_take_one_state_at_once_one_gets_it() -> None:
    """A callback replayed in parallel is believed once."""
    drafted(state_hash="hash", passed_at=None)
    taken = []
    at_once(5, lambda _number: taken.append(drafts.take_state("hash", NOW)))

    assert 4 == taken.count(None)


def test_a_late_state_is_not_taken() -> None:
    """After its time a consent is begun again."""
    drafted(state_hash="hash", expires_at=NOW)

    assert drafts.take_state("hash", NOW) is None


def test_old_drafts_are_forgotten() -> None:
    """Only those whose time is over."""
    drafted(expires_at=NOW - timedelta(seconds=1))
    kept = drafted()

    assert 1 == drafts.forget_old(NOW)
    assert drafts.find(kept) is not None


def test_whether_anything_leads_to_the_sandbox(database: databases.Database) -> None:
    """Asked at every start."""
    before = connections.any_sandbox()
    added(sandbox=True)

    assert (False, True) == (before, connections.any_sandbox())
