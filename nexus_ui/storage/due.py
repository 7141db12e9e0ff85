"""Which SKUs wait for a look at what a connection publishes of them, asked for in the reason's own transaction.

One row per connection and SKU, however often it is asked for: what is published is worked out when its turn comes.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nexus_ui.rules.publish import Cause
from nexus_ui.storage.bulk import Bulk, Row, Shape
from nexus_ui.storage.database import reading

DUE = Shape(
    "stock_due",
    ("connection_id", "sku", "cause", "asked_at", "due_at", "ticket", "attempts", "sold", "look"),
)
WEIGHT = "CASE {} WHEN 'own_order' THEN 0 WHEN 'drift' THEN 1 WHEN 'order' THEN 2 ELSE 3 END"
"""The weightier cause stays: what a sale asked for may not hide that a person changed the number too."""
MERGED = (
    "ON CONFLICT (connection_id, sku) DO UPDATE SET ticket = stock_due.ticket + 1, "
    f"cause = CASE WHEN {WEIGHT.format('excluded.cause')} >= {WEIGHT.format('stock_due.cause')} "
    "THEN excluded.cause ELSE stock_due.cause END, "
    "due_at = CASE WHEN excluded.due_at < stock_due.due_at THEN excluded.due_at ELSE stock_due.due_at END, "
    "attempts = CASE WHEN excluded.attempts > stock_due.attempts THEN excluded.attempts ELSE stock_due.attempts END, "
    "sold = stock_due.sold + excluded.sold, look = (stock_due.look OR excluded.look) RETURNING sku"
)
OWN_ORDER_AFTER = timedelta(seconds=20)
"""So long the marketplace has to tell by itself what its own order left there."""


@dataclass(frozen=True, slots=True)
class Due:
    """A SKU that waits. See the table."""

    connection_id: str
    sku: str
    cause: Cause
    due_at: datetime
    ticket: int = 0
    attempts: int = 0
    sold: int = 0
    look: bool = False


def moved(bulk: Bulk, sandbox: bool, skus: Mapping[str, int], cause: Cause, source: str | None, now: datetime) -> None:
    """The ledger moved: every living connection of this world that sells one of `skus` looks at it.

    `skus`: with the units that orders took. The connection on which it was sold (`source`) has lowered its number by
    itself and is looked at a little later, in case a number of ours was on its way meanwhile.
    """
    rows = []
    for connection_id, sku in _listing(bulk, sandbox, skus):
        own = connection_id == source
        after = OWN_ORDER_AFTER if own else timedelta(0)
        its = Cause.OWN_ORDER if own else cause
        rows.append(Due(connection_id, sku, its, now + after, sold=0 if own else skus[sku], look=own))
    ask(bulk, rows, now)


def ask(bulk: Bulk, dues: Sequence[Due], now: datetime) -> None:
    """Let these SKUs be looked at; what waits already is merged with it."""
    rows = [_row(bulk, due, bulk.moment(now)) for due in sorted(dues, key=lambda one: (one.connection_id, one.sku))]
    bulk.add(DUE, rows, MERGED)


def waiting(bulk: Bulk, connection_id: str, now: datetime, limit: int) -> list[Due]:
    """What is due on a connection, the sold ones first."""
    columns = "connection_id, sku, cause, ticket, attempts, sold, look"
    found = bulk.rows(
        f"SELECT {columns} FROM stock_due WHERE connection_id = ? AND due_at <= ? "  # noqa: S608 - our own names
        "ORDER BY CASE WHEN cause = 'order' THEN 0 ELSE 1 END, due_at LIMIT ?",
        *(connection_id, bulk.moment(now), limit),
    )
    return [
        Due(row[0], row[1], Cause(row[2]), now, int(row[3]), int(row[4]), int(row[5]), bool(row[6])) for row in found
    ]


def done(bulk: Bulk, dues: Collection[Due]) -> None:
    """These were looked at; what was asked for since stays."""
    keys = sorted((due.connection_id, due.sku, due.ticket) for due in dues)
    bulk.delete("stock_due", ("connection_id", "sku", "ticket"), keys)


def put_off(bulk: Bulk, dues: Collection[Due], until: datetime) -> None:
    """Look at these again later, unless somebody asks meanwhile."""
    for due in sorted(dues, key=lambda one: (one.connection_id, one.sku)):
        bulk.run(
            "UPDATE stock_due SET due_at = ?, attempts = attempts + 1 "
            "WHERE connection_id = ? AND sku = ? AND ticket = ?",
            *(bulk.moment(until), due.connection_id, due.sku, due.ticket),
        )


def looked_at(bulk: Bulk, connection_id: str, skus: Collection[str]) -> None:
    """What stands there of these is known now, as well as it can be."""
    among, values = bulk.among("sku", skus)
    known = f"UPDATE stock_due SET look = ? WHERE connection_id = ? AND {among}"  # noqa: S608 - our own names
    bulk.run(known, False, connection_id, values)


def connections_due(now: datetime, limit: int) -> list[str]:
    """Living connections, not paused and read once, that have something to look at; the longest waiting first."""
    with reading() as session:
        bulk = Bulk(session)
        at = bulk.moment(now)
        found = bulk.rows(
            "SELECT w.connection_id, min(w.at) FROM ("
            "SELECT connection_id, due_at AS at FROM stock_due WHERE due_at <= ? "
            "UNION ALL SELECT connection_id, check_at AS at FROM pushes WHERE check_at <= ?) AS w "
            "JOIN connections AS c ON c.id = w.connection_id "
            "WHERE c.removed_at IS NULL AND c.paused_at IS NULL AND c.first_cycle_done = ? "
            "GROUP BY w.connection_id ORDER BY min(w.at) LIMIT ?",
            *(at, at, True, limit),
        )
    return [row[0] for row in found]


def _listing(bulk: Bulk, sandbox: bool, skus: Collection[str]) -> list[Row]:
    """Living connections of this world and the SKUs among these that they sell from our own stock."""
    among, values = bulk.among("v.sku", skus)
    return bulk.rows(
        "SELECT DISTINCT v.connection_id, v.sku FROM variants AS v "  # noqa: S608 - our own names
        "JOIN connections AS c ON c.id = v.connection_id "
        "JOIN products AS p ON p.connection_id = v.connection_id AND p.ref = v.product_ref "
        f"WHERE {among} AND c.sandbox = ? AND c.removed_at IS NULL AND v.tracked AND v.fulfilment = 'merchant' "
        "AND p.status = 'active'",
        *(values, sandbox),
    )


def _row(bulk: Bulk, due: Due, now: Any) -> Row:
    told = (due.connection_id, due.sku, due.cause.value, now, bulk.moment(due.due_at))
    return *told, due.ticket, due.attempts, due.sold, due.look
