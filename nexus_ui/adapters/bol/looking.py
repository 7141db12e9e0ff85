"""Looking at single offers and orders by their ids, translated as the walks do, and at what the orders sold."""

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from nexus_ui.adapters.bol import listing, translate, wire
from nexus_ui.adapters.bol.api import Api
from nexus_ui.adapters.bol.listing import LIST_PAGE, PARALLEL
from nexus_ui.adapters.bol.refusals import NotThere, ThisOneRefused
from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord, Order


async def look(api: Api, named: Sequence[Named]) -> Looked:
    """Each named offer and order as it is now, and the stock of what the orders sold; `api` judges single things."""
    refs = list(dict.fromkeys(one.ref for one in named if one.about is About.ORDER))
    found = await side_by_side([partial(_order, api, ref) for ref in refs], PARALLEL)
    orders = [one for one in found if isinstance(one, Order)]
    bad = [one for one in found if isinstance(one, BadRecord)]
    wanted = {one.ref for one in named if one.about is About.PRODUCT}
    sold = {line.variant_ref for order in orders for line in order.lines if line.variant_ref}
    offers, odd = await _offers(api, sorted(wanted | sold))
    products, worse = each_translated(offers, translate.product, api.http.mask)
    bad += [record for record in (*odd, *worse) if record.ref in wanted]
    seen = {*(one.ref for one in orders), *(one.ref for one in products), *(record.ref for record in bad)}
    return Looked(
        products=[one for one in products if one.ref in wanted],
        orders=orders,
        levels=[
            level for one in products if one.ref not in wanted for variant in one.variants for level in variant.levels
        ],
        bad=bad,
        gone=[one for one in named if one.ref not in seen],
    )


async def _order(api: Api, ref: str) -> Order | BadRecord | None:
    """An order as it is now, why it makes no sense, or None where there is none."""
    try:
        told = await listing.order(api, ref)
    except NotThere:
        return None
    except ThisOneRefused as refusal:
        return BadRecord(ref, refusal.message)
    if isinstance(told, BadRecord):
        return told
    try:
        return translate.order(told, translate.progress(told.order_items))
    except SkipRecord as skip:
        return BadRecord(ref, skip.message, f"order {ref}")


async def _offers(api: Api, refs: Sequence[str]) -> tuple[list[wire.Offer], list[BadRecord]]:
    """Those of these offers that are there; what is no offer's id names none, and would spoil the question."""
    ids = [ref for ref in refs if _is_offer_id(ref)]
    good: list[wire.Offer] = []
    bad: list[BadRecord] = []
    for start in range(0, len(ids), LIST_PAGE):
        found, odd, _ = await listing.offers(api, offer_ids=ids[start : start + LIST_PAGE])
        good += found
        bad += odd
    return good, bad


def _is_offer_id(ref: str) -> bool:
    try:
        UUID(ref)
    except ValueError:
        return False
    return True
