"""Talking to one seller on one eBay site."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from functools import partial

from nexus_ui.adapters.contract import Account, Link, Looked, Named, Registration
from nexus_ui.adapters.ebay import listing, looking, tokens, translate
from nexus_ui.adapters.ebay.api import Api
from nexus_ui.adapters.ebay.listing import Book, Offers, Shelf
from nexus_ui.adapters.ebay.looking import for_sale_on
from nexus_ui.adapters.ebay.preflight import preflight
from nexus_ui.adapters.ebay.quotas import Quotas
from nexus_ui.adapters.ebay.refusals import INVENTORY, ORDERS
from nexus_ui.adapters.ebay.registry import Registry
from nexus_ui.adapters.ebay.sites import SITES, Site
from nexus_ui.adapters.ebay.stock import Stockroom
from nexus_ui.adapters.ebay.walk import PER_PAGE, Pages, Stretch
from nexus_ui.adapters.ebay.wire import ForSale
from nexus_ui.adapters.kit.decode import each_translated
from nexus_ui.records import Order, Page, Product, StockChange, StockLevel, StockReceipt


class Ebay:
    """Speaks for one seller on one site."""

    def __init__(self, link: Link) -> None:
        """Bind the transport to this seller's token."""
        self._keys = link.keys
        self._mask = link.http.mask
        seller = tokens.bearer(link.http, link.keys)
        signed = link.http.using(auth=seller)
        self._quotas = Quotas(link.http, link.keys)
        self._api = Api(signed, self._quotas)
        self._offers = Offers(self._api.one(INVENTORY))
        self._registry = Registry(link.http, seller, link.keys)

    async def verify(self) -> Account:
        """Sign in and try each capability without changing anything."""
        held = await self._keys.current()
        return await preflight(self._api, held, await self._site())

    async def products(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[Product]]:
        """Everything offered on the site. eBay tells no date of change, so every walk brings all."""
        site = await self._site()
        async for shelf, behind in self._shelves(resume):
            for_sale, odd = for_sale_on(site, shelf.items, await self._offers.of(shelf.items))
            good, bad = each_translated(for_sale, partial(_product, site), self._mask)
            total = shelf.total if len(for_sale) == len(shelf.items) else None
            yield Page(good, [*shelf.bad, *odd, *bad], behind.written() if behind else None, total=total)

    async def orders(self, since: datetime, resume: str | None) -> AsyncIterator[Page[Order]]:
        """Orders of the site that changed since, oldest change first."""
        site, api = await self._site(), self._api.about(ORDERS)
        place = Stretch.read(resume, since)
        if place is None:
            yield Page([], [], None)
        while place is not None:
            end = place.end
            book = await listing.orders(api, place.asked(end))
            if (shorter := place.narrowed(book.total, end)) is not None:
                place = shorter
                continue
            book = await _rest(api, place.asked(end), book)
            ours = [order for order in book.orders if translate.belongs(order, site)]
            good, bad = each_translated(ours, translate.order, self._mask)
            good.sort(key=lambda order: (order.updated_at, order.ref))
            whole = book.total if place.total is None else place.total
            total = whole if len(ours) == len(book.orders) else None
            newest = good[-1].updated_at if good else None
            place = place.onward(book.total, end)
            yield Page(good, [*book.bad, *bad], place.written() if place else None, newest, total)

    async def inventory(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[StockLevel]]:
        """Stock of everything offered on the site: eBay does not tell when it changed."""
        site = await self._site()
        async for shelf, behind in self._shelves(resume):
            for_sale, odd = for_sale_on(site, shelf.items, await self._offers.told_of(shelf.items))
            stocked = [one for one in for_sale if one.offer.format == translate.FIXED_PRICE]
            levels, bad = each_translated(stocked, partial(_level, site), self._mask)
            yield Page(levels, [*shelf.bad, *odd, *bad], behind.written() if behind else None)

    async def set_stock(self, changes: Sequence[StockChange]) -> list[StockReceipt]:
        """Publish quantities; one receipt per change, in their order."""
        self._offers.forget()
        return await Stockroom(self._api.one(INVENTORY), (await self._site()).code).write(changes)

    async def registrations(self) -> list[Registration]:
        """Every notification that the seller has this app told of."""
        return await self._registry.registered()

    async def register(self, topic: str, address: str, secret: str) -> Registration:
        """Have a topic sent to our address, which proves itself by the secret."""
        return await self._registry.add(topic, address, secret)

    async def unregister(self, registration: Registration) -> None:
        """Take one away."""
        await self._registry.remove(registration)

    async def webhook_key(self, key_id: str) -> str:
        """The public key of this name, as PEM."""
        return await self._registry.key(key_id)

    async def look(self, named: Sequence[Named]) -> Looked:
        """Each named order and article as it is now, and the stock of what the orders sold."""
        return await looking.look(self._api, self._offers, await self._site(), named)

    async def _site(self) -> Site:
        return SITES[(await self._keys.current())["site"]]

    async def _shelves(self, resume: str | None) -> AsyncIterator[tuple[Shelf, Pages | None]]:
        """The pages of items, each with the place behind it."""
        api = self._api.about(INVENTORY)
        place: Pages | None = Pages.read(resume)
        while place is not None:
            shelf = await listing.items(api, place.offset)
            await self._quotas.look_sometimes()
            if (earlier := place.back(shelf.total)) is not None:
                place = earlier
                continue
            behind = place.onward(shelf.following, shelf.total)
            yield shelf, behind
            place = behind


async def _rest(api: Api, asked: str, book: Book) -> Book:
    """A book with the orders behind its first page, where a stretch of time that short still holds more."""
    for offset in range(PER_PAGE, book.total, PER_PAGE):
        more = await listing.orders(api, asked, offset)
        book = Book([*book.orders, *more.orders], [*book.bad, *more.bad], book.total)
    return book


def _product(site: Site, one: ForSale) -> Product:
    return translate.product(one, site)


def _level(site: Site, one: ForSale) -> StockLevel:
    return translate.level(one, site)
