"""bol's lists, read to typed items: offers, orders by change, and what bol itself holds."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.bol import translate, wire
from nexus_ui.adapters.bol.api import INVENTORY, OFFERS, ORDER, ORDERS, V11, Api
from nexus_ui.adapters.bol.translate import BY_BOL
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.decode import each_typed, loose_json
from nexus_ui.errors import SkipRecord
from nexus_ui.records import BadRecord, StockLevel

OFFERS_PAGE, LIST_PAGE = 100, 50
PARALLEL = 4
"""Calls at once where each item costs one."""

_ROUNDS = 3
_offers = msgspec.json.Decoder(wire.Offers)
_orders = msgspec.json.Decoder(wire.ListedOrders)
_order = msgspec.json.Decoder(wire.Order)
_inventory = msgspec.json.Decoder(wire.Inventory)


async def offers(
    api: Api, *, cursor: str | None = None, last_modified: str | None = None, **chosen: Sequence[str]
) -> tuple[list[wire.Offer], list[BadRecord], str | None]:
    """A page of offers, those that cannot be read, and the next cursor."""

    def decode(answer: Answer) -> tuple[list[wire.Offer], list[BadRecord], str | None]:
        told = _offers.decode(answer.body)
        good, bad = each_typed(map(_loose, told.offers), wire.Offer, api.http.mask, "offerId")
        return good, bad, told.page.next_cursor

    return await api.get(
        "/retailer/offers",
        OFFERS,
        decode,
        kind=V11,
        page_size=OFFERS_PAGE,
        cursor=cursor,
        last_modified_date_time=last_modified,
        **chosen,
    )


async def orders(api: Api, stretch: Mapping[str, Any]) -> list[wire.ListedOrder]:
    """Every order of a stretch of time.

    An order that changes leaves its day, and those behind it move up, so pages counted by number can miss one: a list
    of several pages is read again until it brings nothing new.
    """
    found: dict[str, wire.ListedOrder] = {}
    for _ in range(_ROUNDS):
        known, number, full = len(found), 0, True
        while full:
            number += 1
            listed = await _orders_page(api, number, stretch)
            found.update((one.order_id, one) for one in listed)
            full = len(listed) >= LIST_PAGE
        if number == 1 or len(found) == known:
            break
    return list(found.values())


def changed(order: wire.ListedOrder, since: datetime) -> bool:
    """True when an item of the order changed since then, or does not say when."""
    moments = [item.latest_changed_date_time for item in order.order_items]
    return any(at is None or translate.moment(at, order.order_id) >= since for at in moments) or not moments


def latest(order: wire.ListedOrder) -> datetime | None:
    """When an item of the order changed last, as far as bol says."""
    moments = [item.latest_changed_date_time for item in order.order_items]
    return max((translate.moment(at, order.order_id) for at in moments if at), default=None)


async def order(api: Api, ref: str) -> wire.Order | BadRecord:
    """An order in full, or what is wrong with it; raises ThisOneRefused."""

    def decode(answer: Answer) -> wire.Order | BadRecord:
        try:
            return _order.decode(answer.body)
        except msgspec.ValidationError as error:
            loose_json(answer.body)
            return BadRecord(ref, f"It makes no sense: {error}.", "An order is not kept, because it names its buyer.")

    return await api.get(f"/retailer/orders/{quote(ref, safe='')}", ORDER, decode)


async def held(api: Api, number: int) -> tuple[list[StockLevel], list[BadRecord], bool]:
    """A page of what bol holds, matched to offers by EAN, and whether there is more."""
    raw = await api.get("/retailer/inventory", INVENTORY, lambda it: _inventory.decode(it.body).inventory, page=number)
    items, bad = each_typed(map(_loose, raw), wire.Held, api.http.mask, "ean")
    selling = await _sold_by_bol(api, [item.ean for item in items])
    levels = []
    for item in items:
        try:
            levels += [translate.held(item, offer) for offer in selling.get(item.ean, ())]
        except SkipRecord as skip:
            bad.append(BadRecord(skip.ref, skip.message, str(item)))
    return levels, bad, len(raw) >= LIST_PAGE


async def _orders_page(api: Api, number: int, stretch: Mapping[str, Any]) -> list[wire.ListedOrder]:
    return await api.get(
        "/retailer/orders",
        ORDERS,
        lambda answer: _orders.decode(answer.body).orders,
        page=number,
        fulfilment_method="ALL",
        status="ALL",
        **stretch,
    )


async def _sold_by_bol(api: Api, eans: Sequence[str]) -> dict[str, list[wire.Offer]]:
    """The offers whose stock bol holds, by EAN."""
    found: dict[str, list[wire.Offer]] = {}
    cursor: str | None = None
    while eans:
        page, _, cursor = await offers(api, cursor=cursor, eans=eans)
        for offer in page:
            if offer.ean and offer.fulfilment.method == BY_BOL:
                found.setdefault(offer.ean, []).append(offer)
        if cursor is None:
            break
    return found


def _loose(raw: msgspec.Raw) -> Any:
    return msgspec.json.decode(raw)
