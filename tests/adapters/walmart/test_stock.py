"""Publishing quantities: one by one or in a feed, each with its own answer."""

import json
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.walmart import feeds, stock
from nexus_ui.adapters.walmart.feeds import UNDER_WAY
from nexus_ui.adapters.walmart.stock import BULK_FROM, HELD_BY_WALMART
from nexus_ui.errors import PermissionMissing
from nexus_ui.records import Fulfilment, StockAnswer, StockChange
from nexus_ui.sandbox.walmart.account import SHIP_NODE, Account
from tests.adapters.counterparts import Counterpart, Journal, collect
from tests.adapters.walmart.scripted import adapter_over, problem


def change(
    sku: str, quantity: int = 5, expected: int | None = None, key: str = "", node: str = SHIP_NODE
) -> StockChange:
    """A change of one SKU at a ship node."""
    return StockChange(sku, sku, node, quantity, expected, key or f"k{sku}")


async def own_skus(walmart: Counterpart) -> list[str]:
    """The SKUs whose stock is the seller's."""
    async with walmart.open() as adapter:
        products, _ = await collect(adapter.products(None, None))
    return [product.ref for product in products if product.variants[0].fulfilment is Fulfilment.MERCHANT]


async def available(walmart: Counterpart) -> dict[str, int]:
    """What can be sold of each SKU."""
    async with walmart.open() as adapter:
        products, _ = await collect(adapter.products(None, None))
    return {product.ref: level.available for product in products for level in product.variants[0].levels}


def account_with(write: Any, reserved: int = 0, available: Any = 1) -> Any:
    """An account of one SKU, A at ship node 7, that answers writes as told."""
    node = {
        "shipNode": "7",
        "inputQty": {"unit": "EACH", "amount": 1},
        "availToSellQty": {"unit": "EACH", "amount": available},
        "reservedQty": {"unit": "EACH", "amount": reserved},
    }

    def answer(request: httpx.Request) -> httpx.Response:
        if "fulfillment" in request.url.path:
            return httpx.Response(200, json={})
        if request.method == "GET":
            return httpx.Response(200, json={"sku": "A", "nodes": [node]})
        told: httpx.Response = write(json.loads(request.content))
        return told

    return adapter_over(answer)


async def test_what_is_published_is_what_can_be_sold(walmart: Counterpart) -> None:
    """Walmart counts what is sold and not yet shipped too, so that is added to the amount sent."""
    (sku, *_), journal = await own_skus(walmart), Journal()
    index, _ = walmart.shop.find_sku(sku) or (0, 0)
    walmart.shop.set_stock(index, 0, 50)
    walmart.shop.place_order([(index, 0, 3)])

    async with walmart.open(journal=journal) as adapter:
        (receipt,) = await adapter.set_stock([change(sku, 20, 47)])

    assert StockAnswer.ACCEPTED == receipt.answer
    assert 20 == walmart.shop.stock(index, 0) == (await available(walmart))[sku]
    assert ["GET", "GET", "PUT"] == [call.method for call in journal.calls if call.operation != "token"]


async def test_somebody_elses_sale_is_not_overwritten(walmart: Counterpart) -> None:
    """A quantity that is not the expected one any more is left alone."""
    sku = (await own_skus(walmart))[3]
    stands = (await available(walmart))[sku]

    async with walmart.open() as adapter:
        (receipt,) = await adapter.set_stock([change(sku, 3, stands + 1)])

    assert (StockAnswer.STALE, f"It holds {stands} by now.") == (receipt.answer, receipt.said)
    assert stands == (await available(walmart))[sku]


async def test_what_walmart_holds_is_never_written(walmart: Counterpart) -> None:
    """Neither by its own place, nor by a ship node of the seller's."""
    journal = Journal()
    async with walmart.open(journal=journal) as adapter:
        levels, _ = await collect(adapter.inventory(None, None))
        sku = levels[0].variant_ref
        receipts = await adapter.set_stock([change(sku, node="WFS", key="a"), change(sku, key="b")])

    assert [HELD_BY_WALMART, HELD_BY_WALMART] == [receipt.said for receipt in receipts]
    assert {"GET"} == {call.method for call in journal.calls if call.operation != "token"}


@pytest.mark.parametrize("nodes", [[{"availToSellQty": 3, "shipNodeType": "WFSFulfilled"}], "none"])
async def test_a_ship_node_named_for_what_walmart_holds_is_not_written(nodes: Any) -> None:
    """The list of WFS decides, whatever else is told of the SKU, and also by an entry that makes no sense."""
    entry = {"sku": "A", "shipNodes": nodes}
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        assert "GET" == request.method
        held = {"headers": {"totalCount": 1}, "payload": {"inventory": [entry]}}
        return httpx.Response(200, json=held)

    (receipt,) = await adapter_over(answer).set_stock([change("A", node="7")])

    assert (StockAnswer.REFUSED, HELD_BY_WALMART) == (receipt.answer, receipt.said)
    assert ["/v3/fulfillment/inventory"] == asked


async def test_many_changes_go_in_one_feed_and_each_has_its_answer(walmart: Counterpart) -> None:
    """Taken, stale, unknown and held by Walmart, in the order of the changes."""
    skus = (await own_skus(walmart))[: BULK_FROM + 5]
    stands = await available(walmart)
    changes = [change(sku, place + 1, stands[sku]) for place, sku in enumerate(skus)]
    changes[1] = change(skus[1], 9, stands[skus[1]] + 1)
    odd = [change("NONE-1"), change(skus[0], node="WFS", key="held")]
    journal = Journal()

    async with walmart.open(journal=journal) as adapter:
        receipts = await adapter.set_stock([*changes[:3], *odd, *changes[3:]])
    now = await available(walmart)

    assert [one.key for one in [*changes[:3], *odd, *changes[3:]]] == [one.key for one in receipts]
    assert ["accepted", "stale", "accepted", "refused", "refused"] == [one.answer.value for one in receipts[:5]]
    assert {StockAnswer.ACCEPTED} == {one.answer for one in receipts[5:]}
    assert [one.quantity for one in changes[2:]] == [now[one.variant_ref] for one in changes[2:]]
    assert stands[skus[1]] == now[skus[1]]
    assert ["feed"] == [call.operation for call in journal.calls if call.method == "POST" and call.operation != "token"]


async def test_an_entry_of_a_feed_is_refused_by_itself(walmart: Counterpart, monkeypatch: pytest.MonkeyPatch) -> None:
    """A quantity that Walmart does not take costs only its own entry."""
    monkeypatch.setattr(stock, "BULK_FROM", 3)
    first, second, third = (await own_skus(walmart))[:3]

    async with walmart.open() as adapter:
        receipts = await adapter.set_stock([change(first, 11), change(second, 100_000_000), change(third, 12)])
    now = await available(walmart)

    assert ["accepted", "refused", "accepted"] == [one.answer.value for one in receipts]
    assert receipts[1].said.endswith("is not acceptable.")
    assert (11, 12) == (now[first], now[third])


async def test_a_feed_that_takes_too_long_is_not_called_taken(
    walmart: Counterpart, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks is told to look again later."""
    monkeypatch.setattr(stock, "BULK_FROM", 2)
    monkeypatch.setattr(feeds, "LOOKS", (0.01, 0.02))
    account.feed_seconds = 60
    skus = (await own_skus(walmart))[:2]

    async with walmart.open() as adapter:
        receipts = await adapter.set_stock([change(sku) for sku in skus])

    assert [(StockAnswer.REFUSED, UNDER_WAY)] * 2 == [(one.answer, one.said) for one in receipts]


async def test_a_later_feed_that_fails_leaves_the_receipts_of_the_first(
    walmart: Counterpart, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is not answered, and says why."""
    monkeypatch.setattr(stock, "BULK_FROM", 2)
    monkeypatch.setattr(feeds, "MOST", 2)
    skus = (await own_skus(walmart))[:4]
    walmart.fault("outage", match=skus[2])

    async with walmart.open() as adapter:
        receipts = await adapter.set_stock([change(sku, 30, key=sku) for sku in skus])

    assert skus == [one.key for one in receipts]
    assert [StockAnswer.ACCEPTED] * 2 + [StockAnswer.UNANSWERED] * 2 == [one.answer for one in receipts]
    assert {"unavailable"} == {one.code for one in receipts[2:]}


async def test_a_feed_refused_as_a_whole_refuses_its_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the answer to handing it in, or by its state later."""
    monkeypatch.setattr(feeds, "LOOKS", (0.01,))
    error = {"ingestionError": [{"type": "DATA_ERROR", "code": "ERR_PDI_0001", "description": "Malformed file."}]}
    submitted = httpx.Response(200, json={"feedId": "F@A"})
    states = (
        (problem(400, "INVALID_REQUEST_CONTENT", "Malformed file."), {}),
        (submitted, {"feedId": "F@A", "feedStatus": "ERROR", "ingestionErrors": error}),
    )
    for handed_in, state in states:

        def answer(request: httpx.Request, handed_in: Any = handed_in, state: Any = state) -> httpx.Response:
            if request.method == "POST":
                told: httpx.Response = handed_in
                return told
            assert b"/v3/feeds/F%40A" == request.url.raw_path.partition(b"?")[0]
            return httpx.Response(200, json=state)

        from nexus_ui.adapters.walmart.api import Api

        api: Api = adapter_over(answer)._api
        (told,) = [one async for one in feeds.publish(api, [feeds.Entry("A", "7", 1), feeds.Entry("A", "8", 2)])]

        assert {("A", "7"), ("A", "8")} == set(told)
        assert all("Malformed file." in words for words in told.values())


def test_a_feed_holds_all_of_a_sku_and_no_more_than_allowed() -> None:
    """Its answer is by SKU, so a SKU is never torn apart."""
    entries = [feeds.Entry(f"S{number // 2}", str(number), number) for number in range(2 * feeds.MOST + 2)]
    chunks = list(feeds._chunks(entries))

    assert [2 * feeds.MOST, 2] == [len(chunk) for chunk in chunks]
    assert entries == [entry for chunk in chunks for entry in chunk]


@pytest.mark.parametrize(("reserved", "sent"), [(0, 5), (4, 9), (-3, 5), (0.5, 5)])
async def test_the_amount_sent_leaves_out_nothing_that_is_sold(reserved: float, sent: int) -> None:
    """What is reserved is added; nonsense is not."""
    bodies: list[Any] = []

    def write(body: Any) -> httpx.Response:
        bodies.append(body)
        return httpx.Response(200, json=body)

    (receipt,) = await account_with(write, reserved).set_stock([change("A", node="7")])

    assert StockAnswer.ACCEPTED == receipt.answer
    assert [{"sku": "A", "quantity": {"unit": "EACH", "amount": sent}}] == bodies


async def test_another_amount_in_the_answer_is_no_acceptance() -> None:
    """Accepted only when Walmart repeats the quantity back."""
    told = {"sku": "A", "quantity": {"unit": "EACH", "amount": 4}}

    (receipt,) = await account_with(lambda _: httpx.Response(200, json=told)).set_stock([change("A", node="7")])

    assert (StockAnswer.REFUSED, "Walmart answered with 4.") == (receipt.answer, receipt.said)


async def test_a_refused_write_says_why() -> None:
    """In Walmart's words."""
    refused = problem(400, "INVALID_REQUEST_CONTENT.GMP_INVENTORY_API", "Too many pieces")

    (receipt,) = await account_with(lambda _: refused).set_stock([change("A", node="7")])

    assert (StockAnswer.REFUSED, "Walmart refused the request: Too many pieces.") == (receipt.answer, receipt.said)


async def test_a_key_that_may_not_write_stops_the_push() -> None:
    """A missing permission concerns every change."""
    with pytest.raises(PermissionMissing) as raised:
        await account_with(lambda _: problem(403, "FORBIDDEN.GMP_GATEWAY_API")).set_stock([change("A", node="7")])

    assert "inventory" == raised.value.scope


async def test_any_sku_finds_its_way_into_an_address() -> None:
    """Slashes, spaces and quotes are escaped as Walmart wants them."""
    asked: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if "fulfillment" in request.url.path:
            return httpx.Response(200, json={})
        asked.append(request.url.raw_path)
        if request.method == "PUT":
            return httpx.Response(200, json=json.loads(request.content))
        return httpx.Response(200, json={"sku": "a/b c+'", "nodes": [{"shipNode": "7"}]})

    (receipt,) = await adapter_over(answer).set_stock([change("a/b c+'", node="7")])

    assert StockAnswer.ACCEPTED == receipt.answer
    assert [b"/v3/inventories/a%2Fb%20c%2B%27", b"/v3/inventory?sku=a%2Fb%20c%2B%27&shipNode=7"] == asked
