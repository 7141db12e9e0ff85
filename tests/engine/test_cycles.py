"""One cycle from claim to settlement, against the sandbox over HTTP."""

import pytest

from nexus_ui.sandbox import server
from tests import databases
from tests.engine.connecting import SUCCESS, columns, connect, content, cycle, shop_of


@pytest.mark.parametrize(("slug", "orders"), [("kaufland", 25), ("shopify", 17), ("woocommerce", 25), ("bol", 25)])
async def test_a_first_cycle_brings_everything_and_proves_it(
    slug: str, orders: int, database: databases.Database, sandbox: server.Running
) -> None:
    """Products, orders and stock are there, the evidence counts them, and the connection is active.

    Shopify gives the orders of 60 days to an app without read_all_orders, which is 17 of the 25.
    """
    connection_id = connect(slug, lookback_days=365)

    done = await cycle(connection_id)

    shop = shop_of(sandbox, slug)
    assert (SUCCESS, None) == (done.outcome, done.error_kind), done
    rows = content(connection_id)
    assert (len(shop.products), orders) == (len(rows["products"]), len(rows["orders"]))
    assert rows["variants"] and rows["stock_levels"] and rows["order_lines"]
    assert done.evidence is not None
    assert len(shop.products) == done.evidence["rows"]["products"] == done.products
    assert done.calls == done.evidence["calls"] > 2
    state = columns(connection_id)
    assert (True, "s", None, 0) == (
        state["first_cycle_done"],
        state["recent_outcomes"],
        state["cycle_id"],
        state["failures_in_a_row"],
    )
    assert state["next_sync_at"] > state["last_finished_at"]
    assert len(shop.products) == state["products_count"]
