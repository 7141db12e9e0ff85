"""What every connection should show of a SKU, in SQL: the twin of `rules.publish.target` (a test compares them)."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, ScalarSelect, and_, case, exists, false, func, literal, select
from sqlmodel import SQLModel

from nexus_ui.rules.publish import Terms
from nexus_ui.storage.preferences import StockPreferences
from nexus_ui.storage.products import P, S, V

CONNECTIONS = SQLModel.metadata.tables["connections"]
ITEMS = SQLModel.metadata.tables["stock_items"]
RULES = SQLModel.metadata.tables["stock_rules"]
C, I, X = CONNECTIONS.c, ITEMS.c, RULES.c  # noqa: E741 - the letters their tables begin with, as elsewhere
OURS = and_(V.sku != "", V.tracked, V.fulfilment == "merchant")
"""Variants whose stock is the merchant's to tell."""


def offered() -> FromClause:
    """Every variant that stock is published to, beside its listing, its connection, its stock and its own rule."""
    its = and_(P.connection_id == V.connection_id, P.ref == V.product_ref, P.status == "active")
    living = and_(C.id == V.connection_id, C.removed_at.is_(None), OURS)
    return ruled(V.ref.table.join(P.ref.table, its).join(CONNECTIONS, living).join(ITEMS, counted()))


def counted() -> ColumnElement[bool]:
    """A variant's SKU in the ledger of its own world."""
    return and_(I.sku == V.sku, I.sandbox == C.sandbox)


def ruled(variants: FromClause) -> FromClause:
    """`variants` beside a person's rule for each, where there is one."""
    return variants.outerjoin(RULES, and_(X.connection_id == V.connection_id, X.sku == V.sku))


def available() -> ColumnElement[int]:
    """What can be sold of a row of `offered`."""
    return I.on_hand - I.reserved


def live() -> ScalarSelect[Any]:
    """What the variant shows over its places, where a number below zero is none; NULL where one of them is unknown."""
    units = case((S.available > 0, S.available), (S.available.is_not(None), 0))
    whole = case((func.count() == func.count(units), func.sum(units)))
    here = and_(S.connection_id == V.connection_id, S.variant_ref == V.ref)
    return select(whole).where(here).correlate(V.ref.table).scalar_subquery()


def target(chosen: StockPreferences) -> ColumnElement[int]:
    """What a row of `offered` should show."""
    units, there = available(), chosen.last_unit_connection
    few = and_(last_sold_there(chosen), units < chosen.last_units)
    kept = 100 - func.coalesce(X.buffer_percent, C.buffer_percent)
    nothing = (units <= 0) | X.withheld.is_(True) | and_(few, C.id != there)
    return case((nothing, 0), (few, units), else_=units * kept // 100)


def last_sold_there(chosen: StockPreferences) -> ColumnElement[bool]:
    """Whether the connection chosen for last units sells the variant's SKU, in the same world."""
    if not chosen.last_units or not chosen.last_unit_connection:
        return false()
    other, listing, home = V.ref.table.alias(), P.ref.table.alias(), CONNECTIONS.alias()
    its = and_(listing.c.connection_id == other.c.connection_id, listing.c.ref == other.c.product_ref)
    joined = other.join(listing, its).join(home, home.c.id == other.c.connection_id)
    ours = and_(other.c.sku == V.sku, other.c.tracked, other.c.fulfilment == "merchant", listing.c.status == "active")
    living = and_(home.c.id == chosen.last_unit_connection, home.c.sandbox == C.sandbox, home.c.removed_at.is_(None))
    return exists(select(literal(1)).select_from(joined).where(ours, living))


def terms_columns(chosen: StockPreferences) -> tuple[ColumnElement[Any], ...]:
    """What `terms_of` reads of a row of `offered`."""
    return (
        *(C.buffer_percent.label("buffer"), X.buffer_percent.label("own_buffer"), X.withheld.label("withheld")),
        last_sold_there(chosen).label("last_there"),
    )


def terms_of(row: Any, chosen: StockPreferences) -> Terms:
    """By what the connection publishes the SKU of a row that holds `terms_columns` and its connection."""
    here = row.connection_id == chosen.last_unit_connection if row.last_there else None
    return Terms(row.buffer, row.own_buffer, bool(row.withheld), chosen.last_units, here)
