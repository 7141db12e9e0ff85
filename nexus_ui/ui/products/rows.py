"""What the Products page shows, ready to be drawn."""

from dataclasses import dataclass, field

from nexus_ui.storage.product import Elsewhere, ProductDetail, VariantLine
from nexus_ui.storage.products import ProductLine
from nexus_ui.ui import words
from nexus_ui.ui.address import sku_history
from nexus_ui.ui.places import Place, place_of


@dataclass(frozen=True)
class ProductRow:
    """One product of the list. `sku_quiet`: there is no SKU to show, only words about it."""

    place: Place = field(default_factory=Place)
    ref: str = ""
    title: str = ""
    note: str = ""
    status: str = ""
    sku: str = ""
    sku_quiet: bool = False
    price: str = ""
    quantity: str = ""
    quantity_quiet: bool = False
    updated: str = ""


@dataclass(frozen=True)
class ElsewhereRow:
    """The same SKU in another place."""

    place: Place
    title: str
    price: str
    quantity: str


@dataclass(frozen=True)
class VariantRow:
    """One variant in the product's panel."""

    ref: str
    title: str
    sku: str
    barcode: str
    price: str
    quantity: str
    note: str
    elsewhere: list[ElsewhereRow]
    history: str


@dataclass(frozen=True)
class ProductPanel:
    """One product, opened."""

    row: ProductRow = field(default_factory=ProductRow)
    url: str = ""
    cut: str = ""
    variants: list[VariantRow] = field(default_factory=list)


def row_of(line: ProductLine) -> ProductRow:
    """One line of the list."""
    sku, sku_quiet = _sku(line)
    return ProductRow(
        place=place_of(line.origin),
        ref=line.ref,
        title=line.title or "Untitled",
        note=_note(line),
        status=line.status,
        sku=sku,
        sku_quiet=sku_quiet,
        price=words.money_range(line.price_low, line.price_high, line.currency),
        quantity=words.quantity(line.quantity, line.variants),
        quantity_quiet=line.quantity.available is None,
        updated=words.iso(line.updated_at),
    )


def panel_of(detail: ProductDetail) -> ProductPanel:
    """One product with its variants."""
    line = detail.line
    hidden = line.variants - len(detail.variants)
    cut = f"The first {len(detail.variants)} of {line.variants:,} variants are shown." if hidden > 0 else ""
    url = line.url or ""
    web = url if url.startswith(("https://", "http://")) else ""
    return ProductPanel(row_of(line), web, cut, [_variant(one, line) for one in detail.variants])


def _sku(line: ProductLine) -> tuple[str, bool]:
    if line.variants == 0:
        return "–", True
    if line.sku is None:
        return "No SKU", True
    if line.variants == 1:
        return line.sku, False
    return f"{line.sku} + {line.variants - 1}", False


def _note(line: ProductLine) -> str:
    variants = words.count(line.variants, "variant") if line.variants else "no variants"
    parts = [variants] if line.variants != 1 else []
    parts += [line.kind] if line.kind not in {"simple", "variable", ""} else []
    parts += [f"{line.without_sku} without SKU"] if 0 < line.without_sku < line.variants else []
    return " · ".join(parts)


def _variant(variant: VariantLine, product: ProductLine) -> VariantRow:
    locations = [f"{words.units(level.available, True)} at {level.location_ref}" for level in variant.levels]
    note = ", ".join(locations) if len(locations) > 1 and variant.tracked else ""
    held = "Held by the marketplace, read-only" if variant.fulfilment == "marketplace" else ""
    return VariantRow(
        ref=variant.ref,
        title=variant.title or product.title,
        sku=variant.sku or "No SKU",
        barcode=variant.barcode or "",
        price=words.money(variant.price, variant.currency) or words.UNKNOWN,
        quantity=words.units(variant.available, variant.tracked),
        note=" · ".join(part for part in (note, held) if part),
        elsewhere=[_elsewhere(other) for other in variant.elsewhere],
        history=sku_history(variant.sku, product.origin.sandbox) if variant.sku else "",
    )


def _elsewhere(other: Elsewhere) -> ElsewhereRow:
    return ElsewhereRow(
        place=place_of(other.origin),
        title=other.title,
        price=words.money(other.price, other.currency),
        quantity=words.units(other.available, other.tracked),
    )
