"""Writes records with their children: older answers are passed over, children that vanished are removed.

Per page it asks once for what is stored, and then writes each table once.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from nexus_ui.clock import utcnow
from nexus_ui.records import BadRecord, Order, Product, StockLevel
from nexus_ui.storage import flat, ledger, receipts, sightings
from nexus_ui.storage.bulk import Bulk, Row, Shape


@dataclass
class Stored:
    """What became of a page: refs that arrived well, rows changed, products added, records that do not fit.

    `changed`: the parents that are new or differ from what was stored.
    """

    arrived: list[str] = field(default_factory=list)
    rows: int = 0
    added: int = 0
    bad: list[BadRecord] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


class Versioned(Protocol):
    """A record with an id and a version."""

    @property
    def ref(self) -> str:
        """The marketplace's id."""
        ...

    @property
    def updated_at(self) -> Any:
        """When it last changed there, if the marketplace tells."""
        ...


R = TypeVar("R", bound=Versioned)
Rows = dict[Row, Row]
"""Whole rows by their key without the connection."""


def put_products(bulk: Bulk, connection_id: str, records: Iterable[Product], source: str = "") -> Stored:
    """Write products with their variants, and the stock levels of variants that carry any; the ledger sees them.

    `source` names what brought the page: a cycle, a delivery or a push. So it does for orders and levels.
    """
    variants: Rows = {}
    levels: Rows = {}

    def flatten(product: Product, at: Any) -> Row:
        parent, its_variants, its_levels = flat.product_rows(connection_id, product, at, bulk.moment)
        for row in its_variants:
            variants[row[1:2]] = row
        for row in its_levels:
            levels[row[1:3]] = row
        return parent

    done, parents, before = _put_parents(bulk, flat.PRODUCTS, connection_id, records, flatten)
    known = {key[0] for key in parents if key in before}
    done.added = len(parents) - len(known)
    there = _stored(bulk, flat.VARIANTS, connection_id, "product_ref", known)
    gone = [key for key in there if key not in variants]
    done.rows += bulk.delete("variants", ("connection_id", "ref"), [(connection_id, *key) for key in gone])
    done.rows += bulk.delete("stock_levels", ("connection_id", "variant_ref"), [(connection_id, *key) for key in gone])
    done.rows += _put(bulk, flat.VARIANTS, variants, there)
    stocked = {row[1] for row in levels.values() if row[1:2] in there}
    shelved = _stored(bulk, flat.LEVELS, connection_id, "variant_ref", sorted(stocked))
    done.rows += _replace(bulk, flat.LEVELS, connection_id, shelved, levels)
    its = {key: row for key, row in variants.items() if key in there or row[2] in known}
    sightings.note_listings(bulk, connection_id, source, there, its)
    sightings.note_levels(bulk, connection_id, source, shelved, levels, whole=True)
    if stocked:
        receipts.confirm(bulk, connection_id, stocked, utcnow())
    if done.rows:
        ledger.see(bulk, connection_id, [key[0] for key in variants])
    return done


def put_orders(bulk: Bulk, connection_id: str, records: Iterable[Order], source: str = "") -> Stored:
    """Write orders with their lines; the ledger follows them."""
    lines: Rows = {}
    taken: list[Row] = []

    def flatten(order: Order, at: Any) -> Row:
        parent, its_lines = flat.order_rows(connection_id, order, at, bulk.moment)
        for row in its_lines:
            lines[row[1:3]] = row
        taken.append(parent)
        return parent

    done, parents, before = _put_parents(bulk, flat.ORDERS, connection_id, records, flatten)
    ordered = _stored(bulk, flat.LINES, connection_id, "order_ref", [key[0] for key in parents if key in before])
    done.rows += _replace(bulk, flat.LINES, connection_id, ordered, lines)
    sightings.note_orders(bulk, connection_id, source, before, parents)
    ledger.follow(bulk, connection_id, taken, lines.values())
    return done


def put_levels(bulk: Bulk, connection_id: str, records: Iterable[StockLevel], source: str = "") -> Stored:
    """Write stock levels by themselves; of two for one place the newer counts, else the later. The ledger sees them."""
    done = Stored()
    rows: Rows = {}
    for level in records:
        try:
            row = flat.level_row(connection_id, level, bulk.moment)
        except (ValueError, OverflowError) as problem:
            done.bad.append(BadRecord(level.variant_ref, _sentence(problem)))
            continue
        done.arrived.append(level.variant_ref)
        other = rows.get(row[1:3])
        if other is None or not _older(row[5], other[5]):
            rows[row[1:3]] = row
    there = _stored(bulk, flat.LEVELS, connection_id, "variant_ref", {key[0] for key in rows})
    done.rows = _put(bulk, flat.LEVELS, rows, there)
    sightings.note_levels(bulk, connection_id, source, there, rows)
    receipts.confirm(bulk, connection_id, {key[0] for key in rows}, utcnow())
    if done.rows:
        ledger.see(bulk, connection_id, sorted({key[0] for key in rows}))
    return done


def _put_parents(
    bulk: Bulk, shape: Shape, connection_id: str, records: Iterable[R], flatten: Callable[[R, Any], Row]
) -> tuple[Stored, Rows, Rows]:
    """Write the parents that are not older than what is stored; returns also them, and what was stored before."""
    done = Stored()
    newest = _newest(records, done)
    there = _stored(bulk, shape, connection_id, "ref", newest)
    version = shape.columns.index(str(shape.version))
    parents: Rows = {}
    for ref, record in newest.items():
        try:
            at = None if record.updated_at is None else bulk.moment(record.updated_at)
            stored = there.get((ref,))
            if stored is None or not _older(at, stored[version]):
                parents[(ref,)] = flatten(record, at)
        except (ValueError, OverflowError) as problem:
            done.bad.append(BadRecord(ref, _sentence(problem)))
        else:
            done.arrived.append(ref)
    done.rows = _put(bulk, shape, parents, there)
    done.changed = [key[0] for key, row in parents.items() if there.get(key) != row]
    return done, parents, there


def _newest(records: Iterable[R], done: Stored) -> dict[str, R]:
    """One record per ref: the newest, or the later of two alike."""
    found: dict[str, R] = {}
    for record in records:
        try:
            flat.storable(record.ref)
        except ValueError as problem:
            done.bad.append(BadRecord(flat.clean(record.ref), _sentence(problem)))
            continue
        other = found.get(record.ref)
        if other is None or not _older(record.updated_at, other.updated_at):
            found[record.ref] = record
    return found


def _older(moment: Any, other: Any) -> bool:
    """Whether `moment` lies before `other`; where one of the two is not known, the later arrival counts."""
    return moment is not None and other is not None and bool(moment < other)


def _stored(bulk: Bulk, shape: Shape, connection_id: str, column: str, values: Collection[str]) -> Rows:
    """The stored rows of a connection whose `column` is one of `values`."""
    if not values:
        return {}
    last = len(shape.keys)
    return {row[1:last]: row for row in bulk.under(shape, connection_id, column, values)}


def _replace(bulk: Bulk, shape: Shape, connection_id: str, there: Rows, rows: Rows) -> int:
    """Write children and remove those that were `there` and are not among them; returns how many rows changed."""
    gone = [(connection_id, *key) for key in there if key not in rows]
    return bulk.delete(shape.table, shape.keys, gone) + _put(bulk, shape, rows, there)


def _put(bulk: Bulk, shape: Shape, rows: Rows, there: Rows) -> int:
    """Write the rows that differ; those whose indexed values stand as they are leave the indexes alone."""
    if not there:
        return bulk.upsert(shape, list(rows.values()))
    place = shape.place
    settled: list[Row] = []
    others: list[Row] = []
    for key, row in rows.items():
        known = there.get(key)
        if known is None:
            others.append(row)
        elif known != row:
            (settled if place(known) == place(row) else others).append(row)
    return bulk.upsert(shape, settled, leave_indexed=True) + bulk.upsert(shape, others)


def _sentence(problem: Exception) -> str:
    return str(problem) if type(problem) is ValueError else "A time in it is out of range."
