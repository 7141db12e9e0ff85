"""What Shopify says when it refuses, where that differs from the kit's table."""

import re
from typing import Any

import msgspec

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.shopify import wire
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    TokenExpired,
    Unavailable,
)

_SCOPE = re.compile(r"\b(?:read|write)_[a-z_]+\b")
_problem = msgspec.json.Decoder(wire.Problem)
_token_refusal = msgspec.json.Decoder(wire.TokenRefusal)


class TooExpensive(Surprise):
    """The query may cost more than any one query may; a smaller page will do."""


class BadCursor(Surprise):
    """The cursor is not one this walk can go on from."""


def judge(answer: Answer) -> NexusError | None:
    """What a status of the API means at Shopify; None leaves it to the kit."""
    match answer.status:
        case 401:
            return CredentialsRejected("Shopify does not accept this access token. Enter a new one, or connect again.")
        case 402 | 423:
            return AccountSuspended("Shopify has closed this shop for now. Its admin says what is to be paid or done.")
        case 403:
            return _permission(_said(answer))
        case 404:
            return SetupWrong("Shopify knows no shop of this name. Check the shop domain.")
        case 429:
            return RateLimited("Shopify asks us to slow down.", retry_after=answer.retry_after or _wait(answer))
        case _:
            return None


def judge_token(answer: Answer) -> NexusError | None:
    """What a status of the token endpoint means; None for tokens."""
    if answer.status not in (400, 401, 403):
        return judge(answer)
    try:
        refusal = _token_refusal.decode(answer.body)
    except msgspec.DecodeError:
        refusal = wire.TokenRefusal()
    if refusal.error == "invalid_client" or answer.status == 401:
        return CredentialsRejected("Shopify does not accept the app's client id and secret. Check both.")
    if refusal.error in ("invalid_grant", "invalid_request"):
        return TokenExpired("The access Shopify had granted has ended. Connect the shop again.")
    if refusal.error == "shop_not_permitted":
        return CredentialsRejected("This app may not sign in to this shop. Install the app there, then test again.")
    return CredentialsRejected("Shopify refused to hand out an access token. Check the app's client id and secret.")


def from_errors(reply: wire.Reply[Any]) -> NexusError | None:
    """What the `errors` of an answer mean; None when there are none."""
    if not reply.errors:
        return None
    if isinstance(reply.errors, str):
        return Surprise(f"Shopify refused the request: {reply.errors}")
    error = reply.errors[0]
    match error.code:
        case "THROTTLED":
            return RateLimited("Shopify asks us to slow down.", retry_after=_refill(reply.extensions))
        case "ACCESS_DENIED":
            return _permission(error.message)
        case "MAX_COST_EXCEEDED":
            return TooExpensive("Shopify refused a query as too large.", error.message)
        case "SHOP_INACTIVE":
            return AccountSuspended("Shopify says that this shop is closed. Its admin says why.")
        case "INTERNAL_SERVER_ERROR" | "TIMEOUT":
            return Unavailable("Shopify is not working right now.", error.message)
        case _ if "cursor" in error.message.lower():
            return BadCursor("Shopify does not know the place where we left off.", error.message)
        case _:
            return Surprise(f"Shopify refused the request: {error.message}")


def _permission(said: str) -> PermissionMissing:
    found = _SCOPE.search(said)
    if found is None:
        return PermissionMissing("Shopify does not allow this app to do that. Grant the app its permissions.", said)
    scope = found[0]
    return PermissionMissing(f"The app lacks the permission {scope}. Grant it and connect again.", said, scope)


def _said(answer: Answer) -> str:
    try:
        errors = _problem.decode(answer.body).errors
    except msgspec.DecodeError:
        return answer.excerpt()
    return errors if isinstance(errors, str) else " ".join(error.message for error in errors)


def _wait(answer: Answer) -> float | None:
    try:
        return _refill(_problem.decode(answer.body).extensions)
    except msgspec.DecodeError:
        return None


def _refill(extensions: wire.Extensions | None) -> float | None:
    """Seconds until the bucket holds what the query asks for."""
    cost = extensions.cost if extensions else None
    if cost is None or cost.requested_query_cost is None or cost.throttle_status.restore_rate <= 0:
        return None
    status = cost.throttle_status
    return max(0.1, (cost.requested_query_cost - status.currently_available) / status.restore_rate)
