"""A Zalando merchant through whole cycles: one token, stock per sales channel, and what Zalando holds apart."""

from sqlalchemy import text

from nexus_ui.sandbox import server
from nexus_ui.sandbox.zalando.merchant import CHANNELS, ean
from nexus_ui.sandbox.zalando.receipts import order_id
from nexus_ui.storage.database import reading
from tests import databases
from tests.engine.connecting import SUCCESS, calls_of, connect, content, cycle, shop_of

GERMANY, AUSTRIA = CHANNELS[0].id, CHANNELS[1].id
OWN, HELD = 1, 3


async def test_cycles_share_a_token_and_bring_each_channels_stock(
    database: databases.Database, sandbox: server.Running
) -> None:
    """A sale shows as order and as quantity; a second look on the same day writes only what changed."""
    connection_id, shop = connect("zalando", lookback_days=30), shop_of(sandbox, "zalando")
    first = await cycle(connection_id)

    shop.set_stock(OWN, 0, 33)
    shop.set_stock(OWN, 0, 44, 1)
    shop.set_stock(HELD, 0, 77)
    placed = shop.place_order([(OWN, 0, 2), (HELD, 0, 1)])
    second = await cycle(connection_id)
    third = await cycle(connection_id)
    after = levels(connection_id)
    tokens = [call for one in (first, second, third) for call in calls_of(one.id) if call[0] == "token"]

    assert (SUCCESS, SUCCESS, SUCCESS) == (first.outcome, second.outcome, third.outcome), third
    assert 1 == len(tokens)
    assert {(f"{ean(OWN, 0)}@de", GERMANY, 31), (f"{ean(OWN, 0)}@at", AUSTRIA, 44)} <= after
    assert {(f"{ean(HELD, 0)}@de", "zfs", 76), (f"{ean(HELD, 0)}@at", "zfs", 76)} <= after
    assert any(order_id(placed) in row for row in content(connection_id)["orders"])
    assert 0 == third.written


def levels(connection_id: str) -> set[tuple[str, str, int]]:
    """Variant, location and quantity of every level."""
    query = text("SELECT variant_ref, location_ref, available FROM stock_levels WHERE connection_id = :c")
    with reading() as session:
        return {(row[0], row[1], row[2]) for row in session.execute(query, {"c": connection_id})}
