"""Publishing quantities: one by one or many at once, each with its own answer."""

from typing import Any

import httpx
import pytest

from nexus_ui.adapters.kaufland.stock import GONE, HELD_BY_KAUFLAND, NOT_OURS
from nexus_ui.errors import PermissionMissing
from nexus_ui.records import Fulfilment, StockAnswer, StockChange
from tests.adapters.counterparts import Counterpart, Journal, collect
from tests.adapters.kaufland.scripted import adapter_over, problem


def change(unit: object, quantity: int = 5, expected: int | None = None, key: str = "") -> StockChange:
    """A change of one unit."""
    return StockChange(str(unit), str(unit), "de", quantity, expected, key or f"k{unit}")


def storefront(answers: dict[str, httpx.Response], amount: int = 1) -> Any:
    """A storefront whose units all hold `amount`, and which answers writes by path."""

    def answer(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/v2")
        if request.method == "GET":
            unit = {
                "id_unit": int(path.rsplit("/", 1)[1]),
                "amount": amount,
                "fulfillment_type": "fulfilled_by_merchant",
            }
            return httpx.Response(200, json={"data": unit})
        return answers[path]

    return adapter_over(answer)


async def test_one_change_is_patched_and_many_go_together(kaufland: Counterpart) -> None:
    """What stands there is read first, then written, in one call where there are several."""
    one, many = Journal(), Journal()
    async with kaufland.open() as adapter:
        products, _ = await collect(adapter.products(None, None))
    refs = [product.ref for product in products[:4]]

    async with kaufland.open(journal=one) as adapter:
        await adapter.set_stock([change(refs[0], 8)])
    async with kaufland.open(journal=many) as adapter:
        receipts = await adapter.set_stock([change(ref, 9) for ref in refs])

    assert ["GET", "PATCH"] == [call.method for call in one.calls]
    assert ["GET"] * 4 + ["POST"] == [call.method for call in many.calls]
    assert {StockAnswer.ACCEPTED} == {receipt.answer for receipt in receipts}


async def test_what_kaufland_holds_is_read_and_never_written(kaufland: Counterpart) -> None:
    """Its amount arrives, marked; a change is refused before it is sent."""
    journal = Journal()
    async with kaufland.open(journal=journal) as adapter:
        products, _ = await collect(adapter.products(None, None))
        held = [one for product in products for one in product.variants if one.fulfilment is Fulfilment.MARKETPLACE]
        receipts = await adapter.set_stock([change(held[0].ref)])

    assert 230 // 40 == len(held)
    assert held[0].levels[0].available is not None
    assert [HELD_BY_KAUFLAND] == [receipt.said for receipt in receipts]
    assert {"GET"} == {call.method for call in journal.calls}


async def test_somebody_elses_sale_is_not_overwritten(kaufland: Counterpart) -> None:
    """A quantity that is not the expected one any more is left alone."""
    async with kaufland.open() as adapter:
        products, _ = await collect(adapter.products(None, None))
        ref, held = products[5].ref, products[5].variants[0].levels[0].available
        (receipt,) = await adapter.set_stock([change(ref, 3, held + 1)])
        levels, _ = await collect(adapter.inventory(None, None))

    assert StockAnswer.STALE == receipt.answer
    assert f"{held}" in receipt.said
    assert [held] == [level.available for level in levels if level.variant_ref == ref]


async def test_unknown_units_are_refused_one_by_one(kaufland: Counterpart) -> None:
    """A unit that is gone, and a ref that was never one."""
    async with kaufland.open() as adapter:
        receipts = await adapter.set_stock([change(12345), change("abc"), change("0"), change(10**30)])

    assert [GONE, NOT_OURS, NOT_OURS, NOT_OURS] == [receipt.said for receipt in receipts]
    assert {StockAnswer.REFUSED} == {receipt.answer for receipt in receipts}


async def test_every_part_of_a_bulk_answer_counts_for_itself() -> None:
    """Accepted, refused in both of the vendor's shapes, another number, and nothing at all."""
    told = [
        {"id_unit": 1, "status_code": 200, "unit": {"id_unit": 1, "amount": 5, "fulfillment_type": ""}},
        {"id_unit": 2, "status_code": 400, "message": "Wrong.", "errors": [{"field": "amount", "message": "too much"}]},
        {"id_unit": 3, "status_code": 404, "key": "unit-not-found", "message": "Not found."},
        {"id_unit": 4, "status_code": 200, "unit": {"id_unit": 4, "amount": 2, "fulfillment_type": ""}},
    ]
    adapter = storefront({"/units/bulk": httpx.Response(207, json={"data": told})})

    receipts = await adapter.set_stock([change(number) for number in (1, 2, 3, 4, 5)])

    assert [StockAnswer.ACCEPTED] + [StockAnswer.REFUSED] * 4 == [receipt.answer for receipt in receipts]
    assert [
        "", "Wrong. amount: too much", "Not found.", "Kaufland answered with 2.",
        "Kaufland's answer does not mention this unit.",
    ] == [receipt.said for receipt in receipts]  # fmt: skip
    assert ["", "400", "unit-not-found", "", ""] == [receipt.code for receipt in receipts]


@pytest.mark.parametrize("numbers", [(1,), (1, 2)])
async def test_a_call_refused_as_a_whole_refuses_its_changes(numbers: tuple[int, ...]) -> None:
    """400 speaks of the request, so of each change in it; the sync goes on."""
    refused = problem(400, "validation-error", message="Not like this.")
    adapter = storefront({"/units/bulk": refused, "/units/1": refused})

    receipts = await adapter.set_stock([change(number) for number in numbers])

    assert {"Not like this."} == {receipt.said for receipt in receipts}


async def test_keys_that_may_not_write_stop_the_push() -> None:
    """A missing permission concerns every change."""
    adapter = storefront({"/units/1": problem(403, "forbidden")})

    with pytest.raises(PermissionMissing) as raised:
        await adapter.set_stock([change(1)])

    assert "units/write" == raised.value.scope
