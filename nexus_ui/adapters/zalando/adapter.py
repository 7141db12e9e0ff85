"""Talking to one Zalando merchant."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from nexus_ui.adapters.contract import Account, Link
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.adapters.zalando import reports, tokens, translate, zfs
from nexus_ui.adapters.zalando.api import Api
from nexus_ui.adapters.zalando.channels import channels
from nexus_ui.adapters.zalando.preflight import preflight
from nexus_ui.adapters.zalando.purchases import NOT_KEPT, Sheet, listed
from nexus_ui.adapters.zalando.refusals import ThisOneRefused
from nexus_ui.adapters.zalando.stock import write_stock
from nexus_ui.adapters.zalando.walk import Place
from nexus_ui.adapters.zalando.wire import Model
from nexus_ui.adapters.zalando.zfs import PARTNER, ZALANDO
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord, Order, Page, Product, StockChange, StockLevel, StockReceipt


class Zalando:
    """Speaks for one merchant, over all sales channels."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to this app's token."""
        self._http = link.http.using(auth=tokens.bearer(link.http, link.keys))
        self._keys = link.keys
        self._mask = link.http.mask
        self._snapshot: Mapping[str, int | None] | None = None

    async def verify(self) -> Account:
        """Sign in and try each capability without changing anything."""
        return await preflight(await self._api(), await self._shipping())

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """All models with their offers: reports know no "changed since" and tell no date of change."""
        api = await self._api()
        there, held = await channels(api), await self._held(api)
        async for report in _reports(api, resume):
            translated = partial(translate.product, channels=there, held=held)
            products, bad = each_translated(report.models, translated, self._mask)
            yield Page(products, [*report.bad, *bad], report.cursor)

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders changed since, oldest change first, with items and pieces."""
        api = await self._api()
        place: Place | None = Place.read(resume, since)
        while place is not None:
            found = await listed(api, place.params())
            orders, bad = _orders(found)
            read = [(order.ref, order.updated_at) for order in orders]
            known, place = set(place.seen), place.next(read, found.size)
            fresh = [order for order in orders if (order.ref, order.updated_at) not in known]
            newest = max((changed for _, changed in read), default=None)
            yield Page(fresh, [*found.bad, *bad], place.text() if place else None, newest)

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """What Zalando itself holds (ZFS); the merchant's own stock comes along with the products."""
        api, shipping = await self._api(), await self._shipping()
        everything = shipping == ZALANDO
        totals = {} if shipping == PARTNER else await self._totals(api)
        if not totals and not everything:
            yield Page([], [], None)
            return
        async for report in _reports(api, resume):
            levels, bad = each_translated(report.models, lambda model: _held_of(model, totals, everything), self._mask)
            yield Page([level for each in levels for level in each], bad, report.cursor)

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; one receipt per change."""
        return await write_stock(await self._api(), changes, await self._shipping())

    async def _api(self) -> Api:
        return Api(self._http, (await self._keys.current())["merchant_id"].lower())

    async def _shipping(self) -> str:
        return (await self._keys.current())["shipping"]

    async def _totals(self, api: Api) -> Mapping[str, int | None]:
        """What Zalando holds, asked once: it is a day's figure, and sixty looks an hour are allowed."""
        if self._snapshot is None:
            self._snapshot = await zfs.snapshot(api)
        return self._snapshot

    async def _held(self, api: Api) -> translate.Held:
        shipping = await self._shipping()
        if shipping in (PARTNER, ZALANDO):
            return lambda _: shipping == ZALANDO
        return (await self._totals(api)).__contains__


async def _reports(api: Api, resume: str | None) -> AsyncIterator[reports.Page]:
    """The pages of a walk over the reports; one that cannot go on from `resume` begins again."""
    cursor, first = resume, True
    while first or cursor:
        try:
            report = await reports.page(api, cursor)
        except ThisOneRefused:
            if not first or cursor is None:
                raise
            cursor = None
            continue
        first, cursor = False, report.cursor
        yield report


def _orders(found: Sheet) -> tuple[list[Order], list[BadRecord]]:
    """Each order that makes sense, and those that do not, of which nothing is kept."""
    good, bad = [], []
    for purchase in found.purchases:
        try:
            good.append(translate.order(purchase))
        except SkipRecord as skip:
            bad.append(BadRecord(skip.ref or "without id", skip.message, NOT_KEPT))
    return good, bad


def _held_of(model: Model, totals: Mapping[str, int | None], everything: bool) -> list[StockLevel]:
    """What Zalando holds of a model's offers."""
    return [
        translate.holding(ref, offer, totals.get(ean))
        for ean, ref, offer in translate.offers(model)
        if everything or ean in totals
    ]
