"""What people decide: the first push, part of a push, taking one back, exceptions, and who may decide."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.flows import publishing, stock
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.sandbox import server
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.incidents import kinds_open_now
from nexus_ui.storage.preferences import StockPreferences
from nexus_ui.storage.receipts import Written, forget_before, write_push
from tests import databases
from tests.engine.connecting import columns, cycle
from tests.push.selling import (
    available,
    receipts,
    sell,
    settle,
    shared_sku,
    shared_skus,
    standing,
    two_shops,
)

OLGA = Who("per_olga", "Olga", "olga@example.com", Role.OWNER, "UTC", "ses")
VIEWER = Who("per_vic", "Vic", "vic@example.com", Role.VIEWER, "UTC", "ses")


def pushes(connection_id: str) -> list[dict[str, Any]]:
    """Every push of a connection, the oldest first."""
    query = text("SELECT * FROM pushes WHERE connection_id = :c ORDER BY created_at")
    with reading() as session:
        return [dict(row) for row in session.execute(query, {"c": connection_id}).mappings()]


def set_stock(sku: str, units: int) -> None:
    """Olga counts."""
    with reading() as session:
        query = text("SELECT on_hand FROM stock_items WHERE sku = :sku")
        before = session.execute(query, {"sku": sku}).scalar_one()
    stock.change(sku, True, str(units), before, "counted", OLGA)


async def test_the_first_push_of_a_connection_waits_and_goes_when_approved(
    database: databases.Database, sandbox: server.Running
) -> None:
    """Nothing is published before; an incident tells; afterwards it publishes by itself."""
    connected = await two_shops("shopify", "woocommerce", approved=False)
    sku = shared_sku(connected)
    before = available(sku)
    set_stock(sku, before + 5)
    await settle(*connected)
    waiting = {one["sku"]: one for one in receipts(connected[1])}[sku]
    held = pushes(connected[1])
    stood, told = standing(sandbox, "woocommerce", sku), kinds_open_now(connected[1])
    publishing.approve(held[0]["id"], OLGA)
    await settle(connected[1])

    assert [("held", "first")] == [(one["state"], one["trigger"]) for one in held]
    assert (before, "planned", available(sku)) == (stood, waiting["state"], waiting["quantity"])
    assert "first time" in held[0]["held_because"]
    assert (["stock_held"], []) == (list(told), list(kinds_open_now(connected[1])))
    assert available(sku) == standing(sandbox, "woocommerce", sku)
    assert columns(connected[1])["push_approved_at"] is not None
    assert ["done"] == [one["state"] for one in pushes(connected[1])]


async def test_part_of_a_held_push_is_approved_and_the_rest_stays_as_it_stands(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """What was declined is not asked for again by the next comparison, but for what is sold it goes down."""
    connected = await two_shops("shopify", "woocommerce")
    wiped = shared_skus(connected, 3)[:12]
    before = {sku: available(sku) for sku in wiped}
    for sku in wiped:
        set_stock(sku, 0)
    await settle(connected[1])
    [held] = pushes(connected[1])
    chosen = {one["id"]: one["sku"] for one in receipts(connected[1])[:2]}
    publishing.approve(held["id"], OLGA, list(chosen))
    await settle(connected[1])
    declined = [sku for sku in wiped if sku not in chosen.values()]
    sell(sandbox, "shopify", declined[0], 1)
    await cycle(connected[0])
    await cycle(connected[1])
    await settle(connected[1])

    assert ("held", "edit") == (held["state"], held["trigger"])
    assert "12 of 12 SKUs would go to zero" in held["held_because"]
    assert [0, 0] == [standing(sandbox, "woocommerce", sku) for sku in chosen.values()]
    assert before[declined[0]] - 1 == standing(sandbox, "woocommerce", declined[0])
    assert [before[sku] for sku in declined[1:]] == [standing(sandbox, "woocommerce", sku) for sku in declined[1:]]
    with pytest.raises(BadInput, match="already"):
        publishing.decline(held["id"], OLGA)


async def test_a_sold_unit_goes_at_once_although_the_rest_waits(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """A mistake that waits for somebody does not let the same unit be sold twice."""
    connected = await two_shops("shopify", "woocommerce")
    wiped = shared_skus(connected, 3)[:12]
    before = available(wiped[0])
    for sku in wiped:
        set_stock(sku, 0)
    await settle(connected[1])
    sell(sandbox, "shopify", wiped[0], 2)
    await cycle(connected[0])
    await settle(connected[1])

    assert before - 2 == standing(sandbox, "woocommerce", wiped[0])
    assert {"held", "done"} == {one["state"] for one in pushes(connected[1])}


async def test_a_push_is_taken_back_without_what_was_sold_since(
    database: databases.Database, sandbox: server.Running
) -> None:
    """The number stays back through comparisons and sales, until somebody counts the SKU."""
    connected = await two_shops("shopify", "woocommerce")
    sku = shared_sku(connected, 4)
    before = available(sku)
    set_stock(sku, 1)
    await settle(connected[1])
    [wrong] = pushes(connected[1])
    lowered = standing(sandbox, "woocommerce", sku)
    undone = publishing.undo(wrong["id"], OLGA)
    await settle(connected[1])
    back = standing(sandbox, "woocommerce", sku)
    sell(sandbox, "shopify", sku, 1)
    await cycle(connected[0])
    await cycle(connected[1])
    await settle(connected[1])
    sold = standing(sandbox, "woocommerce", sku)
    set_stock(sku, 9)
    await settle(connected[1])

    assert (1, before, before - 1) == (lowered, back, sold)
    assert available(sku) == standing(sandbox, "woocommerce", sku)
    assert (wrong["id"], "undo") == next(
        (one["undoes"], one["trigger"]) for one in pushes(connected[1]) if one["id"] == undone
    )
    with pytest.raises(BadInput, match="already"):
        publishing.undo(wrong["id"], OLGA)


async def test_exceptions_and_last_units_are_published_at_once(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """A SKU's own buffer, a SKU kept off, and last units on the chosen connection only."""
    connected = await two_shops("shopify", "woocommerce")
    one, two, three = shared_skus(connected, 3)[:3]
    publishing.set_rule(connected[1], one, OLGA, 50, False)
    publishing.set_rule(connected[1], two, OLGA, None, True)
    set_stock(three, 2)
    publishing.save_stock_preferences(StockPreferences(last_units=3, last_unit_connection=connected[0]), OLGA)
    await settle(*connected)

    assert available(one) // 2 == standing(sandbox, "woocommerce", one)
    assert 0 == standing(sandbox, "woocommerce", two)
    assert (2, 0) == (standing(sandbox, "shopify", three), standing(sandbox, "woocommerce", three))


async def test_what_differs_there_is_published_again_on_demand(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Somebody changed the number at the shop; one press brings ours back, after a look at what stands there."""
    connected = await two_shops("shopify", "woocommerce")
    sku = shared_sku(connected)
    shop = sandbox.world.shop("woocommerce", "") or next(
        s for s in sandbox.world.shops() if s.marketplace == "woocommerce"
    )
    place = shop.find_sku(sku)
    assert place is not None
    shop.set_stock(*place, available(sku) + 40)
    publishing.repush(connected[1], [sku], OLGA)
    await settle(connected[1])

    assert available(sku) == standing(sandbox, "woocommerce", sku)
    assert [("repush", available(sku) + 40)] == [(one["cause"], one["before"]) for one in receipts(connected[1])]


def test_viewers_decide_nothing(sqlite_database: databases.Database) -> None:
    """Whatever they send."""
    for act in (
        lambda: publishing.approve("push_1", VIEWER),
        lambda: publishing.decline("push_1", VIEWER),
        lambda: publishing.undo("push_1", VIEWER),
        lambda: publishing.repush("con_1", ["MUG"], VIEWER),
        lambda: publishing.set_rule("con_1", "MUG", VIEWER, 10, False),
        lambda: publishing.save_stock_preferences(StockPreferences(brake_percent=50), VIEWER),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_old_pushes_are_forgotten_but_for_what_a_person_set_apart(sqlite_database: databases.Database) -> None:
    """What was declined or taken back is still in force, however long ago that was."""
    now = utcnow()
    with writing() as session:
        bulk = Bulk(session)
        for name in ("plain", "apart"):
            number = Written("MUG", name, name, "shop", 5, 3, 3, "", "edit", apart=name == "apart")
            write_push(bulk, name, "edit", [number], now)
        bulk.run("UPDATE pushes SET state = 'done', finished_at = created_at")
    kept = [forget_before(now), forget_before(now + timedelta(days=1))]

    assert ([0, 1], [], 1) == (kept, pushes("plain"), len(receipts("apart")))
