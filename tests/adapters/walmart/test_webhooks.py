"""Walmart signs the body alone, which says itself what it is about; its lists come folded in more than one way."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.contract import About, Named
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.signatures import hmac_sha256
from nexus_ui.adapters.walmart.refusals import ThisOneRefused
from nexus_ui.adapters.walmart.registry import Subscription, entries
from nexus_ui.adapters.walmart.webhooks import read, verify
from nexus_ui.errors import SkipRecord
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.walmart.account import sku_of
from tests.adapters.counterparts import Counterpart
from tests.adapters.examples import Example, with_headers
from tests.adapters.listening import listening
from tests.adapters.walmart.deliveries import EXAMPLES, HEADER, ITEM, ORDER, SECRET, in_hex, sent, told

ADDRESS = "http://127.0.0.1:9/api/webhooks/walmart/con_1"
ENTRY = {"eventType": "ORDER_UPDATES", "subscriptionId": "s1", "eventUrl": ADDRESS, "status": "INACTIVE"}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_body_counts_as_it_was_sent(example: Example) -> None:
    """The same values written anew are other bytes, and are refused in either way of writing the signature."""
    again = json.dumps(json.loads(example.delivery.body), indent=1).encode()

    assert again != example.delivery.body
    assert not verify(replace(example.delivery, body=again), example.secrets)


@pytest.mark.parametrize("wrong", ["", "0" * 64, in_hex(b"another"), hmac_sha256(b"another", SECRET), "ü" * 44])
def test_a_wrong_number_is_refused_however_it_is_written(wrong: str) -> None:
    """Also one that is right for other bytes, and one that is no number at all."""
    assert not verify(with_headers(EXAMPLES[0], {HEADER: wrong}), (SECRET,))


def test_a_signature_under_another_header_is_none() -> None:
    """Only the header we named when we registered counts."""
    signature = EXAMPLES[0].delivery.headers[HEADER]

    assert not verify(with_headers(EXAMPLES[0], {"authorization": signature}), (SECRET,))


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("ORDER_UPDATES", ITEM),
        ("ORDER_UPDATES", {"order": {}}),
        ("ORDER_UPDATES", {"order": {"purchaseOrderId": 5}}),
        ("OFFER_UNPUBLISHED", ORDER),
        ("INVENTORY_OOS", {"sku": None}),
    ],
)
def test_a_body_that_contradicts_its_event_is_set_aside(event: str, payload: dict[str, Any]) -> None:
    """An order has a purchase order's id, an item its SKU."""
    with pytest.raises(SkipRecord):
        read(sent(event, payload, None).delivery)


def test_the_id_of_an_event_makes_its_key() -> None:
    """A copy sent later is the same event; another id, or none and other bytes, is another."""

    def key(event_id: str, time: str) -> str:
        body = told("ORDER_UPDATES", ORDER, event_id)
        body["source"]["eventTime"] = time
        notice = read(replace(EXAMPLES[0].delivery, body=json.dumps(body).encode()))
        assert notice is not None
        return notice.key

    assert key("e1", "2026-11-23T10:00:00Z") == key("e1", "2026-11-23T10:05:00Z")
    assert key("e1", "2026-11-23T10:00:00Z") != key("e2", "2026-11-23T10:00:00Z")
    assert key("", "2026-11-23T10:00:00Z") != key("", "2026-11-23T10:05:00Z")


@pytest.mark.parametrize(
    "folded",
    [{"events": [ENTRY]}, {"events": [{"event": [ENTRY]}]}, {"event": [ENTRY]}, ENTRY],
    ids=["example of the list", "schema of the list", "schema of one", "example of one"],
)
def test_a_list_isentries_however_it_is_folded(folded: dict[str, Any]) -> None:
    """The vendor's file describes one shape and shows another."""
    answer = Answer(200, httpx.Headers(), json.dumps(folded).encode(), datetime(2026, 11, 23, tzinfo=UTC))

    assert [Subscription("s1", "ORDER_UPDATES", ADDRESS, "INACTIVE")] == entries(answer, Subscription)


@pytest.mark.parametrize("empty", [{}, {"events": []}, {"events": [{"event": []}]}, {"events": None}, []])
def test_an_empty_list_is_no_subscription(empty: Any) -> None:
    """In any shape."""
    answer = Answer(200, httpx.Headers(), json.dumps(empty).encode(), datetime(2026, 11, 23, tzinfo=UTC))

    assert [] == entries(answer, Subscription)


async def test_registering_again_gives_a_new_secret_and_switches_on(walmart: Counterpart) -> None:
    """So rotation reaches Walmart, and what was switched off sends again."""
    desk = walmart.sandbox.world.hooks.of(walmart.shop)
    async with walmart.open() as adapter:
        made = await adapter.register("ORDER_UPDATES", ADDRESS, "the first secret")
        desk.change(desk.all()[0], active=False)
        off = await adapter.registrations()
        again = await adapter.register("ORDER_UPDATES", ADDRESS, "the second secret")
        auth = desk.all()[0].details["authDetails"]
        await adapter.unregister(made)

    assert [replace(made, active=False)] == off
    assert made == again
    assert "the second secret" == auth["clientSecret"]


async def test_an_event_walmart_does_not_offer_is_told(walmart: Counterpart) -> None:
    """The list of events is asked for before anything is registered."""
    async with walmart.open() as adapter:
        with pytest.raises(ThisOneRefused, match="does not offer ORDER_DREAMS"):
            await adapter.register("ORDER_DREAMS", ADDRESS, SECRET)


async def test_what_went_offline_or_sold_out_is_told(walmart: Counterpart) -> None:
    """Of an item nothing else is: not that it changed."""
    shop, own, draft = walmart.shop, 0, _draft(walmart.shop)
    with listening() as listener:
        async with walmart.open() as adapter:
            for topic in ("OFFER_UNPUBLISHED", "INVENTORY_OOS"):
                await adapter.register(topic, listener.address, SECRET)
            shop.touch([own, draft])
            shop.set_stock(own, 0, 3)
            shop.set_stock(own, 0, 0)
            assert walmart.sandbox.world.hooks.courier.idle(10.0)
            notices = [read(one) for one in listener.arrived if verify(one, (SECRET,))]
            named = [one for notice in notices if notice for one in notice.named]
            looked = await adapter.look(named)
            for registration in await adapter.registrations():
                await adapter.unregister(registration)

    assert {Named(About.PRODUCT, str(sku_of(shop, draft))), Named(About.STOCK, str(sku_of(shop, own)))} == set(named)
    assert [sku_of(shop, draft)] == [one.ref for one in looked.products]
    assert [(sku_of(shop, own), 0)] == [(level.variant_ref, level.available) for level in looked.levels]
    assert [] == [*looked.bad, *looked.gone]


def _draft(shop: Shop) -> int:
    return next(index for index in range(shop.products.size) if shop.product(index).status == "draft")
