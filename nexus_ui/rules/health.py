"""How reliable a connection has been over its last cycles. Deferred and skipped cycles leave no mark here."""

from enum import StrEnum

WINDOW = 10
CONSECUTIVE = 3
KEPT = 30
"""How many letters `connections.recent_outcomes` holds."""

SUCCESS, PARTIAL, FAILED = "s", "p", "f"


class Health(StrEnum):
    """Unknown until a first cycle has finished."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"
    UNKNOWN = "unknown"


def health(recent_outcomes: str, last: int = WINDOW, consecutive: int = CONSECUTIVE, doubt: str = "") -> Health:
    """Unhealthy after so many failures in a row, healthy when all of the `last` cycles succeeded, else degraded.

    A `doubt` about what the last one brought makes it degraded at best.
    """
    seen = recent_outcomes[-last:]
    if not seen:
        return Health.UNKNOWN
    if failures_in_a_row(seen) >= consecutive:
        return Health.UNHEALTHY
    return Health.HEALTHY if set(seen) == {SUCCESS} and not doubt else Health.DEGRADED


def failures_in_a_row(recent_outcomes: str) -> int:
    """How many failures stand at the end."""
    return len(recent_outcomes) - len(recent_outcomes.rstrip(FAILED))


def remembered(recent_outcomes: str, letter: str) -> str:
    """The outcomes with one more at the end, only the last ones kept."""
    return (recent_outcomes + letter)[-KEPT:]
