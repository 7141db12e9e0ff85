"""Amazon accounts through whole cycles: tokens kept and shared, FBA apart, and several accounts side by side."""

from decimal import Decimal

from sqlalchemy import text

from nexus_ui.sandbox import server
from nexus_ui.sandbox.amazon.orders import ref_of
from nexus_ui.sandbox.faults import Fault
from nexus_ui.storage import cycles
from nexus_ui.storage.database import reading
from tests import databases
from tests.engine.connecting import SUCCESS, calls_of, columns, connect, content, cycle, run_due, shop_of

HELD, OWN = 2, 3


async def test_cycles_share_a_token_and_bring_changes_of_both_kinds_of_stock(
    database: databases.Database, sandbox: server.Running
) -> None:
    """One token serves two cycles; a sale shows as order and as quantity, at the seller and at Amazon."""
    connection_id, shop = connect("amazon", lookback_days=30), shop_of(sandbox, "amazon")
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
    assert ("AMAZON", 76) == after[sku(sandbox, HELD)]
    assert ("DEFAULT", 31) == after[sku(sandbox, OWN)]
    assert before.keys() == after.keys()
    assert any(ref_of(placed) in row for row in content(connection_id)["orders"])


async def test_an_order_without_prices_is_kept_with_an_unknown_total(
    database: databases.Database, sandbox: server.Running
) -> None:
    """An unpaid order counts with its lines; its total comes with the payment."""
    connection_id, shop = connect("amazon", lookback_days=30), shop_of(sandbox, "amazon")
    placed = shop.place_order([(OWN, 0, 2)], payment="pending")
    unpaid = await cycle(connection_id)
    before = totals(connection_id)[ref_of(placed)]
    shop.change_order(placed, payment="paid")
    paid = await cycle(connection_id)

    assert (SUCCESS, SUCCESS) == (unpaid.outcome, paid.outcome)
    assert (None, "", 2) == before
    total, currency, units = totals(connection_id)[ref_of(placed)]
    assert (Decimal(shop.order(placed).total), "USD", 2) == (total, currency, units)


async def test_accounts_side_by_side_keep_apart(database: databases.Database, sandbox: server.Running) -> None:
    """Amazon US, Amazon DE and two Shopify shops: a fault of one, its throttle and its data stay with that one."""
    shops = {f"{shop.marketplace} {shop.host}": shop for shop in sandbox.world.shops()}
    us = shops["amazon sellingpartnerapi-na.amazon.com"]
    german = shops["amazon sellingpartnerapi-eu.amazon.com"]
    second = shops["shopify second.myshopify.com"]
    token = {"shop_domain": second.host, "access_token": second.credentials["access_token"]}
    connections = {
        "us": connect("amazon", lookback_days=30),
        "de": connect("amazon", german.credentials, lookback_days=90),
        "one": connect("shopify", lookback_days=30),
        "two": connect("shopify", token, lookback_days=30),
    }
    german.faults.switch_on(Fault(fault="suspended"))
    second.faults.switch_on(Fault(fault="rate_limited", seconds=1_800))
    ran = await run_due()
    states = {name: cycles.get(ran[connection_id]) for name, connection_id in connections.items()}
    synced = {name: content(connection_id) for name, connection_id in connections.items()}

    assert (SUCCESS, SUCCESS) == (states["us"].outcome, states["one"].outcome), states
    assert "account_suspended" == columns(connections["de"])["error_kind"]
    assert columns(connections["two"])["next_sync_at"] is not None
    assert states["two"].outcome != SUCCESS
    assert len(us.products) == len(synced["us"]["products"])
    assert [] == synced["de"]["products"] == synced["two"]["products"]

    german.faults.switch_off()
    second.faults.switch_off()
    mended = await cycle(connections["de"])

    assert SUCCESS == mended.outcome
    assert len(german.products) == len(content(connections["de"])["products"])
    assert {"EUR"} == currencies(connections["de"])
    assert {"USD"} == currencies(connections["us"])
    assert synced["us"] == content(connections["us"])


def sku(sandbox: server.Running, index: int) -> str:
    """The SKU of the demo seller's listing."""
    return shop_of(sandbox, "amazon").product(index).variants[0].sku or ""


def levels(connection_id: str) -> dict[str, tuple[str, int]]:
    """Location and quantity of every SKU."""
    query = text("SELECT variant_ref, location_ref, available FROM stock_levels WHERE connection_id = :c")
    with reading() as session:
        return {row[0]: (row[1], row[2]) for row in session.execute(query, {"c": connection_id})}


def totals(connection_id: str) -> dict[str, tuple[Decimal | None, str, int]]:
    """Total, currency and units of every order."""
    query = text(
        "SELECT o.ref, o.total, o.currency, SUM(l.quantity) FROM orders o JOIN order_lines l"
        " ON l.connection_id = o.connection_id AND l.order_ref = o.ref WHERE o.connection_id = :c GROUP BY 1, 2, 3"
    )
    with reading() as session:
        rows = session.execute(query, {"c": connection_id}).all()
    return {row[0]: (None if row[1] is None else Decimal(row[1]) / 10**6, row[2], int(row[3])) for row in rows}


def currencies(connection_id: str) -> set[str]:
    """In which currencies a connection's variants are priced."""
    query = text("SELECT DISTINCT currency FROM variants WHERE connection_id = :c")
    with reading() as session:
        return {row[0] for row in session.execute(query, {"c": connection_id})}
