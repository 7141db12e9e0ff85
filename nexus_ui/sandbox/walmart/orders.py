"""Purchase orders as the vendor's API file writes them, of one kind of ship node at a time, oldest change first."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.sales import Sale, SaleLine
from nexus_ui.sandbox.seeds import scatter
from nexus_ui.sandbox.shop import DAY, MICROS
from nexus_ui.sandbox.walmart import reading
from nexus_ui.sandbox.walmart.account import PARTNER_ID, SHIP_NODE, Account, held_by_walmart
from nexus_ui.sandbox.walmart.problems import ORDERS, Refusal, invalid

QUERY = (
    "sku", "customerOrderId", "purchaseOrderId", "status", "createdStartDate", "createdEndDate", "fromExpectedShipDate",
    "toExpectedShipDate", "lastModifiedStartDate", "lastModifiedEndDate", "limit", "productInfo", "shipNodeType",
    "shippingProgramType", "replacementInfo", "orderType",
)  # fmt: skip
CURSOR = ("hasMoreElements", "soIndex", "poIndex", "partnerId", "sellerId")
"""What a cursor adds to the question it belongs to."""

ONE_QUERY = ("productInfo", "replacementInfo")
FIRST_ORDER = 1_796_277_000_000
NODES = ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled")
SIMULATED = {"createdStartDate", "lastModifiedStartDate", "lastModifiedEndDate", "limit", "shipNodeType", *CURSOR}
MOST = 10_000
REACH = timedelta(days=180)
WEEK = timedelta(days=7)
TAX = Decimal("0.0825")
_CENT = Decimal("0.01")


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/orders."""
    for name in call.query:
        if name not in SIMULATED:
            raise Refusal(501, "NOT_SIMULATED", ORDERS, f"This simulated Walmart does not filter by {name}.")
    size, begin = reading.number(call, "limit", 100, 1, 200), reading.number(call, "poIndex", 0, 0, MOST)
    node = reading.word(call, "shipNodeType", NODES[0], *NODES)
    found = _changed(account, call, node)
    if len(found) > MOST:
        raise invalid("lastModifiedStartDate", "more than 10,000 orders; ask for a shorter time.", ORDERS)
    page = found[begin : begin + size]
    meta: dict[str, Any] = {"totalCount": len(found), "limit": size}
    if begin + len(page) < len(found):
        meta["nextCursor"] = _cursor(call, size, len(found), begin + len(page))
    return {"list": {"meta": meta, "elements": {"order": [_order(account, index) for index in page]}}}


def one(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/orders/{purchaseOrderId}."""
    text = call.path_params["route"].rpartition("/")[2]
    index = int(text) - FIRST_ORDER if text.isdecimal() else -1
    if index < 0 or index not in account.shop.orders:
        raise Refusal(404, "CONTENT_NOT_FOUND", ORDERS, f"No order found with purchaseOrderId {text}.")
    return {"order": _order(account, index)}


def purchase_order_id(index: int) -> str:
    """The id of the order at an index."""
    return str(FIRST_ORDER + index)


def customer_order_id(index: int) -> str:
    """The number its buyer knows it by."""
    return str(5_281_956_000_000 + index)


def _changed(account: Account, call: Call, node: str) -> list[int]:
    """Orders the question is about, oldest change first; raises Refusal."""
    shop, now = account.shop, account.shop.now()
    begin, end = reading.moment(call, "lastModifiedStartDate"), reading.moment(call, "lastModifiedEndDate")
    week = now - round(WEEK.total_seconds()) * MICROS
    created = reading.moment(call, "createdStartDate")
    oldest = max(week if created is None else created, now - round(REACH.total_seconds()) * MICROS)
    found = []
    for index in shop.orders.after((begin or 0) - 1):
        if end is not None and shop.orders.stamp(index) > end:
            break
        if shop.placed(index) >= oldest and account.node(index, _node) == node:
            found.append(index)
    return found


def _cursor(call: Call, size: int, total: int, position: int) -> str:
    kept = {name: value for name, value in call.query.items() if name not in (*CURSOR, "limit")}
    added = {"limit": size, "hasMoreElements": "true", "soIndex": total, "poIndex": position}
    return "?" + urlencode({**added, "partnerId": PARTNER_ID, "sellerId": "4010", **kept})


def _node(sale: Sale) -> str:
    """An order comes from one kind of node: that of its first line."""
    return NODES[1] if held_by_walmart(sale.lines[0].product) else NODES[0]


def _order(account: Account, index: int) -> dict[str, Any]:
    sale = account.shop.order(index)
    changed = max(account.shop.orders.stamp(index), sale.placed)
    by_walmart = _node(sale) == NODES[1]
    return {
        "purchaseOrderId": purchase_order_id(index),
        "customerOrderId": customer_order_id(index),
        "customerEmailId": f"{scatter(index, 5):08X}@relay.walmart.com",
        "orderType": "REGULAR",
        "orderDate": sale.placed // 1000,
        "shippingInfo": _shipping(sale),
        "orderLines": {
            "orderLine": [_line(sale, place, line, changed // 1000) for place, line in enumerate(sale.lines)]
        },
        "shipNode": {"type": NODES[1] if by_walmart else NODES[0], "id": "WFS" if by_walmart else SHIP_NODE},
    }


def _line(sale: Sale, place: int, line: SaleLine, changed: int) -> dict[str, Any]:
    goods = line.unit_price * line.quantity
    charges = [_charge("PRODUCT", "ItemPrice", goods)]
    if place == 0 and sale.shipping:
        charges.append(_charge("SHIPPING", "Shipping", sale.shipping))
    amount = {"unitOfMeasurement": "EACH", "amount": str(line.quantity)}
    told: dict[str, Any] = {
        "lineNumber": str(place + 1),
        "item": {"productName": line.title, "sku": line.sku or "", "condition": "New"},
        "charges": {"charge": charges},
        "orderLineQuantity": amount,
        "statusDate": changed,
        "orderLineStatuses": {"orderLineStatus": [{"status": _status(sale), "statusQuantity": amount}]},
        "fulfillment": {"fulfillmentOption": "S2H", "shipMethod": "VALUE", "pickUpDateTime": changed},
    }
    if sale.payment == "refunded":
        charge = {"refundReason": "BillingError", "charge": _charge("PRODUCT", "ItemPrice", -goods)}
        told["refund"] = {"refundId": f"R{sale.number}", "refundCharges": {"refundCharge": [charge]}}
    return told


def _charge(kind: str, name: str, amount: Decimal) -> dict[str, Any]:
    tax = (amount * TAX).quantize(_CENT)
    return {
        "chargeType": kind,
        "chargeName": name,
        "chargeAmount": {"currency": "USD", "amount": float(amount)},
        "tax": {"taxName": "Tax1", "taxAmount": {"currency": "USD", "amount": float(tax)}},
    }


def _status(sale: Sale) -> str:
    if sale.cancelled is not None:
        return "Cancelled"
    if sale.payment == "refunded":
        return "Refund"
    return "Shipped" if sale.fulfilment == "fulfilled" else "Acknowledged"


def _shipping(sale: Sale) -> dict[str, Any]:
    return {
        "phone": "5550100199",
        "estimatedDeliveryDate": (sale.placed + 5 * DAY) // 1000,
        "estimatedShipDate": (sale.placed + 2 * DAY) // 1000,
        "methodCode": "Value",
        "postalAddress": {
            "name": sale.buyer,
            "address1": "1 Sandbox Street",
            "city": "Bentonville",
            "state": "AR",
            "postalCode": "72712",
            "country": "USA",
            "addressType": "RESIDENTIAL",
        },
    }
