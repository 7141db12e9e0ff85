"""bol's webhooks: signed with a private key of bol's over the body alone, which names one thing and nothing more.

The same key signs for every seller, so a body caught elsewhere verifies here too: what it names is looked at with this
account's own access, and is not there.
https://api.bol.com/retailer/public/Retailer-API/v10/functional/retailer-api/subscriptions.html (read 2026-11-23)
"""

import base64
import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from nexus_ui.adapters.contract import About, Delivery, Named, Notice, SecretOrigin, Topic, Webhooks
from nexus_ui.adapters.kit.signatures import content_key
from nexus_ui.errors import SkipRecord

SIGNATURE, ALGORITHM = "signature", "rsa-sha256"
TOPICS = (
    Topic("ORDER", About.ORDER, "A new or changed order shows at once, and what it sold is counted."),
    Topic("OFFER_FOR_SALE", About.PRODUCT, "An offer that customers can buy again shows at once, with its stock."),
    Topic("OFFER_NOT_FOR_SALE", About.PRODUCT, "An offer that went offline is noticed at once."),
)
_KNOWN = {topic.name: topic for topic in TOPICS}
_KEY_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_REF = re.compile(r"[A-Za-z0-9-]{1,64}")


class Event(msgspec.Struct, rename="camel"):
    """What happened to which thing. `type` says how, which looking at the thing tells better."""

    resource: str
    resource_id: str | int
    type: str = ""


class Body(msgspec.Struct, rename="camel"):
    """The whole of a webhook."""

    event: Event
    retailer_id: str | int = ""
    timestamp: str = ""


_body = msgspec.json.Decoder(Body)


def key_id(delivery: Delivery) -> str:
    """The name of the key that is said to have signed; empty where the header makes no sense."""
    parts = _signature(delivery)
    named = parts.get("keyid", "")
    sensible = parts.get("algorithm", "").lower() == ALGORITHM and parts.get("signature") and _KEY_ID.fullmatch(named)
    return named if sensible else ""


def verify(delivery: Delivery, secrets: Sequence[str]) -> bool:
    """True when the private half of one of these public keys signed exactly this body."""
    if not key_id(delivery):
        return False
    try:
        signature = base64.b64decode(_signature(delivery)["signature"], validate=True)
    except ValueError:
        return False
    keys = [key for pem in secrets if (key := _public_key(pem))]
    return any(_signed(key, signature, delivery.body) for key in keys)


def read(delivery: Delivery) -> Notice | None:
    """What a signed webhook names; None for a resource nothing is done about (also bol's test). Raises SkipRecord.

    bol numbers no delivery: resource, type, id and time together tell one event from another.
    """
    try:
        told = _body.decode(delivery.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SkipRecord("This webhook cannot be read.", "", str(error)) from error
    event, ref = told.event, str(told.event.resource_id)
    topic = _KNOWN.get(event.resource)
    if topic is None:
        return None
    if not _REF.fullmatch(ref):
        raise SkipRecord(f"This webhook says {topic.name}, but names nothing that could be looked at.", "")
    told_by = (str(told.retailer_id), event.resource, event.type, ref, told.timestamp)
    return Notice(content_key(msgspec.json.encode(told_by)), topic.name, (Named(topic.about, ref),))


def _signature(delivery: Delivery) -> dict[str, str]:
    """The parts of the header: `keyId=0, algorithm="rsa-sha256", signature=...`."""
    pairs = (part.partition("=") for part in delivery.headers.get(SIGNATURE, "").split(","))
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


@lru_cache(maxsize=32)
def _public_key(pem: str) -> RSAPublicKey | None:
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) else None


def _signed(key: RSAPublicKey, signature: bytes, body: bytes) -> bool:
    try:
        key.verify(signature, body, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


WEBHOOKS = Webhooks(topics=TOPICS, secret=SecretOrigin.PUBLIC_KEY, verify=verify, read=read, key_id=key_id)
