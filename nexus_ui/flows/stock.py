"""What people do with the stock: set what is on hand of one SKU, or of many from a file, seen before it is applied."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nexus_ui.errors import BadInput, NotAllowed
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.ids import new_id
from nexus_ui.rules import stock_file
from nexus_ui.rules.ledger import Kind
from nexus_ui.rules.stock_file import Row, Sheet, Wrong
from nexus_ui.storage import audit, stock
from nexus_ui.storage.audit import Action, Subject
from nexus_ui.storage.counting import Counted
from nexus_ui.storage.database import writing

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Change:
    """What a row of a file would do; `before` is None where nothing is known yet."""

    number: int
    sku: str
    sandbox: bool
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


def change(sku: str, sandbox: bool, typed: str, seen: int | None, reason: str, by: Who, once: str = "") -> None:
    """Set what is on hand of one SKU, which was `seen` when the person decided; raises BadInput, NotAllowed.

    `sandbox`: of the simulated stock. `once` names the form that was sent: sent twice, it counts once.
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
    if sku not in stock.on_hand_of([sku], sandbox):
        raise BadInput("No connection lists this SKU any more.", field="on_hand")
    cause = f"edit:{once or new_id('edit')}"
    if stock.counted_by(cause, [sku], sandbox):
        return
    with writing() as session:
        written = stock.set_on_hand(session, sandbox, {sku: units}, Kind.EDIT, cause, by.person_id, why, {sku: seen})
        if not written:
            raise BadInput("The number changed meanwhile. Look at it again, then save.", field="on_hand")
        told = (*_told(written), audit.Change("reason", "", why))
        audit.note(session, by.person_id, Action.STOCK_SET, Subject.STOCK, sku, sku, told)


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
    worlds, changes = _by_world(sheet.rows), list[audit.Change]()
    with writing() as session:
        for sandbox, known, rows in worlds:
            numbers = {row.sku: row.on_hand for row in rows if row.sku in known}
            if numbers:
                kept = (Kind.IMPORT, _cause(sheet), by.person_id, "")
                changes += _told(stock.set_on_hand(session, sandbox, numbers, *kept))
        if changes:
            named = f"{len(changes):,} SKUs from a file"
            audit.note(session, by.person_id, Action.STOCK_IMPORTED, Subject.STOCK, _cause(sheet), named, changes)
    return len(changes)


def _told(written: Sequence[Counted]) -> tuple[audit.Change, ...]:
    """What is different now, for the audit log."""
    return tuple(
        audit.Change(one.sku, "" if one.before is None else str(one.before), str(one.after))
        for one in written
        if one.before != one.after
    )


def _compared(sheet: Sheet) -> Preview:
    wrong, changes = list(sheet.wrong), list[Change]()
    unchanged, again = sheet.empty, 0
    for sandbox, known, rows in _by_world(sheet.rows):
        done = stock.counted_by(_cause(sheet), [row.sku for row in rows], sandbox)
        wrong += [Wrong(row.number, row.sku, "No connection lists this SKU.") for row in rows if row.sku not in known]
        fresh = [row for row in rows if row.sku in known and row.sku not in done]
        new = [row for row in fresh if known[row.sku] != row.on_hand]
        changes += [Change(row.number, row.sku, sandbox, known[row.sku], row.on_hand) for row in new]
        unchanged, again = unchanged + len(fresh) - len(new), again + len(done)
    in_order = sorted(changes, key=lambda one: one.number)
    return Preview(tuple(in_order), tuple(sorted(wrong, key=lambda one: one.number)), unchanged, again)


def _by_world(rows: Sequence[Row]) -> list[tuple[bool, dict[str, int | None], list[Row]]]:
    """The rows of the real stock and of the sandbox's, with what is on hand of the SKUs that are known there.

    A row that does not say whose stock it is means the real one, unless only the sandbox knows the SKU.
    """
    skus = [row.sku for row in rows]
    real, practice = stock.on_hand_of(skus, sandbox=False), stock.on_hand_of(skus, sandbox=True)
    worlds: dict[bool, list[Row]] = {False: [], True: []}
    for row in rows:
        guessed = row.sku in practice and row.sku not in real
        sandbox = guessed if row.sandbox is None else row.sandbox
        worlds[sandbox].append(replace(row, sandbox=sandbox))
    return [(False, real, worlds[False]), (True, practice, worlds[True])]


def _cause(sheet: Sheet) -> str:
    return f"import:{sheet.digest}"


def _admit(by: Who) -> None:
    if not by.may(Role.ADMIN):
        raise NotAllowed("Your role does not allow changing the stock.")
