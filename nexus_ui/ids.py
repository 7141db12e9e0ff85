"""Stable string ids: a prefix that says what it is, then 128 random bits. Sortable by nothing, guessable by nobody."""

import base64
import secrets


def new_id(prefix: str) -> str:
    """A fresh id such as `con_k3v…`; prefixes: con, cyc, per, drf, call, att."""
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(16)).decode().rstrip('=').lower()}"
