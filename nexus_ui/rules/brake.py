"""Whether a push goes out or waits for a person: many SKUs to zero, far more changes than usual, or the very first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

ENOUGH_PUSHES = 3
FEW_CHANGES = 50
FAR_MORE = 5
FIRST = "This is the first time that stock is published here. Look at the numbers, then approve them."


@dataclass(frozen=True, slots=True)
class Move:
    """One SKU's published quantity, before (None: unknown) and after. `excepted`: sold, or a person said so."""

    sku: str
    before: int | None
    after: int
    excepted: bool = False

    @property
    def to_zero(self) -> bool:
        """Whether the SKU disappears from sale."""
        return self.after <= 0 and (self.before is None or self.before > 0)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What the last hour's pushes did there, without what orders did or a person approved, so that many small pushes
    count like a large one. `usual`: how many SKUs earlier pushes changed, as many as are known.
    """

    zeroed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    usual: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """More than both of these to zero is too many."""

    percent: int = 20
    skus: int = 10


def verdict(moves: Collection[Move], traffic: Traffic, limits: Limits, first: bool) -> str:
    """Why the moves wait for a person, in sentences; "" when they go out."""
    counted = [move for move in moves if not move.excepted]
    if first and moves:
        return FIRST
    if not counted:
        return ""
    return " ".join(filter(None, (_zeroes(counted, traffic, limits), _unusual(counted, traffic))))


def _zeroes(moves: Sequence[Move], traffic: Traffic, limits: Limits) -> str:
    new = {move.sku for move in moves if move.to_zero}
    zeroed, changed = new | traffic.zeroed, {move.sku for move in moves} | traffic.changed | traffic.zeroed
    if not new or len(zeroed) <= limits.skus or 100 * len(zeroed) <= limits.percent * len(changed):
        return ""
    hour = " within an hour" if len(zeroed) > len(new) else ""
    return (
        f"{len(zeroed):,} of {len(changed):,} SKUs would go to zero{hour}. "
        f"More than {limits.skus:,} and more than {limits.percent} % wait until somebody has looked."
    )


def _unusual(moves: Sequence[Move], traffic: Traffic) -> str:
    new = {move.sku for move in moves}
    count = len(new | traffic.changed)
    if len(traffic.usual) < ENOUGH_PUSHES or count <= max(FEW_CHANGES, FAR_MORE * max(traffic.usual)):
        return ""
    return f"{count:,} numbers would have changed within an hour. So far it was {max(traffic.usual):,} at most."
