"""When an alert is told: once per connection and error within the cooldown, not while snoozed or acknowledged."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SHORTEST_REMINDER = timedelta(minutes=15)
"""What goes on is not told more often than this, whatever the cooldown: a watcher may see it every few seconds."""
AHEAD = timedelta(hours=1)
"""An alert told later than this from now was told by a wrong clock, and holds nothing back."""


class Severity(StrEnum):
    """How much it hurts."""

    NOTICE = "notice"
    WARNING = "warning"
    CRITICAL = "critical"


class Purpose(StrEnum):
    """Why a message is sent."""

    OPENED = "opened"
    AGAIN = "again"
    RECOVERED = "recovered"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Link:
    """Something that can be opened: `href` is a path of this product, or an address at a marketplace; may be empty.

    A moment `at` is said after the text, in the reader's own zone, and then what follows it.
    """

    text: str
    href: str = ""
    at: datetime | None = None
    then: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What is wrong, for a merchant. One incident is open per connection (None: the whole installation) and kind.

    `affected` names what suffers, `evidence` leads to the proof. With a `step` ("14 days") it is told again when the
    step changes, and not otherwise; without one, when it is seen again after the cooldown.
    """

    kind: str
    connection_id: str | None
    severity: Severity
    title: str
    sentence: str
    affected: tuple[Link, ...] = ()
    evidence: tuple[Link, ...] = ()
    step: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What of an open incident decides whether it is told. `told_at`: when this connection's same error last was.

    `alerted_at` and `told_step` are of this very incident.
    """

    step: str
    last_seen_at: datetime
    told_at: datetime | None
    alerted_at: datetime | None
    told_step: str
    acknowledged_at: datetime | None
    snoozed_until: datetime | None


def telling(now: datetime, it: Standing, cooldown: timedelta) -> Purpose | None:
    """What to tell of an open incident now; None for nothing."""
    if it.acknowledged_at is not None or _before(now, it.snoozed_until):
        return None
    if it.alerted_at is None:
        return Purpose.OPENED if _over(now, it.told_at, cooldown) else None
    if not _over(now, it.told_at, max(cooldown, SHORTEST_REMINDER)):
        return None
    return Purpose.AGAIN if _has_news(now, it, it.alerted_at) else None


def _has_news(now: datetime, it: Standing, alerted_at: datetime) -> bool:
    if it.snoozed_until is not None and alerted_at < it.snoozed_until <= now:
        return True
    return it.step != it.told_step if it.step else it.last_seen_at > alerted_at


def _before(now: datetime, moment: datetime | None) -> bool:
    return moment is not None and now < moment


def _over(now: datetime, told_at: datetime | None, cooldown: timedelta) -> bool:
    return told_at is None or told_at > now + AHEAD or now >= told_at + cooldown
