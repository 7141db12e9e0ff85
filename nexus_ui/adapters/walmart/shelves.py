"""All that lies somewhere, read at the beginning of a walk over items: their list does not say how many there are."""

from dataclasses import dataclass, field

import msgspec

from nexus_ui.adapters.walmart import listing, wire
from nexus_ui.adapters.walmart.api import Api
from nexus_ui.adapters.walmart.refusals import NothingThere
from nexus_ui.errors import Unavailable

MOST_TRIES = 3
"""A cursor counts once and in its turn (since 2026-05-15), so a page that got lost costs a new beginning."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """What the seller's ship nodes hold by SKU, the SKUs whose entry makes no sense, and those Walmart holds."""

    own: dict[str, wire.Shelf] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    held: frozenset[str] = frozenset()


async def everything(api: Api) -> Shelves:
    """The whole stock of an account; raises what the transport raises."""
    own, odd = await seller_stock(api)
    held: set[str] = set()
    total = 1
    while len(held) < total:
        sheet = await listing.held(api, len(held), None)
        fresh = {row.key for row in sheet.rows} - held
        held |= fresh
        total = (sheet.total or 0) if fresh else 0
    return Shelves(own, odd, frozenset(held))


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
        if not cursor or cursor in met:
            return own, odd
        met.add(cursor)
