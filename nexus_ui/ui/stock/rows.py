"""What the Stock page shows, ready to be drawn."""

from dataclasses import dataclass, field

from nexus_ui.flows.stock import Change
from nexus_ui.rules.ledger import Kind
from nexus_ui.rules.stock_file import Wrong
from nexus_ui.storage.shown import Shown
from nexus_ui.storage.stock import Movement, StockDetail, StockLine
from nexus_ui.ui import words
from nexus_ui.ui.address import sku_history
from nexus_ui.ui.places import Place, place_of

SHOWN_IN_ROW = 3
SANDBOX = "sandbox\n"
"""Before a SKU in a key; no SKU holds a line break."""
WORDS = {
    Kind.FIRST_SIGHT: "First seen",
    Kind.SALE: "Sold",
    Kind.RETURN: "Came back",
    Kind.EDIT: "Set by hand",
    Kind.IMPORT: "Imported from a file",
    Kind.CORRECTION: "Put right",
}


@dataclass(frozen=True)
class ShownRow:
    """What one connection shows, and what it should by `rule`; `differs`: it shows another number.

    `own_buffer` and `withheld` are the SKU's own rule there, as its form is filled; `fixed`: it has one.
    """

    place: Place
    number: str
    wanted: str
    differs: bool
    rule: str
    own_buffer: str
    general: str
    withheld: bool
    fixed: bool
    approved: bool


@dataclass(frozen=True)
class StockRow:
    """One SKU. `seen` is the number on hand as an edit gives it back, "" where it is not known.

    `key` tells the sandbox's SKU from the real one of the same name.
    """

    key: str = ""
    sku: str = ""
    sandbox: bool = False
    title: str = ""
    on_hand: str = ""
    seen: str = ""
    reserved: str = ""
    available: str = ""
    unknown: bool = False
    differs: bool = False
    shown: list[ShownRow] = field(default_factory=list)
    more: str = ""


@dataclass(frozen=True)
class MovementRow:
    """One movement."""

    cause: str
    what: str
    why: str
    quantity: str
    tone: str
    at: str
    by: str


@dataclass(frozen=True)
class StockPanel:
    """One SKU, opened."""

    row: StockRow = field(default_factory=StockRow)
    movements: list[MovementRow] = field(default_factory=list)
    cut: str = ""
    history: str = ""


@dataclass(frozen=True)
class ChangeRow:
    """A number that a file would set."""

    key: str
    sku: str
    sandbox: bool
    before: str
    after: str


@dataclass(frozen=True)
class WrongRow:
    """A row of a file that cannot be used."""

    key: str
    number: str
    sku: str
    reason: str


def row_of(line: StockLine, every: bool = False) -> StockRow:
    """One line of the list; `every` connection instead of the first few, those that differ first."""
    shown = sorted(map(_shown, line.shown), key=lambda one: not one.differs)
    cut = len(shown) if every else SHOWN_IN_ROW
    return StockRow(
        key=key_of(line.sku, line.sandbox),
        sku=line.sku,
        sandbox=line.sandbox,
        title=line.title,
        on_hand=words.units(line.on_hand, True),
        seen="" if line.on_hand is None else str(line.on_hand),
        reserved=f"{line.reserved:,}",
        available=words.units(line.available, True),
        unknown=line.on_hand is None,
        differs=any(one.differs for one in shown),
        shown=shown[:cut],
        more=f"and {len(shown) - cut} more" if len(shown) > cut else "",
    )


def key_of(sku: str, sandbox: bool) -> str:
    """What names a SKU of one world to the page."""
    return f"{SANDBOX if sandbox else ''}{sku}"


def sku_of(key: str) -> tuple[str, bool]:
    """The SKU that `key` names, and whether it is the sandbox's."""
    return key.removeprefix(SANDBOX), key.startswith(SANDBOX)


def panel_of(detail: StockDetail) -> StockPanel:
    """One SKU with its movements."""
    shown = len(detail.movements)
    cut = f"The newest {shown} of {detail.movements_in_all:,} are shown." if shown < detail.movements_in_all else ""
    line = detail.line
    movements = [movement_of(one) for one in detail.movements]
    return StockPanel(row_of(line, every=True), movements, cut, sku_history(line.sku, line.sandbox))


def movement_of(one: Movement) -> MovementRow:
    """One movement in words."""
    order = f"order {one.order}" if one.order else ""
    place = f"on {one.origin.name}" if one.origin else ""
    where = " ".join(part for part in (order, place) if part)
    return MovementRow(
        cause=one.cause,
        what=WORDS[one.kind],
        why=" · ".join(part for part in (where, one.note) if part),
        quantity=f"{one.quantity:+,}".replace("-", "−") if one.quantity else "0",
        tone="tone-ok" if one.quantity > 0 else "",
        at=words.iso(one.at),
        by=one.by or "",
    )


def change_of(change: Change) -> ChangeRow:
    """One number a file would set."""
    return ChangeRow(
        str(change.number), change.sku, change.sandbox, words.units(change.before, True), f"{change.after:,}"
    )


def wrong_of(wrong: Wrong) -> WrongRow:
    """One row that cannot be used."""
    return WrongRow(f"{wrong.number} {wrong.reason}", f"{wrong.number:,}", wrong.sku or "–", wrong.reason)


def _shown(one: Shown) -> ShownRow:
    own = one.terms.own_buffer
    return ShownRow(
        place=place_of(one.origin),
        number=words.units(one.available, True),
        wanted="" if one.wanted is None else f"{one.wanted:,}",
        differs=one.differs,
        rule=one.rule,
        own_buffer="" if own is None else str(own),
        general=f"{one.terms.buffer_percent}, as for the whole connection",
        withheld=one.terms.withheld,
        fixed=own is not None or one.terms.withheld,
        approved=one.approved,
    )
