"""What becomes of kept webhooks: the thing itself is looked at, and its version decides; never what a webhook says."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Delivery
from nexus_ui.clock import utcnow
from nexus_ui.flows import heed, manage, receive, sync
from nexus_ui.storage import connections, cycles, deliveries, delivery_log, locks
from nexus_ui.storage.database import reading
from nexus_ui.storage.tables import Connection
from tests import databases
from tests.conftest import SettableClock
from tests.engine.connecting import content, run_due
from tests.hooks import kiosk
from tests.hooks.conftest import body, connect, secret_of, table
from tests.storage.shelves import keep, quarantined

SEED = 20261123
THEN = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def shop(database: databases.Database, street: kiosk.Street) -> str:
    """A connected kiosk, on each kind of database."""
    return connect()


@pytest.fixture
def lone_shop(sqlite_database: databases.Database, street: kiosk.Street) -> str:
    """A connected kiosk, on SQLite."""
    return connect()


async def deliver(connection_id: str, *bodies: bytes) -> None:
    """Let signed webhooks arrive."""
    secret = secret_of(connection_id)
    for said in bodies:
        signed = {kiosk.SIGNATURE: kiosk.sign(said, secret)}
        delivery = Delivery("POST", "", signed, said, utcnow())
        assert 200 == await receive.receive(kiosk.SLUG, connection_id, delivery)


def effects(connection_id: str) -> list[tuple[str, str]]:
    """State and effect of each delivery, oldest first."""
    lines = sorted(delivery_log.page(connection_id).lines, key=lambda line: line.received_at)
    return [(line.state.value, line.effect) for line in lines]


def without_version(connection_id: str) -> dict[str, object]:
    """The synced tables."""
    return {name: rows for name, rows in content(connection_id).items() if name != "quarantine"}


async def test_each_delivery_has_its_effect_in_words(shop: str, street: kiosk.Street) -> None:
    """New, changed, nothing new, not there: looked at, whatever the webhook claims."""
    street.order("1001", THEN)
    street.product("p1", THEN)
    await deliver(shop, body("1001"), body("p1", "product"), body("9", total="99.00"), body("1001", n=2))
    assert 4 == await heed.heed(shop)
    street.order("1001", THEN + timedelta(minutes=1), "12.50", "shipped")
    await deliver(shop, body("1001", n=3))
    await heed.heed(shop)

    assert [
        ("done", "order #1001 added"),
        ("done", "product Paper added"),
        ("done", "no such order there"),
        ("done", "nothing new of order #1001"),
        ("done", "order #1001 updated"),
    ] == effects(shop)
    assert [("1001", "shipped", 12_500_000)] == table("orders", "ref", "status", "total")
    with reading() as session:
        assert 1 == session.get_one(Connection, shop).products_count


async def test_a_storm_leaves_the_tables_as_polling_alone_would(shop: str, street: kiosk.Street) -> None:
    """Shuffled, doubled, late, some for things that are gone: nothing twice, nothing older over newer."""
    dice = random.Random(SEED)
    bodies = []
    for step in range(120):
        ref = f"{dice.randrange(20)}"
        if dice.random() < 0.7:
            street.order(ref, THEN + timedelta(minutes=step), f"{step}.50")
            bodies.append(body(ref, n=step))
        else:
            street.product(ref, THEN + timedelta(minutes=step), f"Paper {step}")
            bodies.append(body(ref, "product", n=step))
    storm = bodies + dice.sample(bodies, 24) + [body("nowhere")]
    dice.shuffle(storm)
    for start in range(0, len(storm), 37):
        await deliver(shop, *storm[start : start + 37])
        await heed.heed(shop)
    polled = connect("2")
    await run_due()

    assert without_version(polled) == without_version(shop)
    assert {"done"} == {state for state, _ in effects(shop)}
    assert 121 == len(table("webhook_deliveries", "id"))


async def test_an_older_answer_never_replaces_a_newer_one(lone_shop: str, street: kiosk.Street) -> None:
    """What was polled later stays, whatever a slow look brings."""
    street.order("1", THEN + timedelta(hours=1), "20.00")
    await run_due()
    street.order("1", THEN, "10.00")
    await deliver(lone_shop, body("1"))
    await heed.heed(lone_shop)

    assert [("1", 20_000_000)] == table("orders", "ref", "total")
    assert [("done", "nothing new of order #1")] == effects(lone_shop)


async def test_what_is_gone_there_leaves_our_products_and_no_order(lone_shop: str, street: kiosk.Street) -> None:
    """A deleted product is taken out with its variants; an order stays."""
    street.product("p1", THEN)
    street.order("1", THEN)
    await run_due()
    street.products.clear()
    street.orders.clear()
    await deliver(lone_shop, body("p1", "product"), body("1"))
    await heed.heed(lone_shop)

    assert [("done", "product Paper removed"), ("done", "order #1 is not there any more, and stays here")] == effects(
        lone_shop
    )
    assert ([], [], [("1",)]) == (table("products", "ref"), table("variants", "ref"), table("orders", "ref"))


async def test_a_webhook_settles_what_was_set_aside(lone_shop: str, street: kiosk.Street) -> None:
    """What is well now, or was named and is gone, is no longer set aside; the others are."""
    keep(*(quarantined(lone_shop, ref, "cyc_1") for ref in ("p1", "p2", "p3")))
    street.product("p1", THEN)
    await deliver(lone_shop, body("p1", "product"), body("p2", "product"))
    await heed.heed(lone_shop)

    assert [("p3",)] == table("quarantine", "ref")


async def test_what_arrives_while_paused_is_kept_until_resumed(shop: str, street: kiosk.Street) -> None:
    """Received with a 200, worked off after the pause."""
    street.order("1", THEN)
    manage.pause(shop, "per_olga")
    await deliver(shop, body("1"))
    heeding = heed.Heeding()
    await heeding.start_due()
    assert {} == heeding._running
    await heed.heed(shop)
    assert ([("kept", "")], []) == (effects(shop), table("orders", "ref"))

    manage.resume(shop, "per_olga")
    await heed.heed(shop)
    assert [("done", "order #1 added")] == effects(shop)


async def test_a_look_that_fails_is_repeated_and_at_last_given_up(
    lone_shop: str, street: kiosk.Street, settable_clock: SettableClock
) -> None:
    """With a growing pause; the reason stands with the delivery; a replay begins anew."""
    settable_clock.set(utcnow())
    await run_due()
    street.order("1", THEN)
    street.status = 503
    await deliver(lone_shop, body("1"))
    pauses = []
    for _ in range(heed.MOST_ATTEMPTS):
        await heed.heed(lone_shop)
        (line,) = delivery_log.page(lone_shop).lines
        if line.due_at is not None:
            pauses.append(line.due_at - settable_clock.now)
            settable_clock.set(line.due_at)
    assert ("failed", heed.MOST_ATTEMPTS) == (line.state.value, line.attempts)
    assert line.problem
    assert all(timedelta(0) < pause <= heed.LONGEST_WAIT for pause in pauses)

    street.status = 200
    assert 1 == deliveries.replay([line.id], "per_olga")
    await heed.heed(lone_shop)
    assert [("done", "order #1 added")] == effects(lone_shop)


async def test_one_that_cannot_be_read_does_not_hold_up_the_others(lone_shop: str, street: kiosk.Street) -> None:
    """The batch breaks on it; then each goes by itself."""
    street.order("1", THEN)
    street.orders["bad"] = {"id": "bad"}
    await deliver(lone_shop, body("bad"), body("1"))
    await heed.heed(lone_shop)

    assert [("kept", ""), ("done", "order #1 added")] == effects(lone_shop)


async def test_withdrawn_access_shows_on_the_connection_at_once(lone_shop: str, street: kiosk.Street) -> None:
    """A sync is asked for, and finds that the key is refused: the connection wants a person."""
    await run_due()
    street.status = 401
    await deliver(lone_shop, body("1", "goodbye"))
    await heed.heed(lone_shop)
    await run_due()

    kept = connections.get(lone_shop)
    assert ("invalid_credentials", None) == (kept.error_kind, kept.next_sync_at)
    assert "webhook" == cycles.of_connection(lone_shop)[0].trigger
    assert [("done", heed.WITHDRAWN)] == effects(lone_shop)


async def test_a_forged_goodbye_costs_one_sync_and_nothing_else(lone_shop: str, street: kiosk.Street) -> None:
    """A replayed goodbye whose access still stands leaves the connection as it was."""
    await run_due()
    await deliver(lone_shop, body("1", "goodbye"))
    await heed.heed(lone_shop)
    await run_due()

    assert None is connections.get(lone_shop).error_kind


async def test_where_single_things_cannot_be_looked_at_a_sync_is_asked_for(
    sqlite_database: databases.Database,
    street: kiosk.Street,
    monkeypatch: pytest.MonkeyPatch,
    settable_clock: SettableClock,
) -> None:
    """One for all that wait, not more than one in half a minute, and never one that would be too early."""
    monkeypatch.setitem(CATALOGUE, kiosk.SLUG, replace(kiosk.MARKETPLACE, build=kiosk.BlindKiosk))
    settable_clock.set(utcnow())
    shop = connect()
    await run_due()
    street.order("1", utcnow())
    await deliver(shop, body("1"), body("2"))
    await heed.heed(shop)
    assert {"kept"} == {state for state, _ in effects(shop)}
    settable_clock.advance(31)
    await heed.heed(shop)
    settable_clock.advance(1)
    await run_due()

    assert [("done", heed.ASKED)] * 2 == effects(shop)
    assert [("1",)] == table("orders", "ref")
    assert ["webhook", "first"] == [cycle.trigger for cycle in cycles.of_connection(shop)]


async def test_while_a_cycle_runs_the_sync_is_asked_for_afterwards(
    sqlite_database: databases.Database,
    street: kiosk.Street,
    monkeypatch: pytest.MonkeyPatch,
    settable_clock: SettableClock,
) -> None:
    """It may have passed the place already."""
    monkeypatch.setitem(CATALOGUE, kiosk.SLUG, replace(kiosk.MARKETPLACE, build=kiosk.BlindKiosk))
    settable_clock.set(utcnow())
    shop = connect()
    [claim] = sync.claim("test", 1)
    await deliver(shop, body("1"))
    settable_clock.advance(40)
    await heed.heed(shop)
    assert [("kept", "")] == effects(shop)
    await sync.run(claim.connection_id, claim.cycle_id)
    settable_clock.advance(40)
    await heed.heed(shop)

    assert [("done", heed.ASKED)] == effects(shop)


async def test_two_workers_never_work_on_one_connection(shop: str, street: kiosk.Street) -> None:
    """Whoever comes second leaves it to the first."""
    street.order("1", THEN)
    await deliver(shop, body("1"))
    assert locks.take(f"webhooks {shop}", "another", utcnow(), utcnow() + timedelta(minutes=1))
    assert 0 == await heed.heed(shop)
    locks.give_back(f"webhooks {shop}", "another")

    assert 1 == await heed.heed(shop)


async def test_things_named_often_are_looked_at_once(lone_shop: str, street: kiosk.Street) -> None:
    """Forty webhooks about one order are one call."""
    street.order("1", THEN)
    await deliver(lone_shop, *(body("1", n=n) for n in range(40)))
    await heed.heed(lone_shop)

    assert ["GET /orders/1"] == [asked for asked in street.asked if asked.startswith("GET /orders/")]
