"""A bol account through whole cycles: its token is kept and shared, and stock it holds itself stays apart."""

from sqlalchemy import text

from nexus_ui.sandbox import server
from nexus_ui.sandbox.bol.account import offer_id
from nexus_ui.storage.database import reading
from tests import databases
from tests.engine.connecting import SUCCESS, calls_of, connect, content, cycle, shop_of

HELD, OWN = 2, 3


async def test_cycles_share_a_token_and_bring_changes_of_both_kinds_of_stock(
    database: databases.Database, sandbox: server.Running
) -> None:
    """One token serves two cycles; a sale shows as order and as quantity, at the seller and at bol."""
    connection_id, shop = connect("bol", lookback_days=30), shop_of(sandbox, "bol")
    first = await cycle(connection_id)
    before = levels(connection_id)

    shop.set_stock(HELD, 0, 77)
    shop.set_stock(OWN, 0, 33)
    placed = shop.place_order([(OWN, 0, 2), (HELD, 0, 1)])
    second = await cycle(connection_id)
    after = levels(connection_id)
    tokens = [call for one in (first, second) for call in calls_of(one.id) if call[0] == "token"]

    assert (SUCCESS, SUCCESS) == (first.outcome, second.outcome), second
    assert 1 == len(tokens)
    assert ("bol", 76) == after[offer_id(HELD)]
    assert ("retailer", 31) == after[offer_id(OWN)]
    assert before.keys() == after.keys()
    assert any(f"A{1001 + placed:09d}" in row for row in content(connection_id)["orders"])


def levels(connection_id: str) -> dict[str, tuple[str, int]]:
    """Location and quantity of every offer."""
    query = text("SELECT variant_ref, location_ref, available FROM stock_levels WHERE connection_id = :c")
    with reading() as session:
        return {row[0]: (row[1], row[2]) for row in session.execute(query, {"c": connection_id})}
