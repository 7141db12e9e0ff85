"""Shopify's ways to say no, word for word where they are known.

Shapes and messages: https://shopify.dev/docs/api/admin-graphql/latest#status-and-error-codes (read 2026-11-23).
"""

from typing import Any

from nexus_ui.sandbox.gate import Reply, json_reply

UNRECOGNIZED = "[API] Invalid API key or access token (unrecognized login or wrong password)"
SCOPE_DOCS = "https://shopify.dev/api/usage/access-scopes"
LIMIT_DOCS = "https://shopify.dev/api/usage/rate-limits"


class Refusal(Exception):
    """One entry of `errors[]`: the whole request is answered with it."""

    def __init__(self, message: str, code: str = "", path: list[str | int] | None = None, **more: Any) -> None:
        super().__init__(message)
        self.error: dict[str, Any] = {"message": message}
        if path is not None:
            self.error["path"] = path
        extensions = {**({"code": code} if code else {}), **more}
        if extensions:
            self.error["extensions"] = extensions


def access_denied(field: str, scope: str) -> Refusal:
    """A permission is missing."""
    return Refusal(
        f"Access denied for {field} field. Required access: `{scope}` access scope.",
        "ACCESS_DENIED",
        [field],
        documentation=SCOPE_DOCS,
        requiredAccess=f"`{scope}` access scope.",
    )


def too_expensive(cost: int, most: int) -> Refusal:
    """A document that may never run, whatever the bucket holds."""
    return Refusal(
        f"Query cost is {cost}, which exceeds the single query max cost limit ({most}).",
        "MAX_COST_EXCEEDED",
        cost=cost,
        maxCost=most,
        documentation=LIMIT_DOCS,
    )


def throttled() -> dict[str, Any]:
    """The entry of `errors[]` for an empty bucket."""
    return {"message": "Throttled", "extensions": {"code": "THROTTLED", "documentation": LIMIT_DOCS}}


def no_such_shop(_: str) -> Reply:
    """The answer of a host where no shop is."""
    return json_reply({"errors": "Not Found"}, 404)


def unauthorized() -> Reply:
    """The answer to a token that is wrong, expired or revoked."""
    return json_reply({"errors": UNRECOGNIZED}, 401)


def suspended(status: int) -> Reply:
    """The answer of a shop that is frozen (402) or locked (423)."""
    said = {402: "Unavailable Shop: payment required", 423: "Unavailable Shop: locked"}.get(status, "Unavailable Shop")
    return json_reply({"errors": said}, status)
