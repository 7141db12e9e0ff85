"""What the simulated Walmart sends: events with the ids of what they are about, signed with the subscriber's secret.

https://developer.walmart.com/us-marketplace/docs/order-management-event (read 2026-11-23). How often Walmart tries
again is not published. Of an item it tells that it went offline or sold out, and nothing else.
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from nexus_ui.sandbox.forging import Parts
from nexus_ui.sandbox.happenings import Happening, Kind
from nexus_ui.sandbox.hooks import Desk, Subscription
from nexus_ui.sandbox.walmart.account import PARTNER_ID, SHIP_NODE, Account, sku_of
from nexus_ui.sandbox.walmart.orders import customer_order_id, purchase_order_id

ORDERS, UNPUBLISHED, SOLD_OUT = "ORDER_UPDATES", "OFFER_UNPUBLISHED", "INVENTORY_OOS"
SIGNATURE = "X-Nexus-Signature"
"""The header the panel asks for; a subscriber may name another."""

_WAITS = (60.0, 300.0, 1_800.0)


class WalmartHabits:
    """How Walmart tells one seller what happens."""

    waits: Sequence[float] = _WAITS
    patience = 10.0
    signature = SIGNATURE

    def __init__(self, account: Account) -> None:
        """Tell of this account."""
        self._account = account

    def topics(self, happening: Happening) -> Sequence[str]:
        """Walmart's event for what happened, if it has one."""
        shop, index = self._account.shop, happening.index
        match happening.kind:
            case Kind.ORDER_NEW:
                return (ORDERS,)
            case Kind.ORDER_CHANGED:
                return (ORDERS,) if shop.order(index).cancelled is not None else ()
            case Kind.PRODUCT_CHANGED:
                return (UNPUBLISHED,) if shop.product(index).status != "active" else ()
            case Kind.STOCK_CHANGED:
                return (SOLD_OUT,) if index in shop.products and not shop.stock(index, 0) else ()
        return ()

    def write(self, subscription: Subscription, happening: Happening, topic: str) -> Callable[[], Parts]:
        """The same bytes with every try."""
        account = self._account
        told = _of_order(account, happening) if topic == ORDERS else _of_item(account, happening.index)
        moment = datetime.fromtimestamp(account.shop.clock(), UTC).isoformat(timespec="milliseconds")
        source = {"eventType": topic, "eventTime": moment.replace("+00:00", "Z"), "eventId": str(uuid.uuid4())}
        body = json.dumps({"source": source, "payload": {"partnerId": PARTNER_ID, **told}}, ensure_ascii=False).encode()
        parts = signed(subscription, body)
        return lambda: parts

    def failed(self, desk: Desk, subscription: Subscription, last: bool) -> None:
        """Nothing: Walmart writes a mail."""


def signed(subscription: Subscription, body: bytes) -> Parts:
    """Headers and body, signed as the subscriber asked."""
    headers = {"Content-Type": "application/json"}
    auth = subscription.details.get("authDetails") or {}
    if auth.get("authMethod") == "HMAC":
        digest = hmac.new(auth["clientSecret"].encode(), body, hashlib.sha256).digest()
        headers[auth["authHeaderName"]] = base64.b64encode(digest).decode()
    return headers, body


def _of_order(account: Account, happening: Happening) -> dict[str, Any]:
    new = happening.kind is Kind.ORDER_NEW
    order = {
        "purchaseOrderId": purchase_order_id(happening.index),
        "customerOrderId": customer_order_id(happening.index),
    }
    return {"subEventType": "PO_CREATED" if new else "PO_LINE_AUTOCANCELLED", "order": order}


def _of_item(account: Account, index: int) -> dict[str, Any]:
    left = account.shop.stock(index, 0) or 0
    return {
        "sku": sku_of(account.shop, index),
        "productName": account.shop.product(index).title,
        "shipNodes": [{"availToSellQty": left, "shipNode": SHIP_NODE}],
    }
