"""Reading a CSV file row by row, with complaints that name the row and the way out."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

LONGEST_CELL = 4 * 1024 * 1024


class CatalogError(ValueError):
    """A catalogue file that cannot be used; the message names the row and the way out."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file with its number as a spreadsheet shows it."""

    number: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """The trimmed cell, empty when the column is missing."""
        return self.cells.get(column, "").strip()

    def maybe(self, column: str) -> str | None:
        """The trimmed cell, or None when it is empty."""
        return self.text(column) or None

    def flag(self, column: str, *, default: bool = False) -> bool:
        """A yes/no cell in either vendor's spelling; raises CatalogError."""
        word = self.text(column).lower()
        if not word:
            return default
        if word in {"1", "true", "yes"}:
            return True
        if word in {"0", "false", "no"}:
            return False
        raise self.wrong(column, "is neither yes nor no. Write 1 or 0 (Shopify: true or false)")

    def money(self, column: str) -> Decimal | None:
        """A price with a decimal point or comma, None when empty; raises CatalogError."""
        word = self.text(column)
        if not word:
            return None
        whole, comma, cents = word.partition(",")
        if comma and len(cents) <= 2:
            word = f"{whole}.{cents}"
        price = self._number(
            column, word, "is not a price. Write it like 19.99, without currency sign, or leave it empty"
        )
        if price < 0:
            raise self.wrong(column, "is below zero. Prices are zero or more; leave the cell empty when there is none")
        return price

    def whole(self, column: str) -> int | None:
        """A whole number, None when empty; raises CatalogError."""
        word = self.text(column)
        if not word:
            return None
        number = self._number(column, word, "is not a number. Write a whole number or leave it empty")
        if number != number.to_integral_value():
            raise self.wrong(column, "is not a whole number. Count whole pieces or leave the cell empty")
        return int(number)

    def rounded(self, column: str, factor: Decimal = Decimal(1)) -> int | None:
        """A measure times `factor`, rounded to a whole number, None when empty; raises CatalogError."""
        word = self.text(column).replace(",", ".")
        if not word:
            return None
        return round(self._number(column, word, "is not a number. Write it like 1.5 or leave it empty") * factor)

    def _number(self, column: str, word: str, complaint: str) -> Decimal:
        try:
            number = Decimal(word)
        except InvalidOperation:
            raise self.wrong(column, complaint) from None
        if not number.is_finite() or abs(number) >= 10**15:
            raise self.wrong(column, complaint)
        return number

    def wrong(self, column: str, complaint: str) -> CatalogError:
        """The error that names this row, the column and its value."""
        return CatalogError(f"Row {self.number}, {column}: {self.text(column)[:60]!r} {complaint}.")


def read_header(path: Path) -> list[str]:
    """The column names of a CSV file; raises CatalogError."""
    return _records(path)[0]


def read_rows(path: Path, required: tuple[str, ...]) -> list[Row]:
    """All records below the header, empty ones left out; raises CatalogError."""
    header, *records = _records(path)
    missing = [column for column in required if column not in header]
    if missing:
        raise CatalogError(
            f"{path.name} has no column {', '.join(missing)}. Export the products again with all columns, "
            "separated by commas, from a shop whose language is English."
        )
    rows = []
    for number, record in enumerate(records, start=2):
        if not any(cell.strip() for cell in record):
            continue
        if len(record) > len(header) and any(cell.strip() for cell in record[len(header) :]):
            raise CatalogError(
                f"Row {number} has {len(record)} cells but the header has {len(header)} columns. "
                'Put texts with commas between double quotes ("...").'
            )
        rows.append(Row(number, dict(zip(header, record, strict=False))))
    if not rows:
        raise CatalogError(f"{path.name} holds no products. Export the products again and choose all of them.")
    return rows


def _records(path: Path) -> list[list[str]]:
    """Header and records of a file; raises CatalogError when it cannot be read as CSV."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CatalogError(f"{path.name} cannot be read ({error.strerror}). Check the path and the rights.") from None
    except UnicodeDecodeError:
        raise CatalogError(f"{path.name} is not UTF-8 text. Save it as CSV UTF-8 and try again.") from None
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as error:
        raise CatalogError(
            f"Row {len(records) + 1} (line {reader.line_num}) is not valid CSV: {error}. "
            'Check that every quoted text ends with a double quote (").'
        ) from None
    if not records:
        raise CatalogError(f"{path.name} is empty. Export the products again.")
    return [[name.strip() for name in records[0]], *records[1:]]
