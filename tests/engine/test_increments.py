"""Cycles after the first: only what changed, from where the last one stopped, and honest about what they cannot see."""

from datetime import timedelta

import pytest

from nexus_ui.clock import utcnow
from nexus_ui.flows import sync
from nexus_ui.flows.streams import Halt
from nexus_ui.sandbox import server
from nexus_ui.sandbox.control import place_orders, set_stock, touch_products
from nexus_ui.sandbox.faults import Fault
from nexus_ui.storage import connections, cursors, cycles
from nexus_ui.storage.database import writing
from tests import databases
from tests.engine.connecting import SUCCESS, columns, connect, content, cycle, digest, run_due, shop_of


@pytest.mark.parametrize("slug", ["shopify", "woocommerce", "kaufland"])
async def test_nothing_new_is_proven_and_writes_nothing(
    slug: str, sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """The second cycle succeeds, reads next to nothing, and not one row changes."""
    connection_id = connect(slug, lookback_days=365)
    first = await cycle(connection_id)
    before = digest(connection_id)

    second = await cycle(connection_id)

    assert first.evidence is not None and second.evidence is not None
    assert (SUCCESS, before) == (second.outcome, digest(connection_id))
    assert {"products": 0, "orders": 0} == {
        stream: second.evidence["streams"][stream]["rows_written"] for stream in ("products", "orders")
    }
    assert second.products < first.products / 4
    assert all(stream["from"] and stream["to"] for stream in second.evidence["streams"].values())


@pytest.mark.parametrize("slug", ["shopify", "woocommerce", "kaufland"])
async def test_changes_arrive_with_the_next_cycle(
    slug: str, sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Touched products, new orders and changed stock: the tables equal those of a fresh import."""
    shop = shop_of(sandbox, slug)
    connection_id = connect(slug, lookback_days=365)
    await cycle(connection_id)
    sku = next(row[2] for row in content(connection_id)["variants"] if row[2])

    touch_products(shop, {"count": 5})
    place_orders(shop, {"count": 3})
    set_stock(shop, {"sku": sku, "quantity": 4321})
    assert SUCCESS == (await cycle(connection_id)).outcome

    fresh = connect(slug, lookback_days=365)
    await cycle(fresh)
    assert digest(fresh) == digest(connection_id)
    assert any(4321 in row for row in content(connection_id)["stock_levels"])


async def test_a_shorter_reach_than_asked_for_is_said(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """A year was asked for, the account gives 60 days: the evidence says so."""
    done = await cycle(connect(lookback_days=365, orders_reach_days=60))

    assert done.evidence is not None
    assert "Orders of the last 365 days were asked for; this account gives the last 60 days." in done.evidence["notes"]


async def test_the_lookback_bounds_the_first_import(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Seven days bring the orders of seven days."""
    week, all_there = connect("woocommerce", lookback_days=7), connect("woocommerce", lookback_days=365)
    await run_due()

    orders = {owner: content(owner)["orders"] for owner in (week, all_there)}
    assert 0 < len(orders[week]) < len(orders[all_there])
    assert set(orders[week]) < set(orders[all_there])


async def test_a_cycle_asked_to_halt_is_deferred_and_goes_on_from_its_page(
    sqlite_database: databases.Database, large_sandbox: server.Running
) -> None:
    """It is no failure, and what was stored is not read again."""
    large_sandbox.world.latency_ms = 20
    connection_id = connect(lookback_days=365)
    (claim,) = sync.claim("test", 1)
    halt = Halt()
    halt.ask("The worker was stopped.")

    assert "deferred" == await sync.run(claim.connection_id, claim.cycle_id, halt)
    state = columns(connection_id)
    assert ("", False, "The worker was stopped.") == (
        state["recent_outcomes"],
        state["first_cycle_done"],
        cycles.get(claim.cycle_id).error_message,
    )
    assert SUCCESS == (await cycle(connection_id)).outcome


async def test_a_removed_connection_is_not_written_to(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Removing it takes it away from its cycle, which ends without a word."""
    connection_id = connect()
    (claim,) = sync.claim("test", 1)
    with writing() as session:
        connections.release(session, connection_id, utcnow(), "The connection was removed.")
        connections.change(session, connection_id, utcnow(), removed_at=utcnow())

    assert await sync.run(claim.connection_id, claim.cycle_id) is None
    assert "abandoned" == cycles.get(claim.cycle_id).state
    assert [] == content(connection_id)["products"]


async def test_an_outage_is_tried_again_sooner_and_sooner_forgotten(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Failures count up while the error keeps its beginning; one success clears everything."""
    shop = shop_of(sandbox, "shopify")
    shop.faults.switch_on(Fault(fault="outage"))
    connection_id = connect(retry_attempts=0)

    await cycle(connection_id)
    since = columns(connection_id)["error_since"]
    await cycle(connection_id)
    failing = columns(connection_id)
    shop.faults.switch_off()
    await cycle(connection_id)
    mended = columns(connection_id)

    assert (2, "ff", since) == (failing["failures_in_a_row"], failing["recent_outcomes"], failing["error_since"])
    assert failing["next_sync_at"] <= failing["last_finished_at"] + timedelta(minutes=60)
    assert (0, "ffs", None, None) == (
        mended["failures_in_a_row"],
        mended["recent_outcomes"],
        mended["error_since"],
        mended["error_kind"],
    )


async def test_the_cursor_says_when_the_first_full_read_is_done(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """No pass is under way after a success, and every stream knows how far it is."""
    connection_id = connect()
    await cycle(connection_id)

    known = cursors.of_connection(connection_id)
    assert {"products", "orders", "inventory"} == set(known)
    assert all(cursor.resume is None and cursor.since is not None for cursor in known.values())
