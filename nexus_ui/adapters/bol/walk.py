"""Where a walk stands, as a text that survives a stop.

Offers are walked by bol's cursor. Orders are walked by the day of their last change, because that is how bol lists
them; what changed within the last hour by minutes. `began` caps what a walk claims to have reached, since bol names no
order of its lists.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import msgspec

S = TypeVar("S", bound=msgspec.Struct)
REACH_DAYS = 89
"""bol tells changes of the last 3 months; the shortest three months in a row have so many days."""

RECENT = timedelta(minutes=55)
"""Younger changes than this are asked for by minutes, of which bol allows 60."""

ZONE = ZoneInfo("Europe/Amsterdam")
_RECENTLY = "recently"


class Place(msgspec.Struct, frozen=True):
    """Where a walk over offers stands."""

    began: str
    since: str | None = None
    cursor: str | None = None

    @classmethod
    def read(cls, resume: str | None, since: datetime | None, now: datetime) -> "Place":
        """The place saved in `resume`, or the beginning of a walk over what changed since `since`."""
        return _read(resume, cls) or cls(now.isoformat(), since.astimezone(UTC).isoformat() if since else None)

    def at(self, cursor: str | None) -> "Place":
        """The same walk at another cursor."""
        return msgspec.structs.replace(self, cursor=cursor)

    def text(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()


class Days(msgspec.Struct, frozen=True):
    """Where a walk over orders stands: on a day (or on what changed recently), behind one of its order ids."""

    began: str
    day: str
    after: str = ""

    @classmethod
    def read(cls, resume: str | None, since: datetime, now: datetime) -> "Days":
        """The place saved in `resume`, or the beginning of a walk over what changed since `since`."""
        saved = _read(resume, cls)
        if saved is None:
            return cls(now.isoformat(), _first(since, now))
        if saved.day == _RECENTLY and _first(since, now) != _RECENTLY:
            return cls(saved.began, _first(since, now))
        return saved

    def params(self, since: datetime, now: datetime) -> dict[str, Any]:
        """The query that lists this stretch."""
        if self.day == _RECENTLY:
            return {"change_interval_minute": min(60, max(1, ceil((now - since).total_seconds() / 60) + 1))}
        return {"latest_change_date": self.day}

    def covers(self, changed: datetime | None) -> bool:
        """False for a change that a later day will list, whichever zone bol counts its days in."""
        if self.day == _RECENTLY or changed is None:
            return True
        return changed.astimezone(ZONE).date() <= date.fromisoformat(self.day) + timedelta(days=1)

    def behind(self, order: str) -> "Days":
        """The same stretch, behind this order."""
        return msgspec.structs.replace(self, after=order)

    def next(self, now: datetime) -> "Days | None":
        """The day after this stretch; None when that has not come yet."""
        if self.day == _RECENTLY or self.day >= now.astimezone(ZONE).date().isoformat():
            return None
        return Days(self.began, (date.fromisoformat(self.day) + timedelta(days=1)).isoformat())

    def text(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()


def newest(began: str, changes: Sequence[datetime]) -> datetime | None:
    """The latest change, or the walk's beginning where that is earlier; None without a change."""
    return min(max(changes), datetime.fromisoformat(began)) if changes else None


def _first(since: datetime, now: datetime) -> str:
    """The first stretch. bol does not say in which zone its days are: UTC's is never later than Amsterdam's."""
    if now - since < RECENT:
        return _RECENTLY
    return max(since, now - timedelta(days=REACH_DAYS)).astimezone(UTC).date().isoformat()


def _read(resume: str | None, kind: type[S]) -> S | None:
    """What was saved; None when nothing was, or nothing that can be read."""
    try:
        return msgspec.json.decode(resume, type=kind) if resume else None
    except msgspec.DecodeError:
        return None
