"""What one exchange with a marketplace asks and what came back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from nexus_ui.adapters.kit.retry import retry_after

EXCERPT = 4_000
_REQUEST_ID_HEADERS = ("x-request-id", "x-amzn-requestid", "x-correlation-id", "x-ebay-c-request-id", "cf-ray")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call to make. `safe` calls may be repeated after a fault that leaves open whether they took effect.

    The good answer to a `confidential` call holds secrets, so nothing of it is kept. `host` names one of the
    marketplace's further hosts; empty is the one at its base URL. `url` is a whole address that the marketplace handed
    out, used instead of both: whoever sets it has checked where it leads, and its query is kept out of the journal.
    """

    method: str
    path: str
    operation: str
    params: Mapping[str, Any] | None = field(default=None, repr=False)
    json: Any = field(default=None, repr=False)
    content: bytes | None = field(default=None, repr=False)
    data: Mapping[str, Any] | None = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cost: float = 1.0
    safe: bool = True
    media_type: str = "json"
    confidential: bool = False
    host: str = ""
    url: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers, the whole body."""

    status: int
    headers: httpx.Headers = field(repr=False)
    body: bytes = field(repr=False)
    received_at: datetime

    @property
    def request_id(self) -> str:
        """The marketplace's own name for this exchange, or an empty string."""
        return next((self.headers[name] for name in _REQUEST_ID_HEADERS if name in self.headers), "")

    @property
    def retry_after(self) -> float | None:
        """The seconds the answer asks to wait, or None."""
        return retry_after(self.headers.get("retry-after"), self.received_at)

    @property
    def skew(self) -> float | None:
        """The seconds our clock is ahead of theirs (behind: negative); None when they do not tell their time."""
        try:
            theirs = parsedate_to_datetime(self.headers.get("date", ""))
        except ValueError:
            return None
        theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
        return (self.received_at - theirs).total_seconds()

    def excerpt(self) -> str:
        """The beginning of the body as text, longer than what is kept so that a mask sees secrets whole."""
        return self.body[: 4 * EXCERPT].decode("utf-8", "replace")
