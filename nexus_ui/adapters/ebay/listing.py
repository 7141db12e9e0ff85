"""Reading eBay's lists: items with their offers, and orders; odd ones are set aside and named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from nexus_ui.adapters.ebay import wire
from nexus_ui.adapters.ebay.api import INVENTORY_API, ORDERS_API, Api
from nexus_ui.adapters.ebay.quotas import ORDERS
from nexus_ui.adapters.ebay.refusals import ThisOneRefused
from nexus_ui.adapters.ebay.walk import PER_PAGE
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.decode import each_typed, loose_json
from nexus_ui.adapters.kit.paging import side_by_side
from nexus_ui.records import BadRecord

W = TypeVar("W", bound=msgspec.Struct)
AT_ONCE = 6
"""Offers asked for at a time: eBay tells them item by item."""

NO_OFFER = frozenset({"25713", "25725"})
_SHOWN = ("orderId", "creationDate", "lastModifiedDate", "orderFulfillmentStatus", "orderPaymentStatus",
          "pricingSummary", "cancelStatus", "lineItems")  # fmt: skip
_LINE_SHOWN = ("lineItemId", "sku", "title", "quantity", "lineItemCost", "listingMarketplaceId")
_items = msgspec.json.Decoder(wire.Items)
_orders = msgspec.json.Decoder(wire.Orders)
_named_items = msgspec.json.Decoder(wire.NamedItems)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of items: `following` is the offset of the next one."""

    items: list[wire.Item]
    bad: list[BadRecord]
    total: int | None
    following: int | None


@dataclass(frozen=True, slots=True)
class Book:
    """Orders of a stretch of time, and how many there are in it."""

    orders: list[wire.Order]
    bad: list[BadRecord]
    total: int


async def items(api: Api, offset: int, limit: int = PER_PAGE) -> Shelf:
    """A page of the seller's inventory items, whichever site they are offered on."""

    def decode(answer: Answer) -> Shelf:
        told = _items.decode(answer.body)
        good, bad = _typed(told.inventory_items, wire.Item, api.http.mask, "sku", lambda item: item)
        return Shelf(good, bad, told.total, _offset_in(told.next))

    return await api.get(f"{INVENTORY_API}/inventory_item", "items", decode, limit=limit, offset=offset)


class Offers:
    """The offers of items. What the listings of a cycle told is told once more to its stock, without asking again."""

    def __init__(self, api: Api) -> None:
        """Ask `api`, whose refusals are about the item asked for."""
        self._api = api
        self._told: dict[str, list[wire.Offer]] = {}

    async def of(self, found: Iterable[wire.Item]) -> list[list[wire.Offer] | BadRecord]:
        """The offers of each item as they are now, or why they cannot be told."""
        return await side_by_side([partial(self._fresh, item.sku) for item in found], AT_ONCE)

    async def told_of(self, found: Iterable[wire.Item]) -> list[list[wire.Offer] | BadRecord]:
        """The same, as they were told a moment ago where they were."""
        return await side_by_side([partial(self._told_once, item.sku) for item in found], AT_ONCE)

    def forget(self) -> None:
        """Ask again, since something was written."""
        self._told.clear()

    async def _told_once(self, sku: str) -> list[wire.Offer] | BadRecord:
        known = self._told.pop(sku, None)
        return await self._now(sku) if known is None else known

    async def _fresh(self, sku: str) -> list[wire.Offer] | BadRecord:
        found = await self._now(sku)
        if isinstance(found, list):
            self._told[sku] = found
        return found

    async def _now(self, sku: str) -> list[wire.Offer] | BadRecord:
        try:
            return await self._ask(sku)
        except ThisOneRefused as refusal:
            if refusal.detail.partition("\n")[0] in NO_OFFER:
                return []
            return BadRecord(sku, f"eBay does not tell its offers: {refusal.message}", sku)

    async def _ask(self, sku: str) -> list[wire.Offer]:
        return await self._api.get(
            f"{INVENTORY_API}/offer", "offers", lambda it: single(it, wire.Offers).offers, sku=sku
        )


async def orders(api: Api, asked: str, offset: int = 0, limit: int = PER_PAGE) -> Book:
    """Orders that a filter finds."""
    return await _book(api, {"filter": asked, "limit": limit, "offset": offset})


async def orders_named(api: Api, refs: Sequence[str]) -> Book:
    """The orders with these ids, at most fifty, without those that are not there."""
    return await _book(api, {"orderIds": ",".join(refs)})


def found_items(answer: Answer, mask: Callable[[str], str]) -> tuple[list[wire.Item], list[BadRecord]]:
    """The whole items of a bulk call, and those that make no sense."""
    good: list[wire.Item] = []
    bad: list[BadRecord] = []
    for one in _named_items.decode(answer.body).responses:
        if bytes(one.inventory_item) in (b"", b"null") or one.status_code >= 300:
            continue
        told = _present(loose_json(bytes(one.inventory_item)))
        found, odd = each_typed([{**told, "sku": one.sku} if isinstance(told, dict) else told], wire.Item, mask, "sku")
        good += found
        bad += odd
    return good, bad


async def _book(api: Api, params: Mapping[str, str | int]) -> Book:
    """The answer names buyers: nothing of it is kept but what is asked of it here."""

    def decode(answer: Answer) -> Book:
        told = _orders.decode(answer.body)
        good, bad = _typed(told.orders, wire.Order, api.http.mask, "orderId", _without_buyer)
        return Book(good, bad, told.total)

    return await api.ask(Exchange("GET", ORDERS_API, ORDERS, params=params, confidential=True), decode)


def single(answer: Answer, kind: type[W]) -> W:
    """An answer about one record, nulls left out; raises ThisOneRefused for one of another shape."""
    try:
        found: W = _decoder(kind).decode(answer.body)
    except msgspec.ValidationError:
        try:
            return msgspec.convert(_present(loose_json(answer.body)), kind)
        except msgspec.ValidationError as error:
            raise ThisOneRefused(f"It makes no sense: {error}.") from error
    return found


def _typed(
    raws: Iterable[msgspec.Raw],
    kind: type[W],
    mask: Callable[[str], str],
    key: str,
    shown: Callable[[Any], Any],
) -> tuple[list[W], list[BadRecord]]:
    """Each record of a list as its type; of one that is none, `shown` says what may be kept."""
    good: list[W] = []
    bad: list[BadRecord] = []
    decoder = _decoder(kind)
    for raw in raws:
        try:
            good.append(decoder.decode(raw))
        except msgspec.DecodeError:
            found, odd = each_typed([_present(shown(loose_json(bytes(raw))))], kind, mask, key)
            good += found
            bad += odd
    return good, bad


@cache
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind)


def _present(told: Any) -> Any:
    """The same without fields that are null: eBay leaves out what it does not know, and null says no more."""
    if isinstance(told, Mapping):
        return {name: _present(value) for name, value in told.items() if value is not None}
    return [_present(value) for value in told] if isinstance(told, list) else told


def _without_buyer(told: Any) -> Any:
    """An order's fields that name nobody."""
    if not isinstance(told, Mapping):
        return None
    kept = {name: told[name] for name in _SHOWN if name in told}
    lines = kept.get("lineItems")
    if isinstance(lines, list):
        kept["lineItems"] = [_picked(line) for line in lines]
    return kept


def _picked(line: Any) -> Any:
    return {name: line[name] for name in _LINE_SHOWN if name in line} if isinstance(line, Mapping) else None


def _offset_in(address: str | None) -> int | None:
    """The offset that the address of the next page asks for; None when there is none."""
    text = parse_qs(urlsplit(address or "").query).get("offset", [""])[0]
    return int(text) if text.isdecimal() else None
