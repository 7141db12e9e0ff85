"""What is to be written where for one SKU, and whether it may be written now."""

from collections.abc import Mapping
from dataclasses import dataclass

from nexus_ui.rules.brake import Move
from nexus_ui.rules.publish import Cause, Target, Terms, spread, target


@dataclass(frozen=True, slots=True)
class Asked:
    """A SKU that is looked at: why, units that orders took meanwhile, and whether what stands there is in doubt.

    `apart`: a person declined or undid the number; only sales change it until somebody asks for it again.
    """

    cause: Cause
    sold: int = 0
    doubtful: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A number for one place; `before` is what stands there as far as we know."""

    location_ref: str
    before: int | None
    quantity: int


def wanted(available: int, shown: int | None, terms: Terms, asked: Asked) -> Target | None:
    """What is to be published; None when it is to be left as it is."""
    if not asked.apart or asked.cause.names_sku:
        return target(available, terms)
    if shown is None or not asked.sold:
        return None
    return Target(max(0, shown - asked.sold), f"Set aside by a person; {asked.sold:,} sold since")


def drafts(quantity: int, places: Mapping[str, int | None], doubtful: bool) -> list[Draft] | None:
    """The numbers to write; none when all stands as it should, None when a place does not tell what it holds.

    What is in doubt is written whatever is believed to stand there, without comparing.
    """
    if doubtful and len(places) == 1:
        return [Draft(next(iter(places)), None, quantity)]
    changed = spread(quantity, places)
    if changed is None:
        return None
    return [Draft(ref, places[ref], units) for ref, units in sorted(changed.items())]


def move(sku: str, shown: int | None, goal: Target, last_unit: bool, asked: Asked) -> Move:
    """The SKU as the brake sees it: what a sale took, or gave back, is no mistake; nor is what a person approved."""
    sale = asked.cause.of_order and (last_unit or (shown is not None and goal.quantity >= shown))
    within = shown is not None and 0 < shown - goal.quantity <= asked.sold
    approved = asked.cause in (Cause.APPROVED, Cause.UNDO)
    return Move(sku, shown, goal.quantity, excepted=sale or within or approved)
