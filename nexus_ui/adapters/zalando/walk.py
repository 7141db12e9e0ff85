"""Where a walk over orders stands, as a text that survives a stop.

Zalando pages by number, and an order that changes leaves its place, so those behind it move up and a page counted by
number would miss one. Each page is therefore asked for by time: what changed since shortly before the last order read.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

PER_PAGE = 1000
"""As the developer pages recommend: https://developers.merchants.zalando.com/docs/orders-with-pending-updates.html"""
_SECOND = timedelta(seconds=1)

Seen = tuple[str, datetime]
"""An order as it was read: its id, and when it had last changed."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Behind a moment, on a page counted from there, and what of that was read already."""

    after: datetime
    number: int = 0
    seen: tuple[Seen, ...] = ()

    @classmethod
    def read(cls, resume: str | None, since: datetime) -> "Place":
        """The place saved in `resume`, or the beginning of a walk over what changed since `since`."""
        try:
            return msgspec.json.decode(resume, type=cls) if resume else cls(_before(since))
        except msgspec.DecodeError:
            return cls(_before(since))

    def text(self) -> str:
        """What `read` reads."""
        return msgspec.json.encode(self).decode()

    def params(self) -> dict[str, str | int]:
        """The query of this page.

        With fractions of a second, or `Z` for the zone, Zalando was seen to pass over the filter without a word.
        """
        return {
            "last_updated_after": self.after.strftime("%Y-%m-%dT%H:%M:%S+00:00"),
            "sort": "modified_at",
            "page[number]": self.number,
            "page[size]": PER_PAGE,
        }

    def next(self, read: Sequence[Seen], size: int) -> "Place | None":
        """The place behind a page of `size` orders, of which these could be read; None behind the last page."""
        if size < PER_PAGE:
            return None
        edge = _before(max((changed for _, changed in read), default=self.after))
        known = tuple(dict.fromkeys((*self.seen, *read)))
        if edge <= self.after:
            return Place(self.after, self.number + 1, known)
        return Place(edge, 0, tuple(one for one in known if one[1] > edge))


def _before(moment: datetime) -> datetime:
    """The last whole second that is surely before a moment: "after" leaves out the moment itself."""
    return moment.astimezone(UTC).replace(microsecond=0) - _SECOND
