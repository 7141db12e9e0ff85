"""eBay's notifications: signed with eBay's own key over the raw body; the public half is named in the signature.

One key signs for every app and seller, so a good signature says only that eBay wrote this, to somebody: what it names
is looked at with this seller's own access before anything changes.
https://developer.ebay.com/api-docs/commerce/notification/overview.html (read 2026-11-23)
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence

import msgspec
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from nexus_ui.adapters.contract import About, Delivery, Named, Notice, SecretOrigin, Topic, Webhooks
from nexus_ui.errors import SkipRecord

SIGNATURE = "x-ebay-signature"
ORDER_CONFIRMATION = "ORDER_CONFIRMATION"
TOPICS = (Topic(ORDER_CONFIRMATION, About.ORDER, "A new order shows at once, and what it sold is counted."),)
# The vendor's vector of 2021 names SHA1, its slides of the same year SHA256: the signature itself says which.
DIGESTS = {"SHA1": SHA1(), "SHA256": SHA256(), "SHA384": SHA384(), "SHA512": SHA512()}  # noqa: S303 - theirs
LONGEST_HEADER = 4_000
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_CODE = re.compile(r"[\x21-\x7e]{1,500}")
_ORDER_ID = re.compile(r"[0-9A-Za-z!-]{1,60}")
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----\s*([A-Za-z0-9+/=\s]+?)\s*-----END PUBLIC KEY-----\s*")


class Signature(msgspec.Struct):
    """What the signature's header holds."""

    kid: str = ""
    signature: str = ""
    alg: str = ""
    digest: str = ""


class Metadata(msgspec.Struct):
    """What kind of notification it is."""

    topic: str = ""


class Bought(msgspec.Struct, rename="camel"):
    """The order of a confirmation."""

    order_id: str = ""


class Data(msgspec.Struct):
    """What is read of what happened; never a name."""

    order: Bought | None = None


class News(msgspec.Struct, rename="camel"):
    """One notification. Every try carries the same id."""

    notification_id: str = ""
    data: Data | None = None


class Body(msgspec.Struct):
    """The whole of what eBay sends."""

    metadata: Metadata
    notification: News


_signature = msgspec.json.Decoder(Signature)
_body = msgspec.json.Decoder(Body)


def verify(delivery: Delivery, secrets: Sequence[str]) -> bool:
    """True when the private half of one of these public keys signed exactly this body."""
    shown = _shown(delivery)
    digest = DIGESTS.get(shown.digest.upper().replace("-", ""))
    if digest is None or shown.alg.lower() != "ecdsa":
        return False
    try:
        signed = base64.b64decode(shown.signature, validate=True)
    except (binascii.Error, ValueError):
        return False
    return any(_signed_by(pem, signed, delivery.body, ec.ECDSA(digest)) for pem in secrets)


def key_id(delivery: Delivery) -> str:
    """The public key that a notification names; empty where it names none."""
    named = _shown(delivery).kid
    return named if _KEY_ID.fullmatch(named) else ""


def read(delivery: Delivery) -> Notice | None:
    """What a signed notification names; None for a topic nothing is done about. Raises SkipRecord."""
    try:
        body = _body.decode(delivery.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SkipRecord("This notification cannot be read.", "", str(error)) from error
    if body.metadata.topic != ORDER_CONFIRMATION:
        return None
    news = body.notification
    order = news.data.order if news.data else None
    if order is None or not _ORDER_ID.fullmatch(order.order_id) or not news.notification_id:
        raise SkipRecord("This notification says that something was ordered, but names no order.", "")
    return Notice(news.notification_id, ORDER_CONFIRMATION, (Named(About.ORDER, order.order_id),))


def challenge(query: Mapping[str, str], address: str, secret: str) -> Mapping[str, str] | None:
    """The answer to eBay's check of our address: only who knows the verification token can give it."""
    code = query.get("challenge_code", "")
    if not secret or not _CODE.fullmatch(code):
        return None
    return {"challengeResponse": hashlib.sha256(f"{code}{secret}{address}".encode()).hexdigest()}


def pem_of(key: str) -> str:
    """A key as PEM files hold it: eBay tells it on a single line. Empty for what is no public key."""
    found = _PEM.fullmatch(key.strip())
    if found is None:
        return ""
    packed = "".join(found[1].split())
    lines = [packed[start : start + 64] for start in range(0, len(packed), 64)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])


def _shown(delivery: Delivery) -> Signature:
    """The signature's header; an empty one where it is missing or makes no sense."""
    packed = delivery.headers.get(SIGNATURE, "")
    if len(packed) > LONGEST_HEADER:
        return Signature()
    try:
        return _signature.decode(base64.b64decode(packed, validate=True))
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError):
        return Signature()


def _signed_by(pem: str, signed: bytes, body: bytes, how: ec.ECDSA) -> bool:
    try:
        key = load_pem_public_key(pem.encode())
        if not isinstance(key, ec.EllipticCurvePublicKey):
            return False
        key.verify(signed, body, how)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


WEBHOOKS = Webhooks(
    topics=TOPICS,
    secret=SecretOrigin.PUBLIC_KEY,
    verify=verify,
    read=read,
    key_id=key_id,
    challenge=challenge,
)
