"""What people do with the stock: set what is on hand of one SKU, or of many from a file, seen before it is applied."""

from dataclasses import dataclass

from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.ids import new_id
from nexus_ui.rules import stock_file
from nexus_ui.rules.ledger import Kind
from nexus_ui.rules.stock_file import Sheet, Wrong
from nexus_ui.storage import stock

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What a row of a file would do; `before` is None where nothing is known yet."""

    number: int
    sku: str
    before: int | None
    after: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What applying a file would do: rows that change something, rows that do not, rows that are wrong."""

    changes: tuple[Change, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    unchanged: int = 0
    again: int = 0
    problem: str = ""


def change(sku: str, typed: str, seen: int | None, reason: str, by: Who, once: str = "") -> None:
    """Set what is on hand of one SKU, which was `seen` when the person decided; raises BadInput, NotAllowed.

    `once` names the form that was sent: sent twice, it counts once.
    """
    _admit(by)
    why = " ".join(reason.split())
    units = stock_file.whole_units(typed)
    if units is None:
        raise BadInput("Type a whole number of units, from 0 on, without separators.", field="on_hand")
    if not why:
        raise BadInput("Say why, such as: counted, damaged, delivery.", field="reason")
    if len(why) > LONGEST_REASON:
        raise BadInput(f"Keep the reason within {LONGEST_REASON} characters.", field="reason")
    if sku not in stock.on_hand_of([sku]):
        raise BadInput("No connection lists this SKU any more.", field="on_hand")
    cause = f"edit:{once or new_id('edit')}"
    if stock.counted_by(cause, [sku]):
        return
    if not stock.set_on_hand({sku: units}, Kind.EDIT, cause, by.person_id, why, {sku: seen}):
        raise BadInput("The number changed meanwhile. Look at it again, then save.", field="on_hand")


def preview(text: str, by: Who) -> Preview:
    """What a file would change; nothing is changed. Raises NotAllowed."""
    _admit(by)
    sheet = stock_file.read(text)
    if sheet.problem:
        return Preview(problem=sheet.problem)
    return _compared(sheet)


def apply(text: str, by: Who) -> int:
    """Set what a file says, without the rows that are wrong; the same file counts once. Returns how many numbers
    changed; raises BadInput, NotAllowed.
    """
    _admit(by)
    sheet = stock_file.read(text)
    if sheet.problem:
        raise BadInput(sheet.problem, field="text")
    known = stock.on_hand_of([row.sku for row in sheet.rows])
    numbers = {row.sku: row.on_hand for row in sheet.rows if row.sku in known}
    if not numbers:
        return 0
    written = stock.set_on_hand(numbers, Kind.IMPORT, _cause(sheet), by.person_id, "")
    return sum(one.before != one.after for one in written)


def _compared(sheet: Sheet) -> Preview:
    skus = [row.sku for row in sheet.rows]
    known, done = stock.on_hand_of(skus), stock.counted_by(_cause(sheet), skus)
    strange = [
        Wrong(row.number, row.sku, "No connection lists this SKU.") for row in sheet.rows if row.sku not in known
    ]
    fresh = [row for row in sheet.rows if row.sku in known and row.sku not in done]
    changes = tuple(
        Change(row.number, row.sku, known[row.sku], row.on_hand) for row in fresh if known[row.sku] != row.on_hand
    )
    wrong = tuple(sorted((*sheet.wrong, *strange), key=lambda one: one.number))
    return Preview(changes, wrong, len(fresh) - len(changes) + sheet.empty, len(done))


def _cause(sheet: Sheet) -> str:
    return f"import:{sheet.digest}"


def _admit(by: Who) -> None:
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow changing the stock.")
