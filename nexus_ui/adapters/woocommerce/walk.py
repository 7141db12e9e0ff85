"""Walking a list that changes meanwhile, without losing a record.

WooCommerce pages by position. Sorted by date of change, records jump to the end while one reads, and ties have no order
at all, so a walk goes by id: what changes stays where it is, and only a deletion moves others up. Each page begins with
the record the last one ended with; when that one is not there, the walk steps back.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

PER_PAGE = 100
_SECOND = timedelta(seconds=1)


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a walk over what changed after `after` (None: everything) stands. Kept as the stream's cursor.

    `until` is the newest change when the walk began: what changed later may have been missed by this walk, so the next
    one begins there.
    """

    after: datetime | None = None
    until: datetime | None = None
    offset: int = 0
    last: int = 0
    anchored: bool = False

    @classmethod
    def read(cls, resume: str | None, since: datetime | None) -> "Place":
        """The place saved in `resume`, or the beginning of a walk over what changed since `since`."""
        if resume is not None:
            return msgspec.json.decode(resume, type=cls)
        return cls(after=since.astimezone(UTC).replace(microsecond=0) - _SECOND if since else None)

    def written(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()

    def newest_first(self) -> dict[str, Any]:
        """The query for the latest changes: all there is, when they fit on one page."""
        return {**self._selection(), "orderby": "modified", "order": "desc"}

    def begun(self, newest: datetime | None, now: datetime) -> "Place":
        """The beginning of a walk of many pages, at a time when `newest` is the latest change."""
        return Place(after=self.after, until=min(newest or now, now))

    def params(self) -> dict[str, Any]:
        """The query of this page."""
        query = {**self._selection(), "orderby": "id", "order": "asc"}
        return {**query, "offset": self.offset} if self.offset else query

    def slipped(self, ids: Sequence[int]) -> bool:
        """True when records before this page were deleted, so that others moved up out of sight."""
        return self.anchored and self.offset > 0 and (not ids or ids[0] > self.last)

    def back(self) -> "Place":
        """A page earlier."""
        return msgspec.structs.replace(self, offset=max(0, self.offset - PER_PAGE + 1))

    def onward(self, ids: Sequence[int], total: int | None) -> "Place | None":
        """The place behind a page with these ids (0 where one is unreadable); None when that was the last page."""
        if self.covers_all(len(ids), total):
            return None
        last = max([*ids, self.last])
        anchored = bool(ids) and ids[-1] == last > self.last
        return Place(self.after, self.until, self.offset + PER_PAGE - 1, last, anchored)

    def covers_all(self, length: int, total: int | None) -> bool:
        """True when nothing is left behind this page; `total` (where told) knows also of records held back from us."""
        return length < PER_PAGE if total is None else self.offset + PER_PAGE >= total

    def capped(self, moment: datetime | None) -> datetime | None:
        """A date of change, as far as the next walk may rely on it."""
        return min(moment, self.until) if moment and self.until else moment

    def _selection(self) -> dict[str, Any]:
        query: dict[str, Any] = {"per_page": PER_PAGE, "status": "any"}
        if self.after:
            query |= {"modified_after": self.after.strftime("%Y-%m-%dT%H:%M:%S"), "dates_are_gmt": "true"}
        return query
