"""Answers already built, kept as bytes while nothing in the shop has changed."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

_OVERHEAD = 400


@dataclass(frozen=True, slots=True)
class Rendered:
    """The `data` of an answer as JSON, and what it cost."""

    data: bytes
    requested: int
    actual: int
    warnings: bytes = b""


class Pages:
    """The most recently used answers, never more than a fixed number of bytes."""

    def __init__(self, limit: int) -> None:
        """`limit` in bytes."""
        self._limit, self._held = limit, 0
        self._pages: OrderedDict[Hashable, Rendered] = OrderedDict()

    def get(self, key: Hashable) -> Rendered | None:
        """The answer of this key, if it is still there."""
        found = self._pages.get(key)
        if found is not None:
            self._pages.move_to_end(key)
        return found

    def put(self, key: Hashable, page: Rendered) -> None:
        """Keep an answer, dropping the least recently used ones when full."""
        self._pages[key] = page
        self._held += len(page.data) + _OVERHEAD
        while self._held > self._limit and self._pages:
            _, dropped = self._pages.popitem(last=False)
            self._held -= len(dropped.data) + _OVERHEAD
