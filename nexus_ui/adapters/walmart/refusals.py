"""Walmart's own ways of saying no.

Three shapes are in use: `{"errors": [...]}`, `{"error": [...]}` and `{"errors": {"error": [...]}}`, and the gateway may
answer XML whatever was asked for. https://developer.walmart.com/us-marketplace/docs/error-codes (read 2026-11-23)
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import msgspec

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    SetupWrong,
    Surprise,
    Unavailable,
)

ITEMS, ORDERS, INVENTORY, FEEDS = "item", "orders", "inventory", "feeds"
"""Areas a key may be kept from, in the words of the token's own detail."""

REPLENISHED = ("x-next-replenishment-time", "x-next-replenish-time")
"""When the next calls are allowed. Both names are in use in the vendor's documentation."""

_GATEWAY = "GMP_GATEWAY_API"
_ELIGIBILITY = "program eligibility"
_XML = re.compile(r"<(?:\w+:)?(code|description|info)>([^<]*)<")
_KEYS_PAGE = "API keys in Walmart's developer portal"


class ThisOneRefused(Surprise):
    """Walmart refuses one thing that was asked for, and says why; others may still go well."""

    def __init__(self, message: str, detail: str = "", code: str = "") -> None:
        super().__init__(message, detail)
        self.code = code


class NothingThere(ThisOneRefused):
    """What was asked for does not exist, or a list is empty."""


class NotEnrolled(ThisOneRefused):
    """The account does not take part in the programme this is about (WFS)."""


class Problem(msgspec.Struct):
    """One thing Walmart does not like."""

    code: str = ""
    description: str = ""
    message: str = ""
    info: str = ""
    field: str = ""

    @property
    def said(self) -> str:
        """Walmart's words, ending in a full stop."""
        words = self.description or self.message or self.info or self.code or "it does not say why"
        return f"{words.strip().rstrip('.')}."


def judging(area: str) -> Callable[[Answer], NexusError | None]:
    """The verdict on answers of calls that need the right to `area`; None leaves it to the kit's table."""
    return partial(_judge, area=area)


def judge_token(answer: Answer) -> NexusError | None:
    """What a refusal of the token endpoint means: wrong keys are answered with 400 as well as with 401."""
    if answer.status in (400, 401, 403):
        said = problem_of(answer).said
        return CredentialsRejected(f"Walmart does not accept the client ID and secret. Check {_KEYS_PAGE}.", said)
    return _judge(answer, "")


def problem_of(answer: Answer) -> Problem:
    """The first thing an answer complains about, in whatever shape."""
    try:
        told = msgspec.json.decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Problem(**dict(reversed(_XML.findall(answer.excerpt()))))
    while isinstance(told, Mapping) and (inner := told.get("errors") or told.get("error")):
        told = inner
    first = told[0] if isinstance(told, list) and told else told
    texts = {name: text for name, text in first.items() if isinstance(text, str)} if isinstance(first, Mapping) else {}
    return msgspec.convert(texts, Problem)


def replenished(answer: Answer) -> float | None:
    """Seconds until Walmart allows more calls, or None when it does not say so."""
    text = next((answer.headers[name] for name in REPLENISHED if name in answer.headers), "").strip()
    moment = _moment(text)
    return None if moment is None else max(0.0, (moment - answer.received_at).total_seconds())


def _judge(answer: Answer, area: str) -> NexusError | None:
    if answer.status < 400 or answer.status >= 500:
        return None
    problem = problem_of(answer)
    match answer.status:
        case 401:
            return _unauthorised(answer, problem)
        case 403:
            return PermissionMissing(
                f"Walmart does not allow this key to use {area or 'this'}. Check what it may do under {_KEYS_PAGE}.",
                problem.said,
                scope=area,
            )
        case 404:
            return _not_found(problem)
        case 406 | 415:
            return Surprise("Walmart no longer speaks this version of its interface. An update of this panel is due.")
        case 423:
            return Unavailable("Walmart is busy with this account's records for now.", problem.said)
        case 429:
            return RateLimited(
                "Walmart asks us to slow down.", retry_after=answer.retry_after or replenished(answer) or None
            )
        case 400 | 405 | 409 | 412 | 413 | 422:
            return ThisOneRefused(f"Walmart refused the request: {problem.said}", code=problem.code)
        case _:
            return None


def _unauthorised(answer: Answer, problem: Problem) -> NexusError:
    if _ELIGIBILITY in answer.excerpt().lower():
        return NotEnrolled("This account does not take part in that programme of Walmart's.", code=problem.code)
    return CredentialsRejected("Walmart does not accept the access it gave. Check the client ID and secret.")


def _not_found(problem: Problem) -> NexusError | None:
    """An unknown address is a wrong set-up; anything else that is not found may be gone, or a list be empty."""
    if not problem.code or problem.code.startswith("URI_NOT_FOUND"):
        return None
    if problem.code.endswith(_GATEWAY):
        return SetupWrong("Walmart knows nothing at this address any more. An update of this panel may be due.")
    return NothingThere(f"Walmart does not know it (any more): {problem.said}", code=problem.code)


def _moment(text: str) -> datetime | None:
    """A moment written as milliseconds or seconds since 1970, or in ISO 8601."""
    try:
        if text.isdecimal():
            number = int(text)
            return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, UTC)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
