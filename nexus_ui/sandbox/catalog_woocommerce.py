"""WooCommerce's product export: one row a product, variations pointing to their parent by SKU or `id:n`.

The columns are described at https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema (2026-11-23).
"""

import re
from collections import defaultdict
from decimal import Decimal

from nexus_ui.sandbox.catalog_records import Attribute, Product, Variant
from nexus_ui.sandbox.catalog_rows import CatalogError, Row

KINDS = ("simple", "variable", "grouped", "external")
STATUSES = {"1": "active", "0": "private", "-1": "draft"}
GRAMS = {"g": Decimal(1), "kg": Decimal(1000), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125")}
COMMA = re.compile(r"(?<!\\),")


def products(rows: list[Row]) -> tuple[Product, ...]:
    """Rows read as products, variations placed under their parents; raises CatalogError."""
    numbers = _numbers(rows)
    parents = [row for row in rows if _kind(row) != "variation"]
    index = _index(rows, numbers)
    variations: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if _kind(row) == "variation":
            variations[_parent(row, index).number].append(row)
    return tuple(_product(row, variations[row.number], numbers, index) for row in parents)


def _numbers(rows: list[Row]) -> dict[int, int]:
    """WooCommerce's id of every row; rows without one get the next free."""
    given: dict[int, int] = {}
    taken: dict[int, int] = {}
    for row in rows:
        number = row.whole("ID")
        if number is None:
            continue
        if number < 1:
            raise row.wrong("ID", "is not a product number. Write a number above zero or leave it empty")
        if number in taken:
            raise CatalogError(f"Row {row.number} has ID {number} like row {taken[number]}. Remove one of the two.")
        taken[number], given[row.number] = row.number, number
    free = max(taken, default=0)
    for row in rows:
        if row.number not in given:
            free += 1
            given[row.number] = free
    return given


def _index(rows: list[Row], numbers: dict[int, int]) -> dict[str, tuple[Row, int]]:
    """Every product under its SKU and under `id:n`."""
    index: dict[str, tuple[Row, int]] = {}
    for row in rows:
        sku = row.text("SKU")
        if sku and sku.lower() in index:
            other = index[sku.lower()][0].number
            raise CatalogError(f"Row {row.number} has the SKU {sku!r} of row {other}. Give each product its own SKU.")
        entry = (row, numbers[row.number])
        index[f"id:{numbers[row.number]}"] = entry
        if sku:
            index[sku.lower()] = entry
    return index


def _parent(row: Row, index: dict[str, tuple[Row, int]]) -> Row:
    name = row.text("Parent")
    if not name:
        raise CatalogError(
            f"Row {row.number} is a variation without Parent. Write the SKU of its product, or id: and its ID."
        )
    if name.lower() not in index:
        raise row.wrong("Parent", "is not in this file. Export the parent product too, or correct the SKU")
    parent = index[name.lower()][0]
    if _kind(parent) != "variable":
        raise row.wrong("Parent", f"is a {_kind(parent)} product. Only a variable product can have variations")
    return parent


def _words(row: Row) -> list[str]:
    return [word.strip().lower() for word in row.text("Type").split(",") if word.strip()]


def _kind(row: Row) -> str:
    """The product type; virtual and downloadable stand beside it."""
    words = [word for word in _words(row) if word not in ("virtual", "downloadable")]
    if len(words) == 1 and words[0] in (*KINDS, "variation"):
        return words[0]
    if not words and _words(row):
        return "simple"
    raise row.wrong("Type", "is unknown. Write simple, variable, variation, grouped or external")


def _product(row: Row, variations: list[Row], numbers: dict[int, int], index: dict[str, tuple[Row, int]]) -> Product:
    kind = _kind(row)
    attributes = _attributes(row)
    used = {attribute.name for variation in variations for attribute in _attributes(variation)}
    names = tuple(attribute.name for attribute in attributes if attribute.name in used)
    itself = kind in ("simple", "external")
    sold = tuple(_variant(each, names, numbers) for each in ([row] if itself else variations))
    tracked, qty = _stock(row)
    return Product(
        handle=_slug(_required(row, "Name")),
        title=row.text("Name"),
        variants=sold,
        body_html=_text(row, "Description"),
        type=_leaf(row.text("Categories")),
        tags=_list(row.text("Tags")),
        status=_status(row),
        option_names=names,
        images=_list(row.text("Images")),
        row=row.number,
        kind=kind,
        id=numbers[row.number],
        sku=row.maybe("SKU"),
        tracked=tracked and kind in ("simple", "variable"),
        qty=qty if kind in ("simple", "variable") else None,
        short_html=_text(row, "Short description"),
        virtual="virtual" in _words(row),
        downloadable="downloadable" in _words(row),
        featured=row.flag("Is featured?"),
        visibility=row.text("Visibility in catalog") or "visible",
        attributes=attributes,
        grouped=tuple(_number(row, name, index) for name in _list(row.text("Grouped products"))),
        external_url=row.text("External URL"),
        button_text=row.text("Button text"),
    )


def _variant(row: Row, names: tuple[str, ...], numbers: dict[int, int]) -> Variant:
    chosen = {attribute.name: ", ".join(attribute.values) for attribute in _attributes(row)}
    regular, sale = row.money("Regular price"), row.money("Sale price")
    tracked, qty = _stock(row)
    return Variant(
        sku=row.maybe("SKU"),
        options=tuple(chosen.get(name, "") for name in names),
        price=sale if sale is not None else regular,
        compare_at=regular if sale is not None else None,
        qty=qty,
        tracked=tracked,
        policy="deny" if row.text("Backorders allowed?") in ("", "0") else "continue",
        barcode=row.maybe("GTIN, UPC, EAN, or ISBN"),
        grams=_grams(row),
        image=next(iter(_list(row.text("Images"))), None),
        title=row.text("Name"),
        body_html=_text(row, "Description"),
        id=numbers[row.number],
        in_stock=row.text("In stock?") != "0",
        row=row.number,
    )


def _stock(row: Row) -> tuple[bool, int | None]:
    """(counted here, pieces); `parent` and an empty cell mean that this row keeps no count."""
    if row.text("Stock").lower() == "parent":
        return False, None
    qty = row.whole("Stock")
    return qty is not None, qty


def _grams(row: Row) -> int | None:
    for unit, factor in GRAMS.items():
        if f"Weight ({unit})" in row.cells:
            return row.rounded(f"Weight ({unit})", factor)
    return None


def _status(row: Row) -> str:
    word = row.text("Published") or "1"
    if word not in STATUSES:
        raise row.wrong("Published", "is unknown. Write 1 for published, 0 for private or -1 for draft")
    return STATUSES[word]


def _attributes(row: Row) -> tuple[Attribute, ...]:
    """The attribute columns in use, in order."""
    found, n = [], 1
    while f"Attribute {n} name" in row.cells:
        if name := row.text(f"Attribute {n} name"):
            values = _list(row.text(f"Attribute {n} value(s)"))
            found.append(Attribute(name, values, visible=row.text(f"Attribute {n} visible") != "0"))
        n += 1
    return tuple(found)


def _number(row: Row, name: str, index: dict[str, tuple[Row, int]]) -> int:
    if name.lower() not in index:
        raise row.wrong("Grouped products", f"names {name!r}, which is not in this file. Export it too or remove it")
    return index[name.lower()][1]


def _required(row: Row, column: str) -> str:
    if not row.text(column):
        raise CatalogError(f"Row {row.number} has no {column}. Give the product a {column.lower()}.")
    return row.text(column)


def _list(cell: str) -> tuple[str, ...]:
    r"""The parts between commas; `\,` is a comma inside a part."""
    return tuple(word for part in COMMA.split(cell) if (word := part.replace("\\,", ",").strip()))


def _leaf(categories: str) -> str:
    """The last step of the first category path."""
    first = next(iter(_list(categories)), "")
    return first.rsplit(">", 1)[-1].strip()


def _text(row: Row, column: str) -> str:
    r"""A long text; the export writes line breaks as `\n`."""
    return row.cells.get(column, "").replace("\\n", "\n")


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "product"
