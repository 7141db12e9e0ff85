"""Relay connections: which things a page holds, and cursors that stay right while things change."""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import msgspec

from nexus_ui.sandbox.shopify.refusals import Refusal
from nexus_ui.sandbox.shopify.search import Search, Value
from nexus_ui.sandbox.timeline import Timeline

MOST = 250


@dataclass(slots=True)
class Slice:
    """One page of a connection."""

    nodes: list[Any]
    cursor: Callable[[Any], str]
    more: bool = False
    earlier: bool = False


def checked_first(args: dict[str, Any], field: str) -> int:
    """How many nodes are asked for. Raises Refusal for none or too many."""
    first = args.get("first")
    if first is None:
        raise Refusal("you must provide one of first or last", path=[field])
    if not 1 <= first <= MOST:
        raise Refusal(f"first must be between 1 and {MOST}, but is {first}", "INVALID_FIELD_ARGUMENTS", [field])
    return int(first)


@lru_cache(maxsize=4096)
def cursor(value: int) -> str:
    """An opaque cursor for a position: a stamp, an index or a place."""
    return base64.b64encode(msgspec.json.encode({"last_value": value})).decode()


def position(after: str | None) -> int | None:
    """The position a cursor stands for. Raises Refusal for one that is not ours."""
    if after is None:
        return None
    try:
        return int(msgspec.json.decode(base64.b64decode(after, validate=True), type=dict[str, int])["last_value"])
    except (binascii.Error, ValueError, KeyError, msgspec.MsgspecError) as error:
        raise Refusal("Invalid cursor for current pagination sort.", "BAD_REQUEST") from error


def page_of_list(items: Sequence[Any], args: dict[str, Any], field: str) -> Slice:
    """A page of a short list that is all there, such as the variants of a product."""
    first = checked_first(args, field)
    after = position(args.get("after"))
    if after is None and len(items) <= first and not args.get("reverse"):
        return Slice(list(items), _ListCursor(items))
    numbered = list(enumerate(items))
    if args.get("reverse"):
        numbered.reverse()
    start = 0 if after is None else next((n + 1 for n, (place, _) in enumerate(numbered) if place == after), len(items))
    chosen = numbered[start : start + first]
    return Slice([item for _, item in chosen], _ListCursor(items), start + first < len(items), start > 0)


@dataclass(frozen=True, slots=True)
class _ListCursor:
    items: Sequence[Any]

    def __call__(self, item: Any) -> str:
        if item is self.items[-1]:
            return cursor(len(self.items) - 1)
        return cursor(next(place for place, other in enumerate(self.items) if other is item))


@dataclass(frozen=True, slots=True)
class Walk:
    """How a root connection is walked: over which timeline, by change or by index, with which conditions."""

    timeline: Timeline
    by_change: bool
    search: Search
    test: Callable[[int], bool] | None

    def indices(self, after: int | None, reverse: bool) -> Iterator[int]:
        """Matching indices behind the cursor, in the wanted direction."""
        found = self._by_change(after, reverse) if self.by_change else self._by_index(after, reverse)
        return filter(self.test, found) if self.test else iter(found)

    def _by_change(self, after: int | None, reverse: bool) -> Iterable[int]:
        low, high = self.search.span("updated_at")
        timeline = self.timeline
        if reverse:
            start = high if after is None else min(high, after)
            for index in timeline.before(start):
                if timeline.stamp(index) < low:
                    return
                yield index
            return
        for index in timeline.after(low - 1 if after is None else max(low - 1, after)):
            if timeline.stamp(index) >= high:
                return
            yield index

    def _by_index(self, after: int | None, reverse: bool) -> Iterable[int]:
        low, high = self.search.span("updated_at")
        timeline = self.timeline
        if reverse:
            steps = range(timeline.size - 1 if after is None else after - 1, -1, -1)
        else:
            steps = range(0 if after is None else after + 1, timeline.size)
        return (index for index in steps if index in timeline and low <= timeline.stamp(index) < high)


def page_of_walk(walk: Walk, args: dict[str, Any], field: str, source: Callable[[int], Any]) -> Slice:
    """A page of products or orders."""
    first = checked_first(args, field)
    after = position(args.get("after"))
    found = list(islice(walk.indices(after, bool(args.get("reverse"))), first + 1))
    stamp: Callable[[int], Value] = walk.timeline.stamp if walk.by_change else int
    return Slice(
        [source(index) for index in found[:first]],
        lambda node: cursor(int(stamp(node.index) or 0)),
        len(found) > first,
        after is not None,
    )
