"""Random tokens, the hashes we store of them, comparison in constant time, and PKCE."""

import base64
import hashlib
import hmac
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A fresh URL-safe token with 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """The SHA-256 of a token, as stored; the token itself is stored nowhere."""
    return hashlib.sha256(token.encode()).hexdigest()


def same(one: str | bytes, other: str | bytes) -> bool:
    """Whether two values are equal, in time that does not depend on where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def pkce_verifier() -> str:
    """A fresh PKCE code verifier (RFC 7636: 43 characters)."""
    return new_token()


def pkce_challenge(verifier: str) -> str:
    """The S256 challenge for `verifier`."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value
