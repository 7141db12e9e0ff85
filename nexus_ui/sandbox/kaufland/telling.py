"""What the simulated Kaufland sends: where to look, signed like a request, each try anew.

https://sellerapi.kaufland.com/?page=push-notifications: five seconds to answer, tries after 1, 15, 30 and then every 60
minutes for twelve hours, then the subscription is switched off (read 2026-11-23).
"""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nexus_ui.sandbox.forging import Parts
from nexus_ui.sandbox.happenings import Happening, Kind
from nexus_ui.sandbox.hooks import Desk, Subscription
from nexus_ui.sandbox.kaufland import units
from nexus_ui.sandbox.kaufland.keys import signature
from nexus_ui.sandbox.kaufland.seller import Seller, Storefront
from nexus_ui.sandbox.shop import MICROS

SIGNATURE, TIMESTAMP = "Shop-Signature", "Shop-Timestamp"
PATIENCE = 5.0
WAITS = (60.0, 900.0, 1_800.0, *[3_600.0] * 11)
SOLD_OUT = "item_unit_out_of_stock"
TOPICS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PRODUCT_CHANGED: ("item_unit_changed",),
    Kind.PRODUCT_GONE: ("item_unit_deleted",),
    Kind.STOCK_CHANGED: ("item_unit_changed",),
    Kind.ORDER_NEW: ("order_new", "order_unit_new"),
    Kind.ORDER_CHANGED: ("order_unit_status_changed",),
    Kind.ORDER_GONE: (),
    Kind.APP_REMOVED: (),
}


class KauflandHabits:
    """How Kaufland tells what happens on one storefront."""

    waits: Sequence[float] = WAITS
    patience = PATIENCE
    signature = SIGNATURE

    def __init__(self, front: Storefront, seller: Seller) -> None:
        """Tell of this storefront, signed with the seller's secret key."""
        self._front, self._seller = front, seller

    def topics(self, happening: Happening) -> Sequence[str]:
        """Kaufland's events for what happened."""
        events = TOPICS[happening.kind]
        if happening.kind is Kind.STOCK_CHANGED and not self._front.shop.stock(happening.index, 0):
            return (*events, SOLD_OUT)
        return events

    def write(self, subscription: Subscription, happening: Happening, topic: str) -> Callable[[], Parts]:
        """The same message with every try, signed with the time of the try. Of an order's pieces the first is told."""
        body = json.dumps(self._told(happening, topic), separators=(",", ":")).encode()

        def parts() -> Parts:
            stamp = str(self._front.shop.now() // MICROS)
            signed = signature(self._seller, "POST", subscription.address, body, stamp)
            return {"Content-Type": "application/json", TIMESTAMP: stamp, SIGNATURE: signed}, body

        return parts

    def failed(self, desk: Desk, subscription: Subscription, last: bool) -> None:
        """After the last try in vain the subscription is switched off."""
        if last:
            desk.change(subscription, active=False)

    def _told(self, happening: Happening, topic: str) -> dict[str, Any]:
        front, index = self._front, happening.index
        told: dict[str, Any] = {
            "event_name": topic,
            "id_message": uuid.uuid4().hex,
            "storefront": front.code,
        }
        if topic == "order_new":
            return told | {"resource": f"/orders/{front.order(index)}/"}
        if topic.startswith("order_unit"):
            return told | {"resource": f"/order-units/{front.piece(index, 0)}/"}
        there = index in front.shop.products
        payload = units.unit(front, index, self._seller) if there else {"id_unit": front.unit(index)}
        return told | {"resource": f"/units/{front.unit(index)}/", "payload": payload}
