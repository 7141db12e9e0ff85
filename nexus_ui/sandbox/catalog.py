"""Real catalogues, read from the files the vendors' own shops export.

What a file says is kept as it says it; a file that cannot be trusted is refused with the row and what to do.
"""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path


class CatalogError(ValueError):
    """A catalogue file that cannot be used; the message names the row and the way out."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One sellable thing. None is always "the file does not say", never zero."""

    sku: str | None
    options: tuple[str, ...] = ()  # in the order of Product.option_names; "" is "any"
    price: Decimal | None = None  # what a customer pays today
    compare_at: Decimal | None = None  # the price before a reduction
    qty: int | None = None  # kept as the file has it, also when tracked is False
    tracked: bool = False  # does the shop keep count of this variant
    policy: str = "deny"  # sell below zero: deny or continue
    barcode: str | None = None
    grams: int | None = None
    image: str | None = None
    title: str = ""
    id: int | None = None  # WooCommerce's number
    in_stock: bool = True  # WooCommerce's own word where nothing is counted
    row: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a WooCommerce product with all values it offers."""

    name: str
    values: tuple[str, ...]
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Product:
    """One product with its variants; the lower half is filled from WooCommerce's file only."""

    handle: str
    title: str
    variants: tuple[Variant, ...]
    body_html: str = ""
    vendor: str = ""
    type: str = ""
    tags: tuple[str, ...] = ()
    status: str = "active"  # active, draft, archived; private only from WooCommerce
    option_names: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    row: int = 0
    kind: str = "simple"  # simple, variable, grouped, external
    id: int | None = None
    sku: str | None = None  # of a variable or grouped product itself
    tracked: bool = False  # a variable product that counts for all its variations together
    qty: int | None = None
    short_html: str = ""
    virtual: bool = False
    downloadable: bool = False
    featured: bool = False
    visibility: str = "visible"
    attributes: tuple[Attribute, ...] = ()
    grouped: tuple[int, ...] = ()  # ids of the products a grouped product shows
    external_url: str = ""
    button_text: str = ""


@dataclass(frozen=True, slots=True)
class Catalog:
    """All products of one file, and whose export it is."""

    marketplace: str
    products: tuple[Product, ...]


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
        price = self._number(column, word, "is not a price. Write it like 19.99, without currency sign, or leave it empty")
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


def load(path: Path | str) -> Catalog:
    """Whichever of the two exports `path` is, told by its header; raises CatalogError."""
    readers: dict[str, tuple[str, Callable[[Path | str], tuple[Product, ...]]]] = {
        "Handle": ("shopify", load_shopify),
        "Type": ("woocommerce", load_woocommerce),
    }
    header = _header(Path(path))
    for column, (marketplace, reader) in readers.items():
        if column in header:
            return Catalog(marketplace, reader(path))
    raise CatalogError(
        f"{Path(path).name} is neither a Shopify product export (no column Handle) nor a WooCommerce one (no column "
        "Type). Export the products again from the shop, as CSV with commas and English column names."
    )


def load_shopify(path: Path | str) -> tuple[Product, ...]:
    """Products of Shopify's product export; raises CatalogError."""
    from nexus_ui.sandbox.catalog_shopify import products

    return products(read_rows(Path(path), ("Handle", "Title", "Variant Price")))


def load_woocommerce(path: Path | str) -> tuple[Product, ...]:
    """Products of WooCommerce's product export; raises CatalogError."""
    from nexus_ui.sandbox.catalog_woocommerce import products

    return products(read_rows(Path(path), ("Type", "SKU", "Name", "Regular price")))
