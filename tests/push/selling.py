"""Two simulated shops that sell the same SKUs, connected and read once, and what stands at them."""

from typing import Any

from sqlalchemy import text

from nexus_ui.clock import utcnow
from nexus_ui.flows.push import push
from nexus_ui.sandbox import server
from nexus_ui.sandbox.shop import Shop
from nexus_ui.storage.database import reading, writing
from tests.engine.connecting import connect, cycle, shop_of


async def two_shops(*slugs: str, approved: bool = True) -> list[str]:
    """Connections to the demo shops of these marketplaces, read once; stock may be published there."""
    connected = []
    for slug in slugs:
        connected.append(connect(slug))
        await cycle(connected[-1])
    if approved:
        approve_all()
    return connected


def approve_all() -> None:
    """As if somebody had looked at the first push of every connection, and nothing waited."""
    with writing() as session:
        session.execute(text("UPDATE connections SET push_approved_at = :now"), {"now": utcnow().isoformat()})
        session.execute(text("DELETE FROM stock_due"))


def shared_sku(connected: list[str], at_least: int = 3) -> str:
    """A SKU that all of them sell from our own stock, with at least so many units."""
    return shared_skus(connected, at_least)[0]


def shared_skus(connected: list[str], at_least: int) -> list[str]:
    """Every such SKU."""
    query = (
        "SELECT v.sku FROM variants AS v JOIN stock_items AS i ON i.sku = v.sku JOIN products AS p "
        "ON p.connection_id = v.connection_id AND p.ref = v.product_ref "
        "WHERE v.tracked AND v.fulfilment = 'merchant' AND p.status = 'active' AND i.on_hand - i.reserved >= :least "
        "GROUP BY v.sku HAVING count(DISTINCT v.connection_id) = :count AND count(*) = :count ORDER BY v.sku"
    )
    with reading() as session:
        return list(session.execute(text(query), {"least": at_least, "count": len(connected)}).scalars())


def available(sku: str) -> int:
    """What we have of a SKU."""
    with reading() as session:
        query = text("SELECT on_hand - reserved FROM stock_items WHERE sku = :sku")
        return int(session.execute(query, {"sku": sku}).scalar_one())


def standing(sandbox: server.Running, slug: str, sku: str) -> int:
    """What the marketplace really holds of a SKU."""
    shop: Shop = shop_of(sandbox, slug)
    place = shop.find_sku(sku)
    assert place is not None
    shelves = [shop.stock(*place, location) or 0 for location in range(len(shop.locations))]
    return sum(shelves)


def sell(sandbox: server.Running, slug: str, sku: str, units: int = 1) -> None:
    """Somebody buys."""
    shop = shop_of(sandbox, slug)
    place = shop.find_sku(sku)
    assert place is not None
    shop.place_order([(*place, units)])


def receipts(connection_id: str) -> list[dict[str, Any]]:
    """Every receipt of a connection, in the order in which they were planned."""
    query = text("SELECT * FROM stock_receipts WHERE connection_id = :c ORDER BY planned_at")
    with reading() as session:
        return [dict(row) for row in session.execute(query, {"c": connection_id}).mappings()]


async def settle(*connected: str) -> None:
    """Push what is due until nothing is."""
    for connection_id in connected:
        await push(connection_id)
