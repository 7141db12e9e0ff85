"""Looking at what stands there: before something doubtful is planned, and to prove what was accepted."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, exists, select, update
from sqlmodel import Session, SQLModel

from nexus_ui.adapters.contract import About, Looked, Named
from nexus_ui.rules.publish import Cause
from nexus_ui.storage import due
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.due import Due
from nexus_ui.storage.families import put_levels, put_products
from nexus_ui.storage.sending import Again, settle, show

P = SQLModel.metadata.tables["pushes"]
R = SQLModel.metadata.tables["stock_receipts"].c
MOST_DUE = 20_000
READ_BACK_WITHIN = timedelta(minutes=10)
READ_BACK_AGAIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something whose stock can be looked at: by what its stock goes by, or as a whole product."""

    sku: str
    variant_ref: str
    product_ref: str
    inventory_ref: str


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
        show(bulk, connection_id, now)
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


def look_later(connection_id: str, things: Collection[Thing], now: datetime, again: Again) -> None:
    """The look failed: what waits for it waits on, and so does what is to be read back."""
    with writing() as session:
        bulk = Bulk(session)
        skus = {thing.sku for thing in things}
        waiting = [one for one in due.waiting(bulk, connection_id, now, MOST_DUE) if one.look and one.sku in skus]
        due.put_off(bulk, waiting, again(max((one.attempts + 1 for one in waiting), default=1)))
        later = "UPDATE pushes SET check_at = ? WHERE connection_id = ? AND check_at <= ? AND state <> 'going'"
        bulk.run(later, bulk.moment(again(1)), connection_id, bulk.moment(now))
