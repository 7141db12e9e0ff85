"""Reads a CSV file of counted stock: which SKU has how many units on hand, and what is wrong in which row."""

import csv
import hashlib
import io
import re
from collections import defaultdict
from dataclasses import dataclass

MOST_ROWS = 20_000
MOST_UNITS = 1_000_000_000
SKU_HEADS = frozenset({"sku"})
NUMBER_HEADS = frozenset({"on_hand", "on hand", "onhand", "quantity", "stock"})
WORLD_HEADS = frozenset({"sandbox"})
PROTECTED = re.compile(r"'[=+\-@\t\r]")
"""How our own export keeps a spreadsheet from running a cell."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file: `number` is its place as a spreadsheet counts, the heads being row 1.

    `sandbox`: whose stock it is, where the file says so.
    """

    number: int
    sku: str
    on_hand: int
    sandbox: bool | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row that cannot be used, and why."""

    number: int
    sku: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file says. `digest` names exactly this file; `problem` is why it cannot be read at all."""

    rows: tuple[Row, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    empty: int = 0
    digest: str = ""
    problem: str = ""


def read(text: str) -> Sheet:
    """The rows of a file with the columns `sku` and `on_hand`, separated by comma, semicolon or tab."""
    plain = text.lstrip("\ufeff")
    first = plain.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(plain, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return Sheet(problem="This is not a CSV file: a quotation mark in it is not closed.")
    heads = [head.strip().lower() for head in table[0]] if table else []
    sku_at = next((place for place, head in enumerate(heads) if head in SKU_HEADS), None)
    units_at = next((place for place, head in enumerate(heads) if head in NUMBER_HEADS), None)
    world_at = next((place for place, head in enumerate(heads) if head in WORLD_HEADS), None)
    if sku_at is None or units_at is None:
        return Sheet(problem="The first row must name the columns: sku and on_hand. Other columns are passed over.")
    if len(table) - 1 > MOST_ROWS:
        return Sheet(problem=f"The file has {len(table) - 1:,} rows. Split it into files of {MOST_ROWS:,} at most.")
    digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:24]
    return _judged(table[1:], sku_at, units_at, world_at, digest)


def _judged(table: list[list[str]], sku_at: int, units_at: int, world_at: int | None, digest: str) -> Sheet:
    rows: list[Row] = []
    wrong: list[Wrong] = []
    places: dict[tuple[str, bool | None], list[int]] = defaultdict(list)
    empty = 0
    for number, cells in enumerate(table, 2):
        sku, units = _cell(cells, sku_at), _cell(cells, units_at)
        if not any(cell.strip() for cell in cells) or (sku and not units):
            empty += 1
            continue
        sandbox = None if world_at is None else _cell(cells, world_at).lower() in {"yes", "true", "1"}
        places[sku, sandbox].append(number)
        reason = _reason(sku, units)
        if reason:
            wrong.append(Wrong(number, sku, reason))
        else:
            rows.append(Row(number, sku, int(units), sandbox))
    twice = {key: found for key, found in places.items() if key[0] and len(found) > 1}
    doubled = [(row, twice[row.sku, row.sandbox]) for row in rows if (row.sku, row.sandbox) in twice]
    wrong += [Wrong(row.number, row.sku, _twice(found)) for row, found in doubled]
    kept = tuple(row for row in rows if (row.sku, row.sandbox) not in twice)
    return Sheet(kept, tuple(sorted(wrong, key=lambda one: one.number)), empty, digest)


def whole_units(text: str) -> int | None:
    """The number of units a person typed, or None when it is none: whole, not below zero, no separators."""
    found = text.strip()
    return int(found) if re.fullmatch(r"[0-9]{1,10}", found) and int(found) <= MOST_UNITS else None


def _reason(sku: str, units: str) -> str:
    if not sku:
        return "The SKU is missing."
    if whole_units(units) is None:
        return (
            f"“{units[:40]}” is not a number of units: use a whole number from 0 to {MOST_UNITS:,}, without separators."
        )
    return ""


def _twice(numbers: list[int]) -> str:
    return f"This SKU stands in rows {', '.join(map(str, numbers[:6]))}. Keep one of them."


def _cell(cells: list[str], place: int) -> str:
    text = cells[place].strip() if place < len(cells) else ""
    return text[1:] if PROTECTED.match(text) else text
