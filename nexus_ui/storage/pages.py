"""Stores one page of a stream in one transaction: fence, changed rows, set-aside records, cursor, counters, journal.

Either all of it is there or nothing, and nothing at all once another cycle holds the connection.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from nexus_ui.adapters.contract import Call
from nexus_ui.clock import utcnow
from nexus_ui.errors import LeaseLost
from nexus_ui.ids import new_id
from nexus_ui.records import BadRecord, Order, Page, Product, StockLevel
from nexus_ui.storage.bulk import Bulk, Row, Shape
from nexus_ui.storage.database import writing
from nexus_ui.storage.families import Stored, put_levels, put_orders, put_products
from nexus_ui.storage.flat import clean

QUARANTINE = Shape(
    "quarantine",
    ("connection_id", "stream", "ref", "reason", "raw", "first_seen_at", "last_seen_at", "cycle_id"),
    kept=("first_seen_at",),
)
CALLS = Shape(
    "api_calls",
    (
        *("id", "cycle_id", "at", "operation", "method", "url", "status"),
        *("milliseconds", "attempt", "request_id", "problem", "excerpt"),
    ),
)
T = TypeVar("T")
Put = Callable[[Bulk, str, list[T], str], Stored]


@dataclass(frozen=True, slots=True)
class Hold:
    """A cycle's hold on its connection; each page makes it last until `lease_until`."""

    connection_id: str
    cycle_id: str
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class CursorMove:
    """Where a stream stands after a page. `since` counts when the pass is `finished`; `expected`: records in all."""

    stream: str
    resume: str | None
    newest: datetime | None
    finished: bool
    since: datetime | None
    stage: str
    expected: int | None
    pass_started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a page brought: records that arrived well, rows truly changed, records set aside, refs that changed."""

    records: int
    rows: int
    quarantined: int
    changed: Sequence[str] = field(default=(), compare=False)


def write_products(hold: Hold, page: Page[Product], move: CursorMove, calls: Sequence[Call] = ()) -> Written:
    """Store a page of products with their variants and stock levels; raises LeaseLost."""
    return _write(hold, page, move, calls, put_products)


def write_orders(hold: Hold, page: Page[Order], move: CursorMove, calls: Sequence[Call] = ()) -> Written:
    """Store a page of orders with their lines; raises LeaseLost."""
    return _write(hold, page, move, calls, put_orders)


def write_inventory(hold: Hold, page: Page[StockLevel], move: CursorMove, calls: Sequence[Call] = ()) -> Written:
    """Store a page of stock levels; raises LeaseLost."""
    return _write(hold, page, move, calls, put_levels)


def _write(hold: Hold, page: Page[T], move: CursorMove, calls: Sequence[Call], put: Put[T]) -> Written:
    with writing() as session:
        bulk = Bulk(session)
        now = bulk.moment(utcnow())
        _fence(bulk, hold)
        done = put(bulk, hold.connection_id, page.records, hold.cycle_id)
        aside = {record.ref: record for record in (*page.bad, *done.bad)}
        _set_aside(bulk, hold, move.stream, done, aside.values(), now)
        if move.finished:
            _forget_unseen(bulk, hold.connection_id, move)
        written = Written(len(done.arrived), done.rows, len(aside), done.changed)
        _move_cursor(bulk, hold.connection_id, move, now)
        _count(bulk, hold.cycle_id, move, written, calls, now)
        bulk.upsert(CALLS, [_call_row(hold.cycle_id, call, bulk.moment(call.at)) for call in calls])
        _show(bulk, hold.connection_id, move, done.added, now)
    return written


def _fence(bulk: Bulk, hold: Hold) -> None:
    """Hold the connection for this transaction, and only if this cycle still has it."""
    held = bulk.run(
        "UPDATE connections SET lease_until = ? WHERE id = ? AND cycle_id = ? AND removed_at IS NULL",
        bulk.moment(hold.lease_until),
        hold.connection_id,
        hold.cycle_id,
    )
    if not held:
        raise LeaseLost("Another worker has taken over this connection.", f"cycle {hold.cycle_id}")


def _set_aside(bulk: Bulk, hold: Hold, stream: str, done: Stored, bad: Collection[BadRecord], now: Any) -> None:
    """Forget set-aside records that arrived well now, and keep those that did not."""
    condition, refs = bulk.among("ref", done.arrived)
    resolved = f"DELETE FROM quarantine WHERE connection_id = ? AND stream = ? AND {condition}"  # noqa: S608 - our names
    bulk.run(resolved, hold.connection_id, stream, refs)
    rows = {
        clean(record.ref): (
            *(hold.connection_id, stream, clean(record.ref), clean(record.reason), clean(record.raw)),
            *(now, now, hold.cycle_id),
        )
        for record in bad
    }
    bulk.upsert(QUARANTINE, list(rows.values()))


def _forget_unseen(bulk: Bulk, connection_id: str, move: CursorMove) -> None:
    """At the end of a pass from the beginning, forget set-aside records that it did not meet: they are there no more.

    A record without an id is set aside under another name, and arrives under its own once it has one.
    """
    if move.pass_started_at is None:
        return
    whole = "SELECT 1 FROM stream_cursors WHERE connection_id = ? AND stream = ? AND since IS NOT NULL"
    bulk.run(
        f"DELETE FROM quarantine WHERE connection_id = ? AND stream = ? AND last_seen_at < ? AND NOT EXISTS ({whole})",  # noqa: S608
        *(connection_id, move.stream, bulk.moment(move.pass_started_at), connection_id, move.stream),
    )


def _move_cursor(bulk: Bulk, connection_id: str, move: CursorMove, now: Any) -> None:
    began = None if move.finished else _moment(bulk, move.pass_started_at) or now
    bulk.run(
        "INSERT INTO stream_cursors (connection_id, stream, since, pass_started_at, resume, newest, changed_at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (connection_id, stream) DO UPDATE SET "
        "since = COALESCE(excluded.since, stream_cursors.since), resume = excluded.resume, "
        "pass_started_at = CASE WHEN excluded.pass_started_at IS NULL THEN NULL "
        "ELSE COALESCE(stream_cursors.pass_started_at, excluded.pass_started_at) END, "
        "newest = CASE WHEN stream_cursors.newest > excluded.newest THEN stream_cursors.newest "
        "ELSE COALESCE(excluded.newest, stream_cursors.newest) END, changed_at = excluded.changed_at",
        *(connection_id, move.stream, _moment(bulk, move.since) if move.finished else None, began),
        *(None if move.finished else move.resume, _moment(bulk, move.newest), now),
    )


def _count(bulk: Bulk, cycle_id: str, move: CursorMove, done: Written, calls: Sequence[Call], now: Any) -> None:
    """Add the page to its cycle's figures."""
    counted = {"products": "products", "orders": "orders", "inventory": "inventory"}[move.stream]
    bulk.run(
        f"UPDATE cycles SET {counted} = {counted} + ?, written = written + ?, quarantined = quarantined + ?, "  # noqa: S608
        "pages = pages + 1, calls = calls + ?, retries = retries + ?, heartbeat_at = ?, stage = ?, "
        "expected_records = COALESCE(?, expected_records), revision = revision + 1 WHERE id = ?",
        *(done.records, done.rows, done.quarantined, len(calls), sum(call.attempt > 1 for call in calls)),
        *(now, move.stage, move.expected, cycle_id),
    )


def _show(bulk: Bulk, connection_id: str, move: CursorMove, added: int, now: Any) -> None:
    """Tell the pages that look at this connection; its number of products is counted anew when the stream ends."""
    changed = "UPDATE connections SET revision = revision + 1, changed_at = ?, products_count = "
    if move.finished and move.stream == "products":
        counted = "(SELECT count(*) FROM products WHERE connection_id = connections.id)"
        bulk.run(f"{changed} {counted} WHERE id = ?", now, connection_id)
    else:
        bulk.run(f"{changed} products_count + ? WHERE id = ?", now, added, connection_id)


def _moment(bulk: Bulk, value: datetime | None) -> Any:
    return None if value is None else bulk.moment(value)


def _call_row(cycle_id: str, call: Call, at: Any) -> Row:
    return (
        *(new_id("call"), cycle_id, at, call.operation, call.method, clean(call.url), call.status),
        *(call.milliseconds, call.attempt, clean(call.request_id), clean(call.problem), clean(call.excerpt)),
    )
