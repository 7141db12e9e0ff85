"""What the simulated Shopify sends: bodies in the shape of its REST resources, signed with the app's client secret.

https://shopify.dev/docs/api/webhooks and https://shopify.dev/docs/apps/build/webhooks/troubleshooting-webhooks: one
second to connect, five in all, eight tries over four hours, then the subscription is deleted (read 2026-11-23).
"""

import base64
import hashlib
import hmac
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nexus_ui.sandbox.forging import Parts
from nexus_ui.sandbox.happenings import Happening, Kind
from nexus_ui.sandbox.hooks import Desk, Subscription
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.shopify import ids
from nexus_ui.sandbox.shopify.fields_shop import shop_number
from nexus_ui.sandbox.shopify.sources import LevelSource, OrderSource, ProductSource, VariantSource, iso, money
from nexus_ui.sandbox.shopify.versions import SUPPORTED

TOPICS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PRODUCT_CHANGED: ("PRODUCTS_UPDATE",),
    Kind.PRODUCT_GONE: ("PRODUCTS_DELETE",),
    Kind.STOCK_CHANGED: ("INVENTORY_LEVELS_UPDATE", "PRODUCTS_UPDATE"),
    Kind.ORDER_NEW: ("ORDERS_CREATE",),
    Kind.ORDER_CHANGED: ("ORDERS_UPDATED",),
    Kind.ORDER_GONE: ("ORDERS_DELETE",),
    Kind.APP_REMOVED: ("APP_UNINSTALLED",),
}
SIGNATURE = "X-Shopify-Hmac-Sha256"
_FIVE_SECONDS = 5.0
_WAITS = (10.0, 60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0)
"""Before each further try: eight tries, spread over not quite four hours. The single waits are not published."""


class ShopifyHabits:
    """How one shop of Shopify's tells what happens in it."""

    waits: Sequence[float] = _WAITS
    patience = _FIVE_SECONDS
    signature = SIGNATURE

    def __init__(self, shop: Shop, client_secret: str) -> None:
        """All apps' webhooks of the shop are signed with this secret: there is only one app."""
        self._shop, self._secret = shop, client_secret

    def topics(self, happening: Happening) -> Sequence[str]:
        """Shopify's topics for what happened."""
        return TOPICS[happening.kind]

    def write(self, subscription: Subscription, happening: Happening, topic: str) -> Callable[[], Parts]:
        """The body as things are now; every try sends the same bytes under the same id."""
        payload = body(self._shop, happening, topic)
        wanted = subscription.details.get("fields")
        if wanted:
            payload = {name: value for name, value in payload.items() if name in wanted}
        parts = signed(self._shop, topic, payload, self._secret)
        return lambda: parts

    def failed(self, desk: Desk, subscription: Subscription, last: bool) -> None:
        """After the last try in vain the subscription is deleted."""
        if last:
            desk.drop(subscription.number)


def signed(shop: Shop, topic: str, payload: Any, secret: str) -> Parts:
    """Headers and body of one webhook."""
    content = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/").encode()
    digest = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    name, _, event = topic.rpartition("_")
    return {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": f"{name.lower()}/{event.lower()}",
        SIGNATURE: base64.b64encode(digest).decode(),
        "X-Shopify-Shop-Domain": shop.host,
        "X-Shopify-API-Version": SUPPORTED[-1],
        "X-Shopify-Webhook-Id": str(uuid.uuid4()),
        "X-Shopify-Event-Id": str(uuid.uuid4()),
        "X-Shopify-Triggered-At": iso(shop.now()),
    }, content


def body(shop: Shop, happening: Happening, topic: str) -> dict[str, Any]:
    """What Shopify tells under this topic about what happened."""
    index = happening.index
    match topic:
        case "PRODUCTS_DELETE":
            return {"id": ids.PRODUCT + index}
        case "ORDERS_DELETE":
            return {"id": ids.ORDER + index}
        case "APP_UNINSTALLED":
            return _shop(shop)
        case "INVENTORY_LEVELS_UPDATE":
            variant = ProductSource(shop, index).variants()[happening.variant]
            return _level(shop, variant.levels()[happening.location])
        case "PRODUCTS_UPDATE":
            return _product(ProductSource(shop, index))
        case _:
            return _order(OrderSource(shop, index))


def _shop(shop: Shop) -> dict[str, Any]:
    return {
        "id": shop_number(shop),
        "name": shop.name,
        "email": f"owner@{shop.host}",
        "domain": shop.host,
        "myshopify_domain": shop.host,
        "country_code": shop.country,
        "currency": shop.currency,
        "iana_timezone": shop.timezone,
        "plan_name": "partner_test",
    }


def _level(shop: Shop, level: LevelSource) -> dict[str, Any]:
    location, item = ids.LOCATION + level.place, ids.ITEM + level.variant.number
    return {
        "inventory_item_id": item,
        "location_id": location,
        "available": level.available,
        "updated_at": iso(shop.products.stamp(level.variant.product.index)),
        "admin_graphql_api_id": ids.level_gid(location, item),
    }


def _product(product: ProductSource) -> dict[str, Any]:
    number, item = ids.PRODUCT + product.index, product.item
    return {
        "admin_graphql_api_id": ids.gid("Product", number),
        "id": number,
        "title": item.title,
        "body_html": item.body_html,
        "handle": item.handle,
        "product_type": item.type,
        "vendor": item.vendor,
        "status": item.status,
        "tags": ", ".join(item.tags),
        "created_at": iso(product.created),
        "updated_at": iso(product.stamp),
        "variants": [_variant(variant, number) for variant in product.variants()],
    }


def _variant(variant: VariantSource, product: int) -> dict[str, Any]:
    number, item = ids.VARIANT + variant.number, variant.item
    return {
        "admin_graphql_api_id": ids.gid("ProductVariant", number),
        "id": number,
        "product_id": product,
        "title": " / ".join(item.options) or "Default Title",
        "sku": item.sku,
        "price": money(item.price),
        "barcode": item.barcode,
        "position": variant.place + 1,
        "inventory_item_id": ids.ITEM + variant.number,
        "inventory_quantity": variant.quantity(),
    }


def _order(order: OrderSource) -> dict[str, Any]:
    number, sale = ids.ORDER + order.index, order.sale
    first, _, last = sale.buyer.partition(" ")
    return {
        "id": number,
        "admin_graphql_api_id": ids.gid("Order", number),
        "name": f"#{sale.number}",
        "number": sale.number,
        "email": sale.email,
        "created_at": iso(sale.placed),
        "updated_at": iso(order.stamp),
        "cancelled_at": None if sale.cancelled is None else iso(sale.cancelled),
        "currency": order.shop.currency,
        "financial_status": sale.payment,
        "fulfillment_status": None if sale.fulfilment == "unfulfilled" else sale.fulfilment,
        "total_price": money(sale.total),
        "shipping_address": {"first_name": first, "last_name": last, "city": sale.city, "country_code": sale.country},
        "line_items": [
            {
                "id": ids.LINE + order.index * ids.LINES + place,
                "variant_id": ids.VARIANT + line.product * ids.PLACES + line.variant,
                "product_id": ids.PRODUCT + line.product,
                "sku": line.sku,
                "title": line.title,
                "quantity": line.quantity,
                "price": money(line.unit_price),
            }
            for place, line in enumerate(sale.lines)
        ],
    }
