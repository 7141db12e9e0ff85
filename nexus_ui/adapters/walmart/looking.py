"""Looking at single items, orders and stock by their ids, translated as the walks do, and at what the orders sold."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.decode import each_translated, each_typed
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.adapters.walmart import listing, shelves, translate, wire
from nexus_ui.adapters.walmart.api import Api
from nexus_ui.adapters.walmart.refusals import INVENTORY, NothingThere, ThisOneRefused
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord, Order, Product, StockLevel

PARALLEL = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of one SKU: on the seller's shelves, and at Walmart (None: it holds none of it)."""

    shelf: wire.Shelf | None
    odd: str
    held: tuple[StockLevel, ...] | None

    @property
    def levels(self) -> tuple[StockLevel, ...]:
        """All of it; raises SkipRecord for what makes no sense."""
        if self.odd:
            raise SkipRecord(f"Its stock makes no sense: {self.odd}.", "")
        return (*(translate.levels(self.shelf) if self.shelf else ()), *(self.held or ()))


async def look(api: Api, named: Sequence[Named]) -> Looked:
    """Each named item, order and stock as it is now, and the stock of what the orders sold."""
    found = await side_by_side([partial(_order, api, ref) for ref in _refs(named, About.ORDER)], PARALLEL)
    orders = [one for one in found if isinstance(one, Order)]
    items = await side_by_side([partial(_item, api, sku) for sku in _refs(named, About.PRODUCT)], PARALLEL)
    products = [one for one in items if isinstance(one, Product)]
    bad = [one for one in (*found, *items) if isinstance(one, BadRecord)]
    there = {one.ref for one in products}
    sold = {line.variant_ref for order in orders for line in order.lines if line.variant_ref}
    counted = sorted({*_refs(named, About.STOCK), *sold} - there)
    stock = await side_by_side([partial(_levels, api, sku) for sku in counted], PARALLEL)
    levels = [level for one in stock if not isinstance(one, BadRecord) for level in one]
    bad += [one for one in stock if isinstance(one, BadRecord) and one.ref not in sold]
    seen = {*there, *(one.ref for one in orders), *(one.variant_ref for one in levels), *(one.ref for one in bad)}
    return Looked(products, orders, levels, bad, [one for one in named if one.ref not in seen])


def _refs(named: Sequence[Named], about: About) -> list[str]:
    return list(dict.fromkeys(one.ref for one in named if one.about is about))


async def _order(api: Api, ref: str) -> Order | BadRecord | None:
    """An order as it is now, why it makes no sense, or None where there is none."""
    try:
        row = await listing.order(api, ref)
    except NothingThere:
        return None
    except ThisOneRefused as refusal:
        return BadRecord(ref, refusal.message)
    typed, bad = each_typed([row.told], wire.Order, api.http.mask, "purchaseOrderId")
    orders, odd = each_translated(typed, translate.order, api.http.mask)
    told: list[Order | BadRecord] = [*orders, *bad, *odd]
    return told[0]


async def _item(api: Api, sku: str) -> Product | BadRecord | None:
    """An item with its stock, why it makes no sense, or None where there is none."""
    try:
        sheet = await listing.item(api, sku)
    except ThisOneRefused as refusal:
        return BadRecord(sku, refusal.message)
    told = [row.told for row in sheet.rows if row.key == sku]
    if not told:
        return None
    standing = await _standing(api, sku)
    typed, bad = each_typed(told[:1], wire.Item, api.http.mask, "sku")
    products, odd = each_translated(
        typed, lambda item: translate.product(item, standing.shelf, standing.odd, standing.held), api.http.mask
    )
    found: list[Product | BadRecord] = [*products, *bad, *odd]
    return found[0]


async def _levels(api: Api, sku: str) -> Sequence[StockLevel] | BadRecord:
    try:
        return (await _standing(api, sku)).levels
    except SkipRecord as skip:
        return BadRecord(sku, skip.message)


async def _standing(api: Api, sku: str) -> Standing:
    """What there is of a SKU."""

    def decode(answer: Answer) -> tuple[wire.Shelf | None, str]:
        try:
            return msgspec.convert(msgspec.json.decode(answer.body), wire.Shelf), ""
        except (msgspec.ValidationError, ValueError) as error:
            return None, str(error)

    try:
        shelf, odd = await api.get(f"/v3/inventories/{quote(sku, safe='')}", "inventory", INVENTORY, decode)
    except ThisOneRefused:
        shelf, odd = None, ""
    sheet = await listing.held(api, 0, None, sku)
    if sku not in {row.key for row in sheet.rows}:
        return Standing(shelf, odd, None)
    levels, _ = shelves.held_levels(sheet, api.http.mask)
    return Standing(shelf, odd, tuple(level for level in levels if level.variant_ref == sku)[:1])
