"""Receipts on their way: marked as sent before the call, answered after it, proven by what stands there later."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, select, update
from sqlmodel import Session, SQLModel

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.records import StockAnswer, StockChange, StockReceipt
from nexus_ui.rules.publish import Cause
from nexus_ui.storage import due
from nexus_ui.storage.bulk import Bulk, Row
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.due import Due
from nexus_ui.storage.families import put_levels, put_products
from nexus_ui.storage.flat import clean
from nexus_ui.storage.receipts import ABANDONED_AFTER

P = SQLModel.metadata.tables["pushes"]
R = SQLModel.metadata.tables["stock_receipts"].c
MOST_DUE = 20_000
MOST_STALE = 5
"""So often what changed meanwhile is tried again at once."""
READ_BACK_WITHIN = timedelta(minutes=10)
READ_BACK_AGAIN = timedelta(seconds=30)
STOPPED = "The worker stopped before it knew the answer."
SENT = (
    "SELECT r.id, r.sku, r.variant_ref, r.location_ref, r.quantity, r.cause, r.attempts, r.connection_id, "
    "CASE WHEN p.decided_at IS NULL THEN 0 ELSE 1 END "
    "FROM pushes AS p JOIN stock_receipts AS r ON r.push_id = p.id"
)
OPEN = "SELECT 1 FROM stock_receipts AS r WHERE r.push_id = pushes.id AND r.state IN"


Again = Callable[[int], datetime]
"""When something that was tried so often is tried again."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something whose stock can be looked at: by what its stock goes by, or as a whole product."""

    sku: str
    variant_ref: str
    product_ref: str
    inventory_ref: str


def take(connection_id: str, now: datetime, most: int) -> list[StockChange]:
    """The next numbers to send, the sold ones first; they count as sent from here on."""
    with writing() as session:
        bulk = Bulk(session)
        found = bulk.rows(
            "SELECT r.id, r.variant_ref, r.inventory_ref, r.location_ref, r.quantity, r.before, r.push_id "
            "FROM pushes AS p JOIN stock_receipts AS r ON r.push_id = p.id "
            "WHERE p.connection_id = ? AND p.state = 'going' AND r.state = 'planned' "
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
        _show(bulk, connection_id, now)
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
        _show(bulk, connection_id, now)
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


def look_later(connection_id: str, things: Collection[Thing], now: datetime, again: Again) -> None:
    """The look failed: what waits for it waits on, and so does what is to be read back."""
    with writing() as session:
        bulk = Bulk(session)
        skus = {thing.sku for thing in things}
        waiting = [one for one in due.waiting(bulk, connection_id, now, MOST_DUE) if one.look and one.sku in skus]
        due.put_off(bulk, waiting, again(max((one.attempts + 1 for one in waiting), default=1)))
        later = "UPDATE pushes SET check_at = ? WHERE connection_id = ? AND check_at <= ? AND state <> 'going'"
        bulk.run(later, bulk.moment(again(1)), connection_id, bulk.moment(now))


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


def doubtful(connection_id: str, now: datetime, most: int) -> list[Thing]:
    """What is to be looked at before anything is planned, because nobody knows for sure what stands there."""
    return _things(
        "SELECT sku FROM stock_due WHERE connection_id = ? AND due_at <= ? AND look = ? ORDER BY due_at LIMIT ?",
        *(connection_id, now, True, most),
    )


def unproven(connection_id: str, now: datetime, most: int) -> list[Thing]:
    """What was accepted and is to be read back now."""
    return _things(
        "SELECT r.sku FROM pushes AS p JOIN stock_receipts AS r ON r.push_id = p.id WHERE p.connection_id = ? "
        "AND p.check_at <= ? AND r.state = 'accepted' AND r.seen IS NULL AND p.state <> ? LIMIT ?",
        *(connection_id, now, "going", most),
    )


def seen(connection_id: str, things: Sequence[Thing], looked: Looked, now: datetime) -> None:
    """Store what a look found; receipts whose number stands there are proven, and what is due can be planned."""
    with writing() as session:
        bulk = Bulk(session)
        _show(bulk, connection_id, now)
        put_products(bulk, connection_id, looked.products, "push")
        put_levels(bulk, connection_id, looked.levels, "push")
        due.looked_at(bulk, connection_id, [thing.sku for thing in things])
        _note_differences(bulk, connection_id, {thing.variant_ref for thing in things}, now)
        settle(bulk, connection_id, now)
        _read_back_later(session, connection_id, now)


def name(thing: Thing, about: About) -> Named:
    """What to ask a marketplace for."""
    return Named(about, thing.inventory_ref if about is About.STOCK else thing.product_ref)


def _note_differences(bulk: Bulk, connection_id: str, refs: Collection[str], now: datetime) -> None:
    """Accepted numbers that do not stand there: the receipt keeps what does, in the end, and the SKU is looked at."""
    among, values = bulk.among("r.variant_ref", refs)
    rows = bulk.rows(
        "SELECT r.id, r.sku, r.variant_ref, s.available FROM stock_receipts AS r "  # noqa: S608 - our own names
        "JOIN stock_levels AS s ON s.connection_id = r.connection_id AND s.variant_ref = r.variant_ref "
        "AND s.location_ref = r.location_ref "
        f"WHERE r.connection_id = ? AND r.state = 'accepted' AND r.seen IS NULL AND {among} "
        "AND r.answered_at < ? AND s.available <> r.quantity",
        *(connection_id, values, bulk.moment(now - READ_BACK_WITHIN)),
    )
    for id_, _sku, _ref, available in rows:
        bulk.run("UPDATE stock_receipts SET seen = ? WHERE id = ?", available, id_)
    due.ask(bulk, [Due(connection_id, sku, Cause.DRIFT, now) for sku in {row[1] for row in rows}], now)


def _read_back_later(session: Session, connection_id: str, now: datetime) -> None:
    """Look again, less and less often, at pushes with numbers not proven yet; others need no look any more."""
    looked = (P.c.connection_id == connection_id, P.c.check_at <= now, P.c.state != "going")
    accepted = and_(R.push_id == P.c.id, R.state == "accepted", R.seen.is_(None))
    waiting = exists(select(R.id).where(accepted)).label("waiting")
    for id_, finished_at, unproven_yet in (
        session.connection().execute(select(P.c.id, P.c.finished_at, waiting).where(*looked)).all()
    ):
        age = now - (finished_at or now)
        later = now + max(READ_BACK_AGAIN, age) if unproven_yet and age < READ_BACK_WITHIN else None
        session.execute(update(P).where(P.c.id == id_).values(check_at=later))


def give_up_reading_back(connection_id: str, now: datetime) -> None:
    """The marketplace offers no look at single things: the next read of its stock is the proof."""
    with writing() as session:
        bulk = Bulk(session)
        quiet = "UPDATE pushes SET check_at = NULL WHERE connection_id = ? AND check_at <= ? AND state <> 'going'"
        bulk.run(quiet, connection_id, bulk.moment(now))


def _things(skus: str, *values: Any) -> list[Thing]:
    """The listings of the SKUs a query finds."""
    with reading() as session:
        bulk = Bulk(session)
        spelled = [bulk.moment(value) if isinstance(value, datetime) else value for value in values]
        found = [row[0] for row in bulk.rows(skus, *spelled)]
        among, asked = bulk.among("sku", found)
        rows = bulk.rows(
            "SELECT sku, ref, product_ref, COALESCE(inventory_ref, ref) FROM variants "  # noqa: S608 - our own names
            f"WHERE connection_id = ? AND {among}",
            *(values[0], asked),
        )
    return [Thing(*row) for row in rows]


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


def _check_again(bulk: Bulk, push_ids: Collection[str], at: datetime) -> None:
    among, ids = bulk.among("id", sorted(push_ids))
    bulk.run(f"UPDATE pushes SET check_at = ? WHERE {among}", bulk.moment(at), ids)  # noqa: S608 - our own names


def _show(bulk: Bulk, connection_id: str, now: datetime) -> None:
    """Hold the connection for this transaction, and tell the pages that look at it."""
    told = "UPDATE connections SET revision = revision + 1, changed_at = ? WHERE id = ?"
    bulk.run(told, bulk.moment(now), connection_id)
