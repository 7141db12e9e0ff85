"""Every variant of the products that match, for a file: read in short transactions, in the order of their keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select, tuple_
from sqlmodel import Session

from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import rows
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.products import P, ProductFilter, V, available_of_variant, conditions

CHUNK = 500


@dataclass(frozen=True, slots=True)
class ExportedVariant:
    """One variant with its product; a product without variants stands alone, all that a variant has being None."""

    origin: Origin
    product_title: str
    status: str
    updated_at: datetime | None
    variant_title: str | None
    sku: str | None
    barcode: str | None
    price: Decimal | None
    currency: str | None
    tracked: bool | None
    available: int | None


def export_variants(wanted: ProductFilter) -> Iterator[ExportedVariant]:
    """Every variant of every product that passes the filter."""
    last: tuple[str, str] | None = None
    while True:
        with reading() as session:
            keys = _keys(session, wanted, last)
            chunk = _variants(session, keys) if keys else []
        yield from chunk
        if len(keys) < CHUNK:
            return
        last = keys[-1]


def _keys(session: Session, wanted: ProductFilter, last: tuple[str, str] | None) -> list[tuple[str, str]]:
    chosen = select(P.connection_id, P.ref).where(*conditions(wanted)).order_by(P.connection_id, P.ref).limit(CHUNK)
    if last is not None:
        chosen = chosen.where(tuple_(P.connection_id, P.ref) > last)
    return [(row.connection_id, row.ref) for row in rows(session, chosen)]


def _variants(session: Session, keys: list[tuple[str, str]]) -> list[ExportedVariant]:
    same = (V.connection_id == P.connection_id) & (V.product_ref == P.ref)
    chosen = (
        select(
            *(P.connection_id, P.title.label("product_title"), P.status, P.updated_at),
            *(V.title.label("variant_title"), V.sku, V.barcode, V.price, V.currency, V.tracked),
            available_of_variant().label("available"),
        )
        .select_from(P.ref.table.outerjoin(V.ref.table, same))
        .where(tuple_(P.connection_id, P.ref).in_(keys))
        .order_by(P.connection_id, P.ref, V.position, V.ref)
    )
    found = rows(session, chosen)
    origins = origins_of(session, {row.connection_id for row in found})
    return [_exported(row, origins) for row in found]


def _exported(row: Any, origins: dict[str, Origin]) -> ExportedVariant:
    available = None if row.available is None else int(row.available)
    listing = (row.product_title, row.status, row.updated_at, row.variant_title)
    return ExportedVariant(
        origins[row.connection_id], *listing, row.sku, row.barcode, row.price, row.currency, row.tracked, available
    )
