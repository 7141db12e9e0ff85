"""Zalando's own ways of saying no: problem documents, JSON:API errors, a bare message, OAuth errors, GraphQL errors.

https://developers.merchants.zalando.com/docs/rate-limiting.html and the vendor's API files (read 2026-11-23)
"""

import re
from collections.abc import Callable, Sequence
from functools import partial

import msgspec

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
)

PRODUCTS, ORDERS, WRITE = "products/read", "orders/read", "products/stock/write"
CHANNELS, HOLDINGS = "profile/sales-channels/read", "zfs-inventory/item-quantity/read"
"""Rights of an app, as the developer pages spell them."""

APPS = "the Applications section of the zDirect portal"
CLOSED = re.compile(r"(not|in)[ -]?active|deactivated|suspended|terminated", re.IGNORECASE)
"""How a closed account may be worded: Zalando documents no sign of its own for it."""


class Said(msgspec.Struct):
    """One error of a list."""

    title: str = ""
    detail: str = ""
    message: str = ""
    extensions: dict[str, object] | None = None


class Problem(msgspec.Struct):
    """The body of a refusal, whichever way it is written."""

    title: str = ""
    detail: str = ""
    message: str = ""
    error_description: str = ""
    errors: list[Said] = []


class ThisOneRefused(Surprise):
    """Zalando refuses what was asked for, and says why; something else may still go well."""


_problem = msgspec.json.Decoder(Problem)


def judging(right: str = "") -> Callable[[Answer], NexusError | None]:
    """The verdict on answers of calls that need a right; None leaves it to the kit's table."""
    return partial(_judge, right=right)


def judge_token(answer: Answer) -> NexusError | None:
    """What a refusal of the token endpoint means."""
    if answer.status in (400, 401):
        return CredentialsRejected(
            "Zalando does not accept the client ID and secret. Check both, and that the app is switched to production "
            f"in {APPS}.",
            said(answer),
        )
    return None if answer.status == 404 else _judge(answer, "")


def from_errors(errors: Sequence[Said]) -> NexusError:
    """What a report's errors mean. The codes are those GraphQL servers use everywhere; Zalando lists none."""
    words = "; ".join(error.message for error in errors if error.message) or "it does not say why"
    codes = {str(error.extensions.get("code")) for error in errors if error.extensions}
    if "UNAUTHENTICATED" in codes:
        return _unknown_token(words)
    if "FORBIDDEN" in codes:
        return _forbidden(words, PRODUCTS)
    return ThisOneRefused(f"Zalando refused to report products: {words.rstrip('. ')}.")


def said(answer: Answer) -> str:
    """Zalando's words, ending in a full stop."""
    try:
        problem = _problem.decode(answer.body)
    except msgspec.MsgspecError:
        return "it does not say why."
    each = "; ".join(one.detail or one.title or one.message for one in problem.errors)
    words = each or problem.detail or problem.title or problem.message or problem.error_description
    return f"{(words or 'it does not say why').rstrip('. ')}."


def _judge(answer: Answer, right: str) -> NexusError | None:
    match answer.status:
        case 400 | 409 | 422:
            return ThisOneRefused(f"Zalando refused the request: {said(answer)}")
        case 401:
            return _unknown_token(said(answer))
        case 403:
            return _forbidden(said(answer), right)
        case 404:
            return SetupWrong("Zalando does not know this merchant ID. Check it.", said(answer))
        case 429:
            return RateLimited("Zalando asks us to slow down.", retry_after=answer.retry_after)
        case _:
            return None


def _unknown_token(words: str) -> NexusError:
    return CredentialsRejected("Zalando does not accept the access it gave. Check the client ID and secret.", words)


def _forbidden(words: str, right: str) -> NexusError:
    if CLOSED.search(words):
        return AccountSuspended("Zalando says that this merchant is not active. Its partner care helps.", words)
    missing = f"the right {right}" if right else "the right to do that"
    instead = ", or choose that you ship everything yourselves" if right == HOLDINGS else ""
    advice = f"Grant it in {APPS}{instead}."
    return PermissionMissing(f"This app lacks {missing} for this merchant. {advice}", words, scope=right)
