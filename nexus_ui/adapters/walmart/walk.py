"""Walking the seller's items, whose cursor is a session of two minutes, without losing or repeating one.

What is sure: the first cursor is `*`, the next ones are all the same, and an old one is refused. What is not: whether
the cursor itself moves on or the offset does. So both are sent, every SKU is remembered, and only what was not seen
before is handed on. Where a session is lost, a new one begins and what is known is passed by; so it is after a stop,
when `behind` is the last SKU handed on. A list that brings less than it promised is read once more.
https://developer.walmart.com/us-marketplace/reference/getallitems (read 2026-11-23)
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from nexus_ui.adapters.walmart.listing import FIRST, Row, Sheet
from nexus_ui.adapters.walmart.refusals import ThisOneRefused
from nexus_ui.errors import Surprise

DEEPEST = 10_000
"""No offset may be larger."""
MOST_SESSIONS = 4
"""So often a walk begins anew before its refusal is handed on."""

Read = Callable[[str, int], Awaitable[Sheet]]


class Place(msgspec.Struct, frozen=True):
    """Where a walk stands: behind this SKU."""

    behind: str

    @classmethod
    def read(cls, resume: str | None) -> str:
        """The SKU saved in `resume`; empty at the beginning, or when nothing can be read."""
        try:
            return msgspec.json.decode(resume, type=cls).behind if resume else ""
        except msgspec.DecodeError:
            return ""

    def text(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one step of a walk brought that no step before it did; on the last one, how many items never came."""

    rows: Sequence[Row]
    total: int | None
    resume: str | None
    missing: int = 0


class Walk:
    """One walk over the items, behind a SKU that was handed on before."""

    def __init__(self, read: Read, behind: str) -> None:
        """Read pages with `read`."""
        self._read, self._behind = read, behind
        self._seen: set[str] = set()
        self._total: int | None = None
        self._sessions = 0
        self._again = False

    async def leaves(self) -> AsyncIterator[Leaf]:
        """The pages; raises what reading raises."""
        cursor, offset = self._begin()
        last = self._behind
        while True:
            try:
                sheet = await self._read(cursor, offset)
            except ThisOneRefused:
                if cursor == FIRST or self._sessions >= MOST_SESSIONS:
                    raise
                cursor, offset = self._begin()
                continue
            self._total = sheet.total if self._total is None else self._total
            fresh = [row for row in sheet.rows if row.key not in self._seen]
            self._seen.update(row.key for row in fresh)
            if sheet.rows and not fresh and self._sessions == 1:
                raise Surprise("Walmart sent the same page of items twice.")
            reached = offset + len(sheet.rows)
            ended = _is_last(sheet, reached)
            wanted = self._wanted(fresh)
            if ended and self._must_reread():
                ended = False
                cursor, offset = self._begin()
            else:
                cursor, offset = sheet.cursor or cursor, reached
            last = wanted[-1].key if wanted else last
            if wanted or ended:
                missing = self._missing(reached) if ended else 0
                yield Leaf(wanted, sheet.total, None if ended else Place(last).text(), missing)
            if ended:
                return

    def _begin(self) -> tuple[str, int]:
        self._sessions += 1
        return FIRST, 0

    def _wanted(self, fresh: Sequence[Row]) -> Sequence[Row]:
        """What is behind the SKU to begin behind; nothing until it has come by."""
        if not self._behind:
            return fresh
        keys = [row.key for row in fresh]
        if self._behind not in keys:
            return []
        place = keys.index(self._behind) + 1
        self._behind = ""
        return fresh[place:]

    def _must_reread(self) -> bool:
        """True when the SKU to begin behind is gone, so that all is handed on again, or when some did not come."""
        if self._behind:
            self._behind = ""
            self._seen.clear()
            return True
        short = self._total is not None and len(self._seen) < min(self._total, DEEPEST)
        again, self._again = short and not self._again, self._again or short
        return again

    def _missing(self, reached: int) -> int:
        """How many items Walmart counts and did not list."""
        return max(0, (self._total or 0) - max(reached, len(self._seen)))


def _is_last(sheet: Sheet, reached: int) -> bool:
    """True for the last page: nothing on it, nothing left, no way on, or too deep."""
    if not sheet.rows or reached >= DEEPEST:
        return True
    return reached >= sheet.total if sheet.total is not None else not sheet.cursor
