"""Orders of the simulated Shopify: reach, pages, and what selling changes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from nexus_ui.sandbox.server import Running
from tests.sandbox.admin_api import ORDERS, PRODUCTS, App


def all_orders(app: App) -> App:
    """The same app with the permission to read all orders."""
    return App(app.sandbox, app.host, app.shop.credentials["access_token_all_orders"])


def test_orders_older_than_sixty_days_need_a_permission_of_their_own(app: App) -> None:
    """Without `read_all_orders` they are not there, neither in lists nor by id nor in counts."""
    border = (datetime.now(UTC) - timedelta(days=60)).strftime("%Y-%m-%dT%H:%M:%SZ")
    seen = app.walk(ORDERS, "orders", 100, query="status:any")
    every = all_orders(app).walk(ORDERS, "orders", 100, query="status:any")
    one = "query One($id: ID!) { order(id: $id) { id } }"

    assert 400 == len(every) > len(seen) > 200
    assert [node for node in every if node["createdAt"] >= border] == seen
    assert app.ask(one, id=every[0]["id"])["order"] is None
    assert all_orders(app).ask(one, id=every[0]["id"])["order"] is not None
    assert len(seen) == app.ask("{ ordersCount { count } }")["ordersCount"]["count"]


def test_orders_are_spread_over_ninety_days_up_to_now(app: App) -> None:
    """Some of the last day, some three months old."""
    created = [datetime.fromisoformat(node["createdAt"]) for node in all_orders(app).walk(ORDERS, "orders", 250)]
    now = datetime.now(UTC)

    assert timedelta(days=88) < now - min(created) < timedelta(days=91)
    assert [moment for moment in created if now - moment < timedelta(days=1)]
    assert max(created) <= now


def test_an_order_adds_up(app: App) -> None:
    """Lines and shipping make the total; every line names a variant that is there."""
    query = """
    { orders(first: 20, reverse: true) { nodes {
      totalPriceSet { shopMoney { amount } } totalShippingPriceSet { shopMoney { amount } }
      lineItems(first: 10) { nodes { sku quantity originalUnitPriceSet { shopMoney { amount } } variant { sku } } }
    } } }
    """
    for node in app.ask(query)["orders"]["nodes"]:
        lines = node["lineItems"]["nodes"]
        goods = sum(Decimal(line["originalUnitPriceSet"]["shopMoney"]["amount"]) * line["quantity"] for line in lines)
        shipping = Decimal(node["totalShippingPriceSet"]["shopMoney"]["amount"])

        assert Decimal(node["totalPriceSet"]["shopMoney"]["amount"]) == goods + shipping
        assert [line["sku"] for line in lines] == [line["variant"]["sku"] for line in lines]


def test_an_order_placed_now_is_the_newest_and_lowers_the_stock(own_app: App) -> None:
    """As when a buyer pays: the order comes last, the product counts as changed."""
    node = own_app.ask(PRODUCTS, first=1)["products"]["nodes"][0]
    variant = node["variants"]["nodes"][0]
    own_app.control("stock", sku=variant["sku"], quantity=10)
    placed = own_app.control("orders", lines=[{"sku": variant["sku"], "quantity": 3}])
    newest = own_app.ask(ORDERS, first=1, reverse=True)["orders"]["nodes"][0]
    changed = own_app.ask(PRODUCTS, first=1, reverse=True)["products"]["nodes"][0]

    assert f"#{placed['numbers'][0]}" == newest["name"]
    assert [{"sku": variant["sku"], "quantity": 3}] == newest["lineItems"]["nodes"]
    assert (node["id"], 7) == (changed["id"], changed["variants"]["nodes"][0]["inventoryQuantity"])


def test_several_orders_at_once_are_several(own_app: App) -> None:
    """`count` places typical ones, each with its own number."""
    before = len(all_orders(own_app).walk(ORDERS, "orders", 100))
    numbers = own_app.control("orders", count=5)["numbers"]

    assert 5 == len(set(numbers))
    assert before + 5 == len(all_orders(own_app).walk(ORDERS, "orders", 100))


def test_orders_can_be_searched_by_time_and_state(app: App) -> None:
    """Created between two moments; paid or pending."""
    border = (datetime.now(UTC) - timedelta(days=10)).strftime("%Y-%m-%d")
    young = app.walk(ORDERS, "orders", 50, query=f"created_at:>='{border}' AND status:any")
    old = app.walk(ORDERS, "orders", 50, query=f"created_at:<'{border}'")
    pending = app.ask('{ orders(first: 50, query: "financial_status:pending") { nodes { displayFinancialStatus } } }')[
        "orders"
    ]["nodes"]

    assert min(node["createdAt"] for node in young) >= border > max(node["createdAt"] for node in old)
    assert len(app.walk(ORDERS, "orders", 250)) == len(young) + len(old)
    assert {"PENDING"} == {node["displayFinancialStatus"] for node in pending}


def test_a_changed_order_moves_to_the_end(own_sandbox: Running, own_app: App) -> None:
    """A refund is an update: the order is read again by whoever asks for changes."""
    first = own_app.ask(ORDERS, first=1)["orders"]["nodes"][0]
    index = int(first["id"].rsplit("/", 1)[1]) - 5_500_000_000_000
    own_app.shop.change_order(index, payment="refunded")
    last = own_app.ask(ORDERS, first=1, reverse=True)["orders"]["nodes"][0]

    assert first["id"] == last["id"]
    assert first["createdAt"] == last["createdAt"]
    assert first["updatedAt"] < last["updatedAt"]
