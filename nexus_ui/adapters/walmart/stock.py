"""Publishing quantities: few of them one by one, many in a feed, each with its own answer.

What is published is what can be sold; Walmart takes the total, sold and not yet shipped included, so what is reserved
is added. There is no compare-and-set: what stands there is read just before it is written.
https://developer.walmart.com/us-marketplace/docs/get-all-item-inventories-for-all-ship-nodes-beta (read 2026-11-23)
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.adapters.walmart import shelves, wire
from nexus_ui.adapters.walmart.api import Api, address
from nexus_ui.adapters.walmart.feeds import Entry, publish
from nexus_ui.adapters.walmart.refusals import INVENTORY, ThisOneRefused
from nexus_ui.adapters.walmart.translate import WALMARTS_STOCK, pieces
from nexus_ui.errors import SkipRecord
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

PARALLEL = 4
BULK_FROM = 101
"""From so many changes on a feed is quicker than two calls for each."""

GONE = "Walmart knows no stock of this SKU at this ship node."
HELD_BY_WALMART = "Walmart holds this stock itself (WFS); it can only be read."
Spot = tuple[str, str]
"""A SKU at a ship node."""

_shelf = msgspec.json.Decoder(wire.Shelf)


class Written(msgspec.Struct):
    """What a single write answers."""

    sku: str
    quantity: wire.Quantity


_written = msgspec.json.Decoder(Written)


async def write_stock(api: Api, changes: Sequence[StockChange]) -> list[StockReceipt]:
    """Write every change and return its receipt, in their order; raises what the transport raises."""
    held = await shelves.held_stock(api) if changes else {}
    receipts = {
        change.key: StockReceipt(change.key, StockAnswer.REFUSED, HELD_BY_WALMART)
        for change in changes
        if change.location_ref == WALMARTS_STOCK or change.inventory_ref in held
    }
    own = [change for change in changes if change.key not in receipts]
    for batch in batches(own):
        receipts |= await _write(api, batch)
    return [receipts[change.key] for change in changes]


def batches(changes: Sequence[StockChange]) -> Iterator[dict[Spot, StockChange]]:
    """Changes by spot in the batches to send, in order: a second change of the same spot waits for a later one."""
    filling: dict[Spot, StockChange] = {}
    for change in changes:
        spot = (change.inventory_ref, change.location_ref)
        if spot in filling:
            yield filling
            filling = {}
        filling[spot] = change
    if filling:
        yield filling


async def _write(api: Api, batch: Mapping[Spot, StockChange]) -> dict[str, StockReceipt]:
    many = len(batch) >= BULK_FROM
    skus = list(dict.fromkeys(sku for sku, _ in batch))
    standing = await _all_standing(api) if many else await _standing(api, skus)
    told: dict[str, StockReceipt] = {}
    amounts: dict[Spot, int] = {}
    for spot, change in batch.items():
        node = standing.get(spot)
        if node is None:
            told[change.key] = StockReceipt(change.key, StockAnswer.REFUSED, GONE)
        elif change.expected is not None and _available(node) != change.expected:
            told[change.key] = StockReceipt(change.key, StockAnswer.STALE, f"It holds {_available(node)} by now.")
        else:
            amounts[spot] = change.quantity + _reserved(node)
    if many:
        answers = await publish(api, [Entry(*spot, amount) for spot, amount in amounts.items()])
    else:
        jobs = [partial(_write_one, api, spot, amount) for spot, amount in amounts.items()]
        answers = dict(zip(amounts, await side_by_side(jobs, PARALLEL), strict=True))
    return told | {
        batch[spot].key: StockReceipt(batch[spot].key, *_verdict(answers.get(spot, "Walmart did not answer for it.")))
        for spot in amounts
    }


async def _standing(api: Api, skus: Sequence[str]) -> dict[Spot, wire.Node]:
    """What stands at each spot of these SKUs."""
    found = await side_by_side([partial(_look, api, sku) for sku in skus], PARALLEL)
    return {(sku, node.ship_node): node for sku, nodes in zip(skus, found, strict=True) for node in nodes}


async def _all_standing(api: Api) -> dict[Spot, wire.Node]:
    """What stands at every spot."""
    own, _ = await shelves.seller_stock(api)
    return {(sku, node.ship_node): node for sku, shelf in own.items() for node in shelf.nodes}


async def _look(api: Api, sku: str) -> list[wire.Node]:
    """What the ship nodes hold of a SKU; nothing of one that Walmart does not know."""
    path = f"/v3/inventories/{quote(sku, safe='')}"
    try:
        return await api.get(path, "inventory", INVENTORY, lambda answer: _shelf.decode(answer.body).nodes)
    except ThisOneRefused:
        return []


async def _write_one(api: Api, spot: Spot, amount: int) -> str:
    """Write one quantity; why it was refused, or an empty text."""
    sku, node = spot
    exchange = Exchange(
        "PUT",
        address("/v3/inventory", {"sku": sku, "shipNode": node}),
        "set_stock",
        json={"sku": sku, "quantity": {"unit": "EACH", "amount": amount}},
    )

    def confirmed(answer: Answer) -> str:
        now = _written.decode(answer.body).quantity.amount
        return "" if now == amount else f"Walmart answered with {now}."

    try:
        return await api.ask(exchange, INVENTORY, confirmed)
    except ThisOneRefused as refusal:
        return refusal.message


def _available(node: wire.Node) -> Decimal | None:
    return node.avail_to_sell_qty.amount if node.avail_to_sell_qty else None


def _reserved(node: wire.Node) -> int:
    """Pieces that are sold and not yet shipped; none where that makes no sense."""
    try:
        return max(0, pieces(node.reserved_qty.amount, node.ship_node)) if node.reserved_qty else 0
    except SkipRecord:
        return 0


def _verdict(refusal: str) -> tuple[StockAnswer, str]:
    return (StockAnswer.REFUSED, refusal) if refusal else (StockAnswer.ACCEPTED, "")
