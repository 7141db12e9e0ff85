"""Amazon's lists, read to typed items: listings by change or by SKU, orders by change, and what Amazon holds."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.amazon import wire
from nexus_ui.adapters.amazon.api import Api, Seller
from nexus_ui.adapters.amazon.usage import HELD, LISTINGS, ORDER, ORDERS
from nexus_ui.adapters.kit.decode import each_typed
from nexus_ui.records import BadRecord

PAGE, ORDERS_PAGE = 20, 100
LISTING_DATA = ("summaries", "offers", "fulfillmentAvailability")
ORDER_DATA = ("PROCEEDS", "FULFILLMENT")
"""What is asked of an order besides its lines. BUYER, RECIPIENT, TAX and PAYMENT tell of the buyer and never are."""

PERSONAL = frozenset({"buyer", "recipient", "tax", "payment", "packages"})
_listings = msgspec.json.Decoder(wire.Listings)
_orders = msgspec.json.Decoder(wire.Orders)
_order = msgspec.json.Decoder(wire.OneOrder)
_held = msgspec.json.Decoder(wire.HeldPages)


async def listings(
    api: Api, seller: Seller, **chosen: object
) -> tuple[list[wire.Listing], list[BadRecord], str | None, int]:
    """A page of listings, those that cannot be read, the next token, and how many there are in all."""
    told = await api.get(
        f"/listings/2021-08-01/items/{seller.id}",
        LISTINGS,
        lambda answer: _listings.decode(answer.body),
        marketplaceIds=seller.store.id,
        includedData=LISTING_DATA,
        pageSize=PAGE,
        **chosen,
    )
    good, bad = each_typed(map(_loose, told.items), wire.Listing, api.http.mask, "sku")
    return good, bad, _next(told.pagination), told.number_of_results


async def orders(
    api: Api, seller: Seller, since: str, token: str | None
) -> tuple[list[wire.Order], list[BadRecord], str | None]:
    """A page of orders changed since, those that cannot be read, and the next token."""
    told = await api.get(
        "/orders/2026-01-01/orders",
        ORDERS,
        lambda answer: _orders.decode(answer.body),
        lastUpdatedAfter=since,
        marketplaceIds=seller.store.id,
        maxResultsPerPage=ORDERS_PAGE,
        includedData=ORDER_DATA,
        paginationToken=token,
    )
    good, bad = each_typed(map(_impersonal, told.orders), wire.Order, api.http.mask, "orderId")
    return good, bad, _next(told.pagination)


async def order(api: Api, ref: str) -> wire.Order | BadRecord:
    """One order, or why it cannot be read; raises ThisOneRefused for one that Amazon does not know."""
    raw = await api.get(
        f"/orders/2026-01-01/orders/{quote(ref, safe='')}",
        ORDER,
        lambda answer: _order.decode(answer.body).order,
        includedData=ORDER_DATA,
    )
    good, bad = each_typed([_impersonal(raw)], wire.Order, api.http.mask, "orderId")
    return good[0] if good else bad[0]


async def held_of(api: Api, seller: Seller, skus: Sequence[str]) -> tuple[list[wire.Held], list[BadRecord]]:
    """What Amazon holds of at most fifty SKUs, and what of it cannot be read."""
    good, bad, _ = await held(api, seller, "", None, sellerSkus=skus)
    return good, bad


async def held(
    api: Api, seller: Seller, since: str, token: str | None, **chosen: object
) -> tuple[list[wire.Held], list[BadRecord], str | None]:
    """A page of what Amazon holds, what of it cannot be read, and the next token, which lives 30 seconds."""
    told = await api.get(
        "/fba/inventory/v1/summaries",
        HELD,
        lambda answer: _held.decode(answer.body),
        details="true",
        granularityType="Marketplace",
        granularityId=seller.store.id,
        marketplaceIds=seller.store.id,
        startDateTime=since or None,
        nextToken=token,
        **chosen,
    )
    good, bad = each_typed(map(_loose, told.payload.inventory_summaries), wire.Held, api.http.mask, "sellerSku")
    return good, bad, _next(told.pagination)


def _next(pagination: wire.Pagination | None) -> str | None:
    return (pagination.next_token or None) if pagination else None


def _loose(raw: msgspec.Raw) -> Any:
    return msgspec.json.decode(raw)


def _impersonal(raw: msgspec.Raw) -> Any:
    """An order without the parts that could name its buyer, so that nothing set aside keeps them."""
    found = msgspec.json.decode(raw)
    return {name: one for name, one in found.items() if name not in PERSONAL} if isinstance(found, dict) else found
