"""Publishing quantities: few of them one by one, many in a feed, each with its own answer.

What is published is what can be sold; Walmart takes the total, sold and not yet shipped included, so what is reserved
is added. There is no compare-and-set: what stands there is read just before it is written.
https://developer.walmart.com/us-marketplace/docs/get-all-item-inventories-for-all-ship-nodes-beta (read 2026-11-23)
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.adapters.kit.stock import Receipts, batches
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
    """Write every change and return their receipts in the same order; for what is raised, see `Receipts.kept`."""
    receipts = Receipts(changes)
    with receipts.kept():
        held = await shelves.held_stock(api) if changes else {}
        receipts.add(
            StockReceipt(change.key, StockAnswer.REFUSED, HELD_BY_WALMART)
            for change in changes
            if change.location_ref == WALMARTS_STOCK or change.inventory_ref in held
        )
        for batch in batches(receipts.missing(), lambda change: (change.inventory_ref, change.location_ref)):
            await _write(api, batch, receipts)
    return receipts.in_order()


async def _write(api: Api, batch: Mapping[Spot, StockChange], receipts: Receipts) -> None:
    many = len(batch) >= BULK_FROM
    skus = list(dict.fromkeys(sku for sku, _ in batch))
    standing = await _all_standing(api) if many else await _standing(api, skus)
    amounts: dict[Spot, int] = {}
    for spot, change in batch.items():
        node = standing.get(spot)
        if node is None:
            receipts.add([StockReceipt(change.key, StockAnswer.REFUSED, GONE)])
        elif change.expected is not None and _available(node) != change.expected:
            receipts.add([StockReceipt(change.key, StockAnswer.STALE, f"It holds {_available(node)} by now.")])
        else:
            amounts[spot] = change.quantity + _reserved(node)
    if many:
        async for told in publish(api, [Entry(*spot, amount) for spot, amount in amounts.items()]):
            receipts.add(_receipt(batch[spot], refusal) for spot, refusal in told.items())
        return

    async def one(spot: Spot, amount: int) -> None:
        receipts.add([_receipt(batch[spot], await _write_one(api, spot, amount))])

    await side_by_side([partial(one, spot, amount) for spot, amount in amounts.items()], PARALLEL)


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


def _receipt(change: StockChange, refusal: str) -> StockReceipt:
    return StockReceipt(change.key, StockAnswer.REFUSED if refusal else StockAnswer.ACCEPTED, refusal)
