"""All that lies somewhere, read at the beginning of a walk over items: their list does not say how many there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from nexus_ui.adapters.kit.decode import each_translated, each_typed
from nexus_ui.adapters.walmart import listing, translate, wire
from nexus_ui.adapters.walmart.api import Api
from nexus_ui.adapters.walmart.refusals import NothingThere
from nexus_ui.errors import Surprise, Unavailable
from nexus_ui.records import BadRecord, StockLevel

MOST_TRIES = 3
"""A cursor counts once and in its turn (since 2026-05-15), so a page that got lost costs a new beginning."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """By SKU: what ship nodes hold, what is wrong with odd entries of theirs, what Walmart holds as far as it tells."""

    own: Mapping[str, wire.Shelf]
    odd: Mapping[str, str]
    held: Mapping[str, tuple[StockLevel, ...]]


async def everything(api: Api) -> Shelves:
    """The whole stock of an account; raises what the transport raises."""
    own, odd = await seller_stock(api)
    return Shelves(own, odd, await held_stock(api))


async def held_stock(api: Api) -> dict[str, tuple[StockLevel, ...]]:
    """Every SKU that Walmart holds, with its level where that makes sense."""
    held: dict[str, tuple[StockLevel, ...]] = {}
    offset: int | None = 0
    while offset is not None:
        sheet = await listing.held(api, offset, None)
        levels, _ = held_levels(sheet, api.http.mask)
        held |= {row.key: () for row in sheet.rows} | {level.variant_ref: (level,) for level in levels}
        offset = behind(sheet, offset)
    return held


def behind(sheet: listing.Sheet, offset: int) -> int | None:
    """Where the next page of what Walmart holds begins; None after the last one."""
    reached = offset + len(sheet.rows)
    return reached if sheet.rows and reached < (sheet.total or 0) else None


def held_levels(sheet: listing.Sheet, mask: Callable[[str], str]) -> tuple[list[StockLevel], list[BadRecord]]:
    """The levels of a page of what Walmart holds, in either of its two shapes, and the entries that make no sense."""
    told = [row.told for row in sheet.rows]
    if any(isinstance(one, dict) and "itemInformation" in one for one in told):
        newer, bad = each_typed(told, wire.NewlyHeld, mask)
        levels, skipped = each_translated(newer, translate.newly_held_level, mask)
    else:
        older, bad = each_typed(told, wire.Held, mask, "sku")
        levels, skipped = each_translated(older, translate.held_level, mask)
    return levels, [*bad, *skipped]


async def seller_stock(api: Api, tries: int = MOST_TRIES) -> tuple[dict[str, wire.Shelf], dict[str, str]]:
    """What the seller's ship nodes hold by SKU, and what is wrong with the entries that make no sense."""
    try:
        return await _seller_stock(api)
    except NothingThere as lost:
        if tries == 1:
            raise Unavailable(
                "Walmart lost the thread of its list of stock. That usually passes.", lost.detail
            ) from lost
    return await seller_stock(api, tries - 1)


async def _seller_stock(api: Api) -> tuple[dict[str, wire.Shelf], dict[str, str]]:
    own: dict[str, wire.Shelf] = {}
    odd: dict[str, str] = {}
    cursor, met = None, set[str]()
    while True:
        sheet = await listing.shelves(api, cursor)
        for row in sheet.rows:
            try:
                own[row.key] = msgspec.convert(row.told, wire.Shelf)
            except (msgspec.ValidationError, ValueError) as error:
                odd[row.key] = str(error)
        cursor = sheet.cursor
        if not cursor:
            return own, odd
        if cursor in met:
            raise Surprise("Walmart sent the same page of stock twice.")
        met.add(cursor)
