"""What a connection's story is made of: what ran, what was done, what ran out and what arrived, as it was recorded."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LATELY = timedelta(days=7)
"""How long a connection that is well again still tells of the last time it was not."""
TROUBLED = frozenset({"failed", "partial"})
"""Outcomes of a cycle that need to be told."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The call of a cycle that says what went wrong."""

    operation: str
    method: str
    status: int | None
    request_id: str
    problem: str


@dataclass(frozen=True, slots=True)
class Ran:
    """A cycle, or a deed of a person (`outcome` noted). `answered` is known of the first and the last that failed."""

    id: str
    at: datetime
    ended: datetime | None
    outcome: str
    trigger: str
    by: str
    kind: str
    message: str
    calls: int = 0
    records: int = 0
    set_aside: int = 0
    answered: Answered | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A credential that expired: its label, and when."""

    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrived:
    """Webhooks since the last good sync: accepted, refused, and when the marketplace said that access was withdrawn."""

    accepted: int = 0
    refused: int = 0
    refused_since: datetime | None = None
    refused_because: str = ""
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stock:
    """Stock since the last good sync: quantities the marketplace refused, since when, and what it said last."""

    refused: int = 0
    refused_since: datetime | None = None
    said: str = ""


@dataclass(frozen=True, slots=True)
class Raised:
    """An incident; `among`: open, attended or over."""

    id: str
    at: datetime
    title: str
    among: str = "open"


@dataclass(frozen=True, slots=True)
class Fellow:
    """Another connection of the same marketplace that fails in the same way."""

    id: str
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """What somebody changed in the settings of the whole installation."""

    at: datetime
    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Records:
    """Everything the story is made of. `good`: the last sync before the trouble that read everything.

    `ran`: what ran or was done after it, in order. `mended`: the first sync after the trouble that read everything.
    """

    marketplace: str
    connected_at: datetime
    good: Ran | None = None
    ran: tuple[Ran, ...] = ()
    mended: Ran | None = None
    ended: tuple[Ended, ...] = ()
    arrived: Arrived = field(default_factory=Arrived)
    stock: Stock = field(default_factory=Stock)
    raised: tuple[Raised, ...] = ()
    fellows: tuple[Fellow, ...] = ()
    changed: tuple[Changed, ...] = ()
    overdue_since: datetime | None = None
    overdue_because: str = ""
    doubt_since: datetime | None = None
    doubt: str = ""
