"""What the simulated shop sends: bodies of its own API, written when they are sent and tried once.

After class-wc-webhook.php of WooCommerce 7.9, and what a real 7.9.0 was seen to do.
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
from nexus_ui.sandbox.woocommerce import receipts, wares
from nexus_ui.sandbox.woocommerce.refusals import invalid_id
from nexus_ui.sandbox.woocommerce.site import Site

Record = dict[str, Any]
TOPICS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PRODUCT_CHANGED: ("product.updated",),
    Kind.PRODUCT_GONE: ("product.deleted",),
    Kind.STOCK_CHANGED: ("product.updated",),
    Kind.ORDER_NEW: ("order.created",),
    Kind.ORDER_CHANGED: ("order.updated",),
    Kind.ORDER_GONE: ("order.deleted",),
    Kind.APP_REMOVED: (),
}
SIGNATURE = "X-WC-Webhook-Signature"
DISABLED = "disabled"
MOST_FAILURES = 5


class WooHabits:
    """How one shop tells what happens in it."""

    waits: Sequence[float] = ()
    patience = 60.0
    signature = SIGNATURE

    def __init__(self, site: Site) -> None:
        """Tell of this site."""
        self._site = site

    def topics(self, happening: Happening) -> Sequence[str]:
        """WooCommerce's topics for what happened."""
        return TOPICS[happening.kind]

    def write(self, subscription: Subscription, happening: Happening, topic: str) -> Callable[[], Parts]:
        """The body as things are when it is sent: of what is gone by then, a refusal."""
        delivery = uuid.uuid4().hex
        return lambda: self._parts(subscription, _payload(self._site, happening, topic), topic, delivery)

    def failed(self, desk: Desk, subscription: Subscription, last: bool) -> None:
        """After so many failures in a row the webhook is disabled."""
        if subscription.failures > MOST_FAILURES + 1:
            desk.change(subscription, active=False, details={"status": DISABLED})

    def _parts(self, subscription: Subscription, payload: Any, topic: str, delivery: str) -> Parts:
        body = json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()
        digest = hmac.new(subscription.secret.encode(), body, hashlib.sha256).digest()
        resource, _, event = topic.partition(".")
        return {
            "Content-Type": "application/json",
            "User-Agent": "WooCommerce/7.9.0 Hookshot (WordPress/6.1.9)",
            "X-WC-Webhook-Source": f"https://{self._site.shop.host}/",
            "X-WC-Webhook-Topic": topic,
            "X-WC-Webhook-Resource": resource,
            "X-WC-Webhook-Event": event,
            SIGNATURE: base64.b64encode(digest).decode(),
            "X-WC-Webhook-ID": str(subscription.number),
            "X-WC-Webhook-Delivery-ID": delivery,
        }, body


def _payload(site: Site, happening: Happening, topic: str) -> Record:
    base, index = f"https://{site.shop.host}/wp-json/wc/v3", happening.index
    of_order = topic.startswith("order.")
    if topic.endswith(".deleted"):
        return {"id": receipts.number_of(index) if of_order else site.numbers.product(index)}
    try:
        return receipts.order(site, index, base) if of_order else wares.product(site, index, base)
    except KeyError:
        return invalid_id("shop_order" if of_order else "product", 404).body()
