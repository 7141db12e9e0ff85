"""Talking to one storefront of a seller over Kaufland's Seller API v2."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import msgspec

from nexus_ui.adapters.contract import Account, Link, Looked, Named, Registration
from nexus_ui.adapters.kaufland import translate
from nexus_ui.adapters.kaufland.lists import PARALLEL, sheet
from nexus_ui.adapters.kaufland.looking import Lookup, purchase
from nexus_ui.adapters.kaufland.preflight import preflight
from nexus_ui.adapters.kaufland.refusals import ORDERS, UNITS, judging, judging_one
from nexus_ui.adapters.kaufland.registry import Registry
from nexus_ui.adapters.kaufland.signing import Signer
from nexus_ui.adapters.kaufland.stock import Stockroom
from nexus_ui.adapters.kaufland.walk import PER_PAGE, Place, Sheet, walk
from nexus_ui.adapters.kaufland.wire import Listing, Unit, aware, written
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt

LATE = timedelta(minutes=10)
"""A new unit may take "several minutes" to show in the list, with the date at which it was made (vendor's file)."""
_SECOND = timedelta(seconds=1)
ALERT_EMAIL = "alert_email"

W = TypeVar("W", bound=msgspec.Struct)


class Kaufland:
    """Speaks for one storefront of one seller."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to this seller's keys."""
        self._keys, self._http = link.keys, link.http.using(judge=judging(UNITS), auth=Signer(link.keys))
        self._orders, self._order = self._http.using(judge=judging(ORDERS)), self._http.using(judge=judging_one(ORDERS))

    async def verify(self) -> Account:
        """Sign in and try each capability without changing anything."""
        held = await self._keys.current()
        return await preflight(self._http, held["client_key"], held["storefront"])

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """Units changed since. Kaufland cannot be asked for changes, so every walk reads all and keeps what is new."""
        asked = {"storefront": await self._storefront(), "embedded": "products"}
        read = partial(self._sheet, self._http, "units", Unit, "id_unit", asked)
        async for leaf in walk(read, Place.read(resume, since)):
            after = leaf.here.since
            changed = [unit for unit in leaf.good if after is None or aware(unit.date_lastchange_iso) >= after - LATE]
            products, bad = each_translated(changed, translate.product, self._http.mask)
            latest = leaf.here.capped(max((one.updated_at for one in products if one.updated_at), default=None))
            yield Page(products, [*leaf.bad, *bad], leaf.resume, latest, leaf.total if after is None else None)

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders of which a unit changed since, each with all its units."""
        place = Place.read(resume, since)
        asked = {"storefront": await self._storefront(), **_after("ts_units_updated_from_iso", place)}
        read = partial(self._sheet, self._orders, "orders", Listing, "id_order", asked)
        async for leaf in walk(read, place):
            told = await side_by_side([partial(self._order_of, listing) for listing in leaf.good], PARALLEL)
            orders = [one for one in told if isinstance(one, Order)]
            bad = [one for one in told if isinstance(one, BadRecord)]
            latest = leaf.here.capped(max((order.updated_at for order in orders), default=None))
            yield Page(orders, [*leaf.bad, *bad], leaf.resume, latest, leaf.total)

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """Stock of every unit: whether a sale moves a unit's date of change is nowhere said, so none is passed over."""
        read = partial(self._sheet, self._http, "units", Unit, "id_unit", {"storefront": await self._storefront()})
        async for leaf in walk(read, Place.read(resume, since)):
            levels, bad = each_translated(leaf.good, translate.level, self._http.mask)
            latest = max((level.updated_at for level in levels if level.updated_at), default=None)
            yield Page(levels, [*leaf.bad, *bad], leaf.resume, leaf.here.capped(latest), leaf.total)

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; one receipt per change, in their order."""
        return await Stockroom(self._http, await self._storefront()).write(changes)

    async def registrations(self) -> list[Registration]:
        """Every subscription of the storefront."""
        return await (await self._registry()).registered()

    async def register(self, topic: str, address: str, secret: str) -> Registration:
        """Subscribe to an event. It is signed with the secret key, so there is none to agree on."""
        return await (await self._registry()).add(topic, address)

    async def unregister(self, registration: Registration) -> None:
        """Take one away."""
        await (await self._registry()).remove(registration)

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named order and unit as it is now."""
        return await Lookup(self._http, await self._storefront()).look(named)

    async def _registry(self) -> Registry:
        held = await self._keys.current()
        return Registry(self._http, held["storefront"], held.get(ALERT_EMAIL, ""))

    async def _storefront(self) -> str:
        return (await self._keys.current())["storefront"]

    async def _sheet(
        self, http: Http, path: str, kind: type[W], key: str, asked: Mapping[str, Any], offset: int
    ) -> Sheet[W]:
        """One page of a list."""
        params = {**asked, "limit": PER_PAGE, "offset": offset}
        exchange = Exchange("GET", f"/{path}", path, params=params)
        return await http.fetch(exchange, lambda answer: sheet(answer, kind, key, http.mask))

    async def _order_of(self, listing: Listing) -> Order | BadRecord:
        """A listed order with its units, or the reason why it has to be set aside. The answer names the buyer."""
        exchange = Exchange("GET", f"/orders/{listing.id_order}", "order", confidential=True)
        try:
            told = await self._order.fetch(exchange, partial(purchase, listing.id_order))
            return translate.order(told, listing.ts_units_updated_iso)
        except SkipRecord as skip:
            return BadRecord(listing.id_order, skip.message, self._http.mask(skip.detail) or listing.id_order)


def _after(name: str, place: Place) -> dict[str, str]:
    """The question for changes since a walk's beginning; "after this timestamp" may leave out that very second."""
    return {name: written(place.since - _SECOND)} if place.since else {}
