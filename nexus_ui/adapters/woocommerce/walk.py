"""Walking a list that changes meanwhile, without losing a record.

WooCommerce pages by number, and a record that changes moves to the end of the list, so that everything behind it moves
up by one: a walk by page number skips records. Ours goes by the date of the last change seen, and by an overlapping
offset only where more records than a page holds carry the same second.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

PER_PAGE = 100
MOVED_MEANWHILE = 5
"""Records read twice between two pages of one second, so that as many may move away without one being lost."""

_SECOND = timedelta(seconds=1)


class _Saved(msgspec.Struct):
    after: str | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands: records changed after `after` (None: all), skipping `offset`."""

    after: datetime | None
    offset: int = 0

    @classmethod
    def read(cls, resume: str | None, since: datetime | None) -> "Place":
        """The place saved in `resume`, or the beginning of a walk over what changed since `since`."""
        if resume is None:
            return cls(since - _SECOND if since else None)
        saved = msgspec.json.decode(resume, type=_Saved)
        return cls(datetime.fromisoformat(saved.after) if saved.after else None, saved.offset)

    def text(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(_Saved(self.after.isoformat() if self.after else None, self.offset)).decode()

    def params(self) -> dict[str, Any]:
        """The query of this page."""
        query: dict[str, Any] = {"orderby": "modified", "order": "asc", "per_page": PER_PAGE, "status": "any"}
        if self.after:
            stamp = self.after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
            query |= {"modified_after": stamp, "dates_are_gmt": "true"}
        if self.offset:
            query["offset"] = self.offset
        return query

    def after_page(self, length: int, changed: Sequence[datetime]) -> "Place | None":
        """The place behind a page of `length` records; None when that was the last one."""
        if length < PER_PAGE:
            return None
        last = max(changed).replace(tzinfo=UTC) - _SECOND if changed else None
        if last and (self.after is None or last > self.after):
            return Place(last)
        return Place(self.after, self.offset + PER_PAGE - MOVED_MEANWHILE)
