"""Publishing quantities: one call for each offer, after a look at what stands there and who holds the stock.

bol has no compare-and-set, and a quantity is what lies in the seller's warehouse: with `managedByRetailer` only orders
after this update are taken off, which fits a number that already leaves out everything sold.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from nexus_ui.adapters.bol import wire
from nexus_ui.adapters.bol.api import SET_STOCK, V11, Api
from nexus_ui.adapters.bol.listing import LIST_PAGE, PARALLEL, offers
from nexus_ui.adapters.bol.refusals import ThisOneRefused
from nexus_ui.adapters.bol.translate import BY_BOL, available
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.adapters.kit.stock import Receipts, batches
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

HELD_BY_BOL = "Bol.com holds the stock of this offer itself, so it cannot be set here."


async def write_stock(api: Api, changes: Sequence[StockChange]) -> list[StockReceipt]:
    """Write every change and return their receipts in the same order; for what is raised, see `Receipts.kept`."""
    receipts = Receipts(changes)
    with receipts.kept():
        for batch in batches(changes, lambda change: change.inventory_ref, LIST_PAGE):
            await _publish(api, batch, receipts)
    return receipts.in_order()


async def _publish(api: Api, batch: Mapping[str, StockChange], receipts: Receipts) -> None:
    found, _, _ = await offers(api, offer_ids=list(batch))
    standing = {offer.offer_id: offer for offer in found}

    async def one(change: StockChange) -> None:
        receipts.add([_objection(change, standing.get(change.inventory_ref)) or await _write(api, change)])

    await side_by_side([partial(one, change) for change in batch.values()], PARALLEL)


def _objection(change: StockChange, offer: wire.Offer | None) -> StockReceipt | None:
    """Why a change is not even tried."""
    if offer is None:
        return None
    if offer.fulfilment.method == BY_BOL:
        return StockReceipt(change.key, StockAnswer.REFUSED, HELD_BY_BOL)
    stands = available(offer.stock) if offer.stock else None
    if change.expected is not None and stands != change.expected:
        return StockReceipt(change.key, StockAnswer.STALE, f"It holds {stands} by now.")
    return None


async def _write(api: Api, change: StockChange) -> StockReceipt:
    exchange = Exchange(
        "PATCH",
        f"/retailer/offers/{change.inventory_ref}",
        SET_STOCK,
        json={"stock": {"amount": change.quantity, "managedByRetailer": True}},
        headers={"Accept": V11, "Content-Type": V11},
    )
    try:
        await api.ask(exchange, lambda answer: answer)
    except ThisOneRefused as refusal:
        return StockReceipt(change.key, StockAnswer.REFUSED, refusal.message)
    return StockReceipt(change.key, StockAnswer.ACCEPTED)
