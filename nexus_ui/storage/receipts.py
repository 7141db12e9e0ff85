"""Pushes and their receipts: written before anything is sent, and changed only by what became of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, SQLModel

from nexus_ui.ids import new_id
from nexus_ui.rules.brake import Traffic
from nexus_ui.storage.bulk import Bulk, Row, Shape
from nexus_ui.storage.database import reading, writing

RECEIPTS = Shape(
    "stock_receipts",
    (
        *("id", "push_id", "connection_id", "sku", "variant_ref", "inventory_ref", "location_ref", "before"),
        *("available", "quantity", "rule", "cause", "state", "said", "code", "attempts", "planned_at", "apart"),
    ),
)
PUSHES = Shape(
    "pushes",
    ("id", "connection_id", "trigger", "state", "held_because", "created_at", "undoes", "requested_by", "check_at",
     "revision"),
)  # fmt: skip
S = SQLModel.metadata.tables["sightings"].c
Y = SQLModel.metadata.tables["cycles"].c
UNCOUNTED = "('order', 'undo', 'approved')"
"""Pushes that the brake does not count: sales, and what a person decided."""
NOT_USUAL = "('order', 'undo', 'approved', 'first')"
ABANDONED_AFTER = timedelta(seconds=60)
USUAL_DAYS, USUAL_PUSHES = 30, 50
OVERTAKEN = "A newer number took its place."


@dataclass(frozen=True, slots=True)
class Written:
    """A number to write at one place of one variant."""

    sku: str
    variant_ref: str
    inventory_ref: str
    location_ref: str
    before: int | None
    quantity: int
    available: int | None
    rule: str
    cause: str
    attempts: int = 0
    apart: bool = False

    @property
    def raises(self) -> bool:
        """Whether more would be on sale than now."""
        return self.before is not None and self.quantity > max(0, self.before)

    @property
    def place(self) -> tuple[str, str]:
        """Where it is written."""
        return self.variant_ref, self.location_ref


@dataclass(frozen=True, slots=True)
class Fresh:
    """Of numbers to hold: those that do not wait yet, and the receipts of those that do."""

    fresh: tuple[Written, ...]
    kept: frozenset[str]


def write_push(
    bulk: Bulk, connection_id: str, trigger: str, written: Sequence[Written], now: datetime, **more: Any
) -> str:
    """A push that goes out, with its receipts; returns its id."""
    push_id = new_id("push")
    check_at = bulk.moment(now + ABANDONED_AFTER)
    told = (more.get("undoes"), more.get("requested_by"), check_at, 0)
    bulk.upsert(PUSHES, [(push_id, connection_id, trigger, "going", "", bulk.moment(now), *told)])
    _add(bulk, push_id, connection_id, written, now)
    return push_id


def write_more(bulk: Bulk, push_id: str, connection_id: str, written: Sequence[Written], now: datetime) -> None:
    """More receipts of a push that goes out."""
    going = "UPDATE pushes SET state = 'going', finished_at = NULL, check_at = ? WHERE id = ?"
    bulk.run(going, bulk.moment(now + ABANDONED_AFTER), push_id)
    _add(bulk, push_id, connection_id, written, now)


def hold(bulk: Bulk, connection_id: str, trigger: str, written: Sequence[Written], because: str, now: datetime) -> str:
    """Numbers that wait for a person: in the push of this connection that waits already, or a new one."""
    waiting = bulk.rows("SELECT id FROM pushes WHERE connection_id = ? AND state = 'held'", connection_id)
    push_id = waiting[0][0] if waiting else new_id("push")
    if waiting:
        reason = "held_because = CASE WHEN ? = '' THEN held_because ELSE ? END"
        bulk.run(f"UPDATE pushes SET {reason}, revision = revision + 1 WHERE id = ?", because, because, push_id)  # noqa: S608
    else:
        told = (because, bulk.moment(now), None, None, None, 0)
        bulk.upsert(PUSHES, [(push_id, connection_id, trigger, "held", *told)])
    _add(bulk, push_id, connection_id, written, now)
    return push_id


def supersede(bulk: Bulk, connection_id: str, skus: Collection[str], now: datetime, but: Collection[str] = ()) -> None:
    """Nothing that waits or has no answer yet counts for these SKUs any more, `but` these receipts."""
    among, values = bulk.among("sku", skus)
    kept, ids = bulk.among("id", but)
    bulk.run(
        f"UPDATE stock_receipts SET state = 'superseded', said = CASE WHEN said = '' THEN ? ELSE said END, "  # noqa: S608
        f"answered_at = ? WHERE connection_id = ? AND state IN ('planned', 'sent') AND {among} AND NOT ({kept})",
        *(OVERTAKEN, bulk.moment(now), connection_id, values, ids),
    )


def not_waiting_yet(bulk: Bulk, connection_id: str, written: Sequence[Written]) -> Fresh:
    """Which of these numbers do not wait in a held push already."""
    there = {
        (row[1], row[2], int(row[3]), row[4]): row[0]
        for row in bulk.rows(
            "SELECT r.id, r.variant_ref, r.location_ref, r.quantity, r.before FROM stock_receipts AS r "
            "JOIN pushes AS p ON p.id = r.push_id "
            "WHERE r.connection_id = ? AND p.state = 'held' AND r.state = 'planned'",
            connection_id,
        )
    }
    keys = {one: (*one.place, one.quantity, one.before) for one in written}
    fresh = tuple(one for one in written if keys[one] not in there)
    return Fresh(fresh, frozenset(there[key] for key in keys.values() if key in there))


def waiting_skus(bulk: Bulk, connection_id: str) -> set[str]:
    """The SKUs of which a number waits for a person."""
    found = bulk.rows(
        "SELECT DISTINCT r.sku FROM stock_receipts AS r JOIN pushes AS p ON p.id = r.push_id "
        "WHERE p.connection_id = ? AND p.state = 'held' AND r.state = 'planned'",
        connection_id,
    )
    return {row[0] for row in found}


def set_apart(bulk: Bulk, connection_id: str, skus: Mapping[str, Any]) -> set[str]:
    """The SKUs whose last number a person declined or undid."""
    among, values = bulk.among("r.sku", skus)
    found = bulk.rows(
        "SELECT DISTINCT sku FROM (SELECT r.sku AS sku, r.apart AS apart, "  # noqa: S608
        "row_number() OVER (PARTITION BY r.variant_ref, r.location_ref ORDER BY r.planned_at DESC, r.id) AS place "
        f"FROM stock_receipts AS r WHERE r.connection_id = ? AND {among} AND r.state <> 'superseded') AS newest "
        "WHERE place = 1 AND apart = ?",
        *(connection_id, values, True),
    )
    return {row[0] for row in found}


def traffic(bulk: Bulk, connection_id: str, now: datetime) -> Traffic:
    """What the last hour's pushes of a connection did, and how large they usually are."""
    hour = bulk.moment(now - timedelta(hours=1))
    month = bulk.moment(now - timedelta(days=USUAL_DAYS))
    found = bulk.rows(
        "SELECT r.sku, max(CASE WHEN r.quantity = 0 AND (r.before IS NULL OR r.before > 0) THEN 1 ELSE 0 END) "  # noqa: S608
        "FROM pushes AS p JOIN stock_receipts AS r ON r.push_id = p.id "
        f"WHERE p.connection_id = ? AND p.created_at > ? AND p.decided_at IS NULL AND p.trigger NOT IN {UNCOUNTED} "
        "AND p.state IN ('going', 'done') AND r.state IN ('planned', 'sent', 'accepted', 'confirmed') GROUP BY r.sku",
        *(connection_id, hour),
    )
    sizes = bulk.rows(
        "SELECT count(DISTINCT r.sku) FROM pushes AS p JOIN stock_receipts AS r ON r.push_id = p.id "  # noqa: S608
        f"WHERE p.connection_id = ? AND p.created_at > ? AND p.created_at <= ? AND p.trigger NOT IN {NOT_USUAL} "
        "AND p.state = 'done' GROUP BY p.id, p.created_at ORDER BY p.created_at DESC LIMIT ?",
        *(connection_id, month, hour, USUAL_PUSHES),
    )
    changed = frozenset(row[0] for row in found)
    return Traffic(frozenset(row[0] for row in found if row[1]), changed, tuple(int(row[0]) for row in sizes))


def confirm(bulk: Bulk, connection_id: str, variant_refs: Collection[str], now: datetime) -> None:
    """What was read of these variants proves the receipts whose number stands there."""
    among, values = bulk.among("r.variant_ref", variant_refs)
    bulk.run(
        "UPDATE stock_receipts SET state = 'confirmed', seen = quantity, confirmed_at = ? WHERE id IN ("  # noqa: S608
        "SELECT r.id FROM stock_receipts AS r JOIN stock_levels AS s ON s.connection_id = r.connection_id "
        "AND s.variant_ref = r.variant_ref AND s.location_ref = r.location_ref "
        f"WHERE r.connection_id = ? AND (r.state IN ('accepted', 'sent') OR (r.state = 'stale' AND r.cause = 'undo')) "
        f"AND {among} AND s.available = r.quantity)",
        *(bulk.moment(now), connection_id, values),
    )


def last_changes(session: Session, connection_id: str, variant_refs: Sequence[str]) -> dict[str, datetime]:
    """When the connection last showed another number of these variants than before, by its own doing."""
    wanted = select(S.ref, func.max(S.at)).where(S.connection_id == connection_id, S.about == "stock")
    found: dict[str, datetime] = {}
    for start in range(0, len(variant_refs), 500):
        some = wanted.where(S.ref.in_(variant_refs[start : start + 500])).group_by(S.ref)
        found |= {row.ref: row[1] for row in session.connection().execute(some)}
    return found


def orders_read_from(session: Session, connection_id: str) -> datetime | None:
    """Everything sold there before this moment is known here; None when the orders have never been read."""
    wanted = select(Y.started_at, Y.evidence).where(Y.connection_id == connection_id, Y.finished_at.is_not(None))
    for started_at, evidence in session.connection().execute(wanted.order_by(Y.started_at.desc()).limit(10)):
        orders = ((evidence or {}).get("streams") or {}).get("orders")
        if evidence and (orders is None or orders.get("end") == "done"):
            return started_at  # type: ignore[no-any-return]  # the column's type
    return None


def _add(bulk: Bulk, push_id: str, connection_id: str, written: Sequence[Written], now: datetime) -> None:
    bulk.upsert(RECEIPTS, [_row(push_id, connection_id, one, bulk.moment(now)) for one in written])


def _row(push_id: str, connection_id: str, one: Written, now: Any) -> Row:
    place = (one.sku, one.variant_ref, one.inventory_ref, one.location_ref)
    told = (one.before, one.available, one.quantity, one.rule, one.cause)
    return new_id("rec"), push_id, connection_id, *place, *told, "planned", "", "", one.attempts, now, one.apart


def any_held(connection_id: str) -> bool:
    """Whether a push of this connection waits for a person."""
    with reading() as session:
        held = "SELECT 1 FROM pushes WHERE connection_id = ? AND state = 'held' LIMIT 1"
        return bool(Bulk(session).rows(held, connection_id))


def forget_before(moment: datetime, batch: int = 200) -> int:
    """Drop pushes that ended before then, with their receipts, in short transactions; returns how many.

    Those with a number that a person set apart stay, as that is still in force.
    """
    count = 0
    while True:
        with writing() as session:
            bulk = Bulk(session)
            found = bulk.rows(
                "SELECT id FROM pushes WHERE finished_at < ? AND state NOT IN ('held', 'going') AND NOT EXISTS "
                "(SELECT 1 FROM stock_receipts AS r WHERE r.push_id = pushes.id AND r.apart = ?) LIMIT ?",
                *(bulk.moment(moment), True, batch),
            )
            bulk.delete("stock_receipts", ("push_id",), found)
            bulk.delete("pushes", ("id",), found)
        count += len(found)
        if len(found) < batch:
            return count
