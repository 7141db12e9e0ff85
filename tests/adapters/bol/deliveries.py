"""What bol sends, in the shape of its documentation, signed with a key made for these tests.

https://api.bol.com/retailer/public/Retailer-API/v10/functional/retailer-api/subscriptions.html (read 2026-11-23)
"""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nexus_ui.adapters.contract import About, Named, Notice
from nexus_ui.adapters.kit.signatures import content_key
from tests.adapters.examples import Example, delivery

OFFER = "13722de8-8182-d161-5422-4a0a1caab5c8"


def made() -> RSAPrivateKey:
    """A new private key."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def pem(key: RSAPrivateKey) -> str:
    """Its public half."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


PRIVATE = made()
PUBLIC, STRANGER = pem(PRIVATE), pem(made())


def told(resource: str, kind: str, named: str, timestamp: str = "2026-11-23T11:00:00+01:00") -> dict[str, Any]:
    """A body."""
    event = {"resource": resource, "type": kind, "resourceId": named}
    return {"retailerId": 1234567, "timestamp": timestamp, "event": event}


def signed(body: bytes, key: RSAPrivateKey = PRIVATE) -> str:
    """The signature of a body."""
    return base64.b64encode(key.sign(body, PKCS1v15(), SHA256())).decode()


def sent(payload: Any, named: Named | None = None) -> Example:
    """A delivery with this body."""
    body = json.dumps(payload, indent=3).encode()
    header = f'keyId=0, algorithm="rsa-sha256", signature={signed(body)}'
    headers = {"content-type": "application/json", "signature": header}
    if named is None:
        return Example("bol", delivery("bol", headers, body), (PUBLIC,), None)
    event = payload["event"]
    parts = (str(payload["retailerId"]), event["resource"], event["type"], event["resourceId"], payload["timestamp"])
    key = content_key(json.dumps(parts, separators=(",", ":")).encode())
    notice = Notice(key, event["resource"], (named,))
    return Example(f"bol {event['resource']}", delivery("bol", headers, body), (PUBLIC,), notice)


EXAMPLES = (
    sent(told("ORDER", "CREATE", "A2K8290LP8"), Named(About.ORDER, "A2K8290LP8")),
    sent(told("OFFER_FOR_SALE", "UPDATE", OFFER), Named(About.PRODUCT, OFFER)),
    sent(told("OFFER_NOT_FOR_SALE", "UPDATE", OFFER), Named(About.PRODUCT, OFFER)),
    sent(told("PROCESS_STATUS", "SUCCESS", "1234567")),
)
