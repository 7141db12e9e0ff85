"""The state of the History page: whose history the address names, until which moment, in words."""

from typing import Any

import pytest

from nexus_ui.records import Order, OrderLine, OrderStatus, StockLevel
from nexus_ui.storage.pages import write_inventory, write_orders, write_products
from nexus_ui.storage.tables import Push
from nexus_ui.ui.history.state import History
from nexus_ui.ui.orders.state import Orders
from nexus_ui.ui.products.state import Products
from nexus_ui.ui.stock.sku_state import StockSku
from tests.conftest import SettableClock
from tests.storage.shelves import keep
from tests.storage.stream import at, held, move, page, product, variant
from tests.storage.test_history import receipt
from tests.ui.conftest import StateOf


@pytest.fixture
def shop(owner_cookie: str, settable_clock: SettableClock) -> None:
    """Five mugs, first seen in minute 1; an order of two; then the shop shows three, and three are published there."""
    settable_clock.set(at(1))
    hold = held()
    write_products(hold, page([product("mug", 0, variant("mug", "v", sku="MUG", stock=5))]), move("products"))
    settable_clock.set(at(3))
    line = OrderLine("l", "MUG", "Mug", 2, None)
    write_orders(
        hold, page([Order("o1", "#1", OrderStatus.SHIPPED, at(2), at(3), None, (line,), "SENT")]), move("orders")
    )
    settable_clock.set(at(4))
    write_inventory(hold, page([StockLevel("v", "loc1", 3)]), move("inventory"))
    keep(Push(id="push_1", connection_id="con_a", trigger="order", state="done", created_at=at(4)))
    keep(receipt("r1", at(4), at(5)))


async def opened(state_of: StateOf, address: str) -> Any:
    """The page, loaded."""
    state = state_of(History, address)
    await History.load.fn(state)
    return state


async def test_the_history_of_a_sku_is_told_in_sentences(state_of: StateOf, shop: None) -> None:
    """With the values and links to what is behind them."""
    state = await opened(state_of, "/history?sku=MUG")

    assert ("MUG", "3", False, False) == (state.name, state.stock.on_hand, state.missing, state.is_order)
    assert [
        ("Published and read back", "5", "3", "Push for an order", "/stock/pushes/push_1"),
        ("Shows another quantity", "5", "3", "Sync: scheduled", "/?log=con_a&cycle=cyc_1"),
        ("Sold, −2 on hand", "5", "3", "", ""),
        ("Ordered, 2 units", "", "", "", ""),
        ("First seen, +5 on hand", "", "5", "", ""),
    ] == [(row.what, row.before, row.after, row.cause, row.href) for row in state.rows]
    assert [True, True, True, True, True] == [row.placed for row in state.rows]


async def test_a_moment_in_the_address_shows_what_was_before_it(state_of: StateOf, shop: None) -> None:
    """In the person's own zone; a shared address says which zone, and nonsense means now."""
    then = await opened(state_of, f"/history?sku=MUG&until={at(3).isoformat().replace('+', '%2B')}")
    nonsense = await opened(state_of, "/history?sku=MUG&until=tomorrow")

    assert ["Ordered, 2 units", "First seen, +5 on hand"] == [row.what for row in then.rows]
    assert then.until.startswith("20")
    assert (5, "") == (len(nonsense.rows), nonsense.until)


async def test_an_order_shows_its_way(state_of: StateOf, shop: None) -> None:
    """Its status in our word and theirs, and what it took from the stock."""
    state = await opened(state_of, "/history?connection=con_a&order=o1")

    assert ("Order #1", "Shipped (SENT)", "con_a", True) == (state.name, state.status, state.place.id, state.is_order)
    assert [("Arrived here", "Shipped (SENT)"), ("Ordered there", ""), ("Sold, −2 on hand", "")] == sorted(
        (row.what, row.after) for row in state.rows
    )


async def test_what_nobody_knows_is_said(state_of: StateOf, shop: None) -> None:
    """Neither an unknown SKU nor an unknown order is an error."""
    for address in ("/history?sku=GHOST", "/history?connection=con_a&order=ghost", "/history"):
        assert (await opened(state_of, address)).missing


async def test_it_is_reached_from_stock_products_and_orders(state_of: StateOf, shop: None) -> None:
    """Each names the SKU or the order."""
    stock, products, orders = (
        state_of(one, path) for one, path in ((StockSku, "/stock"), (Products, "/products"), (Orders, "/orders"))
    )
    await StockSku.open_sku.fn(stock, "MUG")
    await Products.open_product.fn(products, "con_a", "mug")
    await Orders.load.fn(orders)

    assert ("/history?sku=MUG", ["/history?sku=MUG"], ["/history?connection=con_a&order=o1"]) == (
        stock.panel.history,
        [one.history for one in products.panel.variants],
        [row.history for row in orders.rows],
    )
