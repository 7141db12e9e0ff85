"""Errors grouped by their cause over all connections, so that one fix and one button serve all that it stopped."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

VAGUE = frozenset({"surprise", "internal", "error"})
"""Kinds of errors that say little: what was said tells them apart."""


class Source(StrEnum):
    """What was stopped: whole syncs, quantities of stock, single records, or webhooks."""

    SYNC = "sync"
    STOCK = "stock"
    RECORDS = "records"
    WEBHOOKS = "webhooks"


@dataclass(frozen=True, slots=True)
class One:
    """Something wrong on one connection, as stored. `said` is its own sentence, `count` how many things it stopped."""

    source: Source
    connection_id: str
    name: str
    marketplace: str
    sandbox: bool
    count: int
    since: datetime | None
    kind: str = ""
    scope: str = ""
    stream: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A connection that a cause concerns: how many things it stopped there, and the sentences that were said."""

    connection_id: str
    name: str
    count: int
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause. `key` names it as long as it lasts; `said` is its sentence without what differs from case to case."""

    key: str
    source: Source
    marketplace: str
    sandbox: bool
    kind: str
    scope: str
    stream: str
    said: str
    since: datetime | None
    hits: tuple[Hit, ...]

    @property
    def count(self) -> int:
        """How many things it stopped."""
        return sum(hit.count for hit in self.hits)


def causes(found: Iterable[One]) -> tuple[Cause, ...]:
    """What was found, by cause: failed syncs first, then what concerns the most."""
    grouped = groupby(sorted(found, key=_alike), key=_alike)
    made = [_cause(list(ones)) for _, ones in grouped]
    order = list(Source)
    return tuple(sorted(made, key=lambda cause: (order.index(cause.source), -cause.count, cause.key)))


def gist(said: str) -> str:
    """A sentence without the names and numbers that differ from record to record."""
    nonsense = re.match(r"(Its|The|A|An) (\w+)\b.* makes? no sense", said)
    if nonsense:
        return f"{nonsense[1]} {nonsense[2]} makes no sense."
    plain = re.sub(r"'[^']*'|\"[^\"]*\"", "…", said)
    return re.sub(r"\S*\d\S*?(?=[.,:;)]?(?:\s|$))", "…", plain)


def _alike(one: One) -> tuple[str, ...]:
    """What two things of the same cause share."""
    said = gist(one.said) if one.source is not Source.SYNC or one.kind in VAGUE else ""
    return (one.source, one.marketplace, str(one.sandbox), one.kind, one.scope, one.stream, said)


def _cause(ones: list[One]) -> Cause:
    first = ones[0]
    by_connection = groupby(
        sorted(ones, key=lambda one: (one.name, one.connection_id)), key=lambda one: one.connection_id
    )
    hits = tuple(_hit(list(mine)) for _, mine in by_connection)
    return Cause(
        key=hashlib.sha256("\0".join(_alike(first)).encode()).hexdigest()[:16],
        source=first.source,
        marketplace=first.marketplace,
        sandbox=first.sandbox,
        kind=first.kind,
        scope=first.scope,
        stream=first.stream,
        said=first.said if len({one.said for one in ones}) == 1 else gist(first.said),
        since=min((one.since for one in ones if one.since), default=None),
        hits=tuple(sorted(hits, key=lambda hit: (-hit.count, hit.name))),
    )


def _hit(ones: list[One]) -> Hit:
    said = tuple(dict.fromkeys(one.said for one in ones))
    return Hit(ones[0].connection_id, ones[0].name, sum(one.count for one in ones), said)
