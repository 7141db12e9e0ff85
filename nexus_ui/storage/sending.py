"""Receipts on their way: marked as sent before the call, answered after it, and had another turn where need be."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from nexus_ui.records import StockAnswer, StockChange, StockReceipt
from nexus_ui.rules.publish import Cause
from nexus_ui.storage import due
from nexus_ui.storage.bulk import Bulk, Row
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.due import Due
from nexus_ui.storage.flat import clean
from nexus_ui.storage.receipts import ABANDONED_AFTER

MOST_STALE = 5
"""So often what changed meanwhile is tried again at once."""
STOPPED = "The worker stopped before it knew the answer."
SENT = (
    "SELECT r.id, r.sku, r.variant_ref, r.location_ref, r.quantity, r.cause, r.attempts, r.connection_id, "
    "CASE WHEN p.decided_at IS NULL THEN 0 ELSE 1 END "
    "FROM pushes AS p JOIN stock_receipts AS r ON r.push_id = p.id"
)
TO_SEND = (
    "pushes AS p JOIN stock_receipts AS r ON r.push_id = p.id "
    "WHERE p.connection_id = ? AND p.state = 'going' AND r.state = 'planned'"
)
FORSAKEN = "pushes WHERE connection_id = ? AND state = 'going' AND check_at <= ?"
OPEN = "SELECT 1 FROM stock_receipts AS r WHERE r.push_id = pushes.id AND r.state IN"
Again = Callable[[int], datetime]
"""When something that was tried so often is tried again."""


def take(connection_id: str, now: datetime, most: int) -> list[StockChange]:
    """The next numbers to send, the sold ones first; they count as sent from here on."""
    if not _any(TO_SEND, connection_id):
        return []
    with writing() as session:
        bulk = Bulk(session)
        found = bulk.rows(
            "SELECT r.id, r.variant_ref, r.inventory_ref, r.location_ref, r.quantity, r.before, r.push_id "  # noqa: S608
            f"FROM {TO_SEND} "
            "AND (r.attempts = 0 OR p.trigger <> 'undo' OR p.check_at <= ?) "
            "ORDER BY CASE WHEN p.trigger = 'order' THEN 0 ELSE 1 END, p.created_at, r.sku, r.id LIMIT ?",
            *(connection_id, bulk.moment(now), most),
        )
        among, ids = bulk.among("id", [row[0] for row in found])
        bulk.run(
            f"UPDATE stock_receipts SET state = 'sent', sent_at = ?, attempts = attempts + 1 WHERE {among}",  # noqa: S608
            *(bulk.moment(now), ids),
        )
        _check_again(bulk, {row[6] for row in found}, now + ABANDONED_AFTER)
    return [StockChange(row[1], row[2], row[3], int(row[4]), row[5], row[0]) for row in found]


def answered(connection_id: str, receipts: Sequence[StockReceipt], now: datetime, again: Again) -> None:
    """Write down the answers. What is stale or has no answer is looked at again: at once, or at `again`."""
    with writing() as session:
        bulk = Bulk(session)
        show(bulk, connection_id, now)
        rows = {row[0]: row for row in _sent(bulk, [one.key for one in receipts])}
        known = [one for one in receipts if one.key in rows]
        if lost := [rows[one.key] for one in known if one.answer is StockAnswer.UNANSWERED and _undoes(rows[one.key])]:
            _send_again(bulk, lost, again)
            known = [one for one in known if rows[one.key] not in lost]
        for one in known:
            _answer(bulk, rows[one.key], one, now)
        asks = [_look_again(rows[one.key], one, now, again) for one in known]
        due.ask(bulk, [ask for ask in asks if ask], now)
        settle(bulk, connection_id, now)


def unsent(connection_id: str, keys: Collection[str], said: str, code: str, now: datetime, again: Again) -> None:
    """The marketplace took nothing of this: every SKU has another turn at `again`."""
    with writing() as session:
        bulk = Bulk(session)
        show(bulk, connection_id, now)
        found = _sent(bulk, keys)
        _send_again(bulk, [row for row in found if _undoes(row)], again)
        rows = [row for row in found if not _undoes(row)]
        among, ids = bulk.among("id", [row[0] for row in rows])
        bulk.run(
            "UPDATE stock_receipts SET state = 'superseded', said = ?, code = ?, answered_at = ? "  # noqa: S608
            f"WHERE {among}",
            *(clean(said), code, bulk.moment(now), ids),
        )
        due.ask(bulk, [_turn(row, again(row[6]), look=False) for row in rows], now)
        settle(bulk, connection_id, now)


def recover(connection_id: str, now: datetime) -> None:
    """Receipts whose worker is gone: what they were about is looked at, and worked out anew."""
    if not _any(FORSAKEN, connection_id, now):
        return
    with writing() as session:
        bulk = Bulk(session)
        found = bulk.rows(
            f"{SENT} WHERE p.connection_id = ? AND p.state = 'going' AND p.check_at <= ? AND r.state = 'sent' "  # noqa: S608
            "AND NOT EXISTS (SELECT 1 FROM stock_due AS d WHERE d.connection_id = p.connection_id AND d.sku = r.sku)",
            *(connection_id, bulk.moment(now)),
        )
        later = "UPDATE pushes SET check_at = ? WHERE connection_id = ? AND state = 'going' AND check_at <= ?"
        bulk.run(later, bulk.moment(now + ABANDONED_AFTER), connection_id, bulk.moment(now))
        _send_again(bulk, [row for row in found if _undoes(row)], lambda _attempts: now)
        rows = [row for row in found if not _undoes(row)]
        among, ids = bulk.among("id", [row[0] for row in rows])
        bulk.run(f"UPDATE stock_receipts SET said = ? WHERE {among} AND said = ''", STOPPED, ids)  # noqa: S608
        due.ask(bulk, [_turn(row, now, look=True) for row in rows], now)
        settle(bulk, connection_id, now)


def settle(bulk: Bulk, connection_id: str, now: datetime) -> None:
    """End pushes with nothing left to send, and say when to read back what was accepted."""
    at = bulk.moment(now)
    ended = "revision = revision + 1, finished_at = ?"
    bulk.run(
        f"UPDATE pushes SET state = 'done', {ended}, check_at = CASE WHEN EXISTS ({OPEN} ('accepted')) THEN ? END "  # noqa: S608
        f"WHERE connection_id = ? AND state = 'going' AND NOT EXISTS ({OPEN} ('planned', 'sent'))",
        *(at, at, connection_id),
    )
    bulk.run(
        f"UPDATE pushes SET state = 'superseded', {ended} "  # noqa: S608
        f"WHERE connection_id = ? AND state = 'held' AND NOT EXISTS ({OPEN} ('planned'))",
        *(at, connection_id),
    )


def _sent(bulk: Bulk, keys: Collection[str]) -> list[Row]:
    """The receipts with these ids that still wait for an answer."""
    among, ids = bulk.among("r.id", keys)
    return bulk.rows(f"{SENT} WHERE {among} AND r.state = 'sent'", ids)


def _answer(bulk: Bulk, row: Row, receipt: StockReceipt, now: datetime) -> None:
    at = bulk.moment(now)
    told = (clean(receipt.said), clean(receipt.code))
    if receipt.answer is StockAnswer.UNANSWERED:
        bulk.run("UPDATE stock_receipts SET said = ?, code = ? WHERE id = ?", *told, row[0])
        return
    state = {StockAnswer.ACCEPTED: "accepted", StockAnswer.REFUSED: "refused", StockAnswer.STALE: "stale"}
    changed = "UPDATE stock_receipts SET state = ?, said = ?, code = ?, answered_at = ? WHERE id = ?"
    bulk.run(changed, state[receipt.answer], *told, at, row[0])
    if receipt.answer is StockAnswer.ACCEPTED:
        stands = (
            "UPDATE stock_levels SET available = ? WHERE connection_id = ? AND variant_ref = ? AND location_ref = ?"
        )
        bulk.run(stands, row[4], row[7], row[2], row[3])


def _undoes(row: Row) -> bool:
    """Whether it takes a push back: its number is not worked out from what we have, so it is sent as it is."""
    return bool(row[5] == Cause.UNDO)


def _send_again(bulk: Bulk, rows: Sequence[Row], again: Again) -> None:
    """Send the same absolute numbers once more; comparing keeps them from being written over something newer."""
    among, ids = bulk.among("id", [row[0] for row in rows])
    bulk.run(f"UPDATE stock_receipts SET state = 'planned' WHERE {among}", ids)  # noqa: S608 - our own names
    at = again(max((int(row[6]) for row in rows), default=1))
    its = f"SELECT push_id FROM stock_receipts WHERE {among}"  # noqa: S608 - our own names
    bulk.run(f"UPDATE pushes SET check_at = ? WHERE id IN ({its})", bulk.moment(at), ids)  # noqa: S608


def _look_again(row: Row, receipt: StockReceipt, now: datetime, again: Again) -> Due | None:
    if receipt.answer is StockAnswer.STALE and not _undoes(row):
        return _turn(row, now if row[6] < MOST_STALE else again(row[6]), look=True)
    if receipt.answer is StockAnswer.UNANSWERED:
        return _turn(row, again(row[6]), look=True)
    return None


def _turn(row: Row, at: datetime, look: bool) -> Due:
    """Another turn for the SKU of a receipt; what a person approved stays approved."""
    cause = Cause.APPROVED if row[8] else Cause(row[5])
    return Due(row[7], row[1], cause, at, attempts=int(row[6]), look=look)


def _any(where: str, connection_id: str, *values: datetime) -> bool:
    """Whether there is anything to do, before a transaction that writes is begun."""
    with reading() as session:
        bulk = Bulk(session)
        found = bulk.rows(f"SELECT 1 FROM {where} LIMIT 1", connection_id, *map(bulk.moment, values))  # noqa: S608
    return bool(found)


def _check_again(bulk: Bulk, push_ids: Collection[str], at: datetime) -> None:
    among, ids = bulk.among("id", sorted(push_ids))
    bulk.run(f"UPDATE pushes SET check_at = ? WHERE {among}", bulk.moment(at), ids)  # noqa: S608 - our own names


def show(bulk: Bulk, connection_id: str, now: datetime) -> None:
    """Hold the connection for this transaction, and tell the pages that look at it."""
    told = "UPDATE connections SET revision = revision + 1, changed_at = ? WHERE id = ?"
    bulk.run(told, bulk.moment(now), connection_id)
