"""The order in which things last changed, without holding the things: what changes moves to the end."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from operator import itemgetter

_GONE = -1
_SLACK = 1_000


class Timeline:
    """Indices 0..n-1 sorted by a unique stamp (microseconds). Memory grows with the changes, not with n."""

    def __init__(self, size: int, stamp_of: Callable[[int], int]) -> None:
        """`stamp_of` gives the first stamp of an index and must rise strictly with it."""
        self._base = self._size = size
        self._stamp_of = stamp_of
        self._moved: dict[int, int] = {}
        self._tail: list[tuple[int, int]] = []
        self._removed = 0
        self._newest = stamp_of(size - 1) if size else 0
        self.revision = 0

    def __len__(self) -> int:
        """How many things there are now."""
        return self._size - self._removed

    @property
    def size(self) -> int:
        """One more than the highest index ever given out."""
        return self._size

    def __contains__(self, index: int) -> bool:
        """True for an index that was given out and not removed."""
        return 0 <= index < self._size and self._moved.get(index) != _GONE

    def stamp(self, index: int) -> int:
        """When this index changed last. Raises KeyError for one that is not there."""
        if index not in self:
            raise KeyError(index)
        moved = self._moved.get(index)
        return self._stamp_of(index) if moved is None else moved

    def first_stamp(self, index: int) -> int:
        """When this index, one of those there from the start, came first."""
        return self._stamp_of(index)

    def touch(self, index: int, now: int) -> int:
        """Move an index to the end and return its new stamp."""
        if index not in self:
            raise KeyError(index)
        return self._move(index, now)

    def append(self, now: int) -> int:
        """Add one thing at the end and return its index."""
        self._size += 1
        self._move(self._size - 1, now)
        return self._size - 1

    def remove(self, index: int) -> None:
        """Take an index away for good. Raises KeyError when it is not there."""
        if index not in self:
            raise KeyError(index)
        self._moved[index] = _GONE
        self._removed += 1
        self.revision += 1

    def after(self, stamp: int) -> Iterator[int]:
        """Indices with a later stamp, oldest change first."""
        for index in range(bisect_right(range(self._base), stamp, key=self._stamp_of), self._base):
            if index not in self._moved:
                yield index
        for moved_at, index in self._tail[bisect_right(self._tail, stamp, key=itemgetter(0)) :]:
            if self._moved[index] == moved_at:
                yield index

    def before(self, stamp: int) -> Iterator[int]:
        """Indices with an earlier stamp, latest change first."""
        for moved_at, index in reversed(self._tail[: bisect_left(self._tail, stamp, key=itemgetter(0))]):
            if self._moved[index] == moved_at:
                yield index
        for index in range(bisect_left(range(self._base), stamp, key=self._stamp_of) - 1, -1, -1):
            if index not in self._moved:
                yield index

    def _move(self, index: int, now: int) -> int:
        stamp = self._newest = max(now, self._newest + 1)
        self._moved[index] = stamp
        self._tail.append((stamp, index))
        self.revision += 1
        if len(self._tail) > 2 * len(self._moved) + _SLACK:
            self._tail = [entry for entry in self._tail if self._moved[entry[1]] == entry[0]]
        return stamp
