"""Publishing quantities of the seller's own stock: few by a patch each, many in one feed. Amazon's stock never.

Amazon has no compare-and-set, so what stands there, and who holds it, is read in lots just before it is written. A
patch merges: lead time and restock date stay. https://developer-docs.amazon.com/sp-api/docs/merge-a-listing
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.amazon import feeds, wire
from nexus_ui.adapters.amazon.api import Api, Seller
from nexus_ui.adapters.amazon.listing import LISTING_DATA, PAGE, listings
from nexus_ui.adapters.amazon.refusals import ThisOneRefused
from nexus_ui.adapters.amazon.translate import AMAZONS, is_held_by_amazon, merchants, receipt, summary
from nexus_ui.adapters.amazon.usage import LISTING, PATCH
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.adapters.kit.stock import Receipts
from nexus_ui.records import StockAnswer, StockChange, StockReceipt

BULK_FROM = 200
"""From so many changes on a feed is quicker than a patch each at five a second, although it answers in minutes."""

AT_ONCE = 4
ANY_TYPE = "PRODUCT"
UNKNOWN = "Amazon does not know this SKU in this account."
HELD = "Amazon holds this stock itself (FBA), so it cannot be set here."
ACCEPTED = {"ACCEPTED", "VALID"}
UNSAID = wire.Issue(message="Amazon calls it invalid and does not say why.", severity="ERROR")
_listing = msgspec.json.Decoder(wire.Listing)
_submission = msgspec.json.Decoder(wire.Submission)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that may be written, and the product type Amazon wants to hear with it."""

    change: StockChange
    product_type: str

    @property
    def patch(self) -> dict[str, Any]:
        """What is said to Amazon: this channel's quantity, and nothing else of the listing."""
        value = {"fulfillment_channel_code": self.change.location_ref, "quantity": self.change.quantity}
        return {"op": "merge", "path": "/attributes/fulfillment_availability", "value": [value]}


async def write_stock(api: Api, changes: Sequence[StockChange]) -> list[StockReceipt]:
    """Write every change and return their receipts in the same order; for what is raised, see `Receipts.kept`."""
    if not changes:
        return []
    receipts = Receipts(changes)
    with receipts.kept():
        seller = await api.seller()
        there = await standing(api, seller, list(dict.fromkeys(change.inventory_ref for change in changes)))
        wanted: list[Wanted] = []
        for change in changes:
            stands = there.get(change.inventory_ref)
            objection = _objection(change, stands)
            if objection:
                receipts.add([objection])
            elif stands:
                shown = summary(stands, seller.store)
                wanted.append(Wanted(change, shown.product_type if shown else ANY_TYPE))
        await _write(api, seller, wanted, receipts)
    return receipts.in_order()


async def preview(api: Api, seller: Seller, listing: wire.Listing, channel: wire.Availability) -> wire.Submission:
    """Ask whether a listing's quantity could be written as it stands; nothing is changed. Raises PermissionMissing."""
    change = StockChange(listing.sku, listing.sku, channel.fulfillment_channel_code, channel.quantity or 0, None, "")
    shown = summary(listing, seller.store)
    asked = Wanted(change, shown.product_type if shown else ANY_TYPE)
    return await _submit(api, seller, asked, mode="VALIDATION_PREVIEW")


async def _write(api: Api, seller: Seller, wanted: Sequence[Wanted], receipts: Receipts) -> None:
    if len(wanted) >= BULK_FROM:
        messages = [(one.change, one.product_type, one.patch) for one in wanted]
        async for told in feeds.write(api, seller, messages):
            receipts.add(told)
        return

    async def patch(one: Wanted) -> None:
        receipts.add([await _write_one(api, seller, one)])

    await side_by_side([partial(patch, one) for one in wanted], AT_ONCE)


async def _write_one(api: Api, seller: Seller, one: Wanted) -> StockReceipt:
    key = one.change.key
    try:
        told = await _submit(api, seller, one)
    except ThisOneRefused as refusal:
        return StockReceipt(key, StockAnswer.REFUSED, refusal.message)
    return receipt(key, [] if told.status in ACCEPTED else told.issues or [UNSAID])


async def _submit(api: Api, seller: Seller, one: Wanted, mode: str | None = None) -> wire.Submission:
    exchange = Exchange(
        "PATCH",
        _path(seller, one.change.inventory_ref),
        PATCH,
        params={"marketplaceIds": seller.store.id, **({"mode": mode} if mode else {})},
        json={"productType": one.product_type, "patches": [one.patch]},
    )
    return await api.ask(exchange, lambda answer: _submission.decode(answer.body))


async def standing(api: Api, seller: Seller, skus: Sequence[str]) -> dict[str, wire.Listing]:
    """The listings behind SKUs, twenty a call; a SKU with a comma cannot stand in a list and is asked for alone."""
    plain = [sku for sku in skus if "," not in sku]
    lots = [plain[start : start + PAGE] for start in range(0, len(plain), PAGE)]
    pages = await side_by_side([partial(_lot, api, seller, lot) for lot in lots], AT_ONCE)
    alone = await side_by_side([partial(_alone, api, seller, sku) for sku in skus if "," in sku], AT_ONCE)
    return {one.sku: one for one in [*(one for page in pages for one in page), *(one for one in alone if one)]}


async def _lot(api: Api, seller: Seller, lot: Sequence[str]) -> list[wire.Listing]:
    found, _, _, _ = await listings(api, seller, identifiers=lot, identifiersType="SKU")
    return found


async def _alone(api: Api, seller: Seller, sku: str) -> wire.Listing | None:
    def decode(answer: Answer) -> wire.Listing:
        return _listing.decode(answer.body)

    try:
        return await api.get(
            _path(seller, sku), LISTING, decode, marketplaceIds=seller.store.id, includedData=LISTING_DATA
        )
    except ThisOneRefused:
        return None


def _objection(change: StockChange, stands: wire.Listing | None) -> StockReceipt | None:
    """Why a change is not even tried."""
    if stands is None:
        return StockReceipt(change.key, StockAnswer.REFUSED, UNKNOWN)
    if is_held_by_amazon(stands) or change.location_ref.startswith(AMAZONS):
        return StockReceipt(change.key, StockAnswer.REFUSED, HELD)
    there = {one.fulfillment_channel_code: one.quantity for one in merchants(stands)}.get(change.location_ref)
    if change.expected is not None and there is not None and there != change.expected:
        return StockReceipt(change.key, StockAnswer.STALE, f"It holds {there} by now.")
    return None


def _path(seller: Seller, sku: str) -> str:
    return f"/listings/2021-08-01/items/{seller.id}/{quote(sku, safe='')}"
