"""What is kept of webhooks: every delivery once, refused ones as a tally, and pages of both."""

from datetime import UTC, datetime, timedelta

from nexus_ui.adapters.contract import About, Named
from nexus_ui.storage import arrivals, connections, cycles, deliveries, delivery_log, endpoints
from nexus_ui.storage.arrivals import Arrival, Refusal
from nexus_ui.storage.connections import ConnectionSettings, NewConnection
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.delivery_log import DeliveryState
from nexus_ui.storage.endpoints import Finding
from nexus_ui.storage.tables import Connection
from tests import databases
from tests.conftest import SettableClock

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SHOP, OTHER = "con_shop", "con_other"
TOPIC = "orders/updated"


def arrival(key: str, connection_id: str = SHOP, minutes: float = 0, named: bool = True) -> Arrival:
    """A verified delivery."""
    what = (Named(About.ORDER, key),) if named else ()
    return Arrival(connection_id, key, TOPIC, what, '{"id":1}', NOW + timedelta(minutes=minutes))


def refusal(minutes: float = 0, count: int = 1) -> Refusal:
    """A forged one."""
    return Refusal(SHOP, NOW + timedelta(minutes=minutes), 401, "The signature does not match.", 8, count)


def shop() -> None:
    """A connection in the table."""
    words = {"marketplace": "shopify", "name": "S", "account_id": "1", "account_name": "S", "identifier": "s"}
    more = {"currency": None, "sign_in": "token", "public_fields": {}, "sandbox": True, "orders_reach_days": None}
    with writing() as session:
        connections.add(session, NewConnection(id=SHOP, created_by="per_o", **words, **more), ConnectionSettings(), NOW)


def lines() -> list[tuple[str, int]]:
    """State and copies of each line of the first page."""
    return [(line.state.value, line.copies) for line in delivery_log.page(SHOP).lines]


def test_a_delivery_is_kept_once_however_often_it_comes(database: databases.Database) -> None:
    """Copies in the same batch, in a later one, and the same key of another connection."""
    assert 2 == arrivals.keep([arrival("a"), arrival("a"), arrival("a", OTHER)])
    assert 1 == arrivals.keep([arrival("a", minutes=1), arrival("b", minutes=1), arrival("a", minutes=2)])

    assert [("kept", 0), ("kept", 3)] == lines()
    assert {TOPIC: (2, 0, 2, 0)} == delivery_log.rates(SHOP, NOW)
    assert {TOPIC: (1, 0, 1, 0)} == delivery_log.rates(OTHER, NOW)


def test_many_at_once_are_all_kept(database: databases.Database) -> None:
    """More than fit one statement."""
    assert 137 == arrivals.keep([arrival(f"key-{n % 137}") for n in range(200)])
    assert 137 == delivery_log.page(SHOP).counts[DeliveryState.KEPT]


def test_refused_ones_are_tallied_and_only_the_newest_remembered(database: databases.Database) -> None:
    """Their number counts, their content is nowhere, and the table stays small."""
    arrivals.keep([arrival("a")], [refusal(minutes=n / 10, count=3) for n in range(70)])

    with reading() as session:
        remembered = session.connection().exec_driver_sql("SELECT count(*) FROM webhook_rejections").scalar()
    assert arrivals.NEWEST_REFUSALS == remembered
    assert {(401, "")} == {(line.status, line.topic) for line in delivery_log.rejections(SHOP)}
    assert {TOPIC: (1, 0, 1, 0), "": (0, 210, 0, 210)} == delivery_log.rates(SHOP, NOW)


def test_pages_hear_of_what_arrived(database: databases.Database) -> None:
    """The revision of the connection moves when it is asked to."""
    shop()
    before = connections_revision()
    arrivals.keep([arrival("a")], show=[SHOP])

    assert before + 1 == connections_revision()


def test_endpoints_know_when_something_was_accepted_or_refused(database: databases.Database) -> None:
    """Accepted by topic; refused ones at each, since their topic is not believed."""
    shop()
    endpoints.told(SHOP, {TOPIC: Finding("registered", "7"), "app/uninstalled": Finding("missing")}, NOW)
    arrivals.keep([arrival("a")], [refusal(minutes=5)])

    found = {view.topic: view for view in endpoints.of_connection(SHOP)}
    assert [None, NOW] == [found[topic].last_accepted_at for topic in sorted(found)]
    assert {NOW + timedelta(minutes=5)} == {view.last_rejected_at for view in found.values()}


def test_what_a_check_finds_is_kept_and_topics_no_longer_wanted_are_forgotten(database: databases.Database) -> None:
    """Registered once, then switched off: the time of registration stays; pages hear only of differences."""
    shop()
    endpoints.told(SHOP, {TOPIC: Finding("registered", "7", registered_at=NOW), "old": Finding("missing")}, NOW)
    told = connections_revision()
    later = NOW + timedelta(hours=1)
    endpoints.told(SHOP, {TOPIC: Finding("switched_off", "7", "They switched it off.")}, later)
    (view,) = endpoints.of_connection(SHOP)

    assert (TOPIC, "switched_off", NOW, later) == (view.topic, view.state, view.registered_at, view.checked_at)
    assert told + 1 == connections_revision()
    endpoints.told(SHOP, {TOPIC: Finding("switched_off", "7", "They switched it off.")}, later)
    assert told + 1 == connections_revision()


def test_replaying_makes_it_due_again_and_says_who_did_it(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """Kept ones wait already, ignored ones have nothing to do."""
    shop()
    arrivals.keep([arrival("failed"), arrival("kept"), arrival("ping", named=False)])
    ids = [line.id for line in delivery_log.page(SHOP).lines]
    with writing() as session:
        session.connection().exec_driver_sql("UPDATE webhook_deliveries SET state='failed' WHERE event_key='failed'")

    assert 1 == len(deliveries.failed_ids(SHOP))
    assert 1 == deliveries.replay(ids, "per_olga")
    assert {DeliveryState.KEPT: 2, DeliveryState.IGNORED: 1} == delivery_log.page(SHOP).counts
    assert [("replayed", "Replayed 1 webhook.")] == [
        (row.trigger, row.error_message) for row in cycles.of_connection(SHOP)
    ]


def test_old_ones_are_forgotten_and_waiting_ones_kept(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """In small steps; a tally lives for a week."""
    arrivals.keep([arrival(f"old-{n}", minutes=-60, named=False) for n in range(7)] + [arrival("new")], [refusal(-60)])

    assert 7 == deliveries.forget_before(NOW - timedelta(minutes=30), batch=3)
    assert [("kept", 0)] == lines()
    assert {TOPIC, ""} == set(delivery_log.rates(SHOP, NOW))


def test_text_no_database_keeps_does_no_harm(database: databases.Database) -> None:
    """Null characters and halves of characters in what a stranger signed."""
    arrivals.keep([Arrival(SHOP, "k\0", "t\0", (Named(About.ORDER, "1\0\ud800"),), "\0{\ud800", NOW)])

    (line,) = delivery_log.page(SHOP).lines
    assert ("t", "{?") == (line.topic, delivery_log.delivery(SHOP, line.id).body)


def connections_revision() -> int:
    """The number pages watch."""
    with reading() as session:
        return session.get_one(Connection, SHOP).revision
