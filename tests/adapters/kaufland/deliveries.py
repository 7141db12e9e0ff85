"""What Kaufland sends: signed over our address, the body and the time, like a request."""

import json

from nexus_ui.adapters.contract import About, Named, Notice
from nexus_ui.adapters.kaufland.signing import signature
from tests.adapters.examples import ADDRESS, Example, delivery

SECRET = "a7d0cb1da1ddbc86c96ee5fedd341b7d8ebfbb2f5c83cfe0909f4e57f05dd403"
BEFORE, STRANGER = SECRET[::-1], "b" * 64
URL = ADDRESS.format(slug="kaufland")
RECEIVED = 1_795_428_000
"""The moment at which the examples arrive, in Unix seconds."""
MESSAGE = "3f2b8c1e9d7a4f60b5c4d3e2f1a09876"


def signed(body: bytes, stamp: int, secret: str = SECRET, url: str = URL, form: str = "hex") -> dict[str, str]:
    """The headers of a notification that was signed at this moment."""
    shown = signature(secret, "POST", url, body, str(stamp), form)
    return {"content-type": "application/json", "shop-timestamp": str(stamp), "shop-signature": shown}


def told(event: str, resource: str) -> bytes:
    """The body of a notification."""
    parts = {"event_name": event, "id_message": MESSAGE, "resource": resource, "storefront": "de"}
    return json.dumps(parts, separators=(",", ":")).encode()


def sent(event: str, resource: str, named: Named | None, secret: str = SECRET, form: str = "hex") -> Example:
    """A notification of this event."""
    body = told(event, resource)
    notice = named and Notice(MESSAGE, event, (named,))
    headers = signed(body, RECEIVED - 2, secret, form=form)
    return Example(f"kaufland {event}", delivery("kaufland", headers, body), (SECRET, BEFORE), notice)


ORDER, PIECE = Named(About.ORDER, "MB7UWLD"), Named(About.ORDER, "order-units/314567896580917")
UNIT = Named(About.PRODUCT, "388000000005")
EXAMPLES = (
    sent("order_new", "/orders/MB7UWLD/", ORDER),
    sent("order_new", "/v2/orders/MB7UWLD", ORDER, BEFORE),
    sent("order_unit_status_changed", "/order-units/314567896580917/", PIECE),
    sent("item_unit_new", "/units/388000000005/", UNIT, form="base64"),
    sent("item_unit_changed", "/units/388000000005/?storefront=de", UNIT),
    sent("item_unit_deleted", "/units/388000000005/", UNIT),
    sent("item_unit_out_of_stock", "/units/388000000005/", UNIT),
    sent("item_unit_not_available", "/units/388000000005/", UNIT),
    sent("item_unit_available", "/units/388000000005/", UNIT),
    sent("return_new", "/returns/123/", None),
)
