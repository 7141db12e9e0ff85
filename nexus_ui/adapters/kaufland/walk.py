"""Walking a list by position while it changes, without losing a record.

Kaufland pages by offset and says nothing of the order. So each page begins with the last few records of the one before.
Where they stand tells how far things have moved; when none of them is there, the walk steps back until it finds one.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import msgspec

from nexus_ui import clock
from nexus_ui.records import BadRecord

PER_PAGE = 100
SEAM = 5
"""How many records of the last page the next one repeats: so many may be deleted at once without a step back."""
MOST_STEPS_BACK = 20
"""So often a walk looks for its place again; after that it takes what comes, so that it ends whatever they do there."""

W = TypeVar("W")


@dataclass(frozen=True, slots=True)
class Row(Generic[W]):
    """A record of a list, or why it makes no sense, with the id it has there."""

    key: str
    record: W | BadRecord


@dataclass(frozen=True, slots=True)
class Sheet(Generic[W]):
    """One answer of a list."""

    rows: Sequence[Row[W]]
    total: int | None


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a walk over what changed since `since` (None: everything) stands. Kept as the stream's cursor.

    `began` is when the walk began: what changed later may have been missed, so the next walk begins there.
    """

    began: datetime
    since: datetime | None = None
    offset: int = 0
    tail: tuple[str, ...] = ()
    steps_back: int = 0

    @classmethod
    def read(cls, resume: str | None, since: datetime | None) -> "Place":
        """The place saved in `resume`, or the beginning of a walk over what changed since `since`."""
        if resume is not None:
            return msgspec.json.decode(resume, type=cls)
        return cls(began=clock.utcnow(), since=since)

    def written(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()

    def capped(self, moment: datetime | None) -> datetime | None:
        """A date of change, as far as the next walk may rely on it."""
        return min(moment, self.began) if moment else None

    def seam(self, keys: Sequence[str]) -> int | None:
        """Where on this page the new records begin; None when it does not join on to what was read."""
        known = [keys.index(key) for key in self.tail if key in keys]
        if known:
            return max(known) + 1
        return None if self.tail and self.steps_back < MOST_STEPS_BACK else 0

    def back(self) -> "Place":
        """A page earlier; at the very beginning, a fresh start."""
        offset, tail = max(0, self.offset - PER_PAGE + SEAM), self.tail if self.offset else ()
        return msgspec.structs.replace(self, offset=offset, tail=tail, steps_back=self.steps_back + 1)

    def onward(self, keys: Sequence[str], total: int | None) -> "Place | None":
        """The place behind a page with these ids; None when that was the last one."""
        if len(keys) < PER_PAGE if total is None else self.offset + PER_PAGE >= total:
            return None
        tail = tuple(key for key in keys[-SEAM:] if key)
        return msgspec.structs.replace(self, offset=self.offset + PER_PAGE - SEAM, tail=tail)


@dataclass(frozen=True, slots=True)
class Leaf(Generic[W]):
    """What one step of a walk brought that no step before it did."""

    good: list[W]
    bad: list[BadRecord]
    total: int | None
    here: Place
    behind: Place | None

    @property
    def resume(self) -> str | None:
        """How to go on after this page; None when the list has ended."""
        return self.behind.written() if self.behind else None


async def walk(read: Callable[[int], Awaitable[Sheet[W]]], start: Place) -> AsyncIterator[Leaf[W]]:
    """The pages of a list from `start` on; `read` fetches the one at an offset, and what it raises is raised."""
    place: Place | None = start
    while place is not None:
        sheet = await read(place.offset)
        keys = [row.key for row in sheet.rows]
        fresh = place.seam(keys)
        if fresh is None:
            place = place.back()
            continue
        behind = place.onward(keys, sheet.total)
        new = [row.record for row in sheet.rows[fresh:]]
        yield Leaf(
            good=[record for record in new if not isinstance(record, BadRecord)],
            bad=[record for record in new if isinstance(record, BadRecord)],
            total=sheet.total,
            here=place,
            behind=behind,
        )
        place = behind
