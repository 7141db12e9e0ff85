"""What a person decides about pushes: held ones go, in whole or in part, or are declined; sent ones are taken back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from nexus_ui.errors import BadInput, NotFound
from nexus_ui.rules.publish import Cause
from nexus_ui.storage import connections, due, receipts, sending
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.connections import Connected
from nexus_ui.storage.due import Due
from nexus_ui.storage.receipts import Written
from nexus_ui.storage.tables import Connection, Push, StockRule

GONE = "This push is not there any more."
DECIDED = "Somebody has decided about this push already."
NOTHING_LEFT = "Nothing of this push stands there any more, so there is nothing to take back."
DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a held push."""

    connection: Connected
    approved: int
    declined: int


def decide(
    session: Session, push_id: str, chosen: Collection[str] | None, by: str, name: str, now: datetime
) -> Decided:
    """Let the `chosen` receipts of a held push go (None: all), and decline the others. Raises NotFound, BadInput."""
    push, row = _held(session, push_id)
    if push.state != "held":
        raise BadInput(DECIDED)
    bulk = Bulk(session)
    planned = bulk.rows("SELECT id FROM stock_receipts WHERE push_id = ? AND state = 'planned'", push_id)
    every = {found[0] for found in planned}
    approved = every if chosen is None else every & set(chosen)
    among, ids = bulk.among("id", every - approved)
    bulk.run(
        f"UPDATE stock_receipts SET state = 'skipped', apart = ?, code = ?, said = ?, answered_at = ? WHERE {among}",  # noqa: S608
        *(True, DECLINED, f"Declined by {name}.", bulk.moment(now), ids),
    )
    _close(push, "going" if approved else "declined", by, now)
    if approved and row.push_approved_at is None:
        row.push_approved_at = now
    session.flush()
    return Decided(connections.connected(row), len(approved), len(every) - len(approved))


def undo(session: Session, push_id: str, by: str, now: datetime) -> tuple[str, Connected, int]:
    """Publish what stood there before a push; returns the new push, and of how many SKUs. Raises NotFound, BadInput.

    What was sold since is left out, and numbers that a newer push has replaced stay.
    """
    push, row = _held(session, push_id)
    bulk = Bulk(session)
    if bulk.rows("SELECT 1 FROM pushes WHERE undoes = ? AND state <> 'declined'", push_id):
        raise BadInput("This push was taken back already.")
    if push.state not in ("going", "done"):
        raise BadInput(NOTHING_LEFT)
    back = _taken_back(bulk, push, row, now)
    if not back:
        raise BadInput(NOTHING_LEFT)
    receipts.supersede(bulk, row.id, {one.sku for one in back}, now)
    new = receipts.write_push(bulk, row.id, Cause.UNDO.value, back, now, undoes=push_id, requested_by=by)
    bulk.run("UPDATE pushes SET check_at = ?, decided_at = ?, decided_by = ? WHERE id = ?",
             bulk.moment(now), bulk.moment(now), by, new)  # fmt: skip
    sending.settle(bulk, row.id, now)
    return new, connections.connected(row), len({one.sku for one in back})


def ask_again(session: Session, connection_id: str, skus: Collection[str], now: datetime) -> Connected:
    """Look at these SKUs there, and publish what differs. Raises NotFound."""
    row = connections.held(session, connection_id)
    due.ask(Bulk(session), [Due(connection_id, sku, Cause.REPUSH, now, look=True) for sku in set(skus)], now)
    return connections.connected(row)


def set_rule(
    session: Session, connection_id: str, sku: str, buffer_percent: int | None, withheld: bool, by: str, now: datetime
) -> tuple[Connected, StockRule | None]:
    """Keep a SKU's exception, or end it; returns what it was before. Raises NotFound."""
    row = connections.held(session, connection_id)
    before = session.get(StockRule, (connection_id, sku))
    known = None if before is None else before.model_copy()
    if buffer_percent is None and not withheld:
        if before is not None:
            session.delete(before)
    else:
        rule = StockRule(connection_id=connection_id, sku=sku, changed_at=now, changed_by=by)
        rule.buffer_percent, rule.withheld = buffer_percent, withheld
        session.merge(rule)
    session.flush()
    due.ask(Bulk(session), [Due(connection_id, sku, Cause.EDIT, now)], now)
    return connections.connected(row), known


def _held(session: Session, push_id: str) -> tuple[Push, Connection]:
    """The push and its connection, both locked, always in the same order."""
    found = session.get(Push, push_id)
    if found is None:
        raise NotFound(GONE)
    row = connections.held(session, found.connection_id)
    push = session.get(Push, push_id, with_for_update=True, populate_existing=True)
    if push is None:
        raise NotFound(GONE)
    row.revision = Connection.revision + 1
    return push, row


def _close(push: Push, state: str, by: str, now: datetime) -> None:
    push.state, push.decided_at, push.decided_by = state, now, by
    push.revision += 1
    push.check_at = now if state == "going" else None
    push.finished_at = None if state == "going" else now


def _taken_back(bulk: Bulk, push: Push, row: Connection, now: datetime) -> list[Written]:
    """What to write so that it is as before: what is still the newest number at its place."""
    found: Sequence[Any] = bulk.rows(
        "SELECT r.sku, r.variant_ref, r.inventory_ref, r.location_ref, s.available, r.before, r.available "
        "FROM stock_receipts AS r JOIN stock_levels AS s ON s.connection_id = r.connection_id "
        "AND s.variant_ref = r.variant_ref AND s.location_ref = r.location_ref "
        "WHERE r.push_id = ? AND r.state IN ('accepted', 'confirmed') AND r.before IS NOT NULL AND NOT EXISTS ("
        "SELECT 1 FROM stock_receipts AS n WHERE n.connection_id = r.connection_id AND n.variant_ref = r.variant_ref "
        "AND n.location_ref = r.location_ref AND n.planned_at > r.planned_at "
        "AND n.state IN ('sent', 'accepted', 'confirmed'))",
        push.id,
    )
    sold = _sold_since(bulk, row.sandbox, {one[0] for one in found}, push.created_at)
    rule = f"As before the push of {push.created_at:%Y-%m-%d %H:%M} UTC"
    made = []
    for sku, variant_ref, inventory_ref, location_ref, stands, before, available in found:
        back = max(0, int(before) - sold.get(sku, 0))
        told = (available, rule, Cause.UNDO.value)
        made.append(Written(sku, variant_ref, inventory_ref, location_ref, stands, back, *told, apart=True))
    return made


def _sold_since(bulk: Bulk, sandbox: bool, skus: Collection[str], moment: datetime) -> dict[str, int]:
    """Units of these SKUs that orders took since, on any connection."""
    among, values = bulk.among("l.sku", skus)
    found = bulk.rows(
        "SELECT l.sku, sum(l.reserved + l.sold) FROM stock_lines AS l "  # noqa: S608 - our own names
        f"JOIN connections AS c ON c.id = l.connection_id WHERE {among} AND c.sandbox = ? AND l.placed_at >= ? "
        "GROUP BY l.sku",
        *(values, sandbox, bulk.second(bulk.moment(moment))),
    )
    return {one[0]: int(one[1]) for one in found}
