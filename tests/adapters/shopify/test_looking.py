"""Looking at single things of a shop, and what Shopify says when it will not keep a webhook."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import About, Link, Named, Registration
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.limits import Budget
from nexus_ui.errors import SkipRecord, Surprise
from tests.adapters.counterparts import QUICK, Counterpart, Journal, Ring, collect, counterpart_of

SHOPIFY = CATALOGUE["shopify"]
SETTING = {
    "shop": {
        "id": "gid://shopify/Shop/1",
        "name": "Demo",
        "myshopifyDomain": "demo.myshopify.com",
        "currencyCode": "EUR",
        "ianaTimezone": "Europe/Berlin",
    },
    "locations": {"nodes": [{"id": "gid://shopify/Location/1"}], "pageInfo": {"hasNextPage": False}},
}
Answering = Callable[[str, dict[str, Any]], dict[str, Any]]


@pytest.fixture
def shopify(sandbox) -> Counterpart:  # type: ignore[no-untyped-def]  # the fixture's type stands in conftest
    """Shopify and its demo shop."""
    return counterpart_of(SHOPIFY, sandbox)


def adapter_over(answer: Answering) -> Any:
    """The adapter of a shop that answers (operation, variables) as told."""

    def respond(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        name = asked["query"].split("(")[0].split("{")[0].split()[1]
        said = {"data": SETTING} if name == "Setting" else answer(name, asked["variables"])
        return httpx.Response(200, json=said)

    http = Http(
        client=httpx.AsyncClient(transport=httpx.MockTransport(respond)),
        base_url="https://demo.myshopify.com",
        watcher=Journal(),
        limiter=Budget({}),
        mask=lambda text: text,
        name="Shopify",
        retry=QUICK,
    )
    return SHOPIFY.build(Link(http, Ring(SHOPIFY.sandbox_fields)))


def product(number: int, **changes: Any) -> dict[str, Any]:
    """A product without variants."""
    return {
        "id": f"gid://shopify/Product/{number}",
        "title": "Cup",
        "status": "ACTIVE",
        "updatedAt": "2026-11-23T10:00:00Z",
        "variants": {"nodes": [], "pageInfo": {"hasNextPage": False}},
        **changes,
    }


def named(*numbers: int) -> list[Named]:
    """Products by their numbers."""
    return [Named(About.PRODUCT, f"gid://shopify/Product/{number}") for number in numbers]


async def test_a_look_that_costs_too_much_is_made_in_parts() -> None:
    """Halved until each part may run; everything is found once."""
    sizes = []

    def answer(_: str, variables: dict[str, Any]) -> dict[str, Any]:
        ids = variables["ids"]
        sizes.append(len(ids))
        if len(ids) > 2:
            return {"errors": [{"message": "too much", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
        return {"data": {"nodes": [product(int(one.rpartition("/")[2])) for one in ids]}}

    looked = await adapter_over(answer).look(named(*range(1, 8)))

    assert [one.ref for one in named(*range(1, 8))] == [one.ref for one in looked.products]
    assert 7 == sizes[0]
    assert 2 >= sizes[-1]


async def test_a_single_thing_that_costs_too_much_is_told() -> None:
    """It cannot be halved any further."""
    refusal = {"errors": [{"message": "too much", "extensions": {"code": "MAX_COST_EXCEEDED"}}]}

    with pytest.raises(Surprise):
        await adapter_over(lambda _name, _variables: refusal).look(named(1))


async def test_a_thing_that_makes_no_sense_is_set_aside() -> None:
    """Named with its reason; the good one beside it arrives, what is missing is gone, nothing is both."""
    nodes = [product(1), product(2, updatedAt="yesterday"), product(3, updatedAt="1900-01-01T00:00:00Z"), None]

    looked = await adapter_over(lambda _name, _variables: {"data": {"nodes": nodes}}).look(named(1, 2, 3, 4))

    assert ["gid://shopify/Product/1"] == [one.ref for one in looked.products]
    assert ["gid://shopify/Product/2", "gid://shopify/Product/3"] == [one.ref for one in looked.bad]
    assert named(4) == list(looked.gone)


@pytest.mark.parametrize("nodes", [{}, None, 7, [], [None, None]])
async def test_an_answer_that_is_no_list_of_what_was_asked_is_an_error(nodes: Any) -> None:
    """Nothing is taken for gone."""
    with pytest.raises(Surprise):
        await adapter_over(lambda _name, _variables: {"data": {"nodes": nodes}}).look(named(1))


@pytest.mark.parametrize("node", [7, {}, {"__typename": "Order"}, "gone", []])
async def test_a_thing_that_cannot_be_read_is_not_gone(node: Any) -> None:
    """It is set aside under the id it was asked by, so that nobody takes its record away."""
    looked = await adapter_over(lambda _name, _variables: {"data": {"nodes": [node]}}).look(named(1))

    assert ["gid://shopify/Product/1"] == [one.ref for one in looked.bad]
    assert [] == list(looked.gone)


async def test_stock_is_looked_at_by_its_item(shopify: Counterpart) -> None:
    """The levels of one inventory item, as its product tells them."""
    async with shopify.open() as adapter:
        products, _ = await collect(adapter.products(None, None))
        sold = [variant for one in products[:20] for variant in one.variants]
        looked = await adapter.look([Named(About.STOCK, variant.inventory_ref) for variant in sold])

    assert [level for variant in sold for level in variant.levels] == list(looked.levels)
    assert [] == [*looked.gone, *looked.bad, *looked.products]


async def test_a_webhook_shopify_refuses_is_told_with_its_reason() -> None:
    """The topic is named; the others can still be registered."""

    def answer(name: str, _: dict[str, Any]) -> dict[str, Any]:
        if name == "Webhooks":
            return {"data": {"webhookSubscriptions": {"nodes": [], "pageInfo": {"hasNextPage": False}}}}
        errors = [{"field": ["webhookSubscription", "uri"], "message": "Address is not allowed"}]
        return {"data": {"webhookSubscriptionCreate": {"webhookSubscription": None, "userErrors": errors}}}

    with pytest.raises(SkipRecord) as raised:
        await adapter_over(answer).register("ORDERS_CREATE", "https://panel.example/hook", "")

    assert "ORDERS_CREATE" == raised.value.ref
    assert "Address is not allowed" in raised.value.message


async def test_a_webhook_shopify_keeps_is_told() -> None:
    """A removal that is refused, although the webhook is still there, is an error."""
    kept = {"id": "gid://shopify/WebhookSubscription/1", "topic": "ORDERS_CREATE", "uri": "https://panel.example/hook"}

    def answer(name: str, _: dict[str, Any]) -> dict[str, Any]:
        if name == "Webhooks":
            return {"data": {"webhookSubscriptions": {"nodes": [kept], "pageInfo": {"hasNextPage": False}}}}
        refused = {"deletedWebhookSubscriptionId": None, "userErrors": [{"field": None, "message": "Not now"}]}
        return {"data": {"webhookSubscriptionDelete": refused}}

    with pytest.raises(SkipRecord) as raised:
        await adapter_over(answer).unregister(Registration(kept["id"], kept["topic"], kept["uri"]))

    assert "Not now" in raised.value.message


async def test_every_page_of_the_list_is_read() -> None:
    """An app may have more webhooks than a page holds."""
    asked = []

    def answer(_: str, variables: dict[str, Any]) -> dict[str, Any]:
        asked.append(variables["after"])
        number = len(asked)
        node = {"id": str(number), "topic": "ORDERS_CREATE", "uri": f"https://panel.example/{number}"}
        more = {"hasNextPage": number < 3, "endCursor": f"c{number}"}
        return {"data": {"webhookSubscriptions": {"nodes": [node], "pageInfo": more}}}

    found = await adapter_over(answer).registrations()

    assert ["1", "2", "3"] == [one.ref for one in found]
    assert [None, "c1", "c2"] == asked
