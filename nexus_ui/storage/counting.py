"""Sets what is on hand to a number that a person counted, once per cause; connections then publish what follows."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from nexus_ui.clock import utcnow
from nexus_ui.rules.ledger import Kind, Line
from nexus_ui.rules.publish import Cause
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.ledger import MOVEMENTS, ONCE, Book, Item, items, lines_of


@dataclass(frozen=True, slots=True)
class Counted:
    """A number that a person set; `before` is None where there was none."""

    sku: str
    before: int | None
    after: int


def count(
    bulk: Bulk,
    sandbox: bool,
    numbers: Mapping[str, int],
    kind: Kind,
    cause: str,
    by: str,
    note: str,
    seen: Mapping[str, int | None] | None = None,
) -> list[Counted]:
    """Set what is on hand of some SKUs of one world; the same cause sets each only once. Returns what was written.

    `seen`: only those whose number is still the one a person saw.
    """
    skus = sorted(numbers)
    _show(bulk, sandbox, skus)
    bulk.take_turns("stock ledger")
    now = bulk.moment(utcnow())
    book = Book(bulk, sandbox, now, items(bulk, sandbox, skus))
    known = {sku: item.on_hand for sku, item in book.items.items()}
    skus = [sku for sku in skus if seen is None or seen.get(sku) == known.get(sku)]
    _begin(book, [sku for sku in skus if sku not in known])
    told = (kind.value, None, None, now, by, note)
    rows = [(sku, sandbox, cause, numbers[sku] - book.items[sku].on_hand, *told) for sku in skus]
    written = [(sku, int(quantity)) for sku, _cause, quantity in bulk.add(MOVEMENTS, rows, ONCE)]
    for sku, quantity in written:
        book.items[sku].on_hand += quantity
        book.touched.add(sku)
    book.write()
    book.ask(Cause.EDIT if kind is Kind.EDIT else Cause.IMPORT)
    return [Counted(sku, known.get(sku), numbers[sku]) for sku, _quantity in written]


def _begin(book: Book, skus: Collection[str]) -> None:
    """Items that were not there: orders may have sold and reserved them already."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in lines_of(book.bulk, book.sandbox, skus) if skus else []:
        line = Line(*row[3:8])
        sums[line.sku][0] += line.included - line.sold
        sums[line.sku][1] += line.reserved
    book.items |= {sku: Item(sums[sku][0], sums[sku][1], None) for sku in skus}


def _show(bulk: Bulk, sandbox: bool, skus: Collection[str]) -> None:
    """Tell the pages that look at a connection which lists one of these SKUs."""
    among, values = bulk.among("sku", skus)
    listing = f"SELECT connection_id FROM variants WHERE {among}"  # noqa: S608 - our own names
    told = "UPDATE connections SET revision = revision + 1, changed_at = ? WHERE removed_at IS NULL AND sandbox = ?"
    bulk.run(f"{told} AND id IN ({listing})", bulk.moment(utcnow()), sandbox, values)
