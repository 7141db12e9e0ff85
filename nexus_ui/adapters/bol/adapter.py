"""Talking to one bol seller account."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial

from nexus_ui import clock
from nexus_ui.adapters.bol import listing, looking, registry, tokens, translate
from nexus_ui.adapters.bol.api import Api
from nexus_ui.adapters.bol.changes import Changes
from nexus_ui.adapters.bol.listing import PARALLEL
from nexus_ui.adapters.bol.preflight import preflight
from nexus_ui.adapters.bol.refusals import ThisOneRefused, judge, judge_one
from nexus_ui.adapters.bol.stock import write_stock
from nexus_ui.adapters.bol.walk import Days, Place, newest
from nexus_ui.adapters.bol.wire import ListedOrder
from nexus_ui.adapters.contract import GRANTED_SCOPES, Account, Link, Looked, Named, Registration
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt


class Bol:
    """Speaks for one seller account."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to this account's token."""
        http = link.http.using(judge=judge, auth=tokens.bearer(link.http, link.keys))
        self._keys = link.keys
        self._mask = http.mask
        self._api = Api(http)
        self._single = Api(http.using(judge=judge_one))

    async def verify(self) -> Account:
        """Sign in and try each capability without changing anything."""
        return await preflight(self._api, self._granted)

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """Offers changed since; bol lists them in no order that it tells."""
        place: Place | None = Place.read(resume, since, clock.utcnow())
        while place is not None:
            try:
                offers, bad, cursor = await listing.offers(self._api, cursor=place.cursor, last_modified=place.since)
            except ThisOneRefused:
                if place.cursor is None:
                    raise
                place = place.at(None)
                continue
            good, skipped = each_translated(offers, translate.product, self._mask)
            reached = newest(place.began, [product.updated_at for product in good if product.updated_at])
            place = place.at(cursor) if cursor else None
            yield Page(good, [*bad, *skipped], place.text() if place else None, reached)

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders changed since, day by day, each with its own call for what the list leaves out."""
        place: Days | None = Days.read(resume, since, clock.utcnow())
        changes = Changes(self._api, since)
        while place is not None:
            began = place.began
            listed, place = await changes.behind(place)
            good, bad = await self._detailed(listed)
            reached = newest(began, [order.updated_at for order in good])
            yield Page(good, bad, place.text() if place else None, reached)

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """What bol holds for the seller, all of it: bol does not tell when it changed."""
        number: int | None = int(resume) if resume and resume.isdecimal() else 1
        while number is not None:
            levels, bad, more = await listing.held(self._api, number)
            number = number + 1 if more else None
            yield Page(levels, bad, str(number) if number else None)

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; one receipt per change."""
        return await write_stock(self._single, changes)

    async def registrations(self) -> list[Registration]:
        """Every webhook of the account, one for each resource."""
        return await registry.registered(self._api)

    async def register(self, topic: str, address: str, secret: str) -> Registration:
        """Subscribe to one resource. There is no secret: bol signs with a key of its own."""
        return await registry.add(self._api, topic, address)

    async def unregister(self, registration: Registration) -> None:
        """Take one subscription away."""
        await registry.remove(self._single, registration)

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named offer or order as it is now, and the stock of what the orders sold."""
        return await looking.look(self._single, named)

    async def webhook_key(self, key_id: str) -> str:
        """The public key of this name."""
        return await registry.public_key(self._api, key_id)

    async def _granted(self) -> str:
        return (await self._keys.current()).get(GRANTED_SCOPES, "")

    async def _detailed(self, chunk: Sequence[ListedOrder]) -> tuple[list[Order], list[BadRecord]]:
        """Each order of a chunk in full, or why it was set aside."""
        found = await side_by_side([partial(self._one_order, listed) for listed in chunk], PARALLEL)
        good = [one for one in found if isinstance(one, Order)]
        return good, [one for one in found if isinstance(one, BadRecord)]

    async def _one_order(self, listed: ListedOrder) -> Order | BadRecord:
        ref = listed.order_id
        try:
            told = await listing.order(self._single, ref)
        except ThisOneRefused as refusal:
            return BadRecord(ref, refusal.message)
        if isinstance(told, BadRecord):
            return told
        statuses = sorted({item.fulfilment_status for item in listed.order_items if item.fulfilment_status})
        try:
            return translate.order(told, "/".join(statuses))
        except SkipRecord as skip:
            return BadRecord(ref, skip.message, f"order {ref}")
