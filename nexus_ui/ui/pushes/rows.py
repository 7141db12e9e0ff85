"""What the pages of pushes show, ready to be drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nexus_ui.storage.pushes import TAKEN, PushDetail, PushLine, PushState, ReceiptLine, ReceiptState
from nexus_ui.ui import words
from nexus_ui.ui.places import Place, place_of

TRIGGERS = {
    "order": "Order",
    "own_order": "Order there",
    "edit": "Set by hand",
    "import": "Imported from a file",
    "settings": "Settings changed",
    "first": "First push",
    "drift": "Put right",
    "repush": "Pushed again",
    "approved": "Approved",
    "undo": "Taken back",
}
CAME = {
    ReceiptState.CONFIRMED: "confirmed",
    ReceiptState.ACCEPTED: "accepted",
    ReceiptState.SENT: "without answer yet",
    ReceiptState.PLANNED: "planned",
    ReceiptState.STALE: "stale",
    ReceiptState.REFUSED: "refused",
    ReceiptState.SKIPPED: "skipped",
    ReceiptState.SUPERSEDED: "superseded",
}


@dataclass(frozen=True)
class PushRow:
    """One push. `what` names its SKU, or says how many there are."""

    id: str = ""
    place: Place = field(default_factory=Place)
    cause: str = ""
    by: str = ""
    state: str = ""
    what: str = ""
    named: bool = False
    emptied: str = ""
    came: str = ""
    refused: str = ""
    created: str = ""


@dataclass(frozen=True)
class ReceiptRow:
    """One number: what stood there, what is sent, by which rule, and what came of it. `place` names where it stands."""

    id: str
    place: str
    sku: str
    title: str
    location: str
    before: str
    after: str
    change: str
    tone: str
    rule: str
    cause: str
    state: str
    said: str
    at: str
    read_back: str
    waits: bool


@dataclass(frozen=True)
class PushPanel:
    """One push, opened. `numbers` and `emptied` are what approving all of it would send."""

    row: PushRow = field(default_factory=PushRow)
    because: str = ""
    decided: str = ""
    decided_at: str = ""
    finished: str = ""
    undoes: str = ""
    undone_by: str = ""
    held: bool = False
    undoable: bool = False
    numbers: int = 0
    emptied: int = 0
    revision: int = 0


def row_of(line: PushLine) -> PushRow:
    """One line of the list."""
    refused = line.tally.get(ReceiptState.REFUSED, 0)
    return PushRow(
        id=line.id,
        place=place_of(line.origin),
        cause=TRIGGERS.get(line.trigger, line.trigger.capitalize()),
        by=line.requested_by or "",
        state=line.state.value,
        what=line.sku or words.count(line.skus, "SKU"),
        named=line.sku is not None,
        emptied=f"{line.emptied:,} to zero" if line.emptied else "",
        came=_came(line.tally, line.state),
        refused=f"{refused:,} refused" if refused else "",
        created=words.iso(line.created_at),
    )


def panel_of(detail: PushDetail) -> PushPanel:
    """One push."""
    line = detail.line
    held = line.state is PushState.HELD
    return PushPanel(
        row=row_of(line),
        because=line.held_because,
        decided=_decided(line),
        decided_at=words.iso(line.decided_at),
        finished=words.iso(line.finished_at),
        undoes=line.undoes or "",
        undone_by=detail.undone_by or "",
        held=held,
        undoable=not detail.undone_by and any(line.tally.get(state) for state in TAKEN),
        numbers=line.tally.get(ReceiptState.PLANNED, 0) if held else line.numbers,
        emptied=line.emptied,
        revision=line.revision,
    )


def receipt_rows(receipts: Sequence[ReceiptLine]) -> list[ReceiptRow]:
    """The numbers of a push; a place is named where one listing has several."""
    seen = [one.variant_ref for one in receipts]
    return [_receipt(one, seen.count(one.variant_ref) > 1) for one in receipts]


def _receipt(one: ReceiptLine, several: bool) -> ReceiptRow:
    return ReceiptRow(
        id=one.id,
        place=one.place,
        sku=one.sku,
        title=one.title,
        location=f"Location {one.location_ref}" if several and one.location_ref else "",
        before=words.units(one.before, True),
        after=f"{one.quantity:,}",
        change=_change(one),
        tone="tone-bad" if one.empties else "",
        rule=one.rule,
        cause=TRIGGERS.get(one.cause, one.cause),
        state=one.state.value,
        said=one.said,
        at=words.iso(one.confirmed_at or one.answered_at or one.sent_at),
        read_back=_read_back(one),
        waits=one.state is ReceiptState.PLANNED,
    )


def _change(one: ReceiptLine) -> str:
    if one.before is None or one.before == one.quantity:
        return ""
    return f"{one.quantity - one.before:+,}".replace("-", "−")


def _read_back(one: ReceiptLine) -> str:
    if one.seen is None or one.seen == one.quantity:
        return ""
    return f"Read back: {one.seen:,}"


def _came(tally: Mapping[ReceiptState, int], state: PushState) -> str:
    """`31 confirmed, 2 refused`; nothing while it waits for approval."""
    if state is PushState.HELD:
        return ""
    shown = [(word, tally.get(each, 0)) for each, word in CAME.items() if each is not ReceiptState.REFUSED]
    return ", ".join(f"{number:,} {word}" for word, number in shown if number)


def _decided(line: PushLine) -> str:
    if line.decided_at is None:
        return ""
    word = "Declined" if line.state is PushState.DECLINED else "Approved"
    return f"{word} by {line.decided_by}" if line.decided_by else word
