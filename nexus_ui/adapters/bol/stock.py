"""Publishing quantities: one call for each offer, after a look at what stands there and who holds the stock.

bol has no compare-and-set, and a quantity is what lies in the seller's warehouse: with `managedByRetailer` only orders
after this update are taken off, which fits a number that already leaves out everything sold.
"""

from collections.abc import Sequence
from functools import partial

from nexus_ui.adapters.bol import wire
from nexus_ui.adapters.bol.api import SET_STOCK, V11, Api
from nexus_ui.adapters.bol.listing import LIST_PAGE, PARALLEL, offers
from nexus_ui.adapters.bol.refusals import ThisOneRefused
from nexus_ui.adapters.bol.translate import BY_BOL, available
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

HELD_BY_BOL = "Bol.com holds the stock of this offer itself, so it cannot be set here."


async def write_stock(api: Api, changes: Sequence[StockChange]) -> list[StockReceipt]:
    """Write every change and return its receipt; raises what the transport raises."""
    standing: dict[str, wire.Offer] = {}
    for start in range(0, len(changes), LIST_PAGE):
        chosen = [change.inventory_ref for change in changes[start : start + LIST_PAGE]]
        found, _, _ = await offers(api, offer_ids=chosen)
        standing |= {offer.offer_id: offer for offer in found}

    async def one(change: StockChange) -> StockReceipt:
        return _objection(change, standing.get(change.inventory_ref)) or await _write(api, change)

    return await side_by_side([partial(one, change) for change in changes], PARALLEL)


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
