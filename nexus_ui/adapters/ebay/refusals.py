"""eBay's own ways of saying no: `{"errors": [{errorId, domain, category, message, longMessage, parameters}]}`.

The token endpoint says it the OAuth way: `{"error", "error_description"}`.
"""

from collections.abc import Callable
from functools import partial

import msgspec

from nexus_ui.adapters.ebay.days import until_tomorrow
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    AccountSuspended,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    RateLimited,
    Surprise,
    TokenExpired,
)

SCOPES_URL = "https://api.ebay.com/oauth/api_scope"
INVENTORY, ORDERS, IDENTITY = (
    f"{SCOPES_URL}/{name}" for name in ("sell.inventory", "sell.fulfillment.readonly", "commerce.identity.readonly")
)
NOTIFICATIONS = f"{SCOPES_URL}/commerce.notification.subscription"
CALLS_SPENT = 2001
INVALID_TOKEN = 1001
BUSINESS = "BUSINESS"


class Parameter(msgspec.Struct):
    """A value that a message speaks of."""

    name: str = ""
    value: str = ""


class Problem(msgspec.Struct, rename="camel"):
    """One error of an answer."""

    error_id: int = 0
    category: str = ""
    message: str = ""
    long_message: str = ""
    parameters: list[Parameter] = []

    @property
    def said(self) -> str:
        """eBay's words, ending in a full stop."""
        words = self.long_message or self.message or "it does not say why"
        return f"{words.rstrip('. ')}."


class Problems(msgspec.Struct):
    """The body of a refusal."""

    errors: list[Problem] = []


class OAuthProblem(msgspec.Struct):
    """The body of a refusal of the token endpoint."""

    error: str = ""
    error_description: str = ""


class ThisOneRefused(Surprise):
    """eBay refuses one thing that was asked for, and says why; others may still go well."""


class CallsSpent(RateLimited):
    """The app's calls of the day are used up, or it called too fast: eBay gives both the same number."""


_problems = msgspec.json.Decoder(Problems)
_oauth = msgspec.json.Decoder(OAuthProblem)


def judging(area: str) -> Callable[[Answer], NexusError | None]:
    """The verdict on answers of calls that need the permission `area`; None leaves it to the kit's table."""
    return partial(_judge, area=area, one=False)


def judging_one(area: str) -> Callable[[Answer], NexusError | None]:
    """The same for calls about single records, where a refusal speaks of the record: ThisOneRefused."""
    return partial(_judge, area=area, one=True)


def judge_token(answer: Answer) -> NexusError | None:
    """What a refusal of the token endpoint means."""
    if answer.status not in (400, 401, 403):
        return None
    try:
        problem = _oauth.decode(answer.body)
    except msgspec.MsgspecError:
        problem = OAuthProblem()
    said = f"{problem.error} {problem.error_description}".strip()
    match problem.error:
        case "invalid_grant":
            return TokenExpired(
                "eBay does not honour the seller's consent any more: it ended, was withdrawn, or the seller changed "
                "name or password. Connect again.",
                said,
            )
        case "invalid_scope":
            return PermissionMissing(
                "eBay does not let this app ask for what it needs. The developer portal lists the scopes of its keys.",
                said,
            )
        case "invalid_request" | "unsupported_grant_type":
            return Surprise("eBay did not understand how this panel signs in. An update of this panel is due.", said)
        case _:
            return CredentialsRejected("eBay does not accept the App ID with this Cert ID. Check both.", said)


def problems_of(answer: Answer) -> list[Problem]:
    """The errors an answer names, none where it is of another shape."""
    if "json" not in answer.headers.get("content-type", ""):
        return []
    try:
        return _problems.decode(answer.body).errors
    except msgspec.MsgspecError:
        return []


def _judge(answer: Answer, area: str, one: bool) -> NexusError | None:
    if answer.status < 400 or answer.status >= 500:
        return None
    found = problems_of(answer)
    first = found[0] if found else Problem()
    if answer.status == 401:
        return CredentialsRejected("eBay does not accept the access it gave. Connect again.", first.said)
    if answer.status == 429:
        return _spent(answer, first)
    if one and answer.status in (400, 404, 409, 422):
        return ThisOneRefused(first.said, f"{first.error_id}")
    if any(problem.category == BUSINESS for problem in found):
        return AccountSuspended(f"eBay restricts this seller account: {first.said} Seller Hub says more.", first.said)
    if answer.status == 403:
        name = area.rpartition("/")[2]
        return PermissionMissing(
            f"The seller has not granted the permission {name} to this app. Connect again and agree to all of them.",
            first.said,
            scope=area,
        )
    return Surprise(f"eBay refused the request: {first.said}", first.said) if answer.status == 400 else None


def _spent(answer: Answer, problem: Problem) -> RateLimited:
    asked = answer.retry_after
    if asked is None and problem.error_id == CALLS_SPENT:
        said = "The calls eBay allows this app are used up."
        return CallsSpent(said, problem.said, retry_after=until_tomorrow())
    return RateLimited("eBay asks us to slow down.", problem.said, retry_after=asked)
