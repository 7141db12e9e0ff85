"""Where a walk over eBay's lists stands, kept as the stream's cursor.

Items come in pages that nobody promises to hold still: when there are fewer of them than a page ago, what was next has
moved back, so a page is read again. Orders come by stretches of time small enough for one answer, so that none can slip
from page to page while it changes.
"""

import math
from datetime import datetime, timedelta

import msgspec

from nexus_ui import clock

PER_PAGE = 200
"""The most of either list in one answer."""

MOST_STEPS_BACK = 20
"""So often a walk goes back a page; after that it takes what comes, so that it ends whatever happens there."""

REACH_DAYS = 729
"""Orders are told for two years; a day less, so that an hour's delay is no refusal."""

AIMED_AT = 120
"""Orders aimed at with a stretch: well below a page, since sales are not even."""

FINEST = timedelta(seconds=1)
LATEST = timedelta(minutes=1)
"""A stretch that ends later than this is left open, so that its end is not in the future for a clock behind ours."""

_TICK = timedelta(milliseconds=1)


class Pages(msgspec.Struct, frozen=True, omit_defaults=True):
    """A walk over all items. `step` is the distance from page to page as eBay counts it: pages, or items."""

    began: datetime
    offset: int = 0
    step: int = 1
    total: int | None = None
    steps_back: int = 0

    @classmethod
    def read(cls, resume: str | None) -> "Pages":
        """The place saved in `resume`, or the beginning."""
        return msgspec.json.decode(resume, type=cls) if resume else cls(began=clock.utcnow())

    def written(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()

    def back(self, total: int | None) -> "Pages | None":
        """Where to read again when items were deleted meanwhile; None when this page joins on to the one before."""
        gone = 0 if self.total is None or total is None else self.total - total
        if gone <= 0 or not self.offset or self.steps_back >= MOST_STEPS_BACK:
            return None
        offset = max(0, self.offset - self.step * math.ceil(gone / PER_PAGE))
        return msgspec.structs.replace(self, offset=offset, total=total, steps_back=self.steps_back + 1)

    def onward(self, following: int | None, total: int | None) -> "Pages | None":
        """The place behind this page; None when it was the last one or eBay leads back."""
        if following is None or following <= self.offset:
            return None
        return msgspec.structs.replace(self, offset=following, step=following - self.offset, total=total)


class Stretch(msgspec.Struct, frozen=True, omit_defaults=True):
    """A walk over orders by the time of their last change, `seconds` at a time (None: all that is left)."""

    at: datetime
    seconds: float | None = None
    total: int | None = None

    @classmethod
    def read(cls, resume: str | None, since: datetime) -> "Stretch | None":
        """The place saved in `resume`, or the beginning of a walk over what changed since; None for the future."""
        if resume:
            return msgspec.json.decode(resume, type=cls)
        now = clock.utcnow()
        return None if since >= now else cls(at=max(since, now - timedelta(days=REACH_DAYS)))

    def written(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()

    @property
    def end(self) -> datetime | None:
        """Where this stretch ends, inclusive; None when it is left open."""
        if self.seconds is None:
            return None
        end = self.at + timedelta(seconds=self.seconds)
        return end if end < clock.utcnow() - LATEST else None

    def asked(self, end: datetime | None) -> str:
        """The filter to ask with."""
        return f"lastmodifieddate:[{as_asked(self.at)}..{as_asked(end) if end else ''}]"

    def narrowed(self, found: int, end: datetime | None) -> "Stretch | None":
        """A shorter stretch when so many orders do not fit on a page; None when they do, or when none is shorter."""
        whole = (end or clock.utcnow()) - self.at
        if found <= PER_PAGE or whole <= FINEST:
            return None
        seconds = max(whole / math.ceil(found / AIMED_AT), FINEST).total_seconds()
        shorter = Stretch(self.at, seconds, found if self.total is None else self.total)
        return shorter if shorter.end else None

    def onward(self, found: int, end: datetime | None) -> "Stretch | None":
        """The place behind a stretch that ended at `end`; a nearly empty one is followed by a longer one."""
        if end is None or self.seconds is None:
            return None
        seconds = self.seconds * 2 if found < AIMED_AT / 2 else self.seconds
        return Stretch(end + _TICK, seconds, self.total)


def as_asked(moment: datetime) -> str:
    """A time as eBay asks for it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
