"""Where a walk stands, as a text that survives a stop.

Listings are walked by the time of their change, oldest first, because Amazon pages through 1,000 of them at most: the
walk then asks anew from the last second it has seen. Orders and stock are followed by Amazon's own token.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import msgspec

from nexus_ui.adapters.amazon.wire import Summary
from nexus_ui.errors import Surprise

S = TypeVar("S", bound=msgspec.Struct)
PAGED_THROUGH, DEEPEST = 1_000, 980
"""Amazon pages through 1,000 listings of one query; the walk starts anew a page before that.
https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference (model of 2026-08-05)"""


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a walk over listings stands. `at_last` are the SKUs already seen of the second `last`.

    Where one second saw more changes than Amazon pages through (`crowded`), that second is walked by time of creation.
    """

    since: str = ""
    token: str | None = None
    walked: int = 0
    last: str = ""
    at_last: tuple[str, ...] = ()
    crowded: str = ""

    @classmethod
    def read(cls, resume: str | None, since: datetime | None) -> "Place":
        """The place saved in `resume`, or the beginning of a walk over what changed since `since`."""
        return _read(resume, cls) or cls(since=stamp(since) if since else "")

    def query(self) -> dict[str, str | None]:
        """What selects and sorts the listings still to come."""
        if not self.crowded:
            return {"sortBy": "lastUpdatedDate", "lastUpdatedAfter": self.since or None}
        until = stamp(datetime.fromisoformat(self.crowded) + timedelta(seconds=1))
        within = {"lastUpdatedAfter": self.crowded, "lastUpdatedBefore": until}
        return {"sortBy": "createdDate", "createdAfter": self.since or None, **within}

    def anew(self) -> "Place":
        """The same place, reached by time instead of by token."""
        return Place(since=self.last or self.since, last=self.last, at_last=self.at_last, crowded=self.crowded)

    def behind(self, listed: Sequence[tuple[str, str]], token: str | None, count: int) -> "Place":
        """The place behind a page of so many, of which SKUs and seconds are given."""
        last = max((second for _, second in listed), default=self.last)
        known = self.at_last if last == self.last else ()
        at_last = dict.fromkeys([*known, *(sku for sku, second in listed if second == last)])
        return Place(self.since, token, self.walked + count, last, tuple(at_last), self.crowded)

    def second_of(self, shown: Summary, now: datetime) -> str:
        """The second this walk sorts a listing by; nothing for one that makes no sense."""
        moment = (shown.created_date or shown.last_updated_date) if self.crowded else shown.last_updated_date
        return stamp(moment) if 1995 <= moment.year <= now.year + 1 else ""

    def is_new(self, sku: str, second: str) -> bool:
        """False for a listing that was delivered before the walk asked anew."""
        return second != self.last or sku not in self.at_last

    def onward(self, total: int) -> "Place | None":
        """Where to go from here; None at the end. Raises Surprise where Amazon leaves no way to list the rest.

        `total` is how many listings Amazon counts in this query.
        """
        stuck = self.last == self.since
        if self.token is not None:
            return self if stuck or self.walked < DEEPEST else self.anew()
        if total > PAGED_THROUGH and self.walked >= DEEPEST:
            if not stuck:
                return self.anew()
            if self.crowded:
                raise Surprise("More than 1,000 listings were created and changed together; Amazon does not list all.")
            return Place(crowded=self.last)
        if self.crowded:
            return Place(since=stamp(datetime.fromisoformat(self.crowded) + timedelta(seconds=1)))
        return None

    def text(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()


class Sweep(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a walk by Amazon's token stands. `began` caps what it claims to have reached, as no order is told."""

    began: str
    since: str = ""
    token: str | None = None

    @classmethod
    def read(cls, resume: str | None, since: datetime | None, now: datetime, reach: timedelta) -> "Sweep":
        """The sweep saved in `resume`, or a new one over what changed since `since`, as far back as Amazon tells."""
        earliest = now - reach
        wanted = stamp(max(since, earliest)) if since else ""
        return _read(resume, cls) or cls(now.isoformat(), wanted)

    @property
    def is_ahead(self) -> bool:
        """True where nothing can have changed yet, since what is asked for lies ahead."""
        return bool(self.since) and datetime.fromisoformat(self.since) > datetime.fromisoformat(self.began)

    def at(self, token: str | None) -> "Sweep":
        """The same sweep at another page."""
        return msgspec.structs.replace(self, token=token)

    def reached(self, changes: Sequence[datetime]) -> datetime | None:
        """The latest change, or the sweep's beginning where that is earlier; None without a change."""
        return min(max(changes), datetime.fromisoformat(self.began)) if changes else None

    def text(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()


def stamp(moment: datetime) -> str:
    """A time as Amazon writes it, in whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _read(resume: str | None, kind: type[S]) -> S | None:
    """What was saved; None when nothing was, or nothing that can be read."""
    try:
        return msgspec.json.decode(resume, type=kind) if resume else None
    except msgspec.DecodeError:
        return None
