"""Ways to sign a request that more than one marketplace may use."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from urllib.parse import quote

import httpx

from nexus_ui import clock


def basic(user: str, password: str) -> str:
    """The value of an Authorization header of the Basic scheme."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def hmac_sha256(body: bytes, secret: str) -> str:
    """The signature of a body: HMAC-SHA256 in base64."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def signed_by_any(body: bytes, signature: str, keys: Sequence[str]) -> bool:
    """True when one of the keys made this signature of exactly these bytes. An empty key never did. Raises nothing."""
    shown = signature.encode("utf-8", "replace")
    matches = [hmac.compare_digest(hmac_sha256(body, key).encode(), shown) for key in keys if key]
    return any(matches)


def content_key(body: bytes) -> str:
    """A name for signed bytes: the same for every copy of them."""
    return hashlib.sha256(body).hexdigest()


def sign_oauth1(request: httpx.Request, key: str, secret: str) -> None:
    """Sign `request`, which carries no form, by OAuth 1.0a (HMAC-SHA256, no token), in its Authorization header.

    RFC 5849 sections 3.4 and 3.5.1, https://www.rfc-editor.org/rfc/rfc5849.
    """
    shown = {
        "oauth_consumer_key": key,
        "oauth_nonce": secrets.token_hex(16),
        "oauth_signature_method": "HMAC-SHA256",
        "oauth_timestamp": str(int(clock.utcnow().timestamp())),
    }
    text = oauth1_text(request.method, request.url, [*request.url.params.multi_items(), *shown.items()])
    digest = hmac.new(f"{_escaped(secret)}&".encode(), text.encode(), hashlib.sha256).digest()
    shown["oauth_signature"] = base64.b64encode(digest).decode()
    pairs = ", ".join(f'{name}="{_escaped(value)}"' for name, value in shown.items())
    request.headers["Authorization"] = f"OAuth {pairs}"


def oauth1_text(method: str, url: httpx.URL, params: list[tuple[str, str]]) -> str:
    """The text that is signed: method, address without query, and the sorted parameters, each escaped once more."""
    address = str(url.copy_with(query=None, fragment=None))
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in params)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join([method.upper(), _escaped(address), _escaped(joined)])


def _escaped(text: str) -> str:
    return quote(text, safe="~")
