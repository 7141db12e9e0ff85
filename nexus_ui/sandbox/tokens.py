"""Access tokens for client credentials: who may have one, and how long it is good."""

import base64
import hmac
import secrets
from collections.abc import Callable, Mapping

from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.gate import Call


class Tokens:
    """The access tokens of one account, each good for `life` seconds, whatever others are issued after it."""

    def __init__(self, clock: Callable[[], float], life: float, shape: str, size: int = 60) -> None:
        """Tokens look like `shape` with `size` random bytes for its `{}`."""
        self._clock, self._life, self._shape, self._size = clock, life, shape, size
        self._issued: dict[str, float] = {}

    def issue(self) -> str:
        """A new token; those before it stay good until they end."""
        now = self._clock()
        self._issued = {token: issued for token, issued in self._issued.items() if issued + self._life > now}
        token = self._shape.format(secrets.token_urlsafe(self._size))
        self._issued[token] = now
        return token

    def issued(self, token: str) -> float:
        """When a token was made. Raises KeyError for one that is not known."""
        return self._issued[token]

    def knows(self, token: str, faults: Mapping[str, Fault]) -> bool:
        """True for a token that was issued here and not withdrawn; it may have ended."""
        return token in self._issued and "wrong_key" not in faults and "revoked_consent" not in faults

    def accepts(self, token: str, faults: Mapping[str, Fault]) -> bool:
        """True for a token that is good now."""
        if not self.knows(token, faults):
            return False
        issued, expired = self._issued[token], faults.get("expired_token")
        return issued + self._life > self._clock() and (expired is None or issued > expired.since)


def shows_client_keys(call: Call) -> bool:
    """True for a call with the shop's client id and secret as Basic authorization."""
    scheme, _, coded = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        shown = base64.b64decode(coded, validate=True)
    except ValueError:
        return False
    keys = call.shop.credentials
    return hmac.compare_digest(shown, f"{keys['client_id']}:{keys['client_secret']}".encode())
