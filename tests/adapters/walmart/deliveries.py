"""What Walmart sends, in the shapes of its pages on events.

https://developer.walmart.com/us-marketplace/docs/order-management-event (read 2026-11-23)
"""

import hashlib
import hmac
import json
from typing import Any

from nexus_ui.adapters.contract import About, Named, Notice
from nexus_ui.adapters.kit.signatures import content_key, hmac_sha256
from tests.adapters.examples import Example, delivery

SECRET, BEFORE, STRANGER = "whs_current", "whs_before", "whs_of_somebody_else"
HEADER = "x-nexus-signature"
SKU = "Käse & Brot/1 kg"
ORDER = {
    "subEventType": "PO_CREATED",
    "order": {"purchaseOrderId": "1796277083022", "customerOrderId": "5281956426648"},
}
ITEM = {"itemId": "286687472", "sku": SKU, "productName": "Käse", "shipNodes": [{"availToSellQty": 0, "shipNode": "1"}]}


def told(event: str, payload: Any, event_id: str = "e734a060-91eb-11eb-8024-dbd12dd659ed") -> dict[str, Any]:
    """A body."""
    source = {"eventType": event, "eventTime": "2026-11-23T10:00:00.000Z", "eventId": event_id}
    return {"source": source, "payload": {"partnerId": "10000004040", **payload}}


def in_hex(body: bytes, secret: str = SECRET) -> str:
    """The signature in the other way of writing it."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def sent(event: str, payload: Any, named: Named | None, secret: str = SECRET, *, hexadecimal: bool = False) -> Example:
    """A delivery of this event with this payload."""
    whole = told(event, payload)
    body = json.dumps(whole, ensure_ascii=False).encode()
    signature = in_hex(body, secret) if hexadecimal else hmac_sha256(body, secret)
    headers = {"content-type": "application/json", HEADER: signature}
    notice = None
    if named is not None:
        parts = json.dumps([event, whole["source"]["eventId"], named.ref], separators=(",", ":"), ensure_ascii=False)
        notice = Notice(content_key(parts.encode()), event, (named,))
    return Example(f"walmart {event}", delivery("walmart", headers, body), (SECRET, BEFORE), notice)


EXAMPLES = (
    sent("ORDER_UPDATES", ORDER, Named(About.ORDER, "1796277083022")),
    sent("ORDER_UPDATES", ORDER, Named(About.ORDER, "1796277083022"), BEFORE, hexadecimal=True),
    sent("OFFER_UNPUBLISHED", ITEM, Named(About.PRODUCT, SKU)),
    sent("INVENTORY_OOS", ITEM, Named(About.STOCK, SKU), hexadecimal=True),
    sent("BUY_BOX_CHANGED", ITEM, None),
)
