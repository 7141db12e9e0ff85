"""A Walmart account through whole cycles: one token serves several, sales show at the seller and at Walmart."""

from sqlalchemy import text

from nexus_ui.sandbox import server
from nexus_ui.sandbox.walmart.account import sku_of
from nexus_ui.storage.database import reading
from tests import databases
from tests.engine.connecting import SUCCESS, calls_of, connect, content, cycle, shop_of

HELD, OWN = 5, 3


async def test_cycles_share_a_token_and_bring_changes_of_both_kinds_of_stock(
    database: databases.Database, sandbox: server.Running
) -> None:
    """A sale shows as order and as quantity; an item that did not change is not written again."""
    connection_id, shop = connect("walmart", lookback_days=30), shop_of(sandbox, "walmart")
    first = await cycle(connection_id)
    before = levels(connection_id)

    shop.set_stock(HELD, 0, 77)
    shop.set_stock(OWN, 0, 33)
    placed = shop.place_order([(OWN, 0, 2), (HELD, 0, 1)])
    second = await cycle(connection_id)
    after = levels(connection_id)
    third = await cycle(connection_id)
    tokens = [call for one in (first, second, third) for call in calls_of(one.id) if call[0] == "token"]

    assert (SUCCESS, SUCCESS, SUCCESS) == (first.outcome, second.outcome, third.outcome), third
    assert 1 == len(tokens)
    assert ("WFS", 76) == after[str(sku_of(shop, HELD))]
    assert ("80991834993020929", 31) == after[str(sku_of(shop, OWN))]
    assert before.keys() == after.keys()
    assert any(str(1_796_277_000_000 + placed) in row for row in content(connection_id)["orders"])
    assert 0 == third.written


def levels(connection_id: str) -> dict[str, tuple[str, int]]:
    """Location and quantity of every item."""
    query = text("SELECT variant_ref, location_ref, available FROM stock_levels WHERE connection_id = :c")
    with reading() as session:
        return {row[0]: (row[1], row[2]) for row in session.execute(query, {"c": connection_id})}
