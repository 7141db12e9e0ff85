"""Walmart's webhooks: signed over the body alone with a secret we choose, in a header we name.

The documentation says "HMACSHA256 of complete response" and neither shows one nor says how it is written, so both usual
ways of writing the same number are taken: base64 and hexadecimal.
https://developer.walmart.com/us-marketplace/reference/createsubscription (read 2026-11-23)
"""

import hashlib
import hmac
from collections.abc import Sequence

import msgspec

from nexus_ui.adapters.contract import About, Delivery, Named, Notice, SecretOrigin, Topic, Webhooks
from nexus_ui.adapters.kit.signatures import content_key, signed_by_any
from nexus_ui.errors import SkipRecord

HEADER = "X-Nexus-Signature"
TOPICS = (
    Topic("ORDER_UPDATES", About.ORDER, "A new or cancelled order shows at once, and what it sold is counted."),
    Topic("OFFER_UNPUBLISHED", About.PRODUCT, "An item that Walmart took offline is noticed at once."),
    Topic("INVENTORY_OOS", About.STOCK, "An item that sold out is noticed at once."),
)
_KNOWN = {topic.name: topic for topic in TOPICS}


class Wire(msgspec.Struct, rename="camel"):
    """Named in camel case there."""


class Source(Wire):
    """What happened."""

    event_type: str
    event_id: str = ""


class SoldOrder(Wire):
    """The order it is about."""

    purchase_order_id: str = ""


class Payload(Wire):
    """What it happened to."""

    order: SoldOrder | None = None
    purchase_order_id: str = ""
    sku: str = ""


class Body(Wire):
    """The whole of a webhook."""

    source: Source
    payload: Payload


_body = msgspec.json.Decoder(Body)


def verify(delivery: Delivery, secrets: Sequence[str]) -> bool:
    """True when one of the secrets signed this body."""
    shown = delivery.headers.get(HEADER.lower(), "")
    in_base64, in_hex = signed_by_any(delivery.body, shown, secrets), _signed_in_hex(delivery.body, shown, secrets)
    return in_base64 or in_hex


def read(delivery: Delivery) -> Notice | None:
    """What a signed webhook names; None for an event nothing is done about. Raises SkipRecord."""
    try:
        body = _body.decode(delivery.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SkipRecord("This webhook cannot be read.", "", str(error)) from error
    topic = _KNOWN.get(body.source.event_type)
    if topic is None:
        return None
    ref = _order_of(body.payload) if topic.about is About.ORDER else body.payload.sku
    if not ref:
        raise SkipRecord(f"This webhook says {topic.name}, but what it carries is something else.", "")
    return Notice(_key(delivery, body, ref), topic.name, (Named(topic.about, ref),))


def _order_of(payload: Payload) -> str:
    """The order's id: within the order, or beside it as in the events before ORDER_UPDATES."""
    return (payload.order.purchase_order_id if payload.order else "") or payload.purchase_order_id


def _key(delivery: Delivery, body: Body, ref: str) -> str:
    """The event's own id, where it has one, with what it is about."""
    if not body.source.event_id:
        return content_key(delivery.body)
    return content_key(msgspec.json.encode((body.source.event_type, body.source.event_id, ref)))


def _signed_in_hex(body: bytes, signature: str, keys: Sequence[str]) -> bool:
    shown = signature.lower().encode("utf-8", "replace")
    made = [hmac.new(key.encode(), body, hashlib.sha256).hexdigest().encode() for key in keys if key]
    matches = [hmac.compare_digest(one, shown) for one in made]
    return any(matches)


WEBHOOKS = Webhooks(topics=TOPICS, secret=SecretOrigin.CHOSEN, verify=verify, read=read)
