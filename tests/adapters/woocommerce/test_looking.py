"""Looking at single things of a shop, and at its list of webhooks."""

import json
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.contract import About, Named, Registration
from nexus_ui.errors import PermissionMissing, Surprise
from nexus_ui.sandbox.faults import Fault
from tests.adapters.counterparts import Counterpart, collect
from tests.adapters.test_contract import LONG_AGO
from tests.adapters.woocommerce.shops import adapter_over

CURRENCY = [{"id": "woocommerce_currency", "value": "EUR"}]


def order(number: int, **changes: Any) -> dict[str, Any]:
    """An order without lines."""
    return {
        "id": number,
        "number": str(number),
        "status": "processing",
        "currency": "EUR",
        "total": "9.90",
        "date_created_gmt": "2026-11-23T10:00:00",
        "date_modified_gmt": "2026-11-23T10:00:00",
        "line_items": [],
        **changes,
    }


def shop_with(orders: list[Any]) -> Any:
    """An adapter of a shop that holds these orders and no products."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "settings" in request.url.path:
            return httpx.Response(200, json=CURRENCY)
        return httpx.Response(200, json=orders if request.url.path.endswith("/orders") else [])

    return adapter_over(answer)


def named(*numbers: int) -> list[Named]:
    """Orders by their numbers."""
    return [Named(About.ORDER, str(number)) for number in numbers]


async def test_what_cannot_be_read_is_not_gone() -> None:
    """A bad record is set aside under its id; the one that is missing is gone."""
    looked = await shop_with([order(1), order(2, total="a lot"), order(3, status=7)]).look(named(1, 2, 3, 4))

    assert ["1"] == [one.ref for one in looked.orders]
    assert {"2", "3"} == {one.ref for one in looked.bad}
    assert named(4) == list(looked.gone)


@pytest.mark.parametrize("record", [7, {"id": "x"}, order(0, total="a lot")])
async def test_with_a_record_that_does_not_say_which_it_is_nothing_is_gone(record: Any) -> None:
    """It might be the very one that is missing."""
    looked = await shop_with([record]).look(named(1))

    assert looked.bad
    assert [] == list(looked.gone)


async def test_a_product_is_not_found_among_orders() -> None:
    """The same number of another kind is another thing."""
    looked = await shop_with([order(1)]).look([Named(About.PRODUCT, "1")])

    assert [Named(About.PRODUCT, "1")] == list(looked.gone)


async def test_a_name_that_is_no_id_is_gone() -> None:
    """Nothing is asked with it."""
    looked = await shop_with([]).look([Named(About.ORDER, "../products")])

    assert [Named(About.ORDER, "../products")] == list(looked.gone)


async def test_with_an_order_comes_the_stock_it_took(woo: Counterpart) -> None:
    """The levels of the products sold, as polling tells them after a sale."""
    async with woo.open() as adapter:
        index = woo.shop.place_order()
        number = str(woo.shop.order(index).number)
        looked = await adapter.look([Named(About.ORDER, number)])
        orders, _ = await collect(adapter.orders(LONG_AGO, None))
        products, _ = await collect(adapter.products(None, None))

    held = {level for product in products for variant in product.variants for level in variant.levels}
    assert [one for one in orders if one.ref == number] == list(looked.orders)
    assert set(looked.levels) <= held
    assert {line.variant_ref for line in looked.orders[0].lines} & {one.ref for p in products for one in p.variants}


async def test_a_disabled_webhook_is_seen_and_edited_back_to_life(woo: Counterpart) -> None:
    """Inactive in the list; registering gives the same webhook the new secret and switches it on."""
    address = "https://panel.example/api/webhooks/woocommerce/con_1"
    desk = woo.sandbox.world.hooks.of(woo.shop)
    async with woo.open() as adapter:
        made = await adapter.register("order.created", address, "whs_old")
        desk.change(desk.find("order.created", address), active=False)
        (off,) = [one for one in await adapter.registrations() if one.ref == made.ref]
        mended = await adapter.register("order.created", address, "whs_new")
        secret = desk.find("order.created", address).secret
        await adapter.unregister(mended)

    assert not off.active
    assert made == mended
    assert "whs_new" == secret


async def test_a_key_that_may_only_read_registers_nothing(woo: Counterpart) -> None:
    """The refusal names the missing permission."""
    woo.shop.faults.switch_on(Fault(fault="missing_scope", scope="read/write"))
    async with woo.open() as adapter:
        with pytest.raises(PermissionMissing):
            await adapter.register("order.created", "https://panel.example/hook", "whs_1")


async def test_a_refused_topic_is_told() -> None:
    """The shop's own words are kept."""

    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json=[])
        refusal = {"code": "woocommerce_rest_shop_webhook_invalid_topic", "message": "Webhook topic is required."}
        return httpx.Response(400, json=refusal)

    with pytest.raises(Surprise) as raised:
        await adapter_over(answer).register("order.created", "https://panel.example/hook", "whs_1")

    assert "Webhook topic is required." in raised.value.detail


async def test_every_page_of_the_list_is_read() -> None:
    """A shop may have more webhooks than a page holds, odd ones among them."""
    hooks = [{"id": n, "topic": "order.created", "delivery_url": f"https://x.example/{n}"} for n in range(1, 251)]
    hooks[5]["topic"] = None

    def answer(request: httpx.Request) -> httpx.Response:
        start = int(request.url.params["offset"])
        return httpx.Response(200, content=json.dumps(hooks[start : start + 100]))

    found = await adapter_over(answer).registrations()

    assert [str(n) for n in range(1, 251) if n != 6] == [one.ref for one in found]


async def test_taking_away_what_is_gone_is_no_error(woo: Counterpart) -> None:
    """It is gone, as wished."""
    async with woo.open() as adapter:
        await adapter.unregister(Registration("999999", "order.created", "https://panel.example/hook"))
