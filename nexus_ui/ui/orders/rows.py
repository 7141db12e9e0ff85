"""What the Orders page shows, ready to be drawn."""

from dataclasses import dataclass, field

from nexus_ui.storage.orders import OrderedLine, OrderItem
from nexus_ui.ui import words
from nexus_ui.ui.address import order_history
from nexus_ui.ui.places import Place, place_of


@dataclass(frozen=True)
class OrderRow:
    """One order of the list. `key` tells it from every other one."""

    key: str = ""
    place: Place = field(default_factory=Place)
    ref: str = ""
    number: str = ""
    status: str = ""
    their_word: str = ""
    placed: str = ""
    updated: str = ""
    total: str = ""
    content: str = ""
    history: str = ""


@dataclass(frozen=True)
class LineRow:
    """One line of an opened order."""

    ref: str
    sku: str
    title: str
    quantity: str
    price: str


def row_of(item: OrderItem) -> OrderRow:
    """One line of the list."""
    content = f"{words.count(item.units, 'unit')} in {words.count(item.lines, 'line')}" if item.lines else "No lines"
    return OrderRow(
        key=f"{item.origin.connection_id} {item.ref}",
        place=place_of(item.origin),
        ref=item.ref,
        number=item.number,
        status=item.status,
        their_word=item.marketplace_status,
        placed=words.iso(item.placed_at),
        updated=words.iso(item.updated_at),
        total=words.money(item.total, item.currency) or words.UNKNOWN,
        content=content,
        history=order_history(item.origin.connection_id, item.ref),
    )


def line_of(line: OrderedLine) -> LineRow:
    """One line of an order."""
    price = words.money(line.unit_price, line.currency) or words.UNKNOWN
    return LineRow(line.ref, line.sku or "No SKU", line.title, f"{line.quantity:,}", price)
