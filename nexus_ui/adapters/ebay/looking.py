"""Looking at single orders and articles: orders by their ids, 50 a call, items by SKU, 25 a call."""

from collections.abc import Sequence
from functools import partial

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.adapters.ebay import listing, translate, wire
from nexus_ui.adapters.ebay.api import INVENTORY_API, Api
from nexus_ui.adapters.ebay.listing import Offers
from nexus_ui.adapters.ebay.refusals import INVENTORY, ORDERS, ThisOneRefused
from nexus_ui.adapters.ebay.sites import Site
from nexus_ui.adapters.ebay.stock import BATCH
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.records import BadRecord

ORDERS_AT_ONCE = 50


async def look(api: Api, offers: Offers, site: Site, named: Sequence[Named]) -> Looked:
    """Each named order and article as it is now, and the stock of what the orders sold."""
    mask = api.http.mask
    sales, bad = await _orders(api.about(ORDERS), _refs(named, About.ORDER))
    ours = [sale for sale in sales if translate.belongs(sale, site)]
    orders, worse = each_translated(ours, translate.order, mask)
    wanted = _refs(named, About.PRODUCT)
    sold = sorted({line.sku for sale in ours for line in sale.line_items if line.sku} - set(wanted))
    items, odd = await _items(api, [*wanted, *sold])
    told = await offers.of(items)
    for_sale, strange = for_sale_on(site, items, told)
    chosen = [one for one in for_sale if one.item.sku in wanted]
    products, wrong = each_translated(chosen, lambda one: translate.product(one, site), mask)
    stocked = [one for one in for_sale if one.offer.format == translate.FIXED_PRICE]
    levels, absurd = each_translated(stocked, lambda one: translate.level(one, site), mask)
    unreadable = [*bad, *worse, *odd, *strange, *wrong, *absurd]
    seen = {*(sale.order_id for sale in ours), *(one.item.sku for one in chosen), *(one.ref for one in unreadable)}
    gone = [one for one in named if one.ref not in seen]
    return Looked(products=products, orders=orders, levels=levels, bad=unreadable, gone=gone)


def for_sale_on(
    site: Site, items: Sequence[wire.Item], told: Sequence[list[wire.Offer] | BadRecord]
) -> tuple[list[wire.ForSale], list[BadRecord]]:
    """The items that are offered on a site, and those whose offers cannot be told."""
    bad = [one for one in told if isinstance(one, BadRecord)]
    found = [
        wire.ForSale(item, offer)
        for item, offers in zip(items, told, strict=True)
        if not isinstance(offers, BadRecord) and (offer := translate.offered(offers, site))
    ]
    return found, bad


async def _orders(api: Api, refs: Sequence[str]) -> tuple[list[wire.Order], list[BadRecord]]:
    found: list[wire.Order] = []
    bad: list[BadRecord] = []
    for start in range(0, len(refs), ORDERS_AT_ONCE):
        book = await listing.orders_named(api, refs[start : start + ORDERS_AT_ONCE])
        found += book.orders
        bad += book.bad
    return found, bad


async def _items(api: Api, skus: Sequence[str]) -> tuple[list[wire.Item], list[BadRecord]]:
    """The items of these SKUs that are there."""
    found: list[wire.Item] = []
    bad: list[BadRecord] = []
    for start in range(0, len(skus), BATCH):
        good, odd = await _some_items(api.one(INVENTORY), skus[start : start + BATCH])
        found += good
        bad += odd
    return found, bad


async def _some_items(api: Api, skus: Sequence[str]) -> tuple[list[wire.Item], list[BadRecord]]:
    """One call, or one for each where eBay refuses it as a whole."""
    body = {"requests": [{"sku": sku} for sku in skus]}
    exchange = Exchange("POST", f"{INVENTORY_API}/bulk_get_inventory_item", "items", json=body)
    try:
        return await api.ask(exchange, partial(listing.found_items, mask=api.http.mask))
    except ThisOneRefused:
        if len(skus) == 1:
            return [], []
    parts = [await _some_items(api, [sku]) for sku in skus]
    return [item for good, _ in parts for item in good], [one for _, bad in parts for one in bad]


def _refs(named: Sequence[Named], about: About) -> list[str]:
    return list(dict.fromkeys(one.ref for one in named if one.about is about))
