"""Showing the key pair on each request."""

import httpx

from nexus_ui.adapters.contract import Keyring
from nexus_ui.adapters.kit.signatures import basic, sign_oauth1


class KeyPair:
    """Basic over HTTPS, OAuth 1.0a over plain HTTP, where WooCommerce ignores Basic. Never in the address."""

    def __init__(self, keys: Keyring) -> None:
        """Take the key pair from this keyring."""
        self._keys = keys

    async def apply(self, request: httpx.Request) -> str:
        """Sign `request`."""
        held = await self._keys.current()
        key, secret = held["consumer_key"], held["consumer_secret"]
        if request.url.scheme == "https":
            request.headers["Authorization"] = basic(key, secret)
        else:
            sign_oauth1(request, key, secret)
        return key

    async def renew(self, used: str) -> bool:
        """A key pair cannot be renewed."""
        return False
