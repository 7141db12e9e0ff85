"""What the simulated eBay sends: a confirmation of each new order, signed with a key made when the sandbox started.

https://developer.ebay.com/api-docs/commerce/notification/overview.html (read 2026-11-23)
"""

import base64
import json
import uuid
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from nexus_ui.sandbox.ebay import orders
from nexus_ui.sandbox.ebay.account import USER_ID, USERNAME, Site
from nexus_ui.sandbox.forging import Parts
from nexus_ui.sandbox.happenings import Happening, Kind
from nexus_ui.sandbox.hooks import Desk, Subscription

SIGNATURE = "X-EBAY-SIGNATURE"
CONFIRMED = "ORDER_CONFIRMATION"
DELETED = "MARKETPLACE_ACCOUNT_DELETION"
PATIENCE = 3.0
WAITS = (10.0, 60.0)
"""Three tries in all. The waits between them are not published."""
MARKED_DOWN_AFTER = 9
"""Failures in a row after which the address counts as down; eBay tells no number."""


class SigningKey:
    """The pair eBay signs with: the name and the public half may be asked for."""

    def __init__(self) -> None:
        """A new pair."""
        self.name = str(uuid.uuid4())
        self._private = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> str:
        """The public half, on one line as eBay tells it."""
        pem = self._private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return "".join(pem.decode().splitlines())

    def sign(self, body: bytes) -> str:
        """The header that goes with a body."""
        signed = self._private.sign(body, ec.ECDSA(SHA1()))  # noqa: S303 - the digest of the vendor's own vector
        told = {"alg": "ecdsa", "kid": self.name, "signature": base64.b64encode(signed).decode(), "digest": "SHA1"}
        return base64.b64encode(json.dumps(told, separators=(",", ":")).encode()).decode()


class EbayHabits:
    """How eBay tells what happens on one site of a seller."""

    waits: Sequence[float] = WAITS
    patience = PATIENCE
    signature = SIGNATURE

    def __init__(self, site: Site, key: SigningKey) -> None:
        """Tell of this site, signed with this key."""
        self._site, self._key = site, key

    def topics(self, happening: Happening) -> Sequence[str]:
        """Only a new order is told: of its changes and of listings eBay tells sellers nothing."""
        return (CONFIRMED,) if happening.kind is Kind.ORDER_NEW else ()

    def write(self, subscription: Subscription, happening: Happening, topic: str) -> Callable[[], Parts]:
        """The same notification with every try; only its count and so its signature change."""
        data = {
            "user": {"userId": USER_ID, "username": USERNAME},
            "order": {"orderId": self._site.order(happening.index)},
        }
        number, happened, tries = str(uuid.uuid4()), orders.written(self._site.shop.now()), 0

        def parts() -> Parts:
            nonlocal tries
            tries += 1
            body = notification(topic, number, happened, orders.written(self._site.shop.now()), tries, data)
            return {"Content-Type": "application/json", SIGNATURE: self._key.sign(body)}, body

        return parts

    def failed(self, desk: Desk, subscription: Subscription, last: bool) -> None:
        """An address that fails again and again is marked down, and nothing is sent there any more."""
        if subscription.failures >= MARKED_DOWN_AFTER:
            desk.change(subscription, active=False)


def notification(topic: str, number: str, happened: str, published: str, tries: int, data: object) -> bytes:
    """The body of one try."""
    told = {
        "metadata": {"topic": topic, "schemaVersion": "1.0", "deprecated": False},
        "notification": {
            "notificationId": number,
            "eventDate": happened,
            "publishDate": published,
            "publishAttemptCount": tries,
            "data": data,
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()
