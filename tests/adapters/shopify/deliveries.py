"""What Shopify sends, in the shapes of its documentation. https://shopify.dev/docs/api/webhooks (read 2026-11-23)"""

import hashlib
import json
from typing import Any

from nexus_ui.adapters.contract import About, Named, Notice
from nexus_ui.adapters.kit.signatures import hmac_sha256
from tests.adapters.examples import Example, delivery

SECRET, BEFORE, STRANGER = "shpss_current", "shpss_before", "shpss_of_somebody_else"
ORDER = {"id": 5001, "admin_graphql_api_id": "gid://shopify/Order/5001", "name": "#1001", "title": None}
PRODUCT = {"id": 9001, "admin_graphql_api_id": "gid://shopify/Product/9001", "title": "Espresso Cup, 60 ml ☕"}
LEVEL = {
    "inventory_item_id": 7001,
    "location_id": 24,
    "available": 3,
    "updated_at": "2026-11-23T10:00:00Z",
    "admin_graphql_api_id": "gid://shopify/InventoryLevel/24?inventory_item_id=7001",
}
SHOP = {"id": 548, "name": "Demo", "domain": "demo.example", "myshopify_domain": "demo.myshopify.com"}


def sent(topic: str, payload: Any, named: Named | None, secret: str = SECRET) -> Example:
    """A delivery of this topic with this body."""
    body = json.dumps(payload, ensure_ascii=False).replace("/", "\\/").encode()
    headers = {
        "content-type": "application/json",
        "x-shopify-topic": topic,
        "x-shopify-hmac-sha256": hmac_sha256(body, secret),
        "x-shopify-shop-domain": "demo.myshopify.com",
        "x-shopify-api-version": "2026-10",
        "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
    }
    word = topic.upper().replace("/", "_")
    notice = named and Notice(hashlib.sha256(body).hexdigest(), word, (named,))
    return Example(f"shopify {topic}", delivery("shopify", headers, body), (SECRET, BEFORE), notice)


EXAMPLES = (
    sent("orders/create", ORDER, Named(About.ORDER, "gid://shopify/Order/5001")),
    sent("orders/updated", ORDER, Named(About.ORDER, "gid://shopify/Order/5001"), BEFORE),
    sent("products/create", PRODUCT, Named(About.PRODUCT, "gid://shopify/Product/9001")),
    sent("products/update", PRODUCT, Named(About.PRODUCT, "gid://shopify/Product/9001")),
    sent("products/delete", {"id": 9001}, Named(About.PRODUCT, "gid://shopify/Product/9001")),
    sent("inventory_levels/update", LEVEL, Named(About.STOCK, "gid://shopify/InventoryItem/7001")),
    sent("app/uninstalled", SHOP, Named(About.ACCESS, "gid://shopify/Shop/548")),
    sent("customers/redact", {"shop_id": 548}, None),
)
