"""Masks secrets and personal data in text that is kept or shown: URLs, answers of marketplaces, error details."""

import base64
import html
import json
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

import msgspec

MASK = "[masked]"
PERSONAL = "[personal]"
CUT = "… [cut]"
LARGEST = 4_000
SHORTEST_SECRET = 4

_SENSITIVE_NAME = (
    r"[\w.\-]{0,40}?(?:token|secret|passw(?:or)?d|passphrase|signature|hmac|credential|authorization|cookie"
    r"|api[_\-]?key|consumer[_\-]?key|client[_\-]?key|access[_\-]?key|private[_\-]?key|session[_\-]?id|jwt)[\w.\-]{0,40}+"
)
_QUERY_NAME = rf"(?:{_SENSITIVE_NAME}|code|state|sig|key|assertion|auth|nonce|code_verifier)"
_PERSONAL_NAME = (
    r"(?:first_?name|last_?name|full_?name|phone(?:_?number)?|mobile|e-?mail(?:_?address)?|address_?[12]|street"
    r"|post_?code|zip(?:_?code)?|postal_?code|city|company|ip|browser_ip|customer_ip_address|customer_note"
    r"|latitude|longitude)"
)
_PERSON_OBJECT = r"(?:customer|billing|shipping|billing_?address|shipping_?address|default_?address|recipient|buyer)"
_QUOTE = r"(?:(?<!\\)\\{0,7}+\")"
_ESCAPED_QUOTE = r"(?:(?<!\\)\\{1,7}+\")"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)\b(bearer|basic|token)(\s+|%20|\+)(?=\S{20}|\S*\d)[\w.~+/=%\-]{6,}"), rf"\1 {MASK}"),
    (re.compile(r"(?i)\b([a-z][a-z0-9+.\-]{0,20}+://)[^/\s@\"'<>]+@"), rf"\1{MASK}@"),
    (
        re.compile(
            rf"(?i)({_QUOTE}{_PERSON_OBJECT}{_QUOTE}\s*:\s*)"
            r"\{(?:[^{}]++|\{(?:[^{}]++|\{[^{}]*+(?:\}|$))*+(?:\}|$))*+(?:\}|$)"
        ),
        rf'\1"{PERSONAL}"',
    ),
    (
        re.compile(
            rf'(?i)({_ESCAPED_QUOTE}{_SENSITIVE_NAME}{_ESCAPED_QUOTE}\s*:\s*){_ESCAPED_QUOTE}[^"\\]*+(?:\\{{1,7}}+"|$)'
        ),
        rf'\1\\"{MASK}\\"',
    ),
    (re.compile(rf'(?i)("{_SENSITIVE_NAME}"\s*:\s*)(?:"(?:[^"\\]++|\\.)*+(?:"|\\?$)|[\d.]+)'), rf'\1"{MASK}"'),
    (
        re.compile(
            rf'(?i)({_ESCAPED_QUOTE}{_PERSONAL_NAME}{_ESCAPED_QUOTE}\s*:\s*){_ESCAPED_QUOTE}[^"\\]++(?:\\{{1,7}}+"|$)'
        ),
        rf'\1\\"{PERSONAL}\\"',
    ),
    (re.compile(rf'(?i)("{_PERSONAL_NAME}"\s*:\s*)(?:"(?:[^"\\]++|\\.)++(?:"|\\?$)|-?[\d.]+)'), rf'\1"{PERSONAL}"'),
    (re.compile(rf"(?im)^([ \t]*+{_SENSITIVE_NAME}[ \t]*:[ \t]*+)(?!\")\S.*$"), rf"\1{MASK}"),
    (re.compile(rf"(?i)((?:^|[?&;\s\"'(]|%26|%3F)(?:{_QUERY_NAME})(?:=|%3D))(?:(?!%26)[^&\s\"'<>;)])+"), rf"\1{MASK}"),
    (re.compile(r"(?i)(?<![\w.+\-])[\w.+\-]++(?:@|%40|\\u0040|&#64;)[\w\-]+(?:\.[\w\-]+)+"), PERSONAL),
    (re.compile(r"(?<![\w+.])(?:\+|00|%2B)[1-9]\d{0,2}(?:[\s().\-/]{0,2}\d){6,12}(?!\w)"), PERSONAL),
    (re.compile(r"(?<![\w.+\-/])\(?0\d{1,4}\)?[\s\-/](?:\d[\s\-/]?){5,9}\d(?![\w.\-])"), PERSONAL),
)


_HIDDEN = re.compile(rf"(?i){_SENSITIVE_NAME}")
_PRIVATE = re.compile(rf"(?i)(?:{_PERSONAL_NAME}|{_PERSON_OBJECT})")
_CALLABLE = re.compile(r"(?<![\w.+\-/:])[+(0][\d\s().\-/]{6}").search
DEEPEST = 24
_compact = msgspec.json.Encoder().encode


def mask(text: str, secrets: Iterable[str] = (), largest: int = LARGEST) -> str:
    """`text` without the given secrets (in any usual encoding), secret-looking values and personal data, capped."""
    worth_hiding = frozenset(secret for secret in secrets if len(secret) >= SHORTEST_SECRET)
    known = _pattern_of(worth_hiding)
    window = text[: 4 * largest]
    masked = (known.sub(MASK, window) if known else window).replace("\0", "")
    for pattern, replacement in _RULES:
        masked = pattern.sub(replacement, masked)
    if len(window) < len(text):
        masked = masked[: -_margin(secrets)]
    return masked if len(masked) <= largest and len(window) == len(text) else masked[:largest] + CUT


def mask_document(document: object, largest: int = LARGEST) -> str:
    """A decoded JSON document as text, masked as `mask` would, but fast: mostly the names of its fields decide.

    Only about as much of it is looked at as fits into `largest` characters.
    """
    text = _compact(_hidden(document, [largest], 0)).decode()
    return text if len(text) <= largest else text[:largest] + CUT


def _hidden(value: object, left: list[int], depth: int) -> object:
    """The value without secrets and personal data; what does not fit into what is left is not looked at."""
    if isinstance(value, str):
        left[0] -= len(value)
        return value if left[0] > 0 and not _telling(value) else _looked_at(value, left)
    if isinstance(value, dict | list):
        if left[0] <= 0 or depth > DEEPEST:
            return CUT
        return _fields(value, left, depth) if isinstance(value, dict) else _parts(value, left, depth)
    left[0] -= 4
    return value


def _fields(document: dict[Any, object], left: list[int], depth: int) -> dict[str, object]:
    shown: dict[str, object] = {}
    for name, value in document.items():
        if left[0] <= 0:
            break
        left[0] -= len(name)
        stands_for = _placeholder(name)
        shown[name] = stands_for if stands_for and value else _hidden(value, left, depth + 1)
    return shown


def _parts(document: list[object], left: list[int], depth: int) -> list[object]:
    shown = []
    for value in document:
        if left[0] <= 0:
            break
        shown.append(_hidden(value, left, depth + 1))
    return shown


def _telling(text: str) -> bool:
    """Whether a text could hold an address, an access key or a number to call: only then `mask` looks at it."""
    if "@" in text or "=" in text or "%" in text or "://" in text:
        return True
    could_be_called = text[:1] in "0(" or "+" in text or " 0" in text or " (" in text
    return could_be_called and _CALLABLE(text) is not None


def _looked_at(text: str, left: list[int]) -> str:
    """A text that may hold something, or one that is the last to be shown: masked, and cut where it must be."""
    return mask(text, largest=max(left[0] + len(text), 1))


@lru_cache(maxsize=2048)
def _placeholder(name: str) -> str:
    """What stands for the value of a field of this name; empty when it may be shown."""
    if _HIDDEN.fullmatch(name):
        return MASK
    return PERSONAL if _PRIVATE.fullmatch(name) else ""


def _margin(secrets: Iterable[str]) -> int:
    """How much a cut text may end with of a secret that was cut in two."""
    return 64 + 6 * max((len(secret) for secret in secrets), default=0)


@lru_cache(maxsize=128)
def _pattern_of(secrets: frozenset[str]) -> re.Pattern[str] | None:
    spellings = {spelling for secret in secrets for spelling in _spellings(secret)}
    if not spellings:
        return None
    ordered = sorted(spellings, key=len, reverse=True)
    return re.compile("|".join(re.escape(spelling) for spelling in ordered), re.IGNORECASE)


def _spellings(secret: str) -> set[str]:
    """Every way a secret may be written in a URL, a header, a JSON text or a page."""
    escaped = json.dumps(secret)[1:-1]
    found = {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        quote(quote(secret, safe=""), safe=""),
        escaped,
        escaped.replace("/", "\\/"),
        json.dumps(escaped)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        html.escape(secret),
        secret.encode().hex(),
        repr(secret)[1:-1],
    }
    return found | _in_base64(secret.encode())


def _in_base64(raw: bytes) -> set[str]:
    """The base64 of `raw` wherever it stands inside a longer encoded text (a Basic header encodes `user:secret`)."""
    found: set[str] = set()
    for before in range(3):
        after = -(before + len(raw)) % 3
        encoded = base64.b64encode(b"\0" * before + raw + b"\0" * after).decode()
        start = (0, 2, 3)[before]
        core = encoded[start : len(encoded) - (0, 2, 3)[after]]
        if len(core) >= SHORTEST_SECRET + 2:
            found |= {core, core.replace("+", "-").replace("/", "_"), quote(core, safe="")}
    return found
