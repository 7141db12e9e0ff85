"""Orders as version 2026-01-01 of Amazon's Orders API writes them. Who bought is a matter of roles nobody has here."""

from itertools import islice
from typing import Any

from nexus_ui.sandbox.amazon import asking
from nexus_ui.sandbox.amazon.account import Account, asin, held_by_amazon
from nexus_ui.sandbox.amazon.refusals import denied, invalid, unknown
from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.sales import Sale
from nexus_ui.sandbox.shop import DAY, MICROS

PARTS = (
    "BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX",
    "PAYMENT", "FULFILLMENT_ORDERS",
)  # fmt: skip
PERSONAL = frozenset({"BUYER", "RECIPIENT", "TAX", "PAYMENT"})
STATUSES = (
    "PENDING_AVAILABILITY", "PENDING", "UNSHIPPED", "PARTIALLY_SHIPPED", "SHIPPED", "CANCELLED", "UNFULFILLABLE",
)  # fmt: skip
QUERY = (
    "createdAfter", "createdBefore", "lastUpdatedAfter", "lastUpdatedBefore", "fulfillmentStatuses", "marketplaceIds",
    "fulfilledBy", "maxResultsPerPage", "paginationToken", "includedData",
)  # fmt: skip
TWO_MINUTES = 120 * MICROS
TOKEN_LIFE = DAY
FIRST = 1_000_000


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET a page of orders."""
    shop = account.shop
    since, until, by_change = _span(call, shop.now())
    size = asking.number(call, "maxResultsPerPage", 100, 1, 100)
    parts = _parts(call)
    statuses = asking.words(call, "fulfillmentStatuses", STATUSES, STATUSES)
    senders = asking.words(call, "fulfilledBy", ("MERCHANT", "AMAZON"), ("MERCHANT", "AMAZON"))
    here = "marketplaceIds" not in call.query or asking.store(call, account.region.store, most=50)
    terms = asking.terms(call, "paginationToken", "maxResultsPerPage", "includedData")
    behind = _behind(call.query.get("paginationToken"), terms, shop.now())
    until, after = (until, since - 1) if behind is None else behind
    coming = (
        index
        for index in shop.orders.after(after if by_change else 0)
        if here and after < (at := shop.orders.stamp(index) if by_change else shop.placed(index)) and at <= until
        if status_of(shop.order(index)) in statuses and sender(shop.order(index)) in senders
    )
    page = list(islice(coming, size))
    told: dict[str, Any] = {"orders": [_order(account, index, parts) for index in page]}
    told["lastUpdatedBefore" if by_change else "createdBefore"] = asking.written(until)
    if page and next(coming, None) is not None:
        last = shop.orders.stamp(page[-1]) if by_change else shop.placed(page[-1])
        told["pagination"] = {"nextToken": asking.sealed(terms, until, last, shop.now())}
    return told


def one(account: Account, call: Call, ref: str) -> dict[str, Any]:
    """GET one order."""
    parts = _parts(call)
    index = index_of(account, ref)
    if index is None:
        raise unknown(f"Order {ref}")
    return {"order": _order(account, index, parts)}


def ref_of(index: int) -> str:
    """Amazon's name for the order at an index."""
    return f"111-{FIRST + index:07d}-{(index * 7919) % 10**7:07d}"


def index_of(account: Account, ref: str) -> int | None:
    """The index of an order, or None."""
    middle = ref.split("-")[1] if ref.count("-") == 2 else ""
    index = int(middle) - FIRST if middle.isdecimal() else -1
    return index if index in account.shop.orders and ref_of(index) == ref else None


def status_of(sale: Sale) -> str:
    """How far an order is."""
    if sale.cancelled is not None:
        return "CANCELLED"
    if sale.payment == "pending":
        return "PENDING"
    return "SHIPPED" if sale.fulfilment == "fulfilled" else "UNSHIPPED"


def sender(sale: Sale) -> str:
    """Who sends an order: Amazon, when it holds what comes first."""
    return "AMAZON" if sale.lines and held_by_amazon(sale.lines[0].product) else "MERCHANT"


def _span(call: Call, now: int) -> tuple[int, int, bool]:
    """From when to when, and whether by the time of change; raises Refusal."""
    times = {name: asking.moment(call, name) for name in QUERY[:4]}
    created, updated = times["createdAfter"], times["lastUpdatedAfter"]
    if (created is None) == (updated is None):
        raise invalid("Provide exactly one of createdAfter and lastUpdatedAfter.")
    by_change = updated is not None
    since = updated if updated is not None else created or 0
    before, other = (times[name] for name in ("lastUpdatedBefore", "createdBefore")[:: 1 if by_change else -1])
    if other is not None:
        raise invalid("createdBefore and lastUpdatedBefore go with their own beginning only.")
    if before is not None and (before < since or before > now - TWO_MINUTES):
        raise invalid("The end must lie behind the beginning and two minutes before now.")
    if since > now:
        raise invalid("The beginning lies in the future.")
    return since, now if before is None else before, by_change


def _parts(call: Call) -> tuple[str, ...]:
    parts = asking.words(call, "includedData", PARTS)
    if PERSONAL & set(parts):
        raise denied("The app has no role for personal data.")
    return parts


def _behind(token: str | None, terms: str, now: int) -> tuple[int, int] | None:
    """Until when a sweep reads, and the stamp it stands at; raises Refusal for an old token or another query's."""
    if token is None:
        return None
    bound, until, last, made = asking.opened(token, 4, "The paginationToken is not valid.")
    if bound != terms or not all(part.isdecimal() for part in (until, last, made)) or now - int(made) > TOKEN_LIFE:
        raise invalid("The paginationToken has expired or does not belong to this request.")
    return int(until), int(last)


def _order(account: Account, index: int, parts: tuple[str, ...]) -> dict[str, Any]:
    shop, region = account.shop, account.region
    sale = shop.order(index)
    status = status_of(sale)
    priced = status not in ("PENDING", "CANCELLED")
    record: dict[str, Any] = {
        "orderId": ref_of(index),
        "createdTime": asking.written(sale.placed),
        "lastUpdatedTime": asking.written(max(shop.orders.stamp(index), sale.placed)),
        "programs": [],
        "salesChannel": {
            "channelName": "AMAZON",
            "marketplaceId": region.store,
            "marketplaceName": region.site.capitalize(),
        },
        "orderItems": [_item(account, index, sale, place, parts, priced) for place in range(len(sale.lines))],
    }
    if "PROCEEDS" in parts and priced:
        record["proceeds"] = {"grandTotal": {"amount": str(sale.total), "currencyCode": region.currency}}
    if "FULFILLMENT" in parts:
        record["fulfillment"] = {"fulfillmentStatus": status, "fulfilledBy": sender(sale)}
    return record


def _item(account: Account, index: int, sale: Sale, place: int, parts: tuple[str, ...], priced: bool) -> dict[str, Any]:
    line = sale.lines[place]
    product: dict[str, Any] = {"asin": asin(line.product), "title": line.title}
    if line.sku:
        product["sellerSku"] = line.sku
    if priced:
        product["price"] = {"unitPrice": {"amount": str(line.unit_price), "currencyCode": account.region.currency}}
    record: dict[str, Any] = {
        "orderItemId": str(60_000_000_000 + index * 10 + place),
        "quantityOrdered": line.quantity,
        "product": product,
    }
    if "FULFILLMENT" in parts:
        sent = line.quantity if status_of(sale) == "SHIPPED" else 0
        record["fulfillment"] = {"quantityFulfilled": sent, "quantityUnfulfilled": line.quantity - sent}
    return record
