"""bol's own way of saying no: `{"type", "title", "status", "detail", "violations": [{"name", "reason"}]}`."""

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

SCOPE = "RETAILER"
INACTIVE = "account is not active"
RESET = "x-ratelimit-reset"


class Violation(msgspec.Struct):
    """One thing bol does not like about a request."""

    name: str = ""
    reason: str = ""


class Problem(msgspec.Struct):
    """The body of a refusal."""

    title: str = ""
    detail: str = ""
    violations: list[Violation] = []


class ThisOneRefused(Surprise):
    """bol refuses one thing that was asked for, and says why; others may still go well."""


class NotThere(ThisOneRefused):
    """What was asked for does not exist (any more)."""


_problem = msgspec.json.Decoder(Problem)


def judge(answer: Answer) -> NexusError | None:
    """What a refusal of the API means; None leaves it to the kit's table."""
    match answer.status:
        case 400 | 409 | 422:
            return ThisOneRefused(f"Bol.com refused the request: {said(answer)}")
        case 401:
            return CredentialsRejected("Bol.com does not accept the access it gave. Check the client ID and secret.")
        case 403:
            return _forbidden(answer)
        case 406 | 415:
            return Surprise("Bol.com no longer speaks this version of its interface. An update of this panel is due.")
        case 429:
            return RateLimited("Bol.com asks us to slow down.", retry_after=answer.retry_after or reset(answer))
        case _:
            return None


def judge_one(answer: Answer) -> NexusError | None:
    """The same for calls about one offer or order, where an unknown one is no wrong address."""
    if answer.status == 404:
        return NotThere(f"Bol.com does not know it (any more): {said(answer)}")
    return judge(answer)


def judge_token(answer: Answer) -> NexusError | None:
    """What a refusal of the token endpoint means."""
    match answer.status:
        case 400 | 401:
            return CredentialsRejected("Bol.com does not accept the client ID and secret. Check both.")
        case 403:
            return _forbidden(answer)
        case 404:
            # https://api.bol.com/marketing/docs/catalog-api/errors.html (read 2026-11-23): a 404 here is a blocked IP.
            return SetupWrong(
                "Bol.com hides its sign-in from this machine, as it does with a blocked internet address. "
                "Ask bol's partner service to lift the block."
            )
        case _:
            return judge(answer)


def said(answer: Answer) -> str:
    """bol's words, ending in a full stop."""
    try:
        problem = _problem.decode(answer.body)
    except msgspec.MsgspecError:
        return "it does not say why."
    reasons = "; ".join(one.reason for one in problem.violations if one.reason)
    words = reasons or problem.detail or problem.title or "it does not say why"
    return f"{words.rstrip('. ')}."


def reset(answer: Answer) -> float | None:
    """Seconds until the budget of this operation is full again, or None."""
    text = answer.headers.get(RESET, "")
    return float(text) if text.isdecimal() else None


def _forbidden(answer: Answer) -> NexusError:
    words = said(answer)
    if INACTIVE in words.lower():
        return AccountSuspended(
            "Bol.com says that this seller account is not active. Its partner service helps.", words
        )
    return PermissionMissing(
        "These credentials may not do that. Make client credentials for the Retailer API in your seller account.",
        words,
        scope=SCOPE,
    )
