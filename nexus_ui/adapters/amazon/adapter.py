"""Talking to one Amazon seller account in one store."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from nexus_ui import clock
from nexus_ui.adapters.amazon import listing, translate, wire
from nexus_ui.adapters.amazon.api import Api
from nexus_ui.adapters.amazon.looking import look
from nexus_ui.adapters.amazon.mailbox import Mailbox
from nexus_ui.adapters.amazon.preflight import preflight
from nexus_ui.adapters.amazon.refusals import ThisOneRefused
from nexus_ui.adapters.amazon.stock import write_stock
from nexus_ui.adapters.amazon.stores import Store
from nexus_ui.adapters.amazon.walk import Place, Sweep
from nexus_ui.adapters.contract import Account, Letter, Link, Looked, Named
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.errors import Surprise
from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt

W = TypeVar("W")
R = TypeVar("R")
ORDERS_REACH = timedelta(days=729)
"""Amazon tells orders of the last two years."""

HELD_REACH = timedelta(days=540)
"""Changes of stock are told 18 months back; whoever asks for older ones reads all of it anyway."""

MOST_IDLE = 60
"""Pages in a row without anything new, after which a list is taken to lead nowhere: 1,000 listings are 50."""

MOST_RESTARTS = 3


class Amazon:
    """Speaks for one account in one store."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to this account's token."""
        self._api = Api(link.http, link.keys)
        self._mailbox = Mailbox(self._api, link.keys)

    async def verify(self) -> Account:
        """Sign in and try each capability without changing anything."""
        return await preflight(self._api, self._mailbox)

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """Listings with the seller's own stock, oldest change first."""
        seller = await self._api.seller()
        place: Place | None = Place.read(resume, since)
        idle = 0
        while place is not None:
            try:
                found, bad, token, total = await listing.listings(
                    self._api,
                    seller,
                    sortOrder="ASC",
                    pageToken=place.token,
                    **place.query(),
                )
            except ThisOneRefused:
                if place.token is None:
                    raise
                place, idle = place.anew(), idle + 1
                continue
            fresh, seconds = _fresh(place, found, seller.store)
            idle = 0 if fresh or bad else idle + 1
            if idle > MOST_IDLE:
                raise Surprise("Amazon lists the same offers again and again.")
            good, skipped = each_translated(fresh, partial(translate.product, store=seller.store), self._api.http.mask)
            place = place.behind(seconds, token, len(found) + len(bad)).onward(total)
            newest = max((product.updated_at for product in good if product.updated_at), default=None)
            yield Page(good, [*bad, *skipped], place.text() if place else None, newest, total)

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders changed since, a hundred a call; calls are few, so a page is never asked for twice without need."""
        seller = await self._api.seller()

        async def ask(sweep: Sweep) -> tuple[list[wire.Order], list[BadRecord], str | None]:
            return await listing.orders(self._api, seller, sweep.since, sweep.token)

        sweep = Sweep.read(resume, since, clock.utcnow(), ORDERS_REACH)
        async for page in self._swept(sweep, ask, translate.order, lambda order: order.updated_at):
            yield page

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """What Amazon holds for the seller (FBA) and changed since; the seller's own stock comes with its listing."""
        seller = await self._api.seller()

        async def ask(sweep: Sweep) -> tuple[list[wire.Held], list[BadRecord], str | None]:
            return await listing.held(self._api, seller, sweep.since, sweep.token)

        sweep = Sweep.read(resume, since, clock.utcnow(), HELD_REACH)
        async for page in self._swept(sweep, ask, translate.held, lambda level: level.updated_at):
            yield page

    async def _swept(
        self,
        first: Sweep,
        ask: Callable[[Sweep], Awaitable[tuple[list[W], list[BadRecord], str | None]]],
        translated: Callable[[W], R],
        changed: Callable[[R], datetime | None],
    ) -> AsyncIterator[Page[R]]:
        """The pages of a sweep. A token that is refused (they live 24 hours, or 30 seconds) begins it again."""
        sweep: Sweep | None = first
        restarts = 0
        while sweep is not None:
            if sweep.is_ahead:
                yield Page([], [], None)
                return
            try:
                found, bad, token = await ask(sweep)
            except ThisOneRefused:
                if sweep.token is None or restarts == MOST_RESTARTS:
                    raise
                sweep, restarts = sweep.at(None), restarts + 1
                continue
            good, skipped = each_translated(found, translated, self._api.http.mask)
            reached = sweep.reached([at for one in good if (at := changed(one))])
            sweep = sweep.at(token) if token else None
            yield Page(good, [*bad, *skipped], sweep.text() if sweep else None, reached)

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities of the seller's own stock; one receipt per change."""
        return await write_stock(self._api, changes)

    async def open_mailbox(self) -> None:
        """Have Amazon write its notifications to the queue."""
        await self._mailbox.subscribe()

    async def letters(self) -> list[Letter]:
        """What lies in the queue."""
        return await self._mailbox.letters()

    async def discard(self, letters: Sequence[Letter]) -> None:
        """Throw letters away."""
        await self._mailbox.discard(letters)

    async def look(self, named: Sequence[Named]) -> Looked:
        """Single orders and SKUs as they are now."""
        return await look(self._api, named)


def _fresh(
    place: Place, found: Sequence[wire.Listing], store: Store
) -> tuple[list[wire.Listing], list[tuple[str, str]]]:
    """Listings of this store not delivered before, and SKU and second of all that tell a sensible time.

    What the store does not show (a draft, or one of another store) has neither title nor time, and is left out.
    """
    now = clock.utcnow()
    shown = [(one, place.second_of(told, now)) for one in found if (told := translate.summary(one, store))]
    fresh = [one for one, second in shown if place.is_new(one.sku, second)]
    return fresh, [(one.sku, second) for one, second in shown if second]
