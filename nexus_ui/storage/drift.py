"""Finds the SKUs that a connection is to be asked about by itself, because it shows another number than it should."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from nexus_ui.rules.publish import Cause
from nexus_ui.storage import due, preferences
from nexus_ui.storage.bulk import Bulk
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.due import Due
from nexus_ui.storage.listing import rows
from nexus_ui.storage.products import V
from nexus_ui.storage.pushes import RECEIPTS, ReceiptState
from nexus_ui.storage.targets import C, available, live, offered, target

UNANSWERED = (ReceiptState.PLANNED, ReceiptState.SENT, ReceiptState.REFUSED)


def differing(connection_id: str) -> list[str]:
    """The SKUs that are published with another number than they should be, but for those left alone."""
    with reading() as session:
        differs = live() != target(preferences.stock_in(session))
        asked = select(V.sku).distinct().select_from(offered()).where(C.id == connection_id, differs, ~_left_alone())
        return [sku for (sku,) in rows(session, asked)]


def ask(connection_id: str, skus: Sequence[str], cause: Cause, now: datetime, look: bool = False) -> None:
    """Have these SKUs looked at."""
    with writing() as session:
        due.ask(Bulk(session), [Due(connection_id, sku, cause, now, look=look) for sku in skus], now)


def _left_alone() -> ColumnElement[bool]:
    """What they refused, a person declined or undid, or what is on its way, is not asked for again by itself."""
    last, each = RECEIPTS.alias("last").c, RECEIPTS.alias("each").c
    its = (each.connection_id == V.connection_id, each.variant_ref == V.ref, each.state != ReceiptState.SUPERSEDED)
    newest = select(each.id).where(*its).order_by(each.planned_at.desc(), each.id).limit(1)
    same = and_(last.available == available(), last.state.in_(UNANSWERED))
    here = last.id == newest.correlate(V.sku.table).scalar_subquery()
    return exists(select(last.id).where(here, or_(last.apart, same)))
