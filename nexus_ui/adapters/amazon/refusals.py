"""Amazon's own way of saying no: `{"errors": [{"code", "message", "details"}]}`, and Login with Amazon's `error`."""

import random

import msgspec

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    TokenExpired,
    Unavailable,
)


class Problem(msgspec.Struct):
    """One entry of a refusal."""

    code: str = ""
    message: str = ""
    details: str = ""


class Problems(msgspec.Struct):
    """The body of a refusal."""

    errors: list[Problem] = []


class LoginProblem(msgspec.Struct):
    """What the token endpoint says instead of a token."""

    error: str = ""


class ThisOneRefused(Surprise):
    """Amazon refuses one thing that was asked for, and says why; others may still go well."""


class TokenRefused(CredentialsRejected):
    """The access token is named as the reason: a new one may do."""


class Denied(PermissionMissing):
    """Amazon does not say why it denies access: role, consent, account or token."""


_problems = msgspec.json.Decoder(Problems)
_login = msgspec.json.Decoder(LoginProblem)


def judge(answer: Answer, per_second: float) -> NexusError | None:
    """What a refusal of an operation means that may be called so often; None leaves it to the kit's table."""
    match answer.status:
        case 400 | 404 | 409 | 422:
            return ThisOneRefused(f"Amazon refused the request: {said(answer)}")
        case 401 | 403:
            return _denied(answer)
        case 429:
            wait = answer.retry_after
            return RateLimited("Amazon asks us to slow down.", retry_after=_pause(per_second) if wait is None else wait)
        case _:
            return None


def judge_token(answer: Answer) -> NexusError | None:
    """What a refusal of Login with Amazon means. https://datatracker.ietf.org/doc/html/rfc6749#section-5.2"""
    if answer.status not in (400, 401, 403):
        return None
    match _login_error(answer):
        case "invalid_grant":
            return TokenExpired("Amazon does not honour this consent any more. Connect the account again.")
        case "invalid_client" | "unauthorized_client":
            return CredentialsRejected(
                "Amazon does not accept the app's client ID and secret. Check both; a secret lasts 180 days at most."
            )
        case _:
            return CredentialsRejected("Amazon handed out no access. Check the client ID, the secret and the token.")


def judge_document(answer: Answer) -> NexusError | None:
    """What a refusal of Amazon's storage means: addresses it hands out are good for five minutes."""
    if answer.status in (400, 401, 403, 404):
        return Unavailable("Amazon's storage did not take or give the document in time.")
    return None


def judge_queue(answer: Answer) -> NexusError | None:
    """What a refusal of the queue (SQS) means."""
    text = answer.excerpt().lower()
    if answer.status in (400, 404) and "nonexistent" in text.replace("doesnotexist", "nonexistent"):
        return SetupWrong("There is no queue at this address in that AWS account. Check the queue's URL.")
    if "throttl" in text or "overlimit" in text:
        return RateLimited("AWS asks us to slow down.", retry_after=answer.retry_after)
    if answer.status in (401, 403) or "invalidclienttoken" in text or "signature" in text:
        return CredentialsRejected("AWS does not let this key read the queue. Check the key and what it may do.")
    return None


def said(answer: Answer) -> str:
    """Amazon's words, ending in a full stop."""
    words = [f"{problem.message} {problem.details}".strip() for problem in _listed(answer)]
    return f"{'; '.join(word for word in words if word).rstrip('. ') or 'it does not say why'}."


def _denied(answer: Answer) -> NexusError:
    words = said(answer)
    if "token" in words.lower():
        return TokenRefused("Amazon does not accept the access it gave. Connect the account again.", words)
    return Denied("Amazon denies access to this account.", words)


def _pause(per_second: float) -> float:
    """Seconds until one more call is allowed at least; Amazon promises no Retry-After."""
    return random.uniform(1.0, 1.5) / per_second


def _listed(answer: Answer) -> list[Problem]:
    try:
        return _problems.decode(answer.body).errors
    except msgspec.MsgspecError:
        return []


def _login_error(answer: Answer) -> str:
    try:
        return _login.decode(answer.body).error
    except msgspec.MsgspecError:
        return ""
