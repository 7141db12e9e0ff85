"""The recorded traffic: what each simulated shop was asked and what it answered, with secrets masked."""

import re
from collections import deque
from collections.abc import Iterable

import msgspec

_KEEP = 2_000
_BODY_LIMIT = 20_000
_MASKED = (
    r"access_token|client_secret|refresh_token|code|subject_token|(?:oauth_)?consumer_key|consumer_secret|"
    r"oauth_signature|hmac|spapi_oauth_code|X-Amz-Signature"
)
_IN_JSON = re.compile(rf'("(?:{_MASKED})"\s*:\s*")([^"]*)(")')
_IN_FORM = re.compile(rf"((?:^|[?&])(?:{_MASKED})=)([^&]*)")
_SECRET_HEADERS = {
    "authorization", "x-shopify-access-token", "x-amz-access-token", "wm_sec.access_token", "cookie", "set-cookie",
}  # fmt: skip


class RecordedCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call to a simulated shop."""

    n: int
    at: str
    marketplace: str
    shop: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str
    status: int
    answer_bytes: int
    faults: list[str]


class CallLog:
    """The latest calls, oldest first, never more than a fixed number."""

    def __init__(self) -> None:
        """Start empty."""
        self._calls: deque[RecordedCall] = deque(maxlen=_KEEP)
        self.total = 0

    def next_number(self) -> int:
        """The number of the call that is about to be recorded."""
        self.total += 1
        return self.total

    def add(self, call: RecordedCall) -> None:
        """Remember a call, forgetting the oldest one when full."""
        self._calls.append(call)

    def clear(self) -> None:
        """Forget all calls; numbering goes on."""
        self._calls.clear()

    def find(self, marketplace: str = "", shop: str = "", after: int = 0) -> list[RecordedCall]:
        """Calls after this number, of one marketplace or shop if named."""
        return [
            call
            for call in self._calls
            if call.n > after and marketplace in ("", call.marketplace) and shop in ("", call.shop)
        ]


def masked(secret: str) -> str:
    """The last four characters of a secret, or only dots when it is short."""
    return f"…{secret[-4:]}" if len(secret) > 8 else "…"


def safe_headers(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers as sent, credentials masked."""
    return {name: masked(value) if name.lower() in _SECRET_HEADERS else value for name, value in pairs}


def safe_query(text: str) -> str:
    """A query string or form, credentials masked."""
    return _IN_FORM.sub(lambda found: found[1] + masked(found[2]), text)


def safe_body(raw: bytes) -> str:
    """A request body as text, capped, credentials masked."""
    text = raw[:_BODY_LIMIT].decode("utf-8", "replace")
    if text.lstrip().startswith(("{", "[")):
        return _IN_JSON.sub(lambda found: found[1] + masked(found[2]) + found[3], text)
    return safe_query(text)
