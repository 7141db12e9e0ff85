"""Doubting success over weeks: a shop whose orders stop is marked and told, and cleared when they come again."""

from datetime import timedelta

from sqlmodel import SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.flows.doubt import Doubting
from nexus_ui.storage.cards import card
from nexus_ui.storage.database import reading, writing
from nexus_ui.ui.connections.rows import card_of, today
from tests import databases
from tests.conftest import SettableClock
from tests.storage.shelves import connection, cycle, keep

INCIDENTS = SQLModel.metadata.tables["incidents"]
CONNECTIONS = SQLModel.metadata.tables["connections"]
EVERY = timedelta(hours=4)


def incidents() -> list[tuple[str, str, bool]]:
    """Of each incident its kind, its sentence, and whether it is open."""
    with reading() as session:
        rows = session.connection().execute(INCIDENTS.select()).all()
        return [(row.kind, row.sentence, row.closed_at is None) for row in rows]


def ended(orders: int, **other: object) -> None:
    """A cycle of the shop ends now."""
    now = utcnow()
    plain = {"started_at": now - timedelta(minutes=2), "finished_at": now, "orders": orders, "trigger": "schedule"}
    keep(cycle(f"y-{now:%m%d%H}-{orders}", "shop", **{**plain, **other}))
    with writing() as session:
        told = {"last_finished_at": now, "recent_outcomes": "s" * 10}
        session.connection().execute(CONNECTIONS.update().values(told))


async def weeks(clock: SettableClock, doubting: Doubting, days: float, orders: int) -> None:
    """So many days pass with a cycle every four hours, each judged as it ends."""
    until = clock.now + timedelta(days=days)
    while clock.now < until:
        ended(orders)
        await doubting.look()
        clock.advance(EVERY.total_seconds())


async def test_orders_that_stop_are_marked_told_and_cleared(
    database: databases.Database, settable_clock: SettableClock
) -> None:
    """Two usual weeks, a dry half day, and a usual day: one incident, opened and closed; health follows."""
    keep(connection("shop", "Garden shop", first_cycle_done=True, time_zone="Europe/Berlin"))
    doubting = Doubting()
    await weeks(settable_clock, doubting, 14, 25)
    assert [] == incidents()

    await weeks(settable_clock, doubting, 0.5, 0)
    shown = card_of(card("shop", today(utcnow(), "UTC")), utcnow())
    assert ("active", "degraded") == (shown.status, shown.health)
    assert "0 orders in the last hour, usually 25 at this hour." == shown.doubt
    assert [("low_volume", f"{shown.doubt} The sync itself reports no error.", True)] == incidents()

    await weeks(settable_clock, doubting, 1, 25)
    shown = card_of(card("shop", today(utcnow(), "UTC")), utcnow())
    assert ("", "healthy") == (shown.doubt, shown.health)
    assert [False] == [is_open for _, _, is_open in incidents()]


async def test_a_restart_judges_again_and_tells_nothing_twice(
    sqlite_database: databases.Database, settable_clock: SettableClock
) -> None:
    """Another process takes the watch over in the middle of a dry spell."""
    keep(connection("shop", "Garden shop", first_cycle_done=True))
    await weeks(settable_clock, Doubting(), 9, 25)
    await weeks(settable_clock, Doubting(), 0.4, 0)
    await weeks(settable_clock, Doubting(), 0.4, 0)

    assert [True] == [is_open for _, _, is_open in incidents()]


async def test_a_first_import_and_failed_cycles_are_no_measure(
    sqlite_database: databases.Database, settable_clock: SettableClock
) -> None:
    """What an import of a year brought, or a failure did not, says nothing about a usual day."""
    keep(connection("shop", "Garden shop", first_cycle_done=True))
    ended(50_000, trigger="first")
    settable_clock.advance(EVERY.total_seconds())
    for _ in range(14 * 6):
        ended(0, outcome="failed")
        settable_clock.advance(EVERY.total_seconds())
    doubting = Doubting()
    await weeks(settable_clock, doubting, 8, 3)

    assert [] == incidents()
