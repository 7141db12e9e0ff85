"""Keeps the stock ledger, inside the transaction of the page that brought the news; some statements per page.

Every movement is written once per SKU and cause; on hand is only ever changed by what was written. On PostgreSQL the
writers of the ledger take turns, so that none works from another's half. The sandbox's stock is counted by itself.

Marketplaces tell times in whole seconds. What was placed within the very second of a moment counts as placed after it:
where one second leaves it open, what is counted is rather one unit too few than one sold twice.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nexus_ui.clock import utcnow
from nexus_ui.records import OrderStatus
from nexus_ui.rules.ledger import SIGHT, Kind, Line, Posting, effect, line_key, turned
from nexus_ui.rules.publish import Cause
from nexus_ui.storage import due
from nexus_ui.storage.bulk import Bulk, Row, Shape

ITEMS = Shape("stock_items", ("sku", "sandbox", "on_hand", "reserved", "seen_at", "changed_at", "revision"))
MOVEMENTS = Shape(
    "stock_movements",
    ("sku", "sandbox", "cause", "quantity", "kind", "connection_id", "order_ref", "at", "by", "note"),
)
LINES = Shape(
    "stock_lines",
    ("connection_id", "order_ref", "line_ref", "sku", "reserved", "sold", "included", "turns", "placed_at"),
)
ONCE = "ON CONFLICT (sku, sandbox, cause) DO NOTHING RETURNING sku, cause, quantity"
CREDIBLE = "CASE WHEN s.available BETWEEN -1000000000000 AND 1000000000000 THEN s.available END"
"""A larger number is a fault there, and would not fit when added up."""
CANCELLED_LATE = "The order was cancelled after it had been shipped."
CHANGED_LATE = "The order was changed after it had been shipped."
LEFT_OUT = "The number first seen had left these units out already."
NOT_TOLD_BACK = "Refunded. Nobody told that the units came back."


@dataclass
class Item:
    """A SKU's sums while they are being changed."""

    on_hand: int
    reserved: int
    seen_at: Any
    revision: int = -1


@dataclass
class Book:
    """What one page changes in the ledger of one world: the real one, or the sandbox."""

    bulk: Bulk
    sandbox: bool
    now: Any
    items: dict[str, Item]
    movements: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    begun: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Remember what was available."""
        self.begun = {sku: item.on_hand - item.reserved for sku, item in self.items.items()}

    def move(self, posting: Posting, connection_id: str | None, order_ref: str | None, note: str) -> None:
        """Note a movement."""
        told = (posting.cause, posting.quantity, posting.kind.value, connection_id, order_ref)
        self.movements.append((posting.sku, self.sandbox, *told, self.now, None, note))

    def reserve(self, sku: str, units: int) -> None:
        """Reserve so many units more, or fewer."""
        if units and sku in self.items:
            self.items[sku].reserved += units
            self.touched.add(sku)

    def write(self) -> None:
        """Write everything: what was written counts, and nothing else."""
        for sku, _cause, quantity in self.bulk.add(MOVEMENTS, sorted(self.movements, key=_place), ONCE):
            if sku in self.items:
                self.items[sku].on_hand += int(quantity)
                self.touched.add(sku)
        self.bulk.upsert(LINES, self.lines)
        self.bulk.upsert(ITEMS, [self._row(sku) for sku in sorted(self.touched)])

    def ask(self, cause: Cause, source: str | None = None) -> None:
        """Have every connection look at the SKUs of which more or less is available than before."""
        left = {sku: self.items[sku].on_hand - self.items[sku].reserved for sku in self.touched}
        taken = {sku: self.begun.get(sku, units) - units for sku, units in left.items()}
        sold = cause is Cause.ORDER
        moved = {sku: max(0, units) * sold for sku, units in taken.items() if units or sku not in self.begun}
        if moved:
            due.moved(self.bulk, self.sandbox, moved, cause, source, utcnow())

    def _row(self, sku: str) -> Row:
        item = self.items[sku]
        return sku, self.sandbox, item.on_hand, item.reserved, item.seen_at, self.now, item.revision + 1


def see(bulk: Bulk, connection_id: str, variant_refs: Collection[str]) -> None:
    """Take over what a connection shows of SKUs nobody has told a number of yet."""
    found = _first_numbers(bulk, connection_id, variant_refs) if variant_refs else {}
    if not found:
        return
    bulk.take_turns("stock ledger")
    sandbox = _is_sandbox(bulk, connection_id)
    now = bulk.moment(utcnow())
    told = (connection_id, None, now, None, "")
    rows = [(sku, sandbox, SIGHT, found[sku], Kind.FIRST_SIGHT.value, *told) for sku in sorted(found)]
    new = {sku: int(quantity) for sku, _cause, quantity in bulk.add(MOVEMENTS, rows, ONCE)}
    lines = lines_of(bulk, sandbox, new)
    book = Book(bulk, sandbox, now, {sku: Item(units, 0, now) for sku, units in new.items()}, touched=set(new))
    for row in lines:
        _look_back(book, row)
    book.write()


def follow(bulk: Bulk, connection_id: str, orders: Sequence[Row], lines: Iterable[Row]) -> None:
    """Let orders that were placed since they are read from there reserve, sell and release stock.

    `orders` and `lines` are whole rows as `flat.order_rows` makes them. Of an account that was connected before, the
    orders that counted then are followed on.
    """
    [(root, since)] = bulk.rows(FIRST_CONNECTION, connection_id) or [(None, None)]
    by_ref = {row[1]: row for row in orders}
    recent = {ref for ref, row in by_ref.items() if root is not None and row[5] >= bulk.second(since)}
    if not recent and root in {connection_id, None}:
        return
    bulk.take_turns("stock ledger")
    known = {row[1:3]: row for row in bulk.under(LINES, root, "order_ref", recent if root == connection_id else by_ref)}
    wanted = {row[1:3]: row for row in lines if row[3] and (row[1] in recent or row[1:3] in known)}
    held_there = _held_there(bulk, connection_id, {row[3] for row in wanted.values()})
    wanted = {key: row for key, row in wanted.items() if key in known or row[3] not in held_there}
    sandbox, skus = _is_sandbox(bulk, connection_id), {row[3] for row in (*wanted.values(), *known.values())}
    book = Book(bulk, sandbox, bulk.moment(utcnow()), items(bulk, sandbox, skus))
    for key in sorted({*wanted, *known}):
        _settle(book, (root, *key), connection_id, by_ref[key[0]], wanted.get(key), known.get(key))
    book.write()
    book.ask(Cause.ORDER, connection_id)


FIRST_CONNECTION = (
    "SELECT r.id, c.created_at FROM connections AS c JOIN connections AS r ON r.marketplace = c.marketplace "
    "AND r.account_id = c.account_id AND r.sandbox = c.sandbox WHERE c.id = ? ORDER BY r.created_at, r.id LIMIT 1"
)


def _settle(book: Book, key: Row, connection_id: str, order: Row, wanted: Row | None, known: Row | None) -> None:
    """Bring the ledger to what one line of an order says now."""
    status, placed_at, updated_at = OrderStatus(order[3]), order[5], order[6]
    before = None if known is None else Line(*known[3:8])
    sku, quantity = (wanted[3], wanted[5]) if wanted is not None else (known[3] if known else "", 0)
    item = book.items.get(sku)
    seen_at = item.seen_at if item else None
    seen = seen_at is not None and placed_at < book.bulk.second(seen_at)
    after, postings = turned(
        line_key(*key), before, Line(sku, *effect(status, quantity, seen, seen and updated_at <= seen_at))
    )
    _keep(book, key, placed_at, before, after)
    for posting in postings:
        book.move(posting, connection_id, key[1], _note(posting, status))


def _look_back(book: Book, row: Row) -> None:
    """A line that was known before its SKU was: the number that was seen has left its units out already."""
    before = Line(*row[3:8])
    included = before.reserved + before.sold if row[8] < book.bulk.second(book.now) else 0
    after, postings = turned(line_key(*row[:3]), before, replace(before, included=included))
    item = book.items[before.sku]
    item.on_hand += before.included - before.sold
    item.reserved += before.reserved
    _keep(book, row[:3], row[8], before, after)
    for posting in postings:
        book.move(posting, row[0], row[1], LEFT_OUT)


def _keep(book: Book, key: Row, placed_at: Any, before: Line | None, after: Line) -> None:
    before = before or Line(after.sku)
    book.reserve(before.sku, -before.reserved)
    book.reserve(after.sku, after.reserved)
    if before != after:
        told = (after.sku, after.reserved, after.sold, after.included, after.turns)
        book.lines.append((*key, *told, placed_at))


def _note(posting: Posting, status: OrderStatus) -> str:
    if posting.kind is Kind.CORRECTION:
        return LEFT_OUT
    if posting.kind is Kind.RETURN:
        return CANCELLED_LATE if status is OrderStatus.CANCELLED else CHANGED_LATE
    return NOT_TOLD_BACK if status is OrderStatus.REFUNDED else ""


def _first_numbers(bulk: Bulk, connection_id: str, variant_refs: Collection[str]) -> dict[str, int]:
    """What the connection shows of the merchant's own SKUs that are not in the ledger; of several the least."""
    among, refs = bulk.among("v.ref", variant_refs)
    found = bulk.rows(
        f"SELECT v.sku, sum({CREDIBLE}) FROM variants AS v "  # noqa: S608 - our own names
        "JOIN stock_levels AS s ON s.connection_id = v.connection_id AND s.variant_ref = v.ref "
        f"WHERE v.connection_id = ? AND {among} AND v.sku <> '' AND v.tracked AND v.fulfilment = 'merchant' "
        "AND NOT EXISTS (SELECT 1 FROM stock_items AS i WHERE i.sku = v.sku AND i.sandbox = "
        "(SELECT c.sandbox FROM connections AS c WHERE c.id = v.connection_id)) "
        f"GROUP BY v.ref, v.sku HAVING count(*) = count({CREDIBLE})",
        *(connection_id, refs),
    )
    least: dict[str, int] = {}
    for sku, units in found:
        least[sku] = min(int(units), least.get(sku, int(units)))
    return least


def _is_sandbox(bulk: Bulk, connection_id: str) -> bool:
    return bool(bulk.rows("SELECT sandbox FROM connections WHERE id = ?", connection_id)[0][0])


def lines_of(bulk: Bulk, sandbox: bool, skus: Collection[str]) -> list[Row]:
    """The order lines of these SKUs, as `LINES` has them."""
    among, values = bulk.among("l.sku", skus)
    columns = ", ".join(f"l.{name}" for name in LINES.columns)
    asked = f"SELECT {columns} FROM stock_lines AS l JOIN connections AS c ON c.id = l.connection_id "  # noqa: S608
    return bulk.rows(f"{asked} WHERE {among} AND c.sandbox = ?", values, sandbox)


def items(bulk: Bulk, sandbox: bool, skus: Collection[str]) -> dict[str, Item]:
    """The sums of those of these SKUs that are counted."""
    among, values = bulk.among("sku", skus)
    asked = f"SELECT sku, on_hand, reserved, seen_at, revision FROM stock_items WHERE {among} AND sandbox = ?"  # noqa: S608
    return {row[0]: Item(*row[1:]) for row in bulk.rows(asked, values, sandbox)}


def _held_there(bulk: Bulk, connection_id: str, skus: Collection[str]) -> set[str]:
    """The SKUs whose stock the marketplace itself holds on this connection: selling them takes nothing from ours."""
    among, values = bulk.among("sku", skus)
    asked = (
        f"SELECT sku FROM variants WHERE connection_id = ? AND {among} "  # noqa: S608 - our own names
        "GROUP BY sku HAVING min(fulfilment) = 'marketplace' AND max(fulfilment) = 'marketplace'"
    )
    return {row[0] for row in bulk.rows(asked, connection_id, values)}


def _place(row: Row) -> tuple[Any, Any]:
    return row[0], row[2]
