"""An eBay seller through whole cycles: one token for all, sites apart, and what changed arrives."""

from sqlalchemy import text

from nexus_ui.adapters.contract import ACCESS_TOKEN
from nexus_ui.flows import keys
from nexus_ui.sandbox import server
from nexus_ui.storage.database import reading
from tests import databases
from tests.engine.connecting import SUCCESS, calls_of, connect, content, cycle, shop_of


async def test_cycles_share_a_token_and_bring_what_changed(
    database: databases.Database, sandbox: server.Running
) -> None:
    """Two cycles, one access token; a sale shows as order and as quantity, and only what changed is written."""
    connection_id, shop = connect("ebay", lookback_days=30), shop_of(sandbox, "ebay")
    first = await cycle(connection_id)
    token = keys.open(connection_id)[ACCESS_TOKEN]

    shop.set_stock(3, 0, 33)
    placed = shop.place_order([(3, 0, 2)])
    second = await cycle(connection_id)
    sold = shop.product(3).variants[0].sku
    refreshed = [call for one in (first, second) for call in calls_of(one.id) if call[0] == "token refresh"]

    assert (SUCCESS, SUCCESS) == (first.outcome, second.outcome), second
    assert 1 == len(refreshed)
    assert token == keys.open(connection_id)[ACCESS_TOKEN]
    assert ("EBAY_DE", 31) == levels(connection_id)[sold or ""]
    assert any(f"-{placed:05d}-" in row[0] for row in content(connection_id)["orders"])
    assert second.written < 20


async def test_two_sites_of_a_seller_are_two_connections(database: databases.Database, sandbox: server.Running) -> None:
    """Each brings its own; the app's quota is asked for once."""
    german = connect("ebay", lookback_days=30)
    british = connect("ebay", {"site": "EBAY_GB"}, lookback_days=30)
    one, other = await cycle(german), await cycle(british)
    theirs, ours = ({row[0] for row in content(of)["products"]} for of in (british, german))

    assert (SUCCESS, SUCCESS) == (one.outcome, other.outcome)
    assert 30 == len(theirs)
    assert all(sku.endswith("-GB") for sku in theirs)
    assert not theirs & ours


def levels(connection_id: str) -> dict[str, tuple[str, int]]:
    """Location and quantity of every listing."""
    query = text("SELECT variant_ref, location_ref, available FROM stock_levels WHERE connection_id = :c")
    with reading() as session:
        return {row[0]: (row[1], row[2]) for row in session.execute(query, {"c": connection_id})}
