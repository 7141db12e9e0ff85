"""Talking to one Walmart seller account."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from nexus_ui import clock
from nexus_ui.adapters.contract import Account, Link, Looked, Named, Registration
from nexus_ui.adapters.kit.decode import each_translated, each_typed
from nexus_ui.adapters.walmart import listing, looking, registry, shelves, translate, wire
from nexus_ui.adapters.walmart.api import Api
from nexus_ui.adapters.walmart.changes import Stretch, newest
from nexus_ui.adapters.walmart.preflight import preflight
from nexus_ui.adapters.walmart.refusals import ThisOneRefused
from nexus_ui.adapters.walmart.stock import write_stock
from nexus_ui.adapters.walmart.tokens import Bearer
from nexus_ui.adapters.walmart.walk import Leaf, Place, Walk
from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt


class Walmart:
    """Speaks for one seller account."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to this account's token."""
        http = link.http.using(auth=Bearer(link.http, link.keys))
        self._keys = link.keys
        self._mask = http.mask
        self._api = Api(http)

    async def verify(self) -> Account:
        """Sign in and try each capability without changing anything."""
        return await preflight(self._api, await self._keys.current())

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """All items with their stock. Walmart tells no dates of change, so every walk brings everything."""
        stock = await shelves.everything(self._api)

        def translated(item: wire.Item) -> Product:
            sku = item.sku
            return translate.product(item, stock.own.get(sku), stock.odd.get(sku, ""), stock.held.get(sku))

        async for leaf in Walk(lambda cursor, at: listing.items(self._api, cursor, at), Place.read(resume)).leaves():
            items, bad = each_typed((row.told for row in leaf.rows), wire.Item, self._mask, "sku")
            products, skipped = each_translated(items, translated, self._mask)
            bad = [*bad, *skipped, *_missing(leaf)]
            yield Page(products, bad, leaf.resume, total=leaf.total)

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders changed since, of each kind of ship node in turn."""
        place = Stretch.read(resume, since, clock.utcnow())
        come: set[str] = set()
        if place is None:
            yield Page([], [], None)
        while place is not None:
            try:
                sheet = await listing.orders(self._api, place.params(), place.cursor)
            except ThisOneRefused:
                if (instead := place.refused()) is None:
                    raise
                place = instead
                continue
            if shorter := place.too_long(sheet):
                place = shorter
                continue
            typed, bad = each_typed((row.told for row in sheet.rows), wire.Order, self._mask, "purchaseOrderId")
            orders, skipped = each_translated(typed, translate.order, self._mask)
            reached = newest(place.began, [order.updated_at for order in orders])
            refs = {row.key for row in sheet.rows}
            come = come if place.cursor else set()
            place, come = place.behind(sheet, len(refs - come)), come | refs
            yield Page(orders, [*bad, *skipped], place.text() if place else None, reached)

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """What Walmart holds for the seller and changed since; the rest of the stock comes with the items only."""
        offset: int | None = int(resume) if resume and resume.isdecimal() else 0
        while offset is not None:
            sheet = await listing.held(self._api, offset, since)
            levels, bad = shelves.held_levels(sheet, self._mask)
            offset = shelves.behind(sheet, offset)
            latest = max((level.updated_at for level in levels if level.updated_at), default=None)
            yield Page(levels, bad, None if offset is None else str(offset), latest, sheet.total)

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; one receipt per change."""
        return await write_stock(self._api, changes)

    async def registrations(self) -> list[Registration]:
        """Every webhook of the account."""
        return await registry.registered(self._api)

    async def register(self, topic: str, address: str, secret: str) -> Registration:
        """Register one topic with this secret, or give the secret to the one there is and switch it on."""
        return await registry.add(self._api, topic, address, secret)

    async def unregister(self, registration: Registration) -> None:
        """Take one webhook away."""
        await registry.remove(self._api, registration)

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named item, order and stock as it is now, and the stock of what the orders sold."""
        return await looking.look(self._api, named)


def _missing(leaf: Leaf) -> list[BadRecord]:
    """A note on items that Walmart counts and does not list: it lists no more than 10,000."""
    if not leaf.missing:
        return []
    reason = f"Walmart counts {leaf.missing} more items than it lists; those are missing here."
    return [BadRecord("items not listed", reason, f"{leaf.missing} items")]
