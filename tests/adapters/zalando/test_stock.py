"""Publishing stock: many offers a call, each answered for itself, and never what Zalando holds."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from nexus_ui.adapters.zalando.stock import (
    HELD_BY_ZALANDO,
    LATER,
    LEAST_COST,
    MOST,
    NO_CHANNEL,
    NO_EAN,
    TOO_MUCH,
    UNMENTIONED,
)
from nexus_ui.adapters.zalando.zfs import EANS
from nexus_ui.errors import PermissionMissing, Surprise
from nexus_ui.records import Fulfilment, StockAnswer, StockReceipt
from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.zalando.merchant import ean
from tests.adapters.counterparts import Journal, collect, counterpart_of
from tests.adapters.zalando.scripted import AUSTRIA, GERMANY, ZALANDO, adapter_over, change, problem, result

ACCEPTED, REFUSED = StockAnswer.ACCEPTED, StockAnswer.REFUSED
Items = list[dict[str, Any]]


class Desk:
    """Answers stock updates by a script and keeps what was sent."""

    def __init__(self, answer: Callable[[Items], httpx.Response]) -> None:
        self.sent: list[Items] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        items = json.loads(request.content)["items"]
        self.sent.append(items)
        return self._answer(items)


def told(*results: dict[str, Any]) -> httpx.Response:
    """A multi-status answer."""
    return httpx.Response(207, json={"results": list(results)})


async def written(desk: Desk, *changes: Any, **fields: str) -> list[StockReceipt]:
    """The receipts of changes at a scripted Zalando."""
    receipts: list[StockReceipt] = await adapter_over(desk, **fields).set_stock(changes)
    return receipts


async def test_each_offer_has_its_own_answer() -> None:
    """Accepted, rejected with the vendor's words, kept for later, and not mentioned at all."""
    first, second, third, fourth = (change(ean(index, 0)) for index in range(4))

    def answer(items: Items) -> httpx.Response:
        return told(
            result(items[2], code=104, description="Waiting for the article"),
            result(items[1], "REJECTED", 101, description="EAN is not known"),
            result(items[0]),
        )

    receipts = await written(Desk(answer), first, second, third, fourth)

    assert [
        StockReceipt(first.key, ACCEPTED),
        StockReceipt(second.key, REFUSED, "EAN is not known", "101"),
        StockReceipt(third.key, ACCEPTED, "Waiting for the article", "104"),
        StockReceipt(fourth.key, REFUSED, UNMENTIONED),
    ] == receipts


async def test_what_failed_inside_zalando_is_sent_once_more() -> None:
    """A word nobody knows counts as failed, as the vendor asks; what fails twice is handed back."""
    words = iter(["FAILED", "ACCEPTED", "HICCUP", "ACCEPTED", "FAILED"])
    desk = Desk(lambda items: told(*[result(one, next(words), 102) for one in items]))
    changes = [change(ean(index, 0)) for index in range(3)]
    receipts = await written(desk, *changes)

    assert [[0, 1, 2], [0, 2]] == [[int(one["ean"][6:12]) // 4 for one in items] for items in desk.sent]
    assert [ACCEPTED, ACCEPTED, REFUSED] == [receipt.answer for receipt in receipts]
    assert (LATER, "102") == (receipts[2].said, receipts[2].code)


async def test_one_bad_offer_does_not_cost_its_batch() -> None:
    """Refused as a whole, a batch is halved until the offer at fault stands alone."""
    bad = ean(5, 0)

    def answer(items: Items) -> httpx.Response:
        if any(one["ean"] == bad for one in items):
            return problem(400, "Something in there is wrong")
        return told(*map(result, items))

    desk = Desk(answer)
    receipts = await written(desk, *(change(ean(index, 0)) for index in range(16)))

    assert [REFUSED if index == 5 else ACCEPTED for index in range(16)] == [receipt.answer for receipt in receipts]
    assert "Something in there is wrong." in receipts[5].said
    assert 9 == len(desk.sent)


@pytest.mark.parametrize(
    ("odd", "why"),
    [
        (change("12345"), NO_EAN),
        (change("４００６３８１３３３９３１"), NO_EAN),
        (change(ean(1, 0), channel="uk"), NO_CHANNEL),
        (change(ean(1, 0), -1), TOO_MUCH),
        (change(ean(1, 0), 2**31), TOO_MUCH),
    ],
)
async def test_what_cannot_be_asked_is_not_asked(odd: Any, why: str) -> None:
    """It is refused here, and the others are sent."""
    desk = Desk(lambda items: told(*map(result, items)))
    receipts = await written(desk, odd, change(ean(2, 0)))

    assert [(REFUSED, why), (ACCEPTED, "")] == [(receipt.answer, receipt.said) for receipt in receipts]
    assert [[ean(2, 0)]] == [[one["ean"] for one in items] for items in desk.sent]


async def test_where_zalando_ships_nothing_is_ever_written() -> None:
    """Not even asked."""
    journal = Journal()
    adapter = adapter_over(Desk(lambda _: told()), journal, shipping="zalando")
    receipts = await adapter.set_stock([change(ean(1, 0))])

    assert [(REFUSED, HELD_BY_ZALANDO)] == [(receipt.answer, receipt.said) for receipt in receipts]
    assert [] == journal.calls


async def test_what_zalando_holds_is_refused_before_it_is_sent(sandbox: Running) -> None:
    """Also an article of which it has none left, which no snapshot lists."""
    counterpart = counterpart_of(ZALANDO, sandbox)
    counterpart.shop.set_stock(7, 0, 0)
    counterpart.shop.set_stock(11, 0, 9)
    own = ean(5, 0)
    async with counterpart.open() as adapter:
        before = counterpart.sandbox.world.calls.total
        receipts = await adapter.set_stock([change(ean(7, 0)), change(own, 8), change(ean(11, 0))])
        products, _ = await collect(adapter.products(None, None))
    sent = [c.body for c in counterpart.sandbox.world.calls.find(after=before) if c.path.endswith("/stocks")]

    assert [HELD_BY_ZALANDO, "", HELD_BY_ZALANDO] == [receipt.said for receipt in receipts]
    assert [own] == [one["ean"] for body in sent for one in json.loads(body)["items"]]
    held = [one for product in products for one in product.variants if one.fulfilment is Fulfilment.MARKETPLACE]
    assert ean(11, 0) in {one.barcode for one in held}


async def test_an_unknown_answer_about_warehouses_stops_the_write() -> None:
    """Better nothing published than Zalando's stock written over."""
    desk = Desk(lambda items: told(*map(result, items)))

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={"quantities": []}) if request.url.path.startswith("/zfs") else desk(request)

    with pytest.raises(Surprise):
        await adapter_over(answer, shipping="both").set_stock([change(ean(1, 0))])

    assert [] == desk.sent


async def test_many_articles_are_looked_up_in_lots(sandbox: Running) -> None:
    """Fifty to a call, each article once, whatever the countries."""
    journal = Journal()
    some = [ean(index, 0) for index in range(60)]
    async with counterpart_of(ZALANDO, sandbox).open(journal=journal) as adapter:
        receipts = await adapter.set_stock(
            [change(one, 3, channel, f"{one}{channel}") for one in some for channel in (GERMANY, AUSTRIA)]
        )

    assert 2 == sum(call.operation == "zfs_quantities" for call in journal.calls) == -(-len(some) // EANS)
    assert 2 * 15 == sum(receipt.said == HELD_BY_ZALANDO for receipt in receipts)


async def test_a_missing_right_is_no_answer_to_one_offer() -> None:
    """It concerns them all, and is named."""
    with pytest.raises(PermissionMissing) as raised:
        await written(Desk(lambda _: problem(403, "insufficient")), change(ean(1, 0)))

    assert "products/stock/write" == raised.value.scope


async def test_a_call_spends_what_both_limits_ask() -> None:
    """As many updates as it holds, and never less than a sixtieth of a minute's."""
    spent: list[float] = []

    class Purse:
        """Notes what is spent."""

        def bucket(self, _: str) -> None: ...

        def expected_wait(self, _: str, __: float) -> float:
            return 0.0

        async def take(self, operation: str, cost: float, urgent: bool) -> None:
            if operation == "set_stock":
                spent.append(cost)

        def done(self, *_: Any) -> None: ...

    desk = Desk(lambda items: told(*map(result, items)))
    adapter = adapter_over(desk, budget=Purse())  # type: ignore[arg-type]  # a limiter of its own
    await adapter.set_stock([change(ean(index, 0)) for index in range(MOST + 3)])

    assert [MOST, LEAST_COST] == spent
