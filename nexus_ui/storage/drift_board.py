"""SKUs of which a connection shows another number than it should: since when, and what is being done about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select, tuple_
from sqlmodel import Session, SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.rules import publish
from nexus_ui.rules.status import paused
from nexus_ui.storage import preferences
from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.preferences import StockPreferences
from nexus_ui.storage.products import P, S, V
from nexus_ui.storage.pushes import H, PushState, R, ReceiptState
from nexus_ui.storage.sightings import Seen
from nexus_ui.storage.targets import C, I, X, available, live, offered, target, terms_columns, terms_of

D = SQLModel.metadata.tables["stock_due"].c
SEEN = SQLModel.metadata.tables["sightings"].c


class DriftSort(StrEnum):
    """What the board can be sorted by."""

    SINCE = "since"
    SKU = "sku"
    GAP = "gap"


class Standing(StrEnum):
    """What is being done about it."""

    OPEN = "open"
    QUEUED = "queued"
    GOING = "going"
    HELD = "held"
    REFUSED = "refused"
    DECLINED = "declined"
    TAKEN_BACK = "taken_back"
    PAUSED = "paused"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class DriftFilter:
    """Which SKUs to show; None and "" mean all. `search` looks into SKU and title."""

    connection_id: str | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class DriftLine:
    """One listing that shows `live` where `rule` makes it `ours`. `said`: the last refusal, `push_id` the last push."""

    origin: Origin
    variant_ref: str
    sku: str
    title: str
    live: int
    ours: int
    rule: str
    since: datetime
    standing: Standing = Standing.OPEN
    said: str = ""
    push_id: str | None = None


@dataclass(frozen=True, slots=True)
class DriftPage:
    """One page of the board."""

    lines: tuple[DriftLine, ...]
    paging: Paging


def drift_page(
    wanted: DriftFilter, sort: DriftSort = DriftSort.SINCE, descending: bool = False, number: int = 1
) -> DriftPage:
    """Page `number` (from 1) of what differs and passes the filter, the oldest first unless told otherwise.

    Where a connection does not say what it shows, nothing differs: unknown is not zero.
    """
    chosen = preferences.stock()
    differing = _differing(chosen)
    with reading() as session:
        total = rows(session, select(func.count()).select_from(differing))[0][0]
        passing = _conditions(wanted, differing.c)
        counted = select(func.count()).select_from(differing).where(*passing)
        matching = rows(session, counted)[0][0] if passing else total
        place = paging(number, matching, total)
        asked = select(differing).where(*passing).order_by(*_order(differing.c, sort, descending))
        lines = _lines(session, rows(session, asked.limit(place.size).offset(place.offset)), chosen)
    return DriftPage(tuple(lines), place)


def _differing(chosen: StockPreferences) -> Any:
    """Every listing whose live number is known and not what it should be."""
    shown, ours = live(), target(chosen)
    columns = (
        *(V.connection_id, V.ref.label("variant_ref"), V.sku, func.coalesce(P.title, V.title).label("title")),
        *(shown.label("live"), ours.label("ours"), available().label("available"), _since().label("since")),
        *(C.push_approved_at, C.paused_at, C.paused_until),
        *terms_columns(chosen),
    )
    return select(*columns).select_from(offered()).where(shown != ours).subquery("differing")


def _since() -> ColumnElement[Any]:
    """The later of two moments: when ours became what it is, and when theirs was seen to change."""
    theirs = _of_variant(SEEN.at, and_(SEEN.about == Seen.STOCK, SEEN.connection_id == V.connection_id), SEEN.ref)
    dated = _of_variant(S.updated_at, S.connection_id == V.connection_id, S.variant_ref)
    moved = func.coalesce(theirs, dated, I.changed_at)
    ruled = func.coalesce(X.changed_at, I.changed_at)
    ours = case((ruled > I.changed_at, ruled), else_=I.changed_at)
    return case((moved > ours, moved), else_=ours)


def _of_variant(moment: ColumnElement[Any], there: ColumnElement[bool], ref: ColumnElement[Any]) -> ScalarSelect[Any]:
    return select(func.max(moment)).where(there, ref == V.ref).correlate(V.ref.table).scalar_subquery()


def _conditions(wanted: DriftFilter, each: Any) -> list[ColumnElement[bool]]:
    needed: list[ColumnElement[bool]] = []
    if wanted.connection_id:
        needed.append(each.connection_id == wanted.connection_id)
    if text := wanted.search.strip():
        needed.append(or_(each.sku.icontains(text, autoescape=True), each.title.icontains(text, autoescape=True)))
    return needed


def _order(each: Any, sort: DriftSort, descending: bool) -> list[ColumnElement[Any]]:
    key = {
        DriftSort.SINCE: each.since,
        DriftSort.SKU: each.sku,
        DriftSort.GAP: func.abs(each.live - each.ours),
    }[sort]
    return [key.desc() if descending else key.asc(), each.sku, each.connection_id, each.variant_ref]


def _lines(session: Session, found: Sequence[Any], chosen: StockPreferences) -> list[DriftLine]:
    if not found:
        return []
    origins = origins_of(session, {row.connection_id for row in found})
    last = _last_receipts(session, [(row.connection_id, row.variant_ref) for row in found])
    queued = _queued(session, [(row.connection_id, row.sku) for row in found])
    return [
        _line(
            row,
            origins[row.connection_id],
            publish.target(int(row.available), terms_of(row, chosen)).rule,
            last.get((row.connection_id, row.variant_ref)),
            (row.connection_id, row.sku) in queued,
        )
        for row in found
    ]


def _last_receipts(session: Session, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
    """The newest receipt of each variant, with the state of its push."""
    place = func.row_number().over(partition_by=(R.connection_id, R.variant_ref), order_by=R.planned_at.desc())
    columns = (R.connection_id, R.variant_ref, R.push_id, R.state, R.said, R.apart, H.state.label("push_state"))
    joined = R.id.table.join(H.id.table, H.id == R.push_id)
    newest = select(*columns, place.label("place")).select_from(joined)
    mine = tuple_(R.connection_id, R.variant_ref).in_(keys)
    newest_of = newest.where(mine, R.state != ReceiptState.SUPERSEDED).subquery()
    found = rows(session, select(newest_of).where(newest_of.c.place == 1))
    return {(row.connection_id, row.variant_ref): row for row in found}


def _queued(session: Session, keys: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    asked = select(D.connection_id, D.sku).where(tuple_(D.connection_id, D.sku).in_(keys))
    return {(row.connection_id, row.sku) for row in rows(session, asked)}


def _line(row: Any, origin: Origin, rule: str, last: Any, queued: bool) -> DriftLine:
    told = (row.variant_ref, row.sku, row.title, int(row.live), int(row.ours), rule, row.since)
    return DriftLine(
        origin, *told, _standing(row, last, queued), last.said if last else "", last.push_id if last else None
    )


def _standing(row: Any, last: Any, queued: bool) -> Standing:
    if last is not None and last.state == ReceiptState.PLANNED and last.push_state == PushState.HELD:
        return Standing.HELD
    if last is not None and last.state in {ReceiptState.PLANNED, ReceiptState.SENT}:
        return Standing.GOING
    if paused(utcnow(), row.paused_at, row.paused_until):
        return Standing.PAUSED
    if queued:
        return Standing.QUEUED
    if row.push_approved_at is None:
        return Standing.FIRST
    return _left(last) if last is not None else Standing.OPEN


def _left(last: Any) -> Standing:
    """Why it is left as it is, where that is the reason."""
    if last.state == ReceiptState.REFUSED:
        return Standing.REFUSED
    if last.apart:
        return Standing.DECLINED if last.state == ReceiptState.SKIPPED else Standing.TAKEN_BACK
    return Standing.OPEN
