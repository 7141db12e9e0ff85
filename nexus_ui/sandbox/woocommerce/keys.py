"""Who may do what: WooCommerce's three ways to show a key, after class-wc-rest-authentication.php (read 2026-11-23).

Over HTTPS a shop takes Basic or `consumer_key` and `consumer_secret` in the query; over plain HTTP it looks at neither
and wants OAuth 1.0a. The sandbox counts loopback as HTTPS until the switch `require_oauth1` is on.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.woocommerce.refusals import Refusal
from nexus_ui.sandbox.woocommerce.site import Site

READ, READ_WRITE = "read", "read_write"
NEEDED = ("oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature", "oauth_signature_method")
HASHES = {"HMAC-SHA256": "sha256", "HMAC-SHA1": "sha1"}
VALID_SECONDS = 15 * 60
IN_HEADER = re.compile(r'(oauth_[a-z_-]*)=(?:"([^"]*)"|([^,\s]*))')
GONE = ("wrong_key", "revoked_consent", "expired_token")


def permission(call: Call, site: Site, query: Mapping[str, Any]) -> str | None:
    """What the shown key may do, None without a known key; raises Refusal where WooCommerce says what is wrong."""
    known = {} if any(fault in call.faults for fault in GONE) else _known(site)
    right = None if "require_oauth1" in call.faults else _plain(call, query, known)
    right = right or _signed(call, site, query, known)
    if right and "missing_scope" in call.faults:
        lacking = call.faults["missing_scope"].scope.lower()
        return "write" if lacking.startswith("read") and "write" not in lacking else READ
    return right


def require(right: str | None, method: str) -> None:
    """Raise Refusal when a known key may not use this method."""
    word = "read" if method in ("GET", "HEAD") else "write"
    if right is not None and right not in (word, READ_WRITE):
        raise _unauthorised(f"The API key provided does not have {word} permissions.")


def _known(site: Site) -> dict[str, tuple[str, str]]:
    keys = site.shop.credentials
    return {
        keys["consumer_key"]: (keys["consumer_secret"], READ_WRITE),
        keys["read_only_consumer_key"]: (keys["read_only_consumer_secret"], READ),
    }


def _plain(call: Call, query: Mapping[str, Any], known: Mapping[str, tuple[str, str]]) -> str | None:
    key, secret = str(query.get("consumer_key", "")), str(query.get("consumer_secret", ""))
    if not (key and secret):
        key, secret = _basic(call.headers.get("authorization", ""))
    if not (key and secret) or key not in known:
        return None
    if not hmac.compare_digest(known[key][0].encode(), secret.encode()):
        raise _unauthorised("Consumer secret is invalid.")
    return known[key][1]


def _basic(header: str) -> tuple[str, str]:
    scheme, _, coded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        key, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return key, secret


def _signed(call: Call, site: Site, query: Mapping[str, Any], known: Mapping[str, tuple[str, str]]) -> str | None:
    shown = dict(query)
    header = call.headers.get("authorization", "")
    if header.startswith("OAuth "):
        shown |= {name: unquote(quoted or bare) for name, quoted, bare in IN_HEADER.findall(header)}
    missing = [name for name in NEEDED if not shown.get(name)]
    if len(missing) == len(NEEDED):
        return None
    if missing:
        plural = "s" if len(missing) > 1 else ""
        message = f"Missing OAuth parameter{plural} {', '.join(missing)}"
        raise Refusal(401, "woocommerce_rest_authentication_missing_parameter", message)
    if shown["oauth_consumer_key"] not in known:
        raise _unauthorised("Consumer key is invalid.")
    secret, right = known[shown["oauth_consumer_key"]]
    _check_signature(call, shown, secret)
    _check_freshness(site, shown, call.world.clock())
    return right


def _check_signature(call: Call, shown: dict[str, Any], secret: str) -> None:
    signature = shown.pop("oauth_signature").replace(" ", "+")
    method = shown["oauth_signature_method"]
    if method not in HASHES:
        raise _unauthorised("Invalid signature - signature method is invalid.")
    address = f"http://{call.headers.get('host', '')}{call.path}"
    pairs = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(_flat(shown)))
    text = f"{call.method}&{_quoted(address)}&{_quoted(pairs)}"
    digest = hmac.new(f"{secret}&".encode(), text.encode(), HASHES[method]).digest()
    if not hmac.compare_digest(base64.b64encode(digest), signature.encode()):
        raise _unauthorised("Invalid signature - provided signature does not match.")


def _check_freshness(site: Site, shown: Mapping[str, Any], now: float) -> None:
    stamp = str(shown["oauth_timestamp"])
    if not stamp.isdigit() or abs(int(stamp) - now) > VALID_SECONDS:
        raise _unauthorised("Invalid timestamp.")
    while site.nonces and next(iter(site.nonces.values())) < now - VALID_SECONDS:
        del site.nonces[next(iter(site.nonces))]
    mark = hashlib.sha256(f"{shown['oauth_consumer_key']} {shown['oauth_nonce']}".encode()).hexdigest()
    if mark in site.nonces:
        raise _unauthorised("Invalid nonce - nonce has already been used.")
    site.nonces[mark] = now


def _flat(shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Lists as PHP numbers them: include[0], include[1]."""
    flat: list[tuple[str, str]] = []
    for name, value in shown.items():
        if isinstance(value, dict):
            flat.extend((f"{name}[{place}]", item) for place, item in value.items())
        else:
            flat.append((name, value))
    return flat


def _quoted(text: str) -> str:
    return quote(text, safe="~")


def _unauthorised(message: str) -> Refusal:
    return Refusal(401, "woocommerce_rest_authentication_error", message)
