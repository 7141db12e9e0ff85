"""Ways to sign a request that more than one marketplace may use."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote

import httpx

from nexus_ui import clock


def basic(user: str, password: str) -> str:
    """The value of an Authorization header of the Basic scheme."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def sign_oauth1(request: httpx.Request, key: str, secret: str) -> None:
    """Add an OAuth 1.0a signature (HMAC-SHA256, no token) to the query of `request`.

    RFC 5849 sections 3.4.1 and 3.5.3, https://www.rfc-editor.org/rfc/rfc5849.
    """
    signed = [
        *request.url.params.multi_items(),
        ("oauth_consumer_key", key),
        ("oauth_nonce", secrets.token_hex(16)),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", str(int(clock.utcnow().timestamp()))),
    ]
    digest = hmac.new(f"{_escaped(secret)}&".encode(), oauth1_text(request, signed).encode(), hashlib.sha256).digest()
    signed.append(("oauth_signature", base64.b64encode(digest).decode()))
    request.url = request.url.copy_with(params=signed)


def oauth1_text(request: httpx.Request, params: list[tuple[str, str]]) -> str:
    """The text that is signed: method, address without query, and the sorted parameters, each escaped once more."""
    address = str(request.url.copy_with(query=None, fragment=None))
    pairs = sorted((_escaped(name), _escaped(value)) for name, value in params)
    joined = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join([request.method.upper(), _escaped(address), _escaped(joined)])


def _escaped(text: str) -> str:
    return quote(text, safe="~")
