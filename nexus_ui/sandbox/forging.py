"""Deliveries nobody should believe: a good one, spoiled in the ways a stranger would try."""

import json
from collections.abc import Callable, Mapping

Parts = tuple[Mapping[str, str], bytes]


def forged(how: str, parts: Parts, signature: str) -> Parts:
    """A spoiled copy; `signature` names the header that holds it. Raises KeyError for a way nobody knows."""
    headers, body = parts
    return WAYS[how](dict(headers), body, signature)


def _flip(headers: dict[str, str], body: bytes, _: str) -> Parts:
    middle = len(body) // 2
    return headers, body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def _truncated(headers: dict[str, str], body: bytes, _: str) -> Parts:
    return headers, body[: len(body) // 2]


def _reencoded(headers: dict[str, str], body: bytes, _: str) -> Parts:
    """The same values, written otherwise."""
    return headers, json.dumps(json.loads(body), indent=1).encode()


def _unsigned(headers: dict[str, str], body: bytes, signature: str) -> Parts:
    return {name: value for name, value in headers.items() if name.lower() != signature.lower()}, body


def _guessed(headers: dict[str, str], body: bytes, signature: str) -> Parts:
    """A signature of the right length that no secret of ours made."""
    spoiled = {name: value[::-1] if name.lower() == signature.lower() else value for name, value in headers.items()}
    return spoiled, body


WAYS: Mapping[str, Callable[[dict[str, str], bytes, str], Parts]] = {
    "flip": _flip,
    "truncated": _truncated,
    "reencoded": _reencoded,
    "unsigned": _unsigned,
    "guessed": _guessed,
}
