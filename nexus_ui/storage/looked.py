"""Works kept deliveries off: which of them wait, and what was found of the things they name, stored as polling would.

What was found and what became of the deliveries is one transaction, so that a crash leaves both undone or both done.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import SQLModel

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.clock import utcnow
from nexus_ui.records import StockLevel
from nexus_ui.storage import flat, sightings
from nexus_ui.storage.arrivals import DONE, FAILED, KEPT
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.families import Stored, put_levels, put_orders, put_products
from nexus_ui.storage.flat import clean
from nexus_ui.storage.listing import rows

D = SQLModel.metadata.tables["webhook_deliveries"].c
C = SQLModel.metadata.tables["connections"].c
NEW, CHANGED, SAME, GONE, BAD = "new", "changed", "same", "gone", "bad"
STREAMS = {About.PRODUCT: "products", About.ORDER: "orders", About.STOCK: "inventory"}
"""The stream in which polling would have met a thing."""
Changes = dict[Named, tuple[str, str]]
"""What became of each named thing: one of the words above, and what it is called."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A kept delivery that is due."""

    id: str
    connection_id: str
    named: tuple[Named, ...]
    attempts: int
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of a delivery: an effect, or a problem and when it is tried again (None: never)."""

    id: str
    effect: str = ""
    problem: str = ""
    again_at: datetime | None = None


def due(now: datetime, limit: int) -> list[str]:
    """The connections, neither paused nor removed, for which deliveries wait; the longest waiting first."""
    alive = (C.paused_at.is_(None), C.removed_at.is_(None))
    wanted = select(D.connection_id, D.received_at).join(C.id.table, C.id == D.connection_id)
    wanted = wanted.where(D.state == KEPT, D.due_at <= now, *alive).order_by(D.due_at).limit(limit)
    with reading() as session:
        return list(dict.fromkeys(row[0] for row in rows(session, wanted)))


def waiting(connection_id: str, now: datetime, limit: int) -> list[Waiting]:
    """The oldest deliveries of a connection that are due."""
    wanted = select(*(D[name] for name in Waiting.__slots__)).where(
        D.connection_id == connection_id, D.state == KEPT, D.due_at <= now
    )
    with reading() as session:
        found = rows(session, wanted.order_by(D.due_at, D.received_at).limit(limit))
    return [_waiting(*row) for row in found]


def write(
    connection_id: str,
    looked: Looked,
    worked: Callable[[Changes], Sequence[Worked]],
    asked_by: dict[Named, str] | None = None,
) -> bool:
    """Store what was found and what `worked` makes of it; False, and nothing is stored, when paused or removed.

    The connection's row is held meanwhile, so that no page of a cycle is written at the same time. `asked_by`: the
    delivery or push on whose account each thing was looked at.
    """
    with writing() as session:
        bulk = Bulk(session)
        now = bulk.moment(utcnow())
        if not _hold(bulk, connection_id, now):
            return False
        changes = _put(bulk, connection_id, looked, _askers(looked, asked_by or {}))
        _resolve(bulk, connection_id, changes, now)
        settle(bulk, worked(changes), now)
        counted = "(SELECT count(*) FROM products WHERE connection_id = connections.id)"
        bulk.run(f"UPDATE connections SET products_count = {counted} WHERE id = ?", connection_id)  # noqa: S608
    return True


def _resolve(bulk: Bulk, connection_id: str, changes: Changes, now: Any) -> None:
    """Forget set-aside records that arrived well now or are gone, and say of the others what is wrong with them now."""
    told = "UPDATE quarantine SET reason = ?, last_seen_at = ? WHERE connection_id = ? AND stream = ? AND ref = ?"
    for about, stream in STREAMS.items():
        well = [clean(named.ref) for named, (word, _) in changes.items() if named.about is about and word != BAD]
        if well:
            condition, refs = bulk.among("ref", well)
            resolved = f"DELETE FROM quarantine WHERE connection_id = ? AND stream = ? AND {condition}"  # noqa: S608
            bulk.run(resolved, connection_id, stream, refs)
        for named, (word, reason) in changes.items():
            if named.about is about and word == BAD:
                bulk.run(told, clean(reason), now, connection_id, stream, clean(named.ref))


def put_off(connection_id: str, worked: Sequence[Worked]) -> None:
    """Remember what became of deliveries for which nothing was found."""
    with writing() as session:
        bulk = Bulk(session)
        now = bulk.moment(utcnow())
        if _hold(bulk, connection_id, now):
            settle(bulk, worked, now)


def postpone(ids: Iterable[str], until: datetime) -> None:
    """Look at these deliveries later; this is no failed attempt."""
    with writing() as session:
        bulk = Bulk(session)
        later = "UPDATE webhook_deliveries SET due_at = ? WHERE id = ? AND state = 'kept'"
        for one in ids:
            bulk.run(later, bulk.moment(until), one)


def settle(bulk: Bulk, worked: Sequence[Worked], now: Any) -> None:
    """Write what became of deliveries that still wait."""
    for one in worked:
        done = one.again_at is None
        state = KEPT if not done else FAILED if one.problem else DONE
        again = bulk.moment(one.again_at) if one.again_at is not None else None
        bulk.run(
            "UPDATE webhook_deliveries SET state = ?, attempts = attempts + 1, due_at = ?, done_at = ?, effect = ?, "
            "problem = ? WHERE id = ? AND state = 'kept'",
            *(state, again, now if done else None, clean(one.effect), clean(one.problem), one.id),
        )


def _waiting(id_: str, connection_id: str, named: Any, attempts: int, received_at: datetime) -> Waiting:
    what = tuple(Named(About(about), ref) for about, ref in named)
    return Waiting(id_, connection_id, what, attempts, received_at)


def _hold(bulk: Bulk, connection_id: str, now: Any) -> bool:
    """Hold the connection for this transaction, and tell the pages that look at it."""
    held = (
        "UPDATE connections SET revision = revision + 1, changed_at = ? "
        "WHERE id = ? AND removed_at IS NULL AND paused_at IS NULL"
    )
    return bulk.run(held, now, connection_id) == 1


def _askers(looked: Looked, asked_by: dict[Named, str]) -> Callable[[Named], str]:
    """Finds who asked for a thing, by itself or by a part of it."""
    known = {looked.belongs.get(named, named): by for named, by in reversed(asked_by.items())} | asked_by
    return lambda named: known.get(named, "")


def _put(bulk: Bulk, connection_id: str, looked: Looked, asker: Callable[[Named], str]) -> Changes:
    """Write thing by thing, so that each knows what became of it."""
    changes: Changes = {}
    for order in looked.orders:
        known = bulk.rows("SELECT 1 FROM orders WHERE connection_id = ? AND ref = ?", connection_id, clean(order.ref))
        named = Named(About.ORDER, order.ref)
        done = put_orders(bulk, connection_id, [order], asker(named))
        changes[named] = _became(done, not known, f"order {order.number}")
    for product in looked.products:
        named = Named(About.PRODUCT, product.ref)
        done = put_products(bulk, connection_id, [product], asker(named))
        changes[named] = _became(done, bool(done.added), f"product {product.title}")
    changes |= _levels(bulk, connection_id, looked.levels, asker)
    for named in looked.gone:
        changes[named] = (GONE, _take(bulk, connection_id, named, asker(named)))
    changes |= {Named(about, bad.ref): (BAD, bad.reason) for bad in looked.bad for about in About}
    return changes | {part: changes[whole] for part, whole in looked.belongs.items() if whole in changes}


def _became(done: Stored, new: bool, called: str) -> tuple[str, str]:
    if done.bad:
        return BAD, done.bad[0].reason
    if not done.rows:
        return SAME, called
    return (NEW if new else CHANGED), called


def _levels(bulk: Bulk, connection_id: str, levels: Iterable[StockLevel], asker: Callable[[Named], str]) -> Changes:
    """Write stock levels; they answer to the variant's id and to the one its stock goes by."""
    of_variant: dict[str, list[StockLevel]] = {}
    for level in levels:
        of_variant.setdefault(level.variant_ref, []).append(level)
    changes: Changes = {}
    asked = "SELECT inventory_ref, sku, title FROM variants WHERE connection_id = ? AND ref = ?"
    for ref, its in of_variant.items():
        [(stock_ref, sku, title)] = bulk.rows(asked, connection_id, clean(ref)) or [(None, None, "")]
        names = [Named(About.STOCK, one) for one in (ref, stock_ref) if one]
        done = put_levels(bulk, connection_id, its, next(filter(None, map(asker, names)), ""))
        became = _became(done, False, f"stock of {sku or title or ref}")
        changes |= dict.fromkeys(names, became)
    return changes


def _take(bulk: Bulk, connection_id: str, named: Named, source: str) -> str:
    """Take a product that is gone there out of our tables; orders stay. Returns what it was called, if it was here."""
    key = (connection_id, clean(named.ref))
    if named.about is About.ORDER:
        found = bulk.rows("SELECT number FROM orders WHERE connection_id = ? AND ref = ?", *key)
        return f"order {found[0][0]}" if found else ""
    if named.about is not About.PRODUCT:
        return ""
    found = bulk.rows("SELECT title FROM products WHERE connection_id = ? AND ref = ?", *key)
    listed = bulk.under(flat.VARIANTS, connection_id, "product_ref", [key[1]])
    sightings.note_listings(bulk, connection_id, source, {row[1:2]: row for row in listed}, {})
    its = "SELECT ref FROM variants WHERE connection_id = ? AND product_ref = ?"
    gone = f"DELETE FROM stock_levels WHERE connection_id = ? AND variant_ref IN ({its})"  # noqa: S608 - our names
    bulk.run(gone, connection_id, *key)
    bulk.run("DELETE FROM variants WHERE connection_id = ? AND product_ref = ?", *key)
    bulk.run("DELETE FROM products WHERE connection_id = ? AND ref = ?", *key)
    return f"product {found[0][0]}" if found else ""
