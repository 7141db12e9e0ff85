"""Publishing stock to Shopify: compared first, one answer per entry, one effect however often it is sent."""

from collections.abc import Iterator
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.shopify import stock
from nexus_ui.records import StockAnswer, StockChange
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import Counterpart, Journal, collect, counterpart_of


@pytest.fixture
def shopify(sandbox: Running) -> Iterator[Counterpart]:
    """Shopify and its demo shop."""
    found = counterpart_of(CATALOGUE["shopify"], sandbox)
    yield found
    found.shop.faults.switch_off()


async def changes(adapter: Any, count: int, **how: Any) -> list[StockChange]:
    """A change for each of the first variants, expecting what stands there."""
    products, _ = await collect(adapter.products(None, None))
    variants = [variant for product in products for variant in product.variants if variant.tracked][:count]
    found = []
    for place, variant in enumerate(variants):
        held = variant.levels[0]
        expected = how.get("expected", held.available)
        found.append(
            StockChange(
                variant.ref,
                variant.inventory_ref,
                held.location_ref,
                (held.available or 0) + 1,
                expected,
                f"key-{place}",
            )
        )
    return found


async def standing(adapter: Any) -> dict[str, int | None]:
    """What stands at the first location of every variant."""
    products, _ = await collect(adapter.products(None, None))
    return {variant.ref: variant.levels[0].available for product in products for variant in product.variants}


async def test_a_stale_belief_is_told_and_nothing_is_changed(shopify: Counterpart) -> None:
    """When something else stands there than we believed, that change alone is stale."""
    async with shopify.open() as adapter:
        good = await changes(adapter, 3)
        stale = StockChange(good[1].variant_ref, good[1].inventory_ref, good[1].location_ref, 77, -4242, "stale")
        receipts = await adapter.set_stock([good[0], stale, good[2]])
        after = await standing(adapter)

    assert [StockAnswer.ACCEPTED, StockAnswer.STALE, StockAnswer.ACCEPTED] == [receipt.answer for receipt in receipts]
    assert "CHANGE_FROM_QUANTITY_STALE" == receipts[1].code
    assert good[1].expected == after[good[1].variant_ref]
    assert good[0].quantity == after[good[0].variant_ref]


async def test_without_a_belief_nothing_is_compared(shopify: Counterpart) -> None:
    """`expected=None` overwrites whatever stands there."""
    async with shopify.open() as adapter:
        receipts = await adapter.set_stock(await changes(adapter, 2, expected=None))

    assert [StockAnswer.ACCEPTED] * 2 == [receipt.answer for receipt in receipts]


async def test_a_lost_answer_has_one_effect(shopify: Counterpart) -> None:
    """The call took effect, its answer was lost, it is sent again with the same key: accepted once."""
    journal = Journal()
    async with shopify.open(journal=journal) as adapter:
        wanted = await changes(adapter, 2)
        shopify.fault("answer_lost", times=1, match="SetStock")
        receipts = await adapter.set_stock(wanted)
        after = await standing(adapter)

    assert [StockAnswer.ACCEPTED] * 2 == [receipt.answer for receipt in receipts]
    assert [change.quantity for change in wanted] == [after[change.variant_ref] for change in wanted]
    assert 2 == sum(call.operation == "set stock" for call in journal.calls)


async def test_many_changes_go_in_batches(shopify: Counterpart, monkeypatch: pytest.MonkeyPatch) -> None:
    """No call carries more entries than Shopify takes; lowered here so that a small shop reaches it."""
    monkeypatch.setattr(stock, "MOST", 4)
    journal = Journal()
    async with shopify.open(journal=journal) as adapter:
        wanted = await changes(adapter, 10)
        receipts = await adapter.set_stock(wanted)

    assert [change.key for change in wanted] == [receipt.key for receipt in receipts]
    assert 3 == sum(call.operation == "set stock" for call in journal.calls)


async def test_a_missing_permission_to_write_is_named(shopify: Counterpart) -> None:
    """Reading works, writing does not, and the preflight says so."""
    shopify.fault("missing_scope", scope="write_inventory")
    async with shopify.open() as adapter:
        account = await adapter.verify()
    rows = {check.name: check for check in account.checks}

    assert "fail" == rows["set_stock"].state
    assert "write_inventory" in rows["set_stock"].fix
    assert "pass" == rows["products"].state
