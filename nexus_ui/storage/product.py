"""One product with its variants, their stock by location, and the same SKUs on every other connection."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, select
from sqlmodel import Session

from nexus_ui.errors import NotFound
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.products import P, ProductLine, S, V, available_of_variant, product_line

MOST_VARIANTS = 100
MOST_ELSEWHERE = 500


@dataclass(frozen=True, slots=True)
class Level:
    """What one location holds; None where the marketplace does not say."""

    location_ref: str
    available: int | None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same SKU on another connection, or on another listing of this one."""

    origin: Origin
    product_ref: str
    title: str
    price: Decimal | None
    currency: str | None
    tracked: bool
    available: int | None


@dataclass(frozen=True, slots=True)
class VariantLine:
    """One thing that can be sold. `available` is None when unknown; it means nothing when it is not tracked."""

    ref: str
    sku: str | None
    title: str
    price: Decimal | None
    currency: str | None
    barcode: str | None
    tracked: bool
    fulfilment: str
    available: int | None
    levels: tuple[Level, ...]
    elsewhere: tuple[Elsewhere, ...]


@dataclass(frozen=True, slots=True)
class ProductDetail:
    """A product with its first hundred variants."""

    line: ProductLine
    variants: tuple[VariantLine, ...]


_VARIANT = tuple(V[name] for name in ["ref", "sku", "title", "price", "currency", "barcode", "tracked", "fulfilment"])


def product(connection_id: str, ref: str) -> ProductDetail:
    """The product called `ref` on that connection; raises NotFound."""
    with reading() as session:
        line = product_line(session, connection_id, ref)
        if line is None:
            raise NotFound("This product is not here any more.")
        own = and_(V.connection_id == connection_id, V.product_ref == ref)
        chosen = select(*_VARIANT, available_of_variant().label("available")).where(own)
        found = rows(session, chosen.order_by(V.position, V.ref).limit(MOST_VARIANTS))
        levels = _levels(session, connection_id, [row.ref for row in found])
        elsewhere = _elsewhere(session, [row.sku for row in found if row.sku], not_(own))
    return ProductDetail(line, tuple(_variant(row, levels, elsewhere) for row in found))


def _levels(session: Session, connection_id: str, variant_refs: list[str]) -> dict[str, list[Level]]:
    chosen = select(S.variant_ref, S.location_ref, S.available)
    chosen = chosen.where(S.connection_id == connection_id, S.variant_ref.in_(variant_refs)).order_by(S.location_ref)
    levels: dict[str, list[Level]] = defaultdict(list)
    for row in rows(session, chosen):
        levels[row.variant_ref].append(Level(row.location_ref, row.available))
    return levels


def _elsewhere(session: Session, skus: list[str], other: ColumnElement[bool]) -> dict[str, list[Elsewhere]]:
    title = func.coalesce(P.title, V.title).label("listing")
    available = available_of_variant().label("available")
    same_product = and_(P.connection_id == V.connection_id, P.ref == V.product_ref)
    chosen = select(V.connection_id, V.product_ref, V.sku, V.price, V.currency, V.tracked, title, available)
    chosen = chosen.select_from(V.ref.table.outerjoin(P.ref.table, same_product)).where(V.sku.in_(skus), other)
    found = rows(session, chosen.order_by(V.connection_id, V.ref).limit(MOST_ELSEWHERE))
    origins = origins_of(session, {row.connection_id for row in found})
    by_sku: dict[str, list[Elsewhere]] = defaultdict(list)
    for row in found:
        place = (origins[row.connection_id], row.product_ref, row.listing)
        by_sku[row.sku].append(Elsewhere(*place, row.price, row.currency, row.tracked, row.available))
    return by_sku


def _variant(row: Any, levels: dict[str, list[Level]], elsewhere: dict[str, list[Elsewhere]]) -> VariantLine:
    available = None if row.available is None else int(row.available)
    described = (row.ref, row.sku, row.title, row.price, row.currency, row.barcode, row.tracked, row.fulfilment)
    others = tuple(elsewhere.get(row.sku, ())) if row.sku else ()
    return VariantLine(*described, available, tuple(levels.get(row.ref, ())), others)
