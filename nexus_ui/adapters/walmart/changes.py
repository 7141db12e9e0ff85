"""Walking orders by the moment of their last change: one sweep for each kind of ship node, in stretches of time.

Walmart lists one kind of node at a time, tells no more than 10,000 orders to one question and nothing older than 180
days, and leaves out what was placed more than a week ago unless asked: so the day is always named. A stretch ends
where the walk began. An order that changes meanwhile moves, and others take its place on pages that were read already,
so a stretch that brings less than it promised is read again.
https://developer.walmart.com/us-marketplace/docs/get-all-orders (read 2026-11-23)
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from nexus_ui.adapters.walmart.api import written
from nexus_ui.adapters.walmart.listing import ORDERS_PAGE, Sheet

NODES = ("SellerFulfilled", "WFSFulfilled", "3PLFulfilled")
REACH_DAYS = 180
_REACH = timedelta(days=REACH_DAYS - 1)
MOST = 10_000
SHORTEST = timedelta(minutes=10)
"""A stretch is not cut any shorter, however many orders it holds."""
_SECOND = timedelta(seconds=1)


class Stretch(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a walk stands: in a stretch of time of one kind of node, at a cursor. Kept as the stream's cursor."""

    began: datetime
    since: datetime
    begin: datetime
    end: datetime
    node: int = 0
    cursor: str = ""
    promised: int = 0
    brought: int = 0
    again: bool = False

    @classmethod
    def read(cls, resume: str | None, since: datetime, now: datetime) -> "Stretch | None":
        """The place saved in `resume`, or the beginning of a walk over what changed since; None for the future."""
        try:
            if resume:
                return msgspec.json.decode(resume, type=cls)
        except msgspec.DecodeError:
            pass
        oldest = max(since.astimezone(UTC), now - _REACH)
        return cls(now, oldest, oldest, now) if oldest < now else None

    def text(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()

    def params(self) -> dict[str, Any]:
        """The question for this stretch. "After" and "before" may leave out the very second."""
        return {
            "lastModifiedStartDate": written(self.begin - _SECOND),
            "lastModifiedEndDate": written(self.end + _SECOND),
            "createdStartDate": written(self.began - _REACH),
            "shipNodeType": NODES[self.node],
            "limit": ORDERS_PAGE,
        }

    def too_long(self, sheet: Sheet) -> "Stretch | None":
        """A shorter stretch, where Walmart would not tell all of this one; None when it will."""
        return self._half() if not self.cursor and (sheet.total or 0) > MOST else None

    def refused(self) -> "Stretch | None":
        """What to ask instead of a question that was refused: once from the beginning, then for less; None at last."""
        return self._anew() if self.cursor and not self.again else self._half()

    def _half(self) -> "Stretch | None":
        length = self.end - self.begin
        if length < SHORTEST:
            return None
        return Stretch(self.began, self.since, self.begin, self.begin + length / 2, self.node)

    def _anew(self) -> "Stretch":
        return Stretch(self.began, self.since, self.begin, self.end, self.node, again=True)

    def behind(self, sheet: Sheet, fresh: int) -> "Stretch | None":
        """The place after this page, of which so many orders had not come before; None after the last one."""
        promised = self.promised or sheet.total or 0
        brought = self.brought + fresh
        if sheet.cursor and sheet.rows:
            return msgspec.structs.replace(self, cursor=sheet.cursor, promised=promised, brought=brought)
        if brought < promised and not self.again:
            return self._anew()
        if self.end < self.began:
            return Stretch(self.began, self.since, self.end, self.began, self.node)
        if self.node + 1 < len(NODES):
            return Stretch(self.began, self.since, self.since, self.began, self.node + 1)
        return None


def newest(began: datetime, changes: Sequence[datetime]) -> datetime | None:
    """The latest change, or the walk's beginning where that is earlier; None without a change."""
    return min(max(changes), began) if changes else None
