"""What a WooCommerce shop sends: JSON as PHP writes it, with escaped slashes and letters."""

import hashlib
import json
from typing import Any

from nexus_ui.adapters.contract import About, Named, Notice
from nexus_ui.adapters.kit.signatures import hmac_sha256
from tests.adapters.examples import Example, delivery

SECRET, BEFORE, STRANGER = "whs_current", "whs_before", "whs_of_somebody_else"
ORDER = {"id": 1042, "number": "1042", "parent_id": 0, "line_items": [{"id": 1, "name": "Größe M"}]}
PRODUCT = {
    "id": 77,
    "name": "Tee – Größe M",
    "type": "simple",
    "parent_id": 0,
    "permalink": "https://shop.example/tee/",
}
VARIATION = {"id": 78, "name": "Tee – M", "type": "variation", "parent_id": 77}
ERROR = {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID.", "data": {"status": 404}}


def sent(topic: str, payload: Any, named: Named | None, secret: str = SECRET) -> Example:
    """A delivery of this topic with this body."""
    body = json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()
    resource, _, event = topic.partition(".")
    headers = {
        "content-type": "application/json",
        "x-wc-webhook-source": "https://shop.example/",
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-resource": resource,
        "x-wc-webhook-event": event,
        "x-wc-webhook-signature": hmac_sha256(body, secret),
        "x-wc-webhook-id": "3",
        "x-wc-webhook-delivery-id": "0d1f8f3e6b1f4f0f8e6d9c2b7a5e4d3c",
    }
    notice = named and Notice(hashlib.sha256(body).hexdigest(), topic, (named,))
    return Example(f"woocommerce {topic}", delivery("woocommerce", headers, body), (SECRET, BEFORE), notice)


FORM = {"content-type": "application/x-www-form-urlencoded"}
PING = Example("woocommerce ping", delivery("woocommerce", FORM, b"webhook_id=1"), (SECRET,), None, signed=False)
EXAMPLES = (
    sent("order.created", ORDER, Named(About.ORDER, "1042")),
    sent("order.updated", ORDER, Named(About.ORDER, "1042"), BEFORE),
    sent("order.deleted", {"id": 1042}, Named(About.ORDER, "1042")),
    sent("product.created", PRODUCT, Named(About.PRODUCT, "77")),
    sent("product.updated", PRODUCT, Named(About.PRODUCT, "77")),
    sent("product.updated", VARIATION, Named(About.PRODUCT, "77")),
    sent("product.deleted", {"id": 77}, Named(About.PRODUCT, "77")),
    sent("order.updated", ERROR, None),
    sent("coupon.created", {"id": 5}, None),
    PING,
)
