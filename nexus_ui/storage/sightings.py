"""Notes every value that changed as a connection shows it: quantities, what is listed, an order's status.

Works from the rows a page reads anyway, so that it costs one statement per page, and none where nothing changed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlmodel import SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.ids import new_id
from nexus_ui.storage.bulk import Bulk, Row, Shape
from nexus_ui.storage.database import writing

SIGHTINGS = Shape("sightings", ("id", "connection_id", "about", "ref", "place", "before", "after", "source", "at"))
LISTED = "listed"
BATCH = 500
S = SQLModel.metadata.tables["sightings"]
Rows = Mapping[Row, Row]
Change = tuple[str, str, str, str | None, str | None]
"""What, its ref, the place within it, before, after."""


class Seen(StrEnum):
    """What changed: a variant's quantity at a place, an order's status, or whether a SKU is listed as that variant."""

    STOCK = "stock"
    ORDER = "order"
    LISTING = "listing"


def note_levels(bulk: Bulk, connection_id: str, source: str, there: Rows, rows: Rows, whole: bool = False) -> None:
    """Note quantities that differ from what is stored. `whole`: what is not among `rows` is gone."""
    _note(bulk, connection_id, source, _levels(there, rows, whole))


def note_orders(bulk: Bulk, connection_id: str, source: str, there: Rows, rows: Rows) -> None:
    """Note orders whose status, in our word or in theirs, differs from what is stored, and those placed lately."""
    since = _connected(bulk, connection_id) if any(key not in there for key in rows) else None
    _note(bulk, connection_id, source, _orders(there, rows, since))


def note_listings(bulk: Bulk, connection_id: str, source: str, there: Rows, rows: Rows) -> None:
    """Note SKUs that are not listed any more, or as another variant: `there` and `rows` are the same products'."""
    _note(bulk, connection_id, source, _listings(there, rows))


def forget_before(moment: datetime, batch: int = BATCH) -> int:
    """Drop sightings older than that, in short transactions; returns how many."""
    old = select(S.c.id).where(S.c.at < moment).limit(batch)
    count = 0
    while True:
        with writing() as session:
            found = list(session.scalars(old))
            session.execute(delete(S).where(S.c.id.in_(found)))
        count += len(found)
        if len(found) < batch:
            return count


def _note(bulk: Bulk, connection_id: str, source: str, changes: Iterator[Change]) -> None:
    now = bulk.moment(utcnow())
    bulk.upsert(SIGHTINGS, [(new_id("see"), connection_id, *change, source, now) for change in changes])


def _connected(bulk: Bulk, connection_id: str) -> Any:
    """When the connection was made; orders that were placed before belong to its first import."""
    found = bulk.rows("SELECT created_at FROM connections WHERE id = ?", connection_id)
    return found[0][0] if found else None


def _orders(there: Rows, rows: Rows, since: Any) -> Iterator[Change]:
    for key, row in rows.items():
        before = _status(there[key]) if key in there else None
        lately = since is not None and row[5] > since
        if before != _status(row) and (before is not None or lately):
            yield Seen.ORDER, key[0], "", before, _status(row)


def _levels(there: Rows, rows: Rows, whole: bool) -> Iterator[Change]:
    for key, known in there.items():
        row = rows.get(key)
        if row is None:
            if whole:
                yield Seen.STOCK, key[0], key[1], _text(known[3]), None
        elif row[3] != known[3] and not _older(row[5], known[5]):
            yield Seen.STOCK, key[0], key[1], _text(known[3]), _text(row[3])


def _listings(there: Rows, rows: Rows) -> Iterator[Change]:
    for key in {**there, **rows}:
        before, after = (known[3] if (known := part.get(key)) else None for part in (there, rows))
        if before != after:
            if before:
                yield Seen.LISTING, before, key[0], LISTED, None
            if after:
                yield Seen.LISTING, after, key[0], None, LISTED


def _status(row: Row) -> str:
    """Our word for the order, and theirs behind it."""
    return f"{row[3]} {row[4]}".rstrip()


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _older(moment: Any, other: Any) -> bool:
    return moment is not None and other is not None and bool(moment < other)
