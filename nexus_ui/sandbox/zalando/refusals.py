"""How Zalando says no: a problem document, JSON:API errors for orders, plain errors for sales channels."""

from typing import Any

import msgspec

from nexus_ui.sandbox.gate import Reply

JSON, JSON_API, PROBLEM = "application/json", "application/vnd.api+json", "application/problem+json"
TITLES = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 415: "Unsupported Media Type", 429: "Too Many Requests", 501: "Not simulated",
}  # fmt: skip


class Refusal(Exception):
    """An error answer on its way to the client."""

    def __init__(self, status: int, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status, self.detail, self.headers = status, detail, headers or {}


def reply(refusal: Refusal, kind: str) -> Reply:
    """The refusal in the shape of an operation that refuses with this media type."""
    return Reply(refusal.status, msgspec.json.encode(_body(refusal, kind)), kind, refusal.headers)


def _body(refusal: Refusal, kind: str) -> dict[str, Any]:
    title = TITLES[refusal.status]
    if kind == PROBLEM:
        return {"type": "about:blank", "title": title, "status": refusal.status, "detail": refusal.detail}
    if refusal.status == 429:
        return {"message": refusal.detail}
    return {"errors": [{"status": str(refusal.status), "title": title, "detail": refusal.detail}]}
