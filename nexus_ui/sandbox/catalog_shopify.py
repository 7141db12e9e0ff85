"""Shopify's product export: one product over several rows, held together by its handle.

The columns are described at https://help.shopify.com/en/manual/products/import-export/using-csv (2026-11-23).
"""

from nexus_ui.sandbox.catalog_records import Product, Variant
from nexus_ui.sandbox.catalog_rows import CatalogError, Row

OPTIONS = (1, 2, 3)
DEFAULT_OPTION = "Default Title"  # how Shopify names the only variant of a product without options
STATUSES = ("active", "draft", "archived")


def products(rows: list[Row]) -> tuple[Product, ...]:
    """Rows gathered by handle and read as products; raises CatalogError."""
    gathered: dict[str, list[Row]] = {}
    for row in rows:
        handle = row.text("Handle")
        if not handle:
            raise CatalogError(f"Row {row.number} has no Handle. Give every row the handle of its product.")
        gathered.setdefault(handle, []).append(row)
    return tuple(_product(handle, its_rows) for handle, its_rows in gathered.items())


def _product(handle: str, rows: list[Row]) -> Product:
    first = rows[0]
    if not first.text("Title"):
        raise CatalogError(f"Row {first.number} has no Title. Put the title into the first row of {handle!r}.")
    names = tuple(name for n in OPTIONS if (name := first.text(f"Option{n} Name")))
    variants = tuple(_variant(row, len(names)) for row in rows if row is first or _is_variant(row))
    _refuse_twins(handle, variants)
    return Product(
        handle=handle,
        title=first.text("Title"),
        variants=variants,
        body_html=first.cells.get("Body (HTML)", ""),
        vendor=first.text("Vendor"),
        type=first.text("Type"),
        tags=_list(first.text("Tags")),
        status=_status(first),
        option_names=names or ("Title",),
        images=_images(rows),
        row=first.number,
        kind="simple" if variants[0].options == (DEFAULT_OPTION,) else "variable",
    )


def _is_variant(row: Row) -> bool:
    """Rows that carry only an image belong to the product, not to a variant."""
    columns = ("Option1 Value", "Variant SKU", "Variant Price", "Variant Inventory Qty")
    return any(row.text(column) for column in columns)


def _variant(row: Row, options: int) -> Variant:
    policy = row.text("Variant Inventory Policy").lower() or "deny"
    if policy not in ("deny", "continue"):
        raise row.wrong("Variant Inventory Policy", "is unknown. Write deny or continue")
    values = tuple(row.text(f"Option{n} Value") for n in OPTIONS[: max(options, 1)])
    return Variant(
        sku=_sku(row),
        options=values if values[0] else (DEFAULT_OPTION, *values[1:]),
        price=row.money("Variant Price"),
        compare_at=row.money("Variant Compare At Price"),
        qty=row.whole("Variant Inventory Qty"),
        tracked=bool(row.text("Variant Inventory Tracker")),
        policy=policy,
        barcode=row.maybe("Variant Barcode"),
        grams=row.rounded("Variant Grams"),
        image=row.maybe("Variant Image"),
        row=row.number,
    )


def _sku(row: Row) -> str | None:
    """The SKU without the apostrophe that spreadsheets put before numbers."""
    return row.text("Variant SKU").removeprefix("'") or None


def _status(row: Row) -> str:
    """The Status column; older files have only Published."""
    word = row.text("Status").lower()
    if word in STATUSES:
        return word
    if word:
        raise row.wrong("Status", "is unknown. Write active, draft or archived")
    return "active" if row.flag("Published", default=True) else "draft"


def _images(rows: list[Row]) -> tuple[str, ...]:
    """Image addresses in the order of their positions, each once."""
    placed = [(row.whole("Image Position") or 0, row.text("Image Src")) for row in rows if row.text("Image Src")]
    return tuple(dict.fromkeys(address for _, address in sorted(placed, key=lambda pair: pair[0])))


def _list(cell: str) -> tuple[str, ...]:
    return tuple(word for part in cell.split(",") if (word := part.strip()))


def _refuse_twins(handle: str, variants: tuple[Variant, ...]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    for variant in variants:
        if variant.options in seen:
            raise CatalogError(
                f"Row {variant.row} repeats the variant {' / '.join(variant.options)} of product {handle!r} from row "
                f"{seen[variant.options]}. Remove one of the two or give it another option value."
            )
        seen[variant.options] = variant.row
