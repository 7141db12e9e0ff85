"""Walking products or orders by their time of change: page after page, resumable, and right while things change.

What changes during the walk moves to the end and comes again, so nothing is missed.
"""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from nexus_ui import clock
from nexus_ui.adapters.kit.decode import each_typed, loose_json
from nexus_ui.adapters.shopify import wire
from nexus_ui.adapters.shopify.graph import Graph, decoder
from nexus_ui.adapters.shopify.refusals import BadCursor, TooExpensive
from nexus_ui.adapters.shopify.sizing import Sizing
from nexus_ui.records import BadRecord, Page


class Identified(Protocol):
    """A record that says which it is."""

    id: str


class Changed(Identified, Protocol):
    """A record that says when it changed."""

    updated_at: datetime


N = TypeVar("N", bound=Changed)
R = TypeVar("R")

DEEPEST = 24_000
"""Shopify pages through at most 25,000 objects of one query, so the walk starts a new one before that.
https://shopify.dev/docs/api/usage/limits (read 2026-11-23)"""


class Place(msgspec.Struct, omit_defaults=True):
    """Where a walk stands: kept as the stream's cursor."""

    since: str = ""
    after: str | None = None
    walked: int = 0
    last: str = ""
    at_last: list[str] = []

    @classmethod
    def read(cls, resume: str | None, since: datetime | None) -> "Place":
        """The place a cursor names; without one, or with one that cannot be read, the beginning."""
        with contextlib.suppress(msgspec.DecodeError):
            if resume:
                return msgspec.json.decode(resume, type=cls)
        return cls(since=_stamp(since) if since else "")

    def written(self) -> str:
        """The place as a cursor."""
        return msgspec.json.encode(self).decode()

    def query(self, terms: str) -> str:
        """The search that selects what is still to come."""
        return " ".join(part for part in (terms, f"updated_at:>='{self.since}'" if self.since else "") if part)

    def anew(self) -> "Place":
        """The same place, reached by time instead of by cursor."""
        return Place(since=self.last or self.since, last=self.last, at_last=self.at_last)


@dataclass(slots=True)
class Walk(Generic[N, R]):
    """One stream: its document, how a node is decoded, completed and translated."""

    graph: Graph
    operation: str
    document: str
    kind: type[wire.Reply[wire.Walked[N]]]
    node: type[N]
    children: str
    variables: dict[str, Any]
    complete: Callable[[N], Awaitable[None]]
    overflows: Callable[[N], bool]
    count: Callable[[N], int]
    translate: Callable[[list[N]], tuple[list[R], list[BadRecord]]]
    terms: str = ""
    sizing: Sizing = field(default_factory=Sizing)

    async def pages(self, since: datetime | None, resume: str | None) -> AsyncIterator[Page[R]]:
        """The pages from `resume` (or `since`) on; raises errors of `errors`."""
        place = Place.read(resume, since)
        counted = resume is None
        while True:
            try:
                walked, bad = await self._page(place, counted)
            except BadCursor:
                if place.after is None:
                    raise
                place = place.anew()
                continue
            nodes = _fresh(walked.page.nodes, place)
            await self._complete(nodes)
            records, worse = self.translate(nodes)
            more = walked.page.page_info
            place = _onward(place, walked.page.nodes, more.end_cursor)
            yield Page(
                records,
                bad + worse,
                place.written() if more.has_next_page else None,
                _newest(nodes),
                walked.total.count if walked.total else None,
            )
            if not more.has_next_page:
                return
            counted = False

    async def _page(self, place: Place, counted: bool) -> tuple[wire.Walked[N], list[BadRecord]]:
        while True:
            size = self.sizing.next(self.graph.burst(self.operation))
            points = self.sizing.points(size)
            bad: list[BadRecord] = []
            asked = {
                **self.variables,
                "first": size,
                "after": place.after,
                "query": place.query(self.terms) or None,
                self.children: self.sizing.width,
                "counted": counted,
            }
            try:
                walked, cost = await self.graph.run(
                    lambda body, bad=bad: self._decode(body, bad),  # type: ignore[misc]  # binds this round's list
                    self.operation,
                    self.document,
                    asked,
                    points,
                )
            except TooExpensive:
                if size == 1:
                    raise
                self.sizing.shrink(size)
                continue
            if cost and cost.requested_query_cost:
                self.sizing.learn(size, cost.requested_query_cost)
            return walked, bad

    def _decode(self, body: bytes, bad: list[BadRecord]) -> wire.Reply[wire.Walked[N]]:
        """The page, typed at once; where single nodes do not fit, they go to `bad` and the others are kept."""
        bad.clear()
        try:
            return decoder(self.kind)(body)
        except msgspec.DecodeError:
            loose = loose_json(body)
        nodes = _nodes_taken_out(loose)
        reply = msgspec.convert(loose, self.kind)
        good, worse = each_typed(nodes, self.node, self.graph.http.mask)
        bad.extend(worse)
        if reply.data is not None:
            reply.data.page.nodes = good
        return reply

    async def _complete(self, nodes: list[N]) -> None:
        """Fetch the children that did not fit into the page."""
        short = [node for node in nodes if self.overflows(node)]
        self.sizing.watch([self.count(node) for node in nodes], len(short))
        for node in short:
            await self.complete(node)


def _nodes_taken_out(loose: Any) -> list[Any]:
    """Remove the nodes from a loosely decoded answer; an empty list when it holds no page."""
    try:
        page = loose["data"]["page"]
        nodes = page["nodes"]
    except (KeyError, TypeError):
        return []
    if not isinstance(nodes, list):
        return []
    page["nodes"] = []
    return nodes


def _fresh(nodes: list[N], place: Place) -> list[N]:
    """Leave out what was delivered before the walk started anew at the same second."""
    if place.after is not None or not place.at_last:
        return nodes
    known = set(place.at_last)
    return [node for node in nodes if not (node.id in known and _stamp(node.updated_at) == place.last)]


def _onward(place: Place, nodes: list[N], cursor: str | None) -> Place:
    """The place after a page; a walk that has come deep begins anew at the last second it has seen."""
    last = _stamp(nodes[-1].updated_at) if nodes else place.last
    onward = Place(place.since, cursor, place.walked + len(nodes), last)
    if onward.walked < DEEPEST or last in ("", place.since):
        return onward
    onward.at_last = [node.id for node in nodes if _stamp(node.updated_at) == last]
    return onward.anew()


def _newest(nodes: list[N]) -> datetime | None:
    """The latest change on a page; a date that has not come yet is an error of theirs and must not be believed."""
    tomorrow = clock.utcnow() + timedelta(days=1)
    return max((node.updated_at for node in nodes if node.updated_at <= tomorrow), default=None)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
