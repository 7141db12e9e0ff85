"""The sandbox sends webhooks as the vendors do: signed, repeated by their rules, spoiled where a switch is on."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.contract import Delivery
from nexus_ui.adapters.shopify.webhooks import read, verify
from nexus_ui.adapters.woocommerce import webhooks as woocommerce
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.forging import WAYS
from nexus_ui.sandbox.hooks import Desk, deliverable
from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.shop import Shop
from tests.adapters.listening import Listener, listening
from tests.sandbox.admin_api import DEMO, App

WOO = "demo-shop.example"
PATIENCE = 10.0
ADD = """
mutation Add($topic: WebhookSubscriptionTopic!, $uri: String) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) {
    webhookSubscription { id } userErrors { field message }
  }
}
"""


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Where webhooks arrive."""
    with listening() as found:
        yield found


def desk_of(sandbox: Running, marketplace: str = "shopify", host: str = DEMO) -> Desk:
    """The webhooks of a demo shop, trying again a million times sooner."""
    shop = sandbox.world.shop(marketplace, host)
    assert shop is not None
    sandbox.world.hooks.hurry(1e6)
    return sandbox.world.hooks.of(shop)


def settled(sandbox: Running) -> None:
    """Wait until everything was sent."""
    assert sandbox.world.hooks.courier.idle(PATIENCE)


def topics(listener: Listener) -> list[str]:
    """The topics that arrived, in their order."""
    return [one.headers["x-shopify-topic"] for one in listener.arrived]


def signed(shop: Shop, delivery: Delivery) -> bool:
    """True when Shopify's client secret signed it."""
    return verify(delivery, (shop.credentials["client_secret"],))


def test_what_happens_in_a_shop_is_sent_to_who_asked(own_app: App, listener: Listener) -> None:
    """A sale tells the order and the stock it took; a change, a removal and an uninstalled app tell themselves."""
    for topic in ("ORDERS_CREATE", "INVENTORY_LEVELS_UPDATE", "PRODUCTS_DELETE", "ORDERS_UPDATED", "APP_UNINSTALLED"):
        made = own_app.ask(ADD, topic=topic, uri=listener.address)["webhookSubscriptionCreate"]
        assert [] == made["userErrors"]
    sku = own_app.shop.product(5).variants[0].sku
    number = own_app.control("orders", lines=[{"sku": sku, "quantity": 1}])["numbers"][0]
    own_app.control("cancel", number=number)
    own_app.control("remove", sku=sku)
    own_app.control("uninstall")
    settled(own_app.sandbox)

    assert [
        "orders/create",
        "inventory_levels/update",
        "orders/updated",
        "products/delete",
        "app/uninstalled",
    ] == topics(listener)
    assert all(signed(own_app.shop, one) for one in listener.arrived)
    assert 401 == own_app.post("{ shop { id } }").status_code


def test_a_try_that_fails_is_repeated_with_the_same_bytes(own_sandbox: Running, listener: Listener) -> None:
    """Every try of one webhook carries the same id and body, until one is accepted."""
    desk = desk_of(own_sandbox)
    desk.add("PRODUCTS_UPDATE", listener.address)
    listener.answers = [500, 503, 404]

    desk.shop.touch([1])
    settled(own_sandbox)

    assert 4 == len(listener.arrived)
    assert 1 == len({(one.headers["x-shopify-webhook-id"], one.body) for one in listener.arrived})
    assert [1, 2, 3, 4] == [one.letter.attempt for one in own_sandbox.world.hooks.courier.sent]
    assert [0] == [one.failures for one in desk.all()]


def test_shopify_deletes_a_webhook_after_eight_tries_in_vain(own_sandbox: Running, listener: Listener) -> None:
    """The subscription is gone, and nothing more is sent."""
    desk = desk_of(own_sandbox)
    desk.add("PRODUCTS_UPDATE", listener.address)
    listener.answers = [500] * 20

    desk.shop.touch([1])
    settled(own_sandbox)
    desk.shop.touch([1])
    settled(own_sandbox)

    assert 8 == len(listener.arrived)
    assert [] == desk.all()


def test_woocommerce_never_tries_again_and_disables_after_failures(own_sandbox: Running, listener: Listener) -> None:
    """One try each; the seventh failure in a row switches it off, an accepted one before starts the count anew."""
    desk = desk_of(own_sandbox, "woocommerce", WOO)
    kept = desk.add("product.updated", listener.address, secret="whs_1")
    listener.answers = [500, 200, *[500] * 7]

    for _ in range(12):
        desk.shop.touch([1])
        settled(own_sandbox)

    assert 9 == len(listener.arrived)
    assert not kept.active


def test_woocommerce_writes_the_body_when_it_sends_it(own_sandbox: Running, listener: Listener) -> None:
    """Of an order deleted meanwhile, a signed refusal arrives."""
    desk = desk_of(own_sandbox, "woocommerce", WOO)
    desk.add("order.updated", listener.address, secret="whs_1")
    desk.shop.faults.switch_on(Fault(fault="hook_late", seconds=0.3))

    desk.shop.change_order(3, payment="refunded")
    desk.shop.remove_order(3)
    settled(own_sandbox)

    (arrived,) = listener.arrived
    assert "woocommerce_rest_shop_order_invalid_id" == json.loads(arrived.body)["code"]
    assert woocommerce.verify(arrived, ("whs_1",))
    assert woocommerce.read(arrived) is None


def test_woocommerce_pings_a_new_webhook(woo: httpx.Client, sandbox: Running, listener: Listener) -> None:
    """Unsigned, without a topic, with the webhook's number."""
    made = woo.post("/webhooks", json={"topic": "order.created", "delivery_url": listener.address, "secret": "s"})
    settled(sandbox)

    (ping,) = listener.arrived
    assert 201 == made.status_code
    assert f"webhook_id={made.json()['id']}".encode() == ping.body
    assert woocommerce.is_ping(ping)


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"topic": "orders", "delivery_url": "https://x.example"}, 400, "woocommerce_rest_shop_webhook_invalid_topic"),
        ({"topic": "order.created", "delivery_url": "x"}, 400, "woocommerce_rest_shop_webhook_invalid_delivery_url"),
        ({"topic": "order.created", "delivery_url": "https://x.example", "status": "on"}, 400, "rest_invalid_param"),
    ],
)
def test_woocommerce_refuses_a_webhook_that_cannot_be(
    woo: httpx.Client, asked: dict[str, Any], status: int, code: str
) -> None:
    """Topic, address and status are checked."""
    answer = woo.post("/webhooks", json=asked)

    assert (status, code) == (answer.status_code, answer.json()["code"])


def test_woocommerce_shows_changes_and_deletes_webhooks(woo: httpx.Client, listener: Listener) -> None:
    """The list, one, an edit, and a deletion that has to be forced; a secret is never shown."""
    made = woo.post(
        "/webhooks",
        json={"topic": "order.created", "delivery_url": listener.address, "secret": "whs_hidden", "name": "Ours"},
    ).json()
    path = f"/webhooks/{made['id']}"
    paused = woo.put(path, json={"status": "paused"}).json()
    listed = woo.get("/webhooks", params={"status": "paused", "search": "our", "include": str(made["id"])})

    assert "paused" == paused["status"]
    assert [made["id"]] == [one["id"] for one in listed.json()]
    assert "1" == listed.headers["x-wp-total"]
    assert [] == woo.get("/webhooks", params={"status": "disabled"}).json()
    assert "whs_hidden" not in listed.text + json.dumps(made)
    assert 501 == woo.delete(path).status_code
    assert 200 == woo.delete(path, params={"force": "true"}).status_code
    assert [404, 404, 400] == [woo.get(path).status_code, woo.delete(path).status_code, woo.put(path).status_code]


def test_shopify_refuses_a_webhook_that_cannot_be(app: App, listener: Listener) -> None:
    """An address that is no https, one that is taken, and a topic the app may not read."""
    taken = app.ask(ADD, topic="ORDERS_CREATE", uri=listener.address)["webhookSubscriptionCreate"]
    refusals = [
        app.ask(ADD, topic="ORDERS_CREATE", uri=uri)["webhookSubscriptionCreate"]
        for uri in ("http://panel.example/x", "ftp://x", "", None, listener.address)
    ]
    app.shop.faults.switch_on(Fault(fault="missing_scope", scope="read_orders", times=1))
    forbidden = app.ask(ADD, topic="ORDERS_UPDATED", uri=listener.address)["webhookSubscriptionCreate"]

    assert taken["webhookSubscription"]["id"].startswith("gid://shopify/WebhookSubscription/")
    assert all(one["webhookSubscription"] is None and one["userErrors"] for one in (*refusals, forbidden))
    assert ["webhookSubscription", "uri"] == refusals[0]["userErrors"][0]["field"]


def test_shopify_changes_and_deletes_webhooks(app: App, listener: Listener) -> None:
    """Another address is kept; what is deleted is gone."""
    update = "mutation U($id: ID!, $uri: String) { webhookSubscriptionUpdate(id: $id, webhookSubscription: {uri: $uri})"
    update += " { webhookSubscription { uri } userErrors { message } } }"
    delete = "mutation D($id: ID!) { webhookSubscriptionDelete(id: $id)"
    delete += " { deletedWebhookSubscriptionId userErrors { message } } }"
    added = app.ask(ADD, topic="PRODUCTS_CREATE", uri=listener.address)["webhookSubscriptionCreate"]
    number = added["webhookSubscription"]["id"]

    changed = app.ask(update, id=number, uri="https://panel.example/new")["webhookSubscriptionUpdate"]
    gone = app.ask(delete, id=number)["webhookSubscriptionDelete"]
    twice = app.ask(delete, id=number)["webhookSubscriptionDelete"]
    nothing = app.ask(update, id=number, uri="https://panel.example/new")["webhookSubscriptionUpdate"]

    assert "https://panel.example/new" == changed["webhookSubscription"]["uri"]
    assert number == gone["deletedWebhookSubscriptionId"]
    assert twice["userErrors"]
    assert nothing["userErrors"]


@pytest.mark.parametrize("how", WAYS)
def test_a_forged_webhook_comes_beside_the_good_one(own_sandbox: Running, listener: Listener, how: str) -> None:
    """One of the two is signed; the forgery has no consequence for the subscription."""
    desk = desk_of(own_sandbox)
    desk.add("PRODUCTS_UPDATE", listener.address)
    desk.shop.faults.switch_on(Fault(fault="hook_forged", how=how, times=1))
    listener.answers = [401]

    desk.shop.touch([1])
    settled(own_sandbox)

    assert [False, True] == [signed(desk.shop, one) for one in listener.arrived]
    assert [f"forged: {how}", ""] == [one.letter.note for one in own_sandbox.world.hooks.courier.sent]


def test_webhooks_get_lost_come_twice_or_late_or_wrongly_signed(own_sandbox: Running, listener: Listener) -> None:
    """Each switch does what it says, and only to webhooks of its topic."""
    desk = desk_of(own_sandbox)
    desk.add("PRODUCTS_UPDATE", listener.address)
    faults = desk.shop.faults

    faults.switch_on(Fault(fault="hook_lost", times=1, match="ORDERS"))
    faults.switch_on(Fault(fault="hook_duplicate", times=1))
    desk.shop.touch([1])
    settled(own_sandbox)
    assert 1 == len({one.headers["x-shopify-webhook-id"] for one in listener.arrived})
    assert 2 == len(listener.arrived)

    faults.switch_on(Fault(fault="hook_lost", times=1, match="PRODUCTS"))
    desk.shop.touch([1])
    settled(own_sandbox)
    assert 2 == len(listener.arrived)
    assert "lost on its way" == own_sandbox.world.hooks.courier.sent[-1].error

    faults.switch_on(Fault(fault="hook_late", times=1, seconds=0.5))
    desk.shop.touch([2])
    desk.shop.touch([3])
    settled(own_sandbox)
    assert [3, 2] == [json.loads(one.body)["id"] % 1000 for one in listener.arrived[2:]]

    faults.switch_on(Fault(fault="hook_rotated", times=1))
    desk.shop.touch([1])
    settled(own_sandbox)
    assert not signed(desk.shop, listener.arrived[4])


def test_the_faults_of_webhooks_leave_calls_alone(own_app: App) -> None:
    """A call neither suffers from such a switch nor uses it up, nor does a webhook use up another."""
    own_app.shop.faults.switch_on(Fault(fault="hook_lost", times=1))
    own_app.shop.faults.switch_on(Fault(fault="outage", times=1, on="all"))
    desk_of(own_app.sandbox).add("PRODUCTS_UPDATE", "https://panel.invalid/")

    assert 503 == own_app.post("{ shop { id } }").status_code
    assert 200 == own_app.post("{ shop { id } }").status_code
    own_app.shop.touch([1])
    assert [] == own_app.shop.faults.active()


def test_the_controls_show_and_repeat_what_was_sent(own_app: App, listener: Listener) -> None:
    """Subscriptions without their secret, each try with its answer; one can be sent again, byte for byte."""
    desk = desk_of(own_app.sandbox)
    desk.add("PRODUCTS_UPDATE", listener.address, secret="never shown")
    listener.answers = [500]
    desk.shop.touch([1])
    settled(own_app.sandbox)
    base = f"{own_app.sandbox.url}/_sandbox/hooks"

    state = httpx.get(base, params={"marketplace": "shopify", "shop": DEMO}).json()
    assert [("PRODUCTS_UPDATE", True)] == [(one["topic"], one["active"]) for one in state["subscriptions"]]
    assert [500, 200] == [one["status"] for one in state["sent"]]
    assert "never shown" not in json.dumps(state)

    number = state["sent"][-1]["n"]
    assert {"resent": number} == httpx.post(f"{base}/resend", json={"n": number}).json()
    settled(own_app.sandbox)
    assert 1 == len({one.body for one in listener.arrived})
    assert 3 == len(listener.arrived)
    assert [number + 1] == [one["n"] for one in httpx.get(base, params={"after": number}).json()["sent"]]


def test_the_page_for_people_shows_webhooks(own_app: App, listener: Listener) -> None:
    """Where they go, and how the latest were answered; whatever was typed is escaped."""
    desk_of(own_app.sandbox).add("PRODUCTS_UPDATE", f"{listener.address}?<b>")
    own_app.shop.touch([1])
    settled(own_app.sandbox)

    shown = httpx.get(f"{own_app.sandbox.url}/_sandbox/").text
    assert f"PRODUCTS_UPDATE to <code>{listener.address}?&lt;b&gt;</code>" in shown
    assert "1 webhooks, 1 sent" in shown
    assert "→ 200" in shown


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("hooks/resend", {"n": 999}, 404),
        ("hooks/resend", {}, 400),
        ("hooks/resend", {"n": "x"}, 400),
        ("hooks/speed", {"speed": 0}, 400),
        ("hooks/speed", {"speed": -1}, 400),
        ("hooks/speed", {"speed": 60}, 200),
        ("faults", {"marketplace": "shopify", "shop": DEMO, "fault": "hook_forged", "how": "magic"}, 400),
        ("cancel", {"marketplace": "shopify", "shop": DEMO, "number": 1}, 400),
    ],
)
def test_a_control_call_that_makes_no_sense_is_refused(
    sandbox: Running, path: str, body: dict[str, Any], status: int
) -> None:
    """With a sentence, never a crash."""
    assert status == httpx.post(f"{sandbox.url}/_sandbox/{path}", json=body).status_code


def test_a_number_that_is_none_is_refused(sandbox: Running) -> None:
    """`after` is a number."""
    assert 400 == httpx.get(f"{sandbox.url}/_sandbox/hooks", params={"after": "x"}).status_code


def test_an_address_nobody_answers_is_told(own_sandbox: Running) -> None:
    """The record says why, and the courier goes on."""
    desk = desk_of(own_sandbox)
    desk.add("PRODUCTS_UPDATE", "http://127.0.0.1:1/nobody")

    desk.shop.touch([1])
    settled(own_sandbox)

    sent = own_sandbox.world.hooks.courier.sent
    assert 8 == len(sent)
    assert all(one.status is None and one.error for one in sent)


def test_a_thousand_webhooks_leave_in_order(own_sandbox: Running, listener: Listener) -> None:
    """One thread keeps the order in which things happened."""
    desk = desk_of(own_sandbox)
    desk.add("PRODUCTS_UPDATE", listener.address)

    for number in range(1_000):
        desk.shop.touch([number % 50])
    settled(own_sandbox)

    assert [number % 50 for number in range(1_000)] == [json.loads(one.body)["id"] % 1000 for one in listener.arrived]


def test_nothing_is_sent_once_closed(own_sandbox: Running, listener: Listener) -> None:
    """A world that ends leaves no thread behind."""
    desk = desk_of(own_sandbox)
    desk.add("PRODUCTS_UPDATE", listener.address)
    own_sandbox.world.hooks.courier.close()

    desk.shop.touch([1])

    assert own_sandbox.world.hooks.courier.idle(1.0)
    assert [] == listener.arrived


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://panel.example/api/webhooks/shopify/con_1", True),
        ("http://127.0.0.1:3000/x", True),
        ("http://localhost/x", True),
        ("http://panel.example/x", False),
        ("ftp://panel.example/x", False),
        ("https://", False),
        ("https://panel.example:port/", False),
        ("nonsense", False),
    ],
)
def test_only_https_or_this_machine_is_sent_to(address: str, expected: bool) -> None:
    """As Shopify does, but for loopback."""
    assert expected == deliverable(address)


def test_shopify_sends_only_the_fields_asked_for(own_sandbox: Running, listener: Listener) -> None:
    """`includeFields` leaves out the rest, and the body is still read."""
    desk = desk_of(own_sandbox)
    desk.add("PRODUCTS_UPDATE", listener.address, details={"fields": ["id", "admin_graphql_api_id"]})

    desk.shop.touch([1])
    settled(own_sandbox)

    assert {"id", "admin_graphql_api_id"} == set(json.loads(listener.arrived[0].body))
    assert read(listener.arrived[0]) is not None
