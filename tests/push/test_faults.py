"""Faults on the way: whatever is lost, refused or late, the number that stands in the end is the right one."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from nexus_ui.flows import push as flow
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.storage.consistency import contradictions
from nexus_ui.storage.database import writing
from tests import databases
from tests.engine.connecting import cycle, shop_of
from tests.push.selling import available, receipts, sell, settle, shared_sku, shared_skus, standing, two_shops
from tests.push.test_decisions import pushes, set_stock

PROJECT = Path(__file__).resolve().parents[2]
WRITES = {
    "woocommerce": "/batch",
    "shopify": "inventorySetQuantities",
    "kaufland": "/units/",
}


async def later(*connected: str) -> None:
    """What was put off is due now."""
    with writing() as session:
        session.execute(text("UPDATE stock_due SET due_at = asked_at"))
        session.execute(text("UPDATE pushes SET check_at = created_at WHERE check_at IS NOT NULL"))
    await settle(*connected)


@pytest.mark.parametrize("slug", ["woocommerce", "shopify", "kaufland"])
async def test_an_answer_lost_after_it_took_effect_changes_nothing_twice(
    slug: str, sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """What stands there is looked at, and the receipt is proven by it."""
    source = "woocommerce" if slug != "woocommerce" else "shopify"
    connected = await two_shops(source, slug)
    sku = shared_sku(connected)
    sell(sandbox, source, sku, 1)
    await cycle(connected[0])
    faults = shop_of(sandbox, slug).faults
    faults.switch_on(Fault(fault="answer_lost", match=WRITES[slug]))
    await settle(connected[1])
    faults.switch_off()
    lost = [one["state"] for one in receipts(connected[1])]
    await later(connected[1])

    assert available(sku) == standing(sandbox, slug, sku)
    assert "confirmed" not in lost
    assert "confirmed" == receipts(connected[1])[-1]["state"]
    assert [] == contradictions()


async def test_a_sale_nobody_told_yet_is_not_written_over(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """The shop sold one meanwhile: its number is stale, looked at, and only put right once its order is known."""
    connected = await two_shops("shopify", "woocommerce")
    sku = shared_sku(connected, 5)
    before = available(sku)
    sell(sandbox, "woocommerce", sku, 3)
    set_stock(sku, before + 10)
    await settle(connected[1])
    waited = standing(sandbox, "woocommerce", sku)
    stale = [one["state"] for one in receipts(connected[1])]
    await cycle(connected[1])
    await later(*connected)

    assert (before - 3, ["stale"]) == (waited, stale)
    assert before + 7 == available(sku)
    assert [before + 7] * 2 == [standing(sandbox, slug, sku) for slug in ("shopify", "woocommerce")]


async def test_what_one_item_refuses_holds_up_nobody_else_and_is_not_tried_again(
    sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Their words are kept; the next comparison leaves it, a press of the button tries it."""
    connected = await two_shops("shopify", "woocommerce")
    gone, there = shared_skus(connected, 3)[:2]
    shop = shop_of(sandbox, "woocommerce")
    place = shop.find_sku(gone)
    assert place is not None
    if (same := shop.find_sku(there)) and same[0] == place[0]:
        there = next(sku for sku in shared_skus(connected, 3) if (shop.find_sku(sku) or place)[0] != place[0])
    set_stock(gone, 1)
    set_stock(there, 2)
    shop.remove_product(place[0])
    await settle(connected[1])
    first = {one["sku"]: (one["state"], bool(one["said"])) for one in receipts(connected[1])}
    count = len(receipts(connected[1]))
    await later(connected[1])

    assert {gone: ("refused", True), there: ("confirmed", False)} == first
    assert 2 == standing(sandbox, "woocommerce", there)
    assert count == len(receipts(connected[1]))


async def test_throttling_in_the_middle_puts_the_rest_off(
    sqlite_database: databases.Database, sandbox: server.Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, nothing counts as a failure, and all of it arrives when there is room again."""
    connected = await two_shops("shopify", "woocommerce")
    monkeypatch.setattr(flow, "SEND_AT_ONCE", 2)
    skus = shared_skus(connected, 3)[:6]
    for sku in skus:
        set_stock(sku, 2)
    faults = shop_of(sandbox, "woocommerce").faults
    faults.switch_on(Fault(fault="rate_limited", after_calls=3, seconds=40))
    await settle(connected[1])
    faults.switch_off()
    arrived = [standing(sandbox, "woocommerce", sku) for sku in skus].count(2)
    from nexus_ui.adapters.kit import limits

    limits.forget_all()
    await later(connected[1])
    await later(connected[1])

    assert 0 < arrived < 6
    assert [2] * 6 == [standing(sandbox, "woocommerce", sku) for sku in skus]


@pytest.mark.parametrize("point", ["before the call", "after the call"])
async def test_a_worker_killed_between_sending_and_recording_leaves_the_right_number(
    point: str, database: databases.Database, sandbox: server.Running
) -> None:
    """kill -9: whoever comes next looks at what stands there; no movement is counted twice."""
    connected = await two_shops("shopify", "woocommerce")
    sku = shared_sku(connected)
    sell(sandbox, "shopify", sku, 2)
    await cycle(connected[0])
    script = (
        "import asyncio, os, signal, sys\n"
        "from nexus_ui.adapters.woocommerce.adapter import WooCommerce\n"
        "from nexus_ui.flows.push import push\n"
        "real = WooCommerce.set_stock\n"
        "async def dies(self, changes):\n"
        "    if sys.argv[2] == 'after the call': await real(self, changes)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "WooCommerce.set_stock = dies\n"
        "asyncio.run(push(sys.argv[1]))\n"
    )
    command = [sys.executable, "-c", script, connected[1], point]
    child = await asyncio.to_thread(
        subprocess.run, command, cwd=PROJECT, env=os.environ | {"PYTHONPATH": os.fspath(PROJECT)}, timeout=120
    )
    killed = [one["state"] for one in receipts(connected[1])]
    with writing() as session:
        session.execute(text("DELETE FROM locks"))
    await later(connected[1])

    assert (-signal.SIGKILL, ["sent"]) == (child.returncode, killed)
    assert available(sku) == standing(sandbox, "woocommerce", sku)
    assert {"confirmed", *(["superseded"] if point == "before the call" else [])} == {
        one["state"] for one in receipts(connected[1])
    }
    assert ["done"] == list(dict.fromkeys(one["state"] for one in pushes(connected[1])))
    assert [] == contradictions()
