"""What eBay sends: the vendor's own message of its test file where it is, and others signed with keys made here."""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nexus_ui.adapters.contract import About, Named, Notice
from tests.adapters.examples import Example, delivery

KEY_ID = "9936261a-7d7b-4621-a0f1-96ccb428af49"
ORDER_ID = "17-00042-73491"
NOTIFICATION_ID = "49feeaeb-4982-42d9-a377-9645b8479411_33f7e043-fed8-442b-9d44-791923bd9a6d"
_DIGESTS: dict[str, HashAlgorithm] = {"SHA1": SHA1(), "SHA256": SHA256()}  # noqa: S303 - the vendor signs so
_EBAY, _STRANGER = (ec.derive_private_key(number, ec.SECP256R1()) for number in (20_261_123, 4_711))


def pem(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half of a pair."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


PUBLIC, STRANGER = pem(_EBAY), pem(_STRANGER)


def header(body: bytes, digest: str = "SHA1", **changes: str) -> str:
    """The signature of a body as the header holds it."""
    signed = base64.b64encode(_EBAY.sign(body, ec.ECDSA(_DIGESTS[digest]))).decode()
    told = {"alg": "ecdsa", "kid": KEY_ID, "signature": signed, "digest": digest, **changes}
    return base64.b64encode(json.dumps(told, separators=(",", ":")).encode()).decode()


def confirmation(data: Any, topic: str = "ORDER_CONFIRMATION", tries: int = 1) -> bytes:
    """The body of a notification."""
    notification = {
        "notificationId": NOTIFICATION_ID,
        "eventDate": "2026-11-23T09:59:58.462Z",
        "publishDate": "2026-11-23T09:59:59.679Z",
        "publishAttemptCount": tries,
        "data": data,
    }
    metadata = {"topic": topic, "schemaVersion": "1.0", "deprecated": False}
    return json.dumps({"metadata": metadata, "notification": notification}, separators=(",", ":")).encode()


def sent(body: bytes, notice: Notice | None, digest: str = "SHA1") -> Example:
    """A delivery of this body."""
    headers = {"content-type": "application/json", "x-ebay-signature": header(body, digest)}
    return Example(f"ebay {digest} {notice and notice.topic}", delivery("ebay", headers, body), (PUBLIC,), notice)


BOUGHT = {"user": {"userId": "7c1vXq0pQ4u", "username": "demo_seller"}, "order": {"orderId": ORDER_ID}}
CONFIRMED = Notice(NOTIFICATION_ID, "ORDER_CONFIRMATION", (Named(About.ORDER, ORDER_ID),))
DELETED = {"username": "test_user", "userId": "ma8vp1jySJC", "eiasToken": "nY+sHZ2PrBmdj6wVnY"}
EXAMPLES = (
    sent(confirmation(BOUGHT), CONFIRMED),
    sent(confirmation(BOUGHT, tries=3), CONFIRMED, "SHA256"),
    sent(confirmation(DELETED, "MARKETPLACE_ACCOUNT_DELETION"), None),
)
