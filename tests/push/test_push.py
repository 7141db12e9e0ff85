"""Publishing stock against the sandbox over HTTP: what is sold here is gone there, once, and proven."""

from nexus_ui.sandbox import server
from tests import databases
from tests.engine.connecting import cycle
from tests.push.selling import available, receipts, sell, settle, shared_sku, standing, two_shops


async def test_a_sale_on_one_connection_lowers_the_number_on_the_other(
    database: databases.Database, sandbox: server.Running
) -> None:
    """Pushed as soon as the order is known, accepted, and read back."""
    connected = await two_shops("shopify", "woocommerce")
    sku = shared_sku(connected)
    before = available(sku)
    sell(sandbox, "shopify", sku, 2)

    await cycle(connected[0])
    await settle(*connected)

    [receipt] = receipts(connected[1])
    assert before - 2 == available(sku) == standing(sandbox, "woocommerce", sku)
    assert (sku, before, before - 2, "order", "confirmed") == tuple(
        receipt[name] for name in ("sku", "before", "quantity", "cause", "state")
    )
    assert [] == receipts(connected[0])
