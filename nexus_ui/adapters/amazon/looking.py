"""Looking at single things now: orders one by one (half a call a second), SKUs twenty a call, Amazon's stock fifty."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from nexus_ui import clock
from nexus_ui.adapters.amazon import listing, translate, wire
from nexus_ui.adapters.amazon.api import Api, Seller
from nexus_ui.adapters.amazon.refusals import ThisOneRefused
from nexus_ui.adapters.amazon.stock import AT_ONCE, standing
from nexus_ui.adapters.amazon.usage import ORDERS
from nexus_ui.adapters.amazon.walk import stamp
from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.records import BadRecord, Order, Product, StockLevel

HELD_AT_ONCE = 50
MANY, LATELY = 20, timedelta(hours=1)
"""So many orders are named after something that happened within the last hour, as a rule."""


async def look(api: Api, named: Sequence[Named]) -> Looked:
    """Each named thing as it is now; a SKU comes with its listing and, where Amazon holds it, with that stock."""
    seller = await api.seller()
    refs = list(dict.fromkeys(one.ref for one in named if one.about is About.ORDER))
    found = await _orders(api, seller, refs)
    orders = [one for one in found if isinstance(one, Order)]
    skus = list(dict.fromkeys(one.ref for one in named if one.about in (About.PRODUCT, About.STOCK)))
    products, levels, bad = await _skus(api, seller, skus)
    there = {*(order.ref for order in orders), *(product.ref for product in products)}
    set_aside = [*bad, *(one for one in found if isinstance(one, BadRecord))]
    named_bad = {one.ref for one in set_aside}
    gone = [one for one in named if one.ref not in there and one.ref not in named_bad]
    return Looked(products=products, orders=orders, levels=levels, bad=set_aside, gone=gone)


async def _orders(api: Api, seller: Seller, refs: Sequence[str]) -> list[Order | BadRecord | None]:
    """The orders named; where they are many, one search for what changed lately spares most of the single calls."""
    recent: dict[str, wire.Order] = {}
    if len(refs) >= MANY and api.http.limiter.expected_wait(ORDERS, 1) == 0:
        page, _, _ = await listing.orders(api, seller, stamp(clock.utcnow() - LATELY), None)
        recent = {one.order_id: one for one in page}
    known = [_translated(api, recent[ref]) for ref in refs if ref in recent]
    others = [partial(_order, api, seller, ref) for ref in refs if ref not in recent]
    return [*known, *await side_by_side(others, AT_ONCE)]


async def _order(api: Api, seller: Seller, ref: str) -> Order | BadRecord | None:
    """One order of this store; None for one Amazon does not know or that belongs to another store."""
    try:
        told = await listing.order(api, ref)
    except ThisOneRefused:
        return None
    if isinstance(told, BadRecord):
        return told
    if told.sales_channel and told.sales_channel.marketplace_id not in (None, seller.store.id):
        return None
    return _translated(api, told)


def _translated(api: Api, told: wire.Order) -> Order | BadRecord:
    good, bad = each_translated([told], translate.order, api.http.mask)
    return good[0] if good else bad[0]


async def _skus(
    api: Api, seller: Seller, skus: Sequence[str]
) -> tuple[list[Product], list[StockLevel], list[BadRecord]]:
    there = [one for one in (await standing(api, seller, skus)).values() if translate.summary(one, seller.store)]
    products, bad = each_translated(there, partial(translate.product, store=seller.store), api.http.mask)
    by_amazon = [one.sku for one in there if translate.is_held_by_amazon(one) and "," not in one.sku]
    held: list[wire.Held] = []
    for start in range(0, len(by_amazon), HELD_AT_ONCE):
        some, worse = await listing.held_of(api, seller, by_amazon[start : start + HELD_AT_ONCE])
        held, bad = held + some, bad + worse
    levels, worst = each_translated(held, translate.held, api.http.mask)
    return products, levels, bad + worst
