"""Reading the shop's collections: pages of typed records, odd ones set aside, two calls at once at the most."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from nexus_ui import clock
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.decode import each_typed, loose_json
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.woocommerce.walk import PER_PAGE, Place
from nexus_ui.adapters.woocommerce.wire import aware, fields
from nexus_ui.records import BadRecord

API = "/wp-json/wc/v3"
PARALLEL = 2
"""Calls at once: the shop's own server answers them. This, not a rate, is what keeps us gentle."""


class Record(Protocol):
    """What every record of a collection has."""

    id: int


class Dated(Record, Protocol):
    """A record that says when it changed."""

    date_modified_gmt: datetime | None


W = TypeVar("W", bound=Record)
D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, slots=True)
class Listed(Generic[W]):
    """One answer: the ids in its order (0 where there is none), the records that make sense, the others."""

    ids: list[int]
    good: list[W]
    bad: list[BadRecord]
    total: int | None


@dataclass(frozen=True, slots=True)
class Leaf(Generic[W]):
    """One page of a walk, and the place behind it (None: that was the last)."""

    good: list[W]
    bad: list[BadRecord]
    total: int | None
    behind: Place | None
    here: Place

    @property
    def resume(self) -> str | None:
        """How to go on after this page."""
        return self.behind.written() if self.behind else None


class Collections:
    """Reads from one shop."""

    def __init__(self, http: Http) -> None:
        """Read through `http`."""
        self._http = http
        self._room = asyncio.Semaphore(PARALLEL)

    async def walk(
        self, name: str, kind: type[D], since: datetime | None, resume: str | None
    ) -> AsyncIterator[Leaf[D]]:
        """The pages of a collection, of what changed since then; raises what the transport raises."""
        place: Place | None = Place.read(resume, since)
        if place is not None and resume is None:
            latest = await self.page(name, kind, place.newest_first())
            place = place.begun(newest(latest.good), clock.utcnow())
            if place.covers_all(len(latest.ids), latest.total):
                yield Leaf(latest.good[::-1], latest.bad, latest.total, None, place)
                return
        while place is not None:
            found = await self.page(name, kind, place.params())
            if place.slipped(found.ids):
                place = place.back()
                continue
            behind = place.onward(found.ids, found.total)
            good, bad = _beyond(found, place.last)
            yield Leaf(good, bad, found.total, behind, place)
            place = behind

    async def page(self, path: str, kind: type[W], params: Mapping[str, Any]) -> Listed[W]:
        """One page of a collection."""
        asked = {**params, "_fields": fields(kind)}
        exchange = Exchange("GET", f"{API}/{path}", path.rpartition("/")[2], params=asked)
        async with self._room:
            return await self._http.fetch(exchange, lambda answer: _listed(answer, kind, self._http.mask))

    async def chosen(self, name: str, kind: type[W], ids: Sequence[int]) -> tuple[list[W], list[BadRecord]]:
        """The records with these ids that are there, and those that make no sense."""
        good: list[W] = []
        bad: list[BadRecord] = []
        for start in range(0, len(ids), PER_PAGE):
            some = ",".join(map(str, ids[start : start + PER_PAGE]))
            params = {"include": some, "per_page": PER_PAGE, "status": "any", "orderby": "id", "order": "asc"}
            listed = await self.page(name, kind, params)
            good += listed.good
            bad += listed.bad
        return good, bad


def newest(records: Sequence[Dated]) -> datetime | None:
    """The latest change of any of them."""
    moments = (aware(one.date_modified_gmt) for one in records if one.date_modified_gmt)
    return max((moment for moment in moments if moment), default=None)


def _listed(answer: Answer, kind: type[W], mask: Callable[[str], str]) -> Listed[W]:
    """The records of an answer: all at once, or one by one when one of them is of another shape."""
    total = answer.headers.get("x-wp-total", "")
    size = int(total) if total.isdecimal() else None
    try:
        good = _decoder(kind).decode(answer.body)
    except msgspec.DecodeError:
        items = loose_json(answer.body)
        if not isinstance(items, list):
            raise
        return Listed([_id(item) for item in items], *each_typed(items, kind, mask), size)
    return Listed([one.id for one in good], good, [], size)


@cache
def _decoder(kind: Any) -> Any:
    many: Any = list
    return msgspec.json.Decoder(many[kind])


def _id(item: Any) -> int:
    found = item.get("id") if isinstance(item, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def _beyond(found: Listed[W], last: int) -> tuple[list[W], list[BadRecord]]:
    """The records of a page that no page before it brought."""
    if not last:
        return found.good, found.bad
    return (
        [one for one in found.good if not 0 < one.id <= last],
        [bad for bad in found.bad if not (bad.ref.isdecimal() and int(bad.ref) <= last)],
    )
