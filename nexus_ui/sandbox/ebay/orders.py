"""Orders as the Fulfillment API writes them: all sites together, latest change first."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from nexus_ui.sandbox.ebay.account import COMPANY, LINES, USERNAME, Seller, Site
from nexus_ui.sandbox.ebay.refusals import FULFILLMENT, Refusal, invalid
from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.sales import Sale, SaleLine
from nexus_ui.sandbox.shop import MICROS

API = "/sell/fulfillment/v1/order"
FILTER = re.compile(r"([a-z]+):(?:\[([^\]]*)\]|\{([^}]*)\})")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z")
PAYMENTS = {"paid": "PAID", "pending": "PENDING", "refunded": "FULLY_REFUNDED"}
FULFILMENTS = {"fulfilled": "FULFILLED", "unfulfilled": "NOT_STARTED", "partial": "IN_PROGRESS"}
REACH = timedelta(days=730)
Record = dict[str, Any]
Place = tuple[int, Site, int]


def listed(call: Call, seller: Seller) -> Reply:
    """GET /order."""
    limit, offset = _whole(call, "limit", 50, 31_100), _whole(call, "offset", 0, 31_000)
    if not 1 <= limit <= 200:
        raise invalid(31_100, f"Invalid limit: {limit}", FULFILLMENT)
    if call.query.get("fieldGroups", "TAX_BREAKDOWN") != "TAX_BREAKDOWN":
        raise invalid(32_800, f"Invalid field group: {call.query['fieldGroups']}", FULFILLMENT)
    found = _named(call, seller) if "orderIds" in call.query else _matching(call, seller)
    shown = found[offset : offset + limit]
    path = f"https://api.ebay.com{API}?limit={limit}&offset="
    told: Record = {
        "href": f"{path}{offset}",
        "total": len(found),
        "limit": limit,
        "offset": offset,
        "orders": [order(site, index) for _, site, index in shown],
    }
    if offset + limit < len(found):
        told["next"] = f"{path}{offset + limit}"
    if offset:
        told["prev"] = f"{path}{max(0, offset - limit)}"
    return json_reply(told)


def order(site: Site, index: int) -> Record:
    """The order at an index."""
    sale, shop = site.shop.order(index), site.shop
    cancelled = sale.cancelled is not None
    told: Record = {
        "orderId": site.order(index),
        "creationDate": written(sale.placed),
        "lastModifiedDate": written(shop.orders.stamp(index)),
        "orderFulfillmentStatus": FULFILMENTS.get(sale.fulfilment, "NOT_STARTED"),
        "orderPaymentStatus": PAYMENTS.get(sale.payment, "PAID"),
        "sellerId": USERNAME,
        "buyer": _buyer(sale),
        "pricingSummary": {
            "priceSubtotal": _amount(sale.goods_total, site),
            "deliveryCost": _amount(sale.shipping, site),
            "total": _amount(sale.total, site),
        },
        "cancelStatus": {"cancelState": "CANCELED" if cancelled else "NONE_REQUESTED", "cancelRequests": []},
        "paymentSummary": {"totalDueSeller": _amount(sale.total, site), "refunds": [], "payments": []},
        "fulfillmentStartInstructions": [],
        "fulfillmentHrefs": [],
        "lineItems": [_line(site, index, place, line, sale) for place, line in enumerate(sale.lines[:LINES])],
        "salesRecordReference": f"{sale.number}",
    }
    if sale.cancelled is not None:
        told["cancelStatus"]["cancelledDate"] = written(sale.cancelled)
    return told


def written(stamp: int) -> str:
    """Microseconds since 1970 as eBay writes a time."""
    moment = datetime.fromtimestamp(stamp // MICROS, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{stamp // 1000 % 1000:03d}Z"


def _matching(call: Call, seller: Seller) -> list[Place]:
    """Orders that the filter lets through, latest change first."""
    ranges, states = _filters(call)
    by = "creationdate" if "creationdate" in ranges else "lastmodifieddate"
    since, until = ranges.get(by, (_stamp(call.world.now() - timedelta(days=90)), None))
    field = "lastmodifieddate" if by in ranges and by == "lastmodifieddate" else "creationdate"
    found: list[Place] = []
    for site in seller.sites:
        for index in range(site.shop.orders.size):
            changed = site.shop.orders.stamp(index)
            stamp = (changed if field == "lastmodifieddate" else site.shop.placed(index)) // 1000
            if since <= stamp and (until is None or stamp <= until):
                found.append((changed, site, index))
    if states:
        found = [one for one in found if FULFILMENTS.get(one[1].shop.order(one[2]).fulfilment) in states]
    return sorted(found, key=lambda one: -one[0])


def _named(call: Call, seller: Seller) -> list[Place]:
    wanted = call.query["orderIds"].split(",")
    if len(wanted) > 50:
        raise invalid(30_900, "Exceeded maximum number of order IDs (the current limit is 50)", FULFILLMENT)
    every = [(site, index) for site in seller.sites for index in range(site.shop.orders.size)]
    there = {site.order(index): (site.shop.orders.stamp(index), site, index) for site, index in every}
    return [there[name] for name in wanted if name in there]


def _filters(call: Call) -> tuple[dict[str, tuple[int, int | None]], set[str]]:
    """Ranges of time in milliseconds by name, and the states asked for; raises Refusal."""
    text = call.query.get("filter", "")
    ranges: dict[str, tuple[int, int | None]] = {}
    states: set[str] = set()
    rest = FILTER.sub("", text).strip(",")
    if rest:
        raise invalid(30_700, f"Invalid filter name: {rest[:60]}", FULFILLMENT)
    for name, span, words in FILTER.findall(text):
        if name in ("creationdate", "lastmodifieddate"):
            ranges[name] = _range(call, span)
        elif name == "orderfulfillmentstatus" and set(words.split("|")) <= set(FULFILMENTS.values()):
            states = set(words.split("|"))
        elif name == "orderfulfillmentstatus":
            raise invalid(30_800, f"Invalid filter value {words} for filter {name}", FULFILLMENT)
        else:
            raise invalid(30_700, f"Invalid filter name: {name}", FULFILLMENT)
    return ranges, states


def _range(call: Call, span: str) -> tuple[int, int | None]:
    first, dots, last = span.partition("..")
    if not first:
        raise invalid(30_820, "Start date is missing", FULFILLMENT)
    if not dots or not STAMP.fullmatch(first) or (last and not STAMP.fullmatch(last)):
        raise invalid(30_810, "Invalid date format", FULFILLMENT)
    now = call.world.now()
    since, until = datetime.fromisoformat(first), datetime.fromisoformat(last) if last else None
    if since > now or (until is not None and until > now):
        raise invalid(30_850, "Start and end dates can't be in the future", FULFILLMENT)
    if until is not None and since > until:
        raise invalid(30_840, "Start date should be before end date", FULFILLMENT)
    if now - since > REACH:
        raise invalid(30_830, "Time range between start date and end date must be within '2' years.", FULFILLMENT)
    return _stamp(since), None if until is None else _stamp(until)


def _stamp(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _line(site: Site, index: int, place: int, line: SaleLine, sale: Sale) -> Record:
    cost = _amount(line.unit_price * line.quantity, site)
    told: Record = {
        "lineItemId": site.line(index, place),
        "legacyItemId": site.listing(line.product),
        "title": line.title,
        "quantity": line.quantity,
        "lineItemCost": cost,
        "total": cost,
        "soldFormat": "FIXED_PRICE",
        "listingMarketplaceId": site.code,
        "purchaseMarketplaceId": site.code,
        "lineItemFulfillmentStatus": FULFILMENTS.get(sale.fulfilment, "NOT_STARTED"),
        "appliedPromotions": [],
        "taxes": [],
        "refunds": [],
        "properties": {"buyerProtection": True},
        "deliveryCost": {"shippingCost": _amount(sale.shipping if place == 0 else Decimal("0.00"), site)},
    }
    return told if line.sku is None else {**told, "sku": line.sku}


def _buyer(sale: Sale) -> Record:
    name = sale.buyer or COMPANY
    address = {
        "fullName": name,
        "contactAddress": {"addressLine1": "Lindenweg 4", "city": sale.city, "countryCode": sale.country},
        "email": sale.email,
    }
    return {"username": f"buyer_{name.split()[0].lower()}", "buyerRegistrationAddress": address}


def _amount(value: Decimal, site: Site) -> Record:
    return {"value": f"{value:.2f}", "currency": site.shop.currency}


def _whole(call: Call, name: str, default: int, number: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdecimal():
        raise Refusal(400, number, f"Invalid {name}: {text[:40]}", FULFILLMENT)
    return int(text)
