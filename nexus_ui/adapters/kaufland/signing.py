"""Signing each request with the secret key. There are no tokens: a request proves itself, for a few minutes.

https://sellerapi.kaufland.com/?page=rest-api (read 2026-11-23)
"""

import base64
import hashlib
import hmac

import httpx

from nexus_ui import clock
from nexus_ui.adapters.contract import Keyring

HEX, BASE64 = "hex", "base64"
CLIENT_KEY, TIMESTAMP, SIGNATURE = "Shop-Client-Key", "Shop-Timestamp", "Shop-Signature"
FRESH_SECONDS = 60
"""A signature older than this when it was refused had waited in line; it is made anew once."""


class Signer:
    """Puts client key, time and signature on each request."""

    def __init__(self, keys: Keyring) -> None:
        """Take the keys from this keyring."""
        self._keys = keys

    async def apply(self, request: httpx.Request) -> str:
        """Sign `request` as it will be sent; returns the time that was signed."""
        held = await self._keys.current()
        stamp = str(_now())
        request.headers[CLIENT_KEY] = held["client_key"]
        request.headers[TIMESTAMP] = stamp
        request.headers[SIGNATURE] = signature(
            held["secret_key"],
            request.method,
            str(request.url),
            request.content,
            stamp,
            held.get("signature_form") or HEX,
        )
        return stamp

    async def renew(self, used: str) -> bool:
        """True when the refused signature was old, so that a new one may be accepted."""
        return _now() - int(used) > FRESH_SECONDS


def signature(secret: str, method: str, url: str, body: bytes, stamp: str, form: str = HEX) -> str:
    """HMAC-SHA256 over method, whole address, body and time, each on its line. The secret is used as text."""
    signed = b"\n".join([method.upper().encode(), url.encode(), body, stamp.encode()])
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).digest()
    return base64.b64encode(digest).decode() if form == BASE64 else digest.hex()


def _now() -> int:
    return int(clock.utcnow().timestamp())
