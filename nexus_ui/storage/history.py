"""Time travel: everything that was seen, counted or sent of one SKU or one order, newest first, with its cause.

A SKU of the sandbox is another one than the real one of the same name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_, union
from sqlmodel import Session, SQLModel

from nexus_ui.storage.database import reading
from nexus_ui.storage.happenings import Asked, Cause, Happening, M, R, S, What, moved, seen, sent, told, within
from nexus_ui.storage.listing import rows
from nexus_ui.storage.orders import LINES, ORDERS
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.sightings import Seen

MOST = 200
C = SQLModel.metadata.tables["connections"].c
I = SQLModel.metadata.tables["stock_items"].c  # noqa: E741 - as in storage.stock
V = SQLModel.metadata.tables["variants"].c
L = SQLModel.metadata.tables["stock_lines"].c

__all__ = ["MOST", "Cause", "Happening", "OrderHistory", "Past", "What", "of_order", "of_sku"]


@dataclass(frozen=True, slots=True)
class Past:
    """What happened, newest first; `older`: there is more before the last of them."""

    happenings: tuple[Happening, ...]
    older: bool


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """One order: how it stands, and what happened to it and to the stock because of it."""

    origin: Origin
    number: str
    status: str
    marketplace_status: str
    past: Past


def of_sku(sku: str, sandbox: bool = False, until: datetime | None = None, most: int = MOST) -> Past:
    """What happened to a SKU before `until`: on each connection, in our stock, and what was sent."""
    asked = within(until, most + 1)
    with reading() as session:
        there = select(C.id).where(C.sandbox == sandbox)
        found = [
            *seen(session, asked, S.connection_id.in_(there), _sightings_of(sku, there)),
            *_counted(session, asked, sku, sandbox, until),
            *_ordered(session, asked, L.sku == sku, L.connection_id.in_(there)),
            *sent(session, asked, R.sku == sku, R.connection_id.in_(there)),
        ]
        return _newest(session, found, most)


def of_order(connection_id: str, ref: str, until: datetime | None = None, most: int = MOST) -> OrderHistory | None:
    """What happened to an order before `until`, and to the stock because of it; None when it is not here."""
    asked = within(until, most + 1)
    its = and_(ORDERS.connection_id == connection_id, ORDERS.ref == ref)
    with reading() as session:
        known = rows(session, select(ORDERS.number, ORDERS.status, ORDERS.marketplace_status).where(its))
        if not known:
            return None
        accounts = _same_account(connection_id)
        skus = union(
            select(LINES.sku).where(LINES.connection_id == connection_id, LINES.order_ref == ref),
            select(L.sku).where(L.connection_id.in_(accounts), L.order_ref == ref),
        )
        found = [
            *seen(session, asked, S.connection_id == connection_id, S.about == Seen.ORDER, S.ref == ref),
            *moved(session, asked, M.sku.in_(skus), M.order_ref == ref, M.connection_id.in_(accounts)),
            *_placed(session, asked, its),
        ]
        past = _newest(session, found, most)
        [(number, status, words)] = known
        return OrderHistory(origins_of(session, [connection_id])[connection_id], number, status, words, past)


def _newest(session: Session, found: Sequence[Happening], most: int) -> Past:
    """The newest of them; those of one moment are not torn apart."""
    ordered = sorted(found, key=lambda one: (one.at, one.key), reverse=True)
    kept = ordered[:most]
    if len(ordered) > most:
        kept = [one for one in kept if one.at > ordered[most].at] or kept
    return Past(told(session, kept), len(kept) < len(ordered))


def _sightings_of(sku: str, there: Any) -> ColumnElement[bool]:
    """Quantities of the variants that bear the SKU, bore it, or were published as it; and its comings and goings."""
    listing = and_(S.connection_id.in_(there), S.about == Seen.LISTING, S.ref == sku)
    variants = union(
        select(V.connection_id, V.ref).where(V.sku == sku),
        select(S.connection_id, S.place).where(listing),
        select(R.connection_id, R.variant_ref).where(R.sku == sku),
    )
    stock = and_(S.about == Seen.STOCK, tuple_(S.connection_id, S.ref).in_(variants))
    return or_(stock, and_(S.about == Seen.LISTING, S.ref == sku))


def _counted(session: Session, asked: Asked, sku: str, sandbox: bool, until: datetime | None) -> list[Happening]:
    """The SKU's movements, with what was on hand before and after each."""
    its = (M.sku == sku, M.sandbox == sandbox)
    known = rows(session, select(I.on_hand).where(I.sku == sku, I.sandbox == sandbox))
    since = [M.at >= until] if until is not None else [false()]
    [(later,)] = rows(session, select(func.coalesce(func.sum(M.quantity), 0)).where(*its, *since))
    on_hand = int(known[0].on_hand) - int(later) if known else 0
    found: list[Happening] = []
    for one in moved(session, asked, *its):
        before = on_hand - (one.units or 0)
        found.append(replace(one, before=str(before), after=str(on_hand)))
        on_hand = before
    return found


def _ordered(session: Session, asked: Asked, *condition: ColumnElement[bool]) -> list[Happening]:
    """Orders that take from a SKU, when each was placed; `units` is what it reserves or took."""
    ordered = and_(ORDERS.connection_id == L.connection_id, ORDERS.ref == L.order_ref)
    chosen = select(L.connection_id, L.order_ref, L.line_ref, L.reserved, L.sold, L.placed_at, ORDERS.number)
    joined = L.sku.table.outerjoin(ORDERS.ref.table, ordered)
    found = rows(session, asked(chosen.select_from(joined).where(*condition), L.placed_at))
    return [
        Happening(
            *(f"ordered {row.order_ref} {row.line_ref}", row.placed_at, What.ORDERED, row.connection_id),
            word="open" if row.reserved else "",
            units=row.reserved + row.sold,
            order=row.number or row.order_ref,
        )
        for row in found
    ]


def _placed(session: Session, asked: Asked, its: ColumnElement[bool]) -> list[Happening]:
    found = rows(
        session, asked(select(ORDERS.connection_id, ORDERS.number, ORDERS.placed_at).where(its), ORDERS.placed_at)
    )
    return [Happening("placed", row.placed_at, What.ORDERED, row.connection_id, order=row.number) for row in found]


def _same_account(connection_id: str) -> Any:
    """Every connection the account of this one had, the removed ones too."""
    other = SQLModel.metadata.tables["connections"].alias("this").c
    same = and_(C.marketplace == other.marketplace, C.account_id == other.account_id, C.sandbox == other.sandbox)
    return select(C.id).select_from(C.id.table.join(other.id.table, same)).where(other.id == connection_id)
