"""Kaufland's own ways of saying no: `{"message", "errors", "type"}`, of which `type` (where given) is the surest.

It answers a signature that is too old or too early like any other wrong one, so the Date header decides.
"""

from collections.abc import Callable
from functools import partial

import msgspec

from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.errors import (
    AccountSuspended,
    ClockSkew,
    CredentialsRejected,
    NexusError,
    PermissionMissing,
    SetupWrong,
    SkipRecord,
)

UNITS, ORDERS, WRITE, SUBSCRIPTIONS = "units", "orders", "units/write", "subscriptions"
"""What a key may be kept from, in our words: Kaufland does not name it in its answer."""

TOLERANCE_SECONDS = 290
"""Signatures count for five minutes (third-party notes of 2026); a little less, since Date has no fractions."""
NOTICEABLE_SECONDS = 60
KEYS_PAGE = "Settings > Shop settings > API in the seller portal"


class NotThere(SkipRecord):
    """Kaufland knows no such record."""


class Detail(msgspec.Struct):
    """What is wrong with one value of a request."""

    field: str = ""
    message: str = ""


class Problem(msgspec.Struct):
    """The body of every refusal."""

    type: str = ""
    message: str = ""
    errors: list[Detail] = []

    @property
    def said(self) -> str:
        """The vendor's words, as they may be kept."""
        parts = [f"{detail.field}: {detail.message}" for detail in self.errors]
        return " ".join(part for part in (self.type, self.message, *parts) if part)


_decoder = msgspec.json.Decoder(Problem)


def judging(area: str) -> Callable[[Answer], NexusError | None]:
    """The verdict on answers of calls that need the permission `area`; None leaves it to the kit's table."""
    return partial(_judge, area=area, one=False)


def judging_one(area: str) -> Callable[[Answer], NexusError | None]:
    """The same for calls about single records, where 400 and 404 speak of the record: SkipRecord."""
    return partial(_judge, area=area, one=True)


def _judge(answer: Answer, area: str, one: bool) -> NexusError | None:
    if answer.status < 400:
        return None
    problem = _read(answer)
    if problem is None:
        return _unsigned(answer, "") if answer.status == 401 else None
    match problem.type.removeprefix("/problems/"):
        case "inactive-account":
            return AccountSuspended(
                "Kaufland has deactivated this seller account. The seller portal says why.", problem.said
            )
        case "storefront-not-configured":
            return SetupWrong(
                "This seller account does not sell on this storefront. Choose another one, or open it in the portal.",
                problem.said,
            )
    if answer.status == 401:
        return _unsigned(answer, problem.said)
    if answer.status == 403:
        return PermissionMissing(
            f"Kaufland does not allow this key to use {area}. Check the account, or make new keys in {KEYS_PAGE}.",
            problem.said,
            scope=area,
        )
    if one and answer.status in (400, 404, 409, 422):
        kind = NotThere if answer.status == 404 else SkipRecord
        return kind(problem.message or "Kaufland does not accept this.", "", problem.said)
    return None


def _unsigned(answer: Answer, said: str) -> NexusError:
    """A refused signature: our clock's fault when it is off by more than a signature may be old."""
    off = answer.skew or 0.0
    if abs(off) >= TOLERANCE_SECONDS:
        return ClockSkew(
            f"This machine's clock is {_minutes(off)} {'ahead of' if off > 0 else 'behind'} Kaufland's, so Kaufland "
            "refuses our signatures. Set the clock; the keys may well be right.",
            said,
        )
    also = f" This machine's clock is also off by {_minutes(off)}; set it." if abs(off) >= NOTICEABLE_SECONDS else ""
    return CredentialsRejected(
        f"Kaufland does not accept these keys. Check both, or make new ones in {KEYS_PAGE}.{also}", said
    )


def _minutes(seconds: float) -> str:
    whole = max(1, round(abs(seconds) / 60))
    return "a minute" if whole == 1 else f"{whole} minutes"


def _read(answer: Answer) -> Problem | None:
    if "json" not in answer.headers.get("content-type", ""):
        return None
    try:
        return _decoder.decode(answer.body)
    except msgspec.MsgspecError:
        return None
