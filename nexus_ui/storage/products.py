"""Products of every connection as lists show them: filtered, sorted and paged in SQL, a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, case, func, or_, select, tuple_
from sqlmodel import Session, SQLModel

from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.origins import Origin, origins_of

P = SQLModel.metadata.tables["products"].c
V = SQLModel.metadata.tables["variants"].c
S = SQLModel.metadata.tables["stock_levels"].c


class Missing(StrEnum):
    """Products that lack something on at least one variant."""

    SKU = "sku"
    STOCK = "stock"


class ProductSort(StrEnum):
    """What the list can be sorted by."""

    TITLE = "title"
    SKU = "sku"
    PRICE = "price"
    QUANTITY = "quantity"
    UPDATED = "updated"


@dataclass(frozen=True, slots=True)
class ProductFilter:
    """Which products to show; None and "" mean all. `search` looks into title, SKU and barcode."""

    connection_id: str | None = None
    status: str | None = None
    missing: Missing | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class Quantity:
    """What can be sold: `available` adds up what is known (None: nothing is), beside how many variants are not."""

    available: int | None = None
    unknown: int = 0
    untracked: int = 0


@dataclass(frozen=True, slots=True)
class ProductLine:
    """One product. `sku` is the lowest one; `currency` is None when its variants do not share one."""

    origin: Origin
    ref: str
    title: str
    status: str
    kind: str
    vendor: str | None
    url: str | None
    updated_at: datetime | None
    variants: int
    sku: str | None
    without_sku: int
    price_low: Decimal | None
    price_high: Decimal | None
    currency: str | None
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page of products."""

    lines: tuple[ProductLine, ...]
    paging: Paging


def product_page(
    wanted: ProductFilter, sort: ProductSort = ProductSort.TITLE, descending: bool = False, number: int = 1
) -> ProductPage:
    """Page `number` (from 1) of the products that pass the filter; what is unknown sorts last either way."""
    passing = conditions(wanted)
    with reading() as session:
        total, matching = rows(session, select(_count(), _count(*passing)))[0]
        place = paging(number, matching, total)
        chosen = select(*_PRODUCT).where(*passing).order_by(*_order(sort, descending))
        lines = _lines(session, chosen.limit(place.size).offset(place.offset))
    return ProductPage(tuple(lines), place)


def product_line(session: Session, connection_id: str, ref: str) -> ProductLine | None:
    """The line of one product, or None when there is no such product."""
    lines = _lines(session, select(*_PRODUCT).where(P.connection_id == connection_id, P.ref == ref))
    return lines[0] if lines else None


def available_of_variant() -> ScalarSelect[Any]:
    """The variant's quantity over its locations; NULL when there is none, or one of them is unknown."""
    whole = case((func.count() == func.count(S.available), func.sum(S.available)))
    here = and_(S.connection_id == V.connection_id, S.variant_ref == V.ref)
    return select(whole).where(here).correlate(V.ref.table).scalar_subquery()


_PRODUCT = tuple(P[name] for name in ["connection_id", "ref", "title", "status", "kind", "vendor", "url", "updated_at"])
_ITS_VARIANTS = and_(V.connection_id == P.connection_id, V.product_ref == P.ref)


def conditions(wanted: ProductFilter) -> list[ColumnElement[bool]]:
    """What a product must fulfil to pass the filter."""
    needed: list[ColumnElement[bool]] = []
    if wanted.connection_id:
        needed.append(P.connection_id == wanted.connection_id)
    if wanted.status:
        needed.append(P.status == wanted.status)
    if wanted.missing is Missing.SKU:
        needed.append(_has_variant(V.sku.is_(None)))
    if wanted.missing is Missing.STOCK:
        needed.append(_has_variant(V.tracked, available_of_variant().is_(None)))
    if text := wanted.search.strip():
        in_variant = or_(V.sku.icontains(text, autoescape=True), V.barcode.icontains(text, autoescape=True))
        needed.append(or_(P.title.icontains(text, autoescape=True), _has_variant(in_variant)))
    return needed


def _has_variant(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """A plain IN, because one walk over the variants is much quicker than one look per product."""
    return tuple_(P.connection_id, P.ref).in_(select(V.connection_id, V.product_ref).where(*conditions))


def _count(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    return select(func.count()).select_from(P.ref.table).where(*conditions).scalar_subquery()


def _order(sort: ProductSort, descending: bool) -> list[ColumnElement[Any]]:
    title = func.lower(P.title)
    key = {
        ProductSort.TITLE: title,
        ProductSort.SKU: _over_variants(func.min(V.sku)),
        ProductSort.PRICE: _over_variants(func.min(V.price)),
        ProductSort.QUANTITY: _over_variants(func.sum(case((V.tracked, available_of_variant())))),
        ProductSort.UPDATED: P.updated_at,
    }[sort]
    return [(key.desc() if descending else key.asc()).nulls_last(), title, P.connection_id, P.ref]


def _over_variants(value: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(value).where(_ITS_VARIANTS).correlate(P.ref.table).scalar_subquery()


def _lines(session: Session, chosen: Select[*tuple[Any, ...]]) -> list[ProductLine]:
    found = rows(session, chosen)
    if not found:
        return []
    keys = [(row.connection_id, row.ref) for row in found]
    sums = {(row.connection_id, row.product_ref): row for row in rows(session, _sums(keys))}
    origins = origins_of(session, {row.connection_id for row in found})
    return [_line(row, sums.get((row.connection_id, row.ref)), origins[row.connection_id]) for row in found]


def _sums(keys: list[tuple[str, str]]) -> Select[*tuple[Any, ...]]:
    each = (
        select(V.connection_id, V.product_ref, V.sku, V.price, V.currency, V.tracked, available_of_variant().label("q"))
        .where(tuple_(V.connection_id, V.product_ref).in_(keys))
        .subquery()
        .c
    )
    return select(
        each.connection_id,
        each.product_ref,
        func.count().label("variants"),
        func.min(each.sku).label("sku"),
        (func.count() - func.count(each.sku)).label("without_sku"),
        func.min(each.price).label("price_low"),
        func.max(each.price).label("price_high"),
        case((func.min(each.currency) == func.max(each.currency), func.min(each.currency))).label("currency"),
        func.sum(case((each.tracked, each.q))).label("available"),
        func.count().filter(each.tracked, each.q.is_(None)).label("unknown"),
        func.count().filter(~each.tracked).label("untracked"),
    ).group_by(each.connection_id, each.product_ref)


def _line(row: Any, sums: Any, origin: Origin) -> ProductLine:
    listing = (origin, row.ref, row.title, row.status, row.kind, row.vendor, row.url, row.updated_at)
    if sums is None:
        return ProductLine(*listing, 0, None, 0, None, None, None, Quantity())
    quantity = Quantity(None if sums.available is None else int(sums.available), sums.unknown, sums.untracked)
    prices = (sums.price_low, sums.price_high, sums.currency)
    return ProductLine(*listing, sums.variants, sums.sku, sums.without_sku, *prices, quantity)
