"""Publishing stock at bol: own offers only, item by item, and never over a sale."""

import json

from nexus_ui.adapters import CATALOGUE
from nexus_ui.records import StockAnswer, StockChange
from nexus_ui.sandbox.bol.account import offer_id
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import Journal, counterpart_of

BOL = CATALOGUE["bol"]
OWN, HELD = offer_id(3), offer_id(2)


def change(ref: str, quantity: int, expected: int | None = None) -> StockChange:
    """A change of one offer."""
    return StockChange(ref, ref, "retailer", quantity, expected, ref)


async def test_stock_held_by_bol_is_refused_before_it_is_sent(sandbox: Running) -> None:
    """Only the seller's own stock is ever written."""
    journal = Journal()
    async with counterpart_of(BOL, sandbox).open(journal=journal) as adapter:
        receipts = await adapter.set_stock([change(HELD, 5), change(OWN, 5)])

    assert [StockAnswer.REFUSED, StockAnswer.ACCEPTED] == [receipt.answer for receipt in receipts]
    assert "holds the stock" in receipts[0].said
    assert [OWN] == [call.url.rpartition("/")[2] for call in journal.calls if call.method == "PATCH"]


async def test_a_sale_in_between_is_not_written_over(sandbox: Running) -> None:
    """What stands there differs from what was expected, so the change is stale."""
    counterpart = counterpart_of(BOL, sandbox)
    counterpart.shop.set_stock(3, 0, 40)
    async with counterpart.open() as adapter:
        receipts = await adapter.set_stock([change(OWN, 9, expected=41)])

    assert [StockAnswer.STALE] == [receipt.answer for receipt in receipts]
    assert 40 == counterpart.shop.stock(3, 0)


async def test_a_write_says_that_the_panel_manages_the_stock(sandbox: Running) -> None:
    """The body is the one field that changes, with `managedByRetailer`."""
    counterpart = counterpart_of(BOL, sandbox)
    before = counterpart.sandbox.world.calls.total
    async with counterpart.open() as adapter:
        await adapter.set_stock([change(OWN, 12)])
    bodies = [json.loads(c.body) for c in counterpart.sandbox.world.calls.find(after=before) if c.method == "PATCH"]

    assert [{"stock": {"amount": 12, "managedByRetailer": True}}] == bodies


async def test_a_hundred_changes_are_looked_at_in_lots_and_all_answered(sandbox: Running) -> None:
    """Fifty ids a look, one write each, and a receipt for every key in order."""
    journal = Journal()
    changes = [change(offer_id(index), index) for index in range(130) if index % 3 != 2]
    async with counterpart_of(BOL, sandbox).open(journal=journal) as adapter:
        receipts = await adapter.set_stock(changes)

    assert [one.key for one in changes] == [receipt.key for receipt in receipts]
    assert {StockAnswer.ACCEPTED} == {receipt.answer for receipt in receipts}
    assert 2 == sum(call.operation == "offers" for call in journal.calls)
