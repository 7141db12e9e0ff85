"""Whether webhooks arrive that are all refused: the sign of a secret that differs, not of a stranger who knocks."""

from collections.abc import Iterable
from datetime import datetime, timedelta

WITHIN = timedelta(hours=24)
ENOUGH = 3
"""Fewer refusals than these may be anybody's."""


def all_rejected(now: datetime, accepted_at: Iterable[datetime], rejected_at: Iterable[datetime]) -> bool:
    """True when several were refused within a day, and none was accepted after the first of them."""
    since = max([now - WITHIN, *accepted_at])
    return sum(at > since for at in rejected_at) >= ENOUGH
