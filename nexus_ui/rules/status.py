"""The one function that says how a connection stands, and the axis beside it: paused. Overdue is `rules.silence`."""

from datetime import datetime
from enum import StrEnum


class Status(StrEnum):
    """Exactly one of these is true of a connection."""

    ACTIVE = "active"
    ERROR = "error"
    RATE_LIMITED = "rate_limited"
    PENDING = "pending"


def status(
    now: datetime, *, first_cycle_done: bool, recent_outcomes: str, rate_limited_until: datetime | None
) -> Status:
    """Waiting for the marketplace goes first; then whether the last cycle failed; then whether one ever finished."""
    if rate_limited_until is not None and rate_limited_until > now:
        return Status.RATE_LIMITED
    if recent_outcomes.endswith("f"):
        return Status.ERROR
    return Status.ACTIVE if first_cycle_done else Status.PENDING


def paused(now: datetime, paused_at: datetime | None, paused_until: datetime | None) -> bool:
    """Whether a person's pause holds at `now`."""
    return paused_at is not None and (paused_until is None or paused_until > now)
