"""Kaufland's push notifications: signed like a request of ours, over our address, the body and the time.

https://sellerapi.kaufland.com/?page=push-notifications (read 2026-11-23)
"""

import hmac
import re
from collections.abc import Mapping, Sequence

import msgspec

from nexus_ui.adapters.contract import About, Delivery, Named, Notice, SecretOrigin, Topic, Webhooks
from nexus_ui.adapters.kaufland.signing import BASE64, HEX, SIGNATURE, TIMESTAMP, signature
from nexus_ui.errors import SkipRecord

TOLERANCE_SECONDS = 300
"""As old or early as a signature of ours may be; each try is taken to be signed anew."""
OFFERS = "Changed offers show at once."
TOPICS = (
    Topic("order_new", About.ORDER, "A new order shows at once."),
    Topic("order_unit_status_changed", About.ORDER, "Cancelled, sent and returned pieces show at once."),
    Topic("item_unit_new", About.PRODUCT, "A new offer shows at once."),
    Topic("item_unit_changed", About.PRODUCT, OFFERS),
    Topic("item_unit_deleted", About.PRODUCT, "A deleted offer is noticed, which polling alone cannot."),
    Topic("item_unit_out_of_stock", About.PRODUCT, "An offer that is sold out shows at once."),
    Topic("item_unit_not_available", About.PRODUCT, OFFERS),
    Topic("item_unit_available", About.PRODUCT, OFFERS),
)
ROTATION = (
    "In the seller portal open Settings > Shop settings > API and make new keys, which end the old pair in every "
    "program. Then enter both here under Edit credentials. Notifications signed with the old secret are accepted for "
    "another day."
)
SECRET_KEY = "secret_key"  # noqa: S105 - the name of a field, not a secret
PIECE = "order-units/"
"""How the id of a piece of an order begins, which is no order's."""
_KNOWN = {topic.name: topic for topic in TOPICS}
_KINDS = {"orders": About.ORDER, "order-units": About.ORDER, "units": About.PRODUCT}
_RESOURCE = re.compile(r"(?:/v2)?/(orders|order-units|units)/([A-Za-z0-9]{1,40})/?(?:\?[\x21-\x7e]{0,200})?")
_MESSAGE = re.compile(r"[\x21-\x7e]{1,200}")
_STAMP = re.compile(r"[0-9]{1,12}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_.~-]{1,512}")


class Body(msgspec.Struct):
    """What is read of a notification. It says where to look, not what is there."""

    event_name: str = ""
    id_message: str | int = ""
    resource: str = ""


_body = msgspec.json.Decoder(Body)


def verify(delivery: Delivery, secrets: Sequence[str]) -> bool:
    """True when one of the secrets signed this body for our address, not long ago."""
    stamp, shown = delivery.headers.get(TIMESTAMP.lower(), ""), delivery.headers.get(SIGNATURE.lower(), "")
    if not _STAMP.fullmatch(stamp) or abs(delivery.received_at.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        return False
    given = shown.encode("utf-8", "replace")
    made = [
        signature(secret, delivery.method, delivery.url, delivery.body, stamp, form).encode()
        for secret in secrets
        if secret
        for form in (HEX, BASE64)
    ]
    matches = [hmac.compare_digest(one, given) for one in made]
    return any(matches)


def read(delivery: Delivery) -> Notice | None:
    """What a signed notification names; None for an event nothing is done about. Raises SkipRecord."""
    try:
        body = _body.decode(delivery.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SkipRecord("This notification cannot be read.", "", str(error)) from error
    topic = _KNOWN.get(body.event_name)
    if topic is None:
        return None
    named = _named(topic, body.resource)
    key = str(body.id_message)
    if named is None or not _MESSAGE.fullmatch(key):
        raise SkipRecord(f"This notification says {topic.name}, but what it names is something else.", "")
    return Notice(key, topic.name, (named,))


def challenge(query: Mapping[str, str], address: str, secret: str) -> str | None:
    """The answer to Kaufland's check of our address: its own word, and nothing else."""
    word = query.get("challenge", "")
    return word if query.get("mode") == "subscribe" and _CHALLENGE.fullmatch(word) else None


def _named(topic: Topic, resource: str) -> Named | None:
    """The thing at an address of the API; None when it is not of the kind the event claims."""
    found = _RESOURCE.fullmatch(resource)
    if found is None or _KINDS[found[1]] is not topic.about:
        return None
    if found[1] == "orders":
        return Named(About.ORDER, found[2])
    if not found[2].isdecimal():
        return None
    return Named(topic.about, f"{PIECE}{found[2]}" if found[1] == "order-units" else found[2])


WEBHOOKS = Webhooks(
    topics=TOPICS,
    secret=SecretOrigin.GIVEN,
    verify=verify,
    read=read,
    secret_field=SECRET_KEY,
    challenge=challenge,
    rotation=ROTATION,
)
