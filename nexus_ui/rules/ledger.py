"""What an order line does to the stock of its SKU, and which movements bring the ledger to it.

On hand is the sum of movements, each with its own cause; reserved is the sum of what open lines reserve. A line's
effect depends on the order as it stands, never on the way there, so that any order of arrival ends in the same stock.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import quote

from nexus_ui.records import OrderStatus

SIGHT = "sight"
"""The cause of the movement that brought a SKU into the ledger: there is one of them per SKU."""


class Kind(StrEnum):
    """Why units moved."""

    FIRST_SIGHT = "first_sight"
    SALE = "sale"
    RETURN = "return"
    EDIT = "edit"
    IMPORT = "import"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Line:
    """What one order line does: units it reserves, units it took away, units the first sight had already left out.

    `turns` counts how often it moved stock, so that each movement has a cause of its own.
    """

    sku: str
    reserved: int = 0
    sold: int = 0
    included: int = 0
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Posting:
    """A movement that a line asks for."""

    sku: str
    cause: str
    quantity: int
    kind: Kind


def effect(status: OrderStatus, quantity: int, seen: bool, ended: bool) -> tuple[int, int, int]:
    """Units reserved, sold and included for a line of an order.

    `seen`: it was placed before the SKU's number was first seen, so that number had left its units out already, unless
    the order was cancelled by then (`ended`: it changed last before that moment). Refunded units do not come back by
    themselves: nobody told that they did.
    """
    units = max(0, quantity)
    if status is OrderStatus.CANCELLED:
        return 0, 0, units if seen and not ended else 0
    reserved, sold = (units, 0) if status is OrderStatus.OPEN else (0, units)
    return reserved, sold, units if seen else 0


def turned(key: str, before: Line | None, after: Line) -> tuple[Line, list[Posting]]:
    """`after` with its turns counted, and the movements that lead there from `before`; none when nothing moved."""
    if before is None:
        before = Line(after.sku)
    elif before.sku != after.sku:
        leaving, back = turned(key, before, Line(before.sku))
        arrived, there = turned(key, Line(after.sku, turns=leaving.turns), after)
        return arrived, [*back, *there]
    asked = list(_asked(before, after))
    suffix = f":{before.turns}" if before.turns else ""
    postings = [Posting(after.sku, f"{word}:{key}{suffix}", units, kind) for word, units, kind in asked]
    return replace(after, turns=before.turns + bool(postings)), postings


def line_key(connection_id: str, order_ref: str, line_ref: str) -> str:
    """What names one order line in a cause; ids of any spelling stay apart."""
    return ":".join(quote(part, safe="/") for part in (connection_id, order_ref, line_ref))


def _asked(before: Line, after: Line) -> Iterator[tuple[str, int, Kind]]:
    sold, included = after.sold - before.sold, after.included - before.included
    if sold > 0:
        yield "sale", -sold, Kind.SALE
    if sold < 0:
        yield "return", -sold, Kind.RETURN
    if included:
        yield "seen", included, Kind.CORRECTION
