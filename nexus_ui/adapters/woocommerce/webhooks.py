"""WooCommerce's webhooks: signed over the body alone, with a secret we choose, so only the body is believed.

https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks (read 2026-11-23), and a real 7.9.0 that was watched.
"""

import re
from collections.abc import Sequence

import msgspec

from nexus_ui.adapters.contract import About, Delivery, Named, Notice, SecretOrigin, Topic, Webhooks
from nexus_ui.adapters.kit.signatures import content_key, signed_by_any
from nexus_ui.errors import SkipRecord

SIGNATURE, TOPIC = "x-wc-webhook-signature", "x-wc-webhook-topic"
TOPICS = (
    Topic("order.created", About.ORDER, "A new order shows at once, and what it sold is counted."),
    Topic("order.updated", About.ORDER, "Payment, completion and cancellations show at once."),
    Topic("order.deleted", About.ORDER, "An order that was thrown away is looked at again."),
    Topic("product.created", About.PRODUCT, "A new product shows at once."),
    Topic("product.updated", About.PRODUCT, "Changed titles, prices and stock show at once."),
    Topic("product.deleted", About.PRODUCT, "A deleted product is noticed, which polling alone cannot."),
)
_KNOWN = {topic.name: topic for topic in TOPICS}
_PING = re.compile(rb"webhook_id=\d{1,20}")


class Body(msgspec.Struct, gc=False):
    """What is read of a webhook's body; which fields are there tells what it is about."""

    id: int | None = None
    parent_id: int = 0
    type: str | None = None
    line_items: msgspec.Raw = msgspec.Raw()
    code: msgspec.Raw = msgspec.Raw()


_body = msgspec.json.Decoder(Body)


def verify(delivery: Delivery, secrets: Sequence[str]) -> bool:
    """True when one of the secrets signed this body, or for the ping, which nobody signs and nothing follows from."""
    if is_ping(delivery):
        return True
    return signed_by_any(delivery.body, delivery.headers.get(SIGNATURE, ""), secrets)


def is_ping(delivery: Delivery) -> bool:
    """The form a shop sends when a webhook is saved, to see whether the address answers: no signature, no topic."""
    unmarked = SIGNATURE not in delivery.headers and TOPIC not in delivery.headers
    return unmarked and _PING.fullmatch(delivery.body) is not None


def read(delivery: Delivery) -> Notice | None:
    """What a signed webhook names; None for a ping, a topic nothing is done about, or an error. Raises SkipRecord."""
    topic = _KNOWN.get(delivery.headers.get(TOPIC, ""))
    if topic is None or is_ping(delivery):
        return None
    try:
        body = _body.decode(delivery.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SkipRecord("This webhook cannot be read.", "", str(error)) from error
    if _is_error(body):
        return None
    named = _named(topic, body)
    if named is None:
        raise SkipRecord(f"This webhook says {topic.name}, but what it carries is something else.", "")
    return Notice(content_key(delivery.body), topic.name, (named,))


def _is_error(body: Body) -> bool:
    """The body is written when it is sent: of what was deleted meanwhile only a refusal is left, without its id.

    Its deletion is told by a webhook of its own.
    """
    return bool(body.code) and body.id is None


def _named(topic: Topic, body: Body) -> Named | None:
    """The thing a body names; None when it is not of the kind its topic claims."""
    if body.id is None or body.id <= 0:
        return None
    is_order, is_product = bool(body.line_items), body.type is not None
    if topic.name.endswith(".deleted"):
        return None if is_order or is_product else Named(topic.about, str(body.id))
    if (is_order, is_product) != (topic.about is About.ORDER, topic.about is About.PRODUCT):
        return None
    varies = body.type == "variation" and body.parent_id > 0
    return Named(topic.about, str(body.parent_id if varies else body.id))


WEBHOOKS = Webhooks(topics=TOPICS, secret=SecretOrigin.CHOSEN, verify=verify, read=read)
