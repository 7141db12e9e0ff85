"""How many units of a SKU a connection publishes, by which rule in words, and at which of its places."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from nexus_ui.rules.stock import published


class Cause(StrEnum):
    """Why a published quantity is looked at."""

    ORDER = "order"
    OWN_ORDER = "own_order"
    """An order on the very connection, which has lowered its number by itself."""
    EDIT = "edit"
    IMPORT = "import"
    SETTINGS = "settings"
    FIRST = "first"
    DRIFT = "drift"
    REPUSH = "repush"
    APPROVED = "approved"
    """A person approved this very change, and it has to be tried once more."""
    UNDO = "undo"

    @property
    def of_order(self) -> bool:
        """Whether a sale asked for it."""
        return self in (Cause.ORDER, Cause.OWN_ORDER)

    @property
    def of_person(self) -> bool:
        """Whether somebody waits for it."""
        return self.names_sku or self is Cause.SETTINGS

    @property
    def names_sku(self) -> bool:
        """Whether a person meant this very SKU, which ends what was declined or undone before."""
        return self in (Cause.EDIT, Cause.IMPORT, Cause.REPUSH, Cause.APPROVED)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a connection publishes of a SKU by. `own_buffer` is the SKU's exception; `withheld`: none of it.

    `last_units`: with fewer than so many available only the chosen connection publishes any; `chosen` is whether this
    is it, or None where no connection is chosen that lists the SKU.
    """

    buffer_percent: int = 0
    own_buffer: int | None = None
    withheld: bool = False
    last_units: int = 0
    chosen: bool | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be published, and why, in words."""

    quantity: int
    rule: str


def target(available: int, terms: Terms) -> Target:
    """What is published of so many available units."""
    if terms.withheld:
        return Target(0, "Kept off this connection")
    if terms.chosen is False and available < terms.last_units:
        return Target(0, f"Fewer than {terms.last_units:,} left: only on the connection chosen for last units")
    buffer = terms.buffer_percent if terms.own_buffer is None else terms.own_buffer
    whose = "" if terms.own_buffer is None else ", this SKU's own buffer"
    if terms.chosen and available < terms.last_units:
        return Target(max(0, available), f"Fewer than {terms.last_units:,} left: all of them here, without buffer")
    if available <= 0:
        return Target(0, "None available")
    if buffer == 0:
        return Target(published(available, 0), f"All {available:,} available{whose}")
    return Target(published(available, buffer), f"{available:,} available, {buffer} % held back{whose}")


def spread(quantity: int, places: Mapping[str, int | None]) -> dict[str, int] | None:
    """The places whose number has to change so that all of them add up to `quantity`; None when nobody can tell.

    More goes to the fullest place, less comes from the fullest ones. A number below zero counts as none.
    """
    if len(places) == 1:
        ((ref, there),) = places.items()
        return {} if there is not None and max(0, there) == quantity else {ref: quantity}
    known = {ref: max(0, there) for ref, there in places.items() if there is not None}
    if not known or len(known) < len(places):
        return None
    missing = quantity - sum(known.values())
    fullest = sorted(known, key=lambda ref: (-known[ref], ref))
    if missing > 0:
        return {fullest[0]: known[fullest[0]] + missing}
    changed: dict[str, int] = {}
    for ref in fullest:
        taken = min(known[ref], -missing)
        if taken:
            changed[ref] = known[ref] - taken
            missing += taken
    return changed
