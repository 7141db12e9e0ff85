"""What the simulated bol sends: the id of what changed, tried ten times within ten minutes, then switched off.

https://api.bol.com/retailer/public/Retailer-API/v10/functional/retailer-api/subscriptions.html (read 2026-11-23). Not
told there: the types of events of orders and offers, and whether an offer is told of only when it goes on or off sale.
Here each change of an offer tells which of both it is.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from nexus_ui.sandbox.bol.account import RETAILER_ID, Account, offer_id
from nexus_ui.sandbox.bol.offers import is_for_sale
from nexus_ui.sandbox.bol.orders import ZONE, order_id
from nexus_ui.sandbox.forging import Parts
from nexus_ui.sandbox.happenings import Happening, Kind
from nexus_ui.sandbox.hooks import Desk, Subscription

TYPES: Mapping[Kind, str] = {
    Kind.PRODUCT_CHANGED: "UPDATE",
    Kind.STOCK_CHANGED: "UPDATE",
    Kind.ORDER_NEW: "CREATE",
    Kind.ORDER_CHANGED: "UPDATE",
}
ORDERS = (Kind.ORDER_NEW, Kind.ORDER_CHANGED)
SIGNATURE = "Signature"
_WAITS = (60.0,) * 9


class BolHabits:
    """How bol tells one seller what happens."""

    waits: Sequence[float] = _WAITS
    patience = 10.0
    signature = SIGNATURE

    def __init__(self, account: Account) -> None:
        """Tell of this account."""
        self._account = account

    def topics(self, happening: Happening) -> Sequence[str]:
        """bol's resources for what happened."""
        if happening.kind in ORDERS:
            return ("ORDER",)
        if happening.kind not in TYPES:
            return ()
        return ("OFFER_FOR_SALE" if is_for_sale(self._account, happening.index) else "OFFER_NOT_FOR_SALE",)

    def write(self, subscription: Subscription, happening: Happening, topic: str) -> Callable[[], Parts]:
        """The same bytes with every try."""
        index = happening.index
        named = order_id(index) if happening.kind in ORDERS else offer_id(index)
        parts = notification(self._account, topic, TYPES[happening.kind], named)
        return lambda: parts

    def failed(self, desk: Desk, subscription: Subscription, last: bool) -> None:
        """After the last try in vain the subscription is switched off."""
        if last:
            desk.change(subscription, active=False)


def notification(account: Account, resource: str, kind: str, named: str) -> Parts:
    """Headers and body of one webhook."""
    moment = datetime.fromtimestamp(account.shop.clock(), ZONE)
    told = {
        "retailerId": int(RETAILER_ID),
        "timestamp": moment.isoformat(timespec="milliseconds"),
        "event": {"resource": resource, "type": kind, "resourceId": named},
    }
    body = json.dumps(told, separators=(",", ":")).encode()
    return {"Content-Type": "application/json", SIGNATURE: account.keys.header(body)}, body
