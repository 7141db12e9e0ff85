"""Publishing quantities: the item's and its offer's together, up to 25 SKUs a call, each with its own answer.

eBay has no compare-and-set, so what stands there is read just before; what stands as wanted costs no revision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.ebay import wire
from nexus_ui.adapters.ebay.api import INVENTORY_API, Api
from nexus_ui.adapters.ebay.listing import AT_ONCE, single
from nexus_ui.adapters.ebay.refusals import ThisOneRefused
from nexus_ui.adapters.ebay.revisions import A_DAY, REVISIONS
from nexus_ui.adapters.ebay.translate import FIXED_PRICE, PUBLISHED
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.adapters.kit.stock import Receipts, batches
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

BATCH = 25
"""The most SKUs of one bulk call. eBay's prose speaks of one, its schema of 25: a refused call is sent one by one."""

UPDATE = f"{INVENTORY_API}/bulk_update_price_quantity"
GONE = "eBay does not know this SKU any more."
NO_OFFER = "The offer of this SKU is not there any more, or it is an auction."
BY_WAREHOUSE = "This stock is kept by warehouse at eBay; change it there."
WORN_OUT = f"This listing was revised {A_DAY} times today, which is all eBay takes. It goes on tomorrow, Pacific time."
AS_WANTED = "It stood so already."
SILENT = "eBay's answer does not mention this SKU."

_found = msgspec.json.Decoder(wire.FoundItems)
_updates = msgspec.json.Decoder(wire.Updates)


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at eBay for one change."""

    shipping: wire.ShipToHome
    offer: wire.Offer

    @property
    def available(self) -> int | None:
        """What buyers can order now."""
        told = self.offer.available_quantity
        return self.shipping.quantity if told is None else told

    @property
    def listing_id(self) -> str:
        """The listing that a write revises; empty when none is published."""
        published = self.offer.status == PUBLISHED and self.offer.listing is not None
        return self.offer.listing.listing_id if published and self.offer.listing else ""


class Stockroom:
    """Writes the stock of one seller on one site."""

    def __init__(self, api: Api, site: str) -> None:
        """Write through `api`, whose refusals are about what was sent."""
        self._api, self._site = api, site

    async def write(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Write every change and return their receipts in the same order; for what is raised, see `Receipts.kept`."""
        receipts = Receipts(changes)
        with receipts.kept():
            for batch in batches(changes, lambda change: change.variant_ref, BATCH):
                await self._write(batch, receipts)
        return receipts.in_order()

    async def _write(self, batch: Mapping[str, StockChange], receipts: Receipts) -> None:
        items = await self._items(list(batch))
        offers = await side_by_side([partial(self._offer, change) for change in batch.values()], AT_ONCE)
        wanted: dict[str, tuple[StockChange, Standing]] = {}
        for (sku, change), offer in zip(batch.items(), offers, strict=True):
            verdict = self._look(change, items.get(sku), offer)
            if isinstance(verdict, StockReceipt):
                receipts.add([verdict])
            else:
                wanted[sku] = (change, verdict)
        if wanted:
            await self._send(wanted, receipts)

    def _look(
        self, change: StockChange, item: wire.Standing | None, offer: wire.Offer | None
    ) -> StockReceipt | Standing:
        """What stands there, or the answer to a change that is not to be sent."""
        if item is None:
            return StockReceipt(change.key, StockAnswer.REFUSED, GONE)
        if offer is None or offer.format != FIXED_PRICE or offer.marketplace_id != self._site:
            return StockReceipt(change.key, StockAnswer.REFUSED, NO_OFFER)
        shipping = item.availability.ship_to_location_availability if item.availability else None
        standing = Standing(shipping or wire.ShipToHome(), offer)
        if standing.shipping.availability_distributions:
            return StockReceipt(change.key, StockAnswer.REFUSED, BY_WAREHOUSE)
        if change.expected is not None and standing.available != change.expected:
            return StockReceipt(change.key, StockAnswer.STALE, f"It holds {standing.available} by now.")
        if standing.available == change.quantity == standing.shipping.quantity:
            return StockReceipt(change.key, StockAnswer.ACCEPTED, AS_WANTED)
        if standing.listing_id and not REVISIONS.take(standing.listing_id):
            return StockReceipt(change.key, StockAnswer.REFUSED, WORN_OUT)
        return standing

    async def _items(self, skus: Sequence[str]) -> dict[str, wire.Standing]:
        """The items of these SKUs, without those that are not there."""
        body = {"requests": [{"sku": sku} for sku in skus]}
        exchange = Exchange("POST", f"{INVENTORY_API}/bulk_get_inventory_item", "items", json=body)
        try:
            told = await self._api.ask(exchange, lambda answer: _found.decode(answer.body).responses)
        except ThisOneRefused:
            if len(skus) == 1:
                return {}
            parts = [await self._items([sku]) for sku in skus]
            return {sku: item for part in parts for sku, item in part.items()}
        return {it.sku: it.inventory_item for it in told if it.inventory_item and it.status_code < 300}

    async def _offer(self, change: StockChange) -> wire.Offer | None:
        path = f"{INVENTORY_API}/offer/{quote(change.inventory_ref, safe='')}"
        try:
            return await self._api.get(path, "offers", lambda answer: single(answer, wire.Offer))
        except ThisOneRefused:
            return None

    async def _send(self, wanted: Mapping[str, tuple[StockChange, Standing]], receipts: Receipts) -> None:
        body = {"requests": [_request(sku, *one) for sku, one in wanted.items()]}
        exchange = Exchange("POST", UPDATE, "set stock", json=body)
        try:
            told = await self._api.ask(exchange, lambda answer: _updates.decode(answer.body).responses)
        except ThisOneRefused as refusal:
            if len(wanted) > 1:
                for sku, one in wanted.items():
                    await self._send({sku: one}, receipts)
                return
            code = refusal.detail.partition("\n")[0]
            receipts.add(
                StockReceipt(change.key, StockAnswer.REFUSED, refusal.message, code) for change, _ in wanted.values()
            )
            return
        receipts.add(_receipt(change, sku, told) for sku, (change, _) in wanted.items())


def _request(sku: str, change: StockChange, standing: Standing) -> dict[str, Any]:
    """The update of one SKU; a quantity of its own is written to published offers only."""
    told: dict[str, Any] = {"sku": sku, "shipToLocationAvailability": {"quantity": change.quantity}}
    if standing.listing_id:
        told["offers"] = [{"offerId": standing.offer.offer_id, "availableQuantity": change.quantity}]
    return told


def _receipt(change: StockChange, sku: str, told: Sequence[wire.Written]) -> StockReceipt:
    """What the answer says of one SKU: accepted when all its parts are."""
    parts = [one for one in told if one.sku == sku or (one.offer_id and one.offer_id == change.inventory_ref)]
    if not parts:
        return StockReceipt(change.key, StockAnswer.REFUSED, SILENT)
    refused = [one for one in parts if one.status_code >= 300 or one.errors]
    if not refused:
        return StockReceipt(change.key, StockAnswer.ACCEPTED)
    errors = [error for one in refused for error in one.errors]
    said = " ".join(error.said for error in errors) or f"eBay answered {refused[0].status_code}."
    return StockReceipt(change.key, StockAnswer.REFUSED, said, f"{errors[0].error_id if errors else ''}")
