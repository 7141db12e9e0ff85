"""Pushes as a person looks at them: page by page, and one of them with the receipt of every number. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlmodel import Session, SQLModel

from nexus_ui.storage.database import reading
from nexus_ui.storage.listing import Paging, paging, rows
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.products import P, V

PUSHES = SQLModel.metadata.tables["pushes"]
RECEIPTS = SQLModel.metadata.tables["stock_receipts"]
PEOPLE = SQLModel.metadata.tables["people"]
H, R = PUSHES.c, RECEIPTS.c
MOST_COUNTED = 10_000
"""No more than the newest so many are listed, so that the page costs the same after a year as after a day."""


class PushState(StrEnum):
    """Where a push stands."""

    HELD = "held"
    GOING = "going"
    DONE = "done"
    DECLINED = "declined"
    SUPERSEDED = "superseded"


class ReceiptState(StrEnum):
    """What became of one number."""

    PLANNED = "planned"
    SENT = "sent"
    SUPERSEDED = "superseded"
    SKIPPED = "skipped"
    REFUSED = "refused"
    STALE = "stale"
    ACCEPTED = "accepted"
    CONFIRMED = "confirmed"


class ReceiptOnly(StrEnum):
    """Which numbers of a push to show: those that fall to zero, those that were not taken, those that were."""

    EMPTIED = "emptied"
    TROUBLE = "trouble"
    TAKEN = "taken"


TROUBLE = (ReceiptState.REFUSED, ReceiptState.SKIPPED, ReceiptState.STALE)
TAKEN = (ReceiptState.ACCEPTED, ReceiptState.CONFIRMED)


@dataclass(frozen=True, slots=True)
class PushFilter:
    """Which pushes to show; None and "" mean all. `search` is for a SKU in it."""

    connection_id: str | None = None
    state: PushState | None = None
    search: str = ""


@dataclass(frozen=True, slots=True)
class PushLine:
    """One push. `sku` is its only SKU, or None when it has several; `emptied` counts the SKUs that fall to zero.

    `decided_by` and `requested_by` are names of people.
    """

    id: str
    origin: Origin
    trigger: str
    state: PushState
    held_because: str
    created_at: datetime
    finished_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    requested_by: str | None
    undoes: str | None
    revision: int
    skus: int = 0
    sku: str | None = None
    emptied: int = 0
    tally: dict[ReceiptState, int] = field(default_factory=dict)

    @property
    def numbers(self) -> int:
        """How many numbers it has: a SKU may have several places."""
        return sum(self.tally.values())


@dataclass(frozen=True, slots=True)
class PushPage:
    """One page of pushes, newest first, and how many there are in each state."""

    lines: tuple[PushLine, ...]
    paging: Paging
    counts: dict[PushState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One number of a push. `before`, `available` and `seen` are None where nobody knows."""

    id: str
    sku: str
    variant_ref: str
    location_ref: str
    before: int | None
    available: int | None
    quantity: int
    rule: str
    cause: str
    state: ReceiptState
    said: str
    planned_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    confirmed_at: datetime | None
    seen: int | None
    title: str = ""

    @property
    def place(self) -> str:
        """Where the number stands; it stays the same when a newer number takes this one's place."""
        return place_of(self.variant_ref, self.location_ref)

    @property
    def empties(self) -> bool:
        """Whether the SKU falls to zero here."""
        return self.quantity == 0 and self.before != 0


@dataclass(frozen=True, slots=True)
class PushDetail:
    """A push with one page of its numbers. `undone_by`: the push that took it back."""

    line: PushLine
    receipts: tuple[ReceiptLine, ...]
    paging: Paging
    undone_by: str | None = None


def push_page(wanted: PushFilter, number: int = 1) -> PushPage:
    """Page `number` (from 1) of the pushes that pass the filter, held ones first, then newest first."""
    with reading() as session:
        recent = _recent(session)
        passing = and_(recent, *_conditions(wanted))
        counts = _counts(session, passing)
        matching = counts.get(wanted.state, 0) if wanted.state else sum(counts.values())
        total = rows(session, select(func.count()).select_from(PUSHES).where(recent))[0][0]
        place = paging(number, matching, total)
        of_state = [H.state == wanted.state] if wanted.state else []
        chosen = _columns().where(passing, *of_state).order_by(*_order()).limit(place.size).offset(place.offset)
        lines = _lines(session, rows(session, chosen))
    return PushPage(tuple(lines), place, counts)


def push_detail(push_id: str, only: ReceiptOnly | None = None, search: str = "", number: int = 1) -> PushDetail | None:
    """One push and page `number` of its numbers, the largest falls first; None when there is no such push."""
    with reading() as session:
        lines = _lines(session, rows(session, _columns().where(H.id == push_id)))
        if not lines:
            return None
        passing = [R.push_id == push_id, *_receipts_that(only, search)]
        matching = rows(session, select(func.count()).select_from(RECEIPTS).where(*passing))[0][0]
        place = paging(number, matching, lines[0].numbers)
        chosen = _receipts().where(*passing).order_by(*_worst_first()).limit(place.size).offset(place.offset)
        receipts = tuple(_receipt(row) for row in rows(session, chosen))
        return PushDetail(lines[0], receipts, place, _undone_by(session, push_id))


def planned_receipts(push_id: str, only: ReceiptOnly | None = None) -> dict[str, str]:
    """The numbers of a push that still wait to be sent, and the place of each: a newer number there takes its place."""
    columns = select(R.id, R.variant_ref, R.location_ref)
    waiting = columns.where(R.push_id == push_id, R.state == ReceiptState.PLANNED, *_receipts_that(only, ""))
    with reading() as session:
        return {row.id: place_of(row.variant_ref, row.location_ref) for row in rows(session, waiting)}


def place_of(variant_ref: str, location_ref: str) -> str:
    """What names the place of a number within a push."""
    return f"{variant_ref}\n{location_ref}"


def held_pushes(session: Session, connection_ids: Sequence[str]) -> dict[str, int]:
    """How many pushes of these connections wait for approval."""
    if not connection_ids:
        return {}
    held = select(H.connection_id, func.count()).where(H.connection_id.in_(connection_ids), H.state == PushState.HELD)
    return {row[0]: row[1] for row in rows(session, held.group_by(H.connection_id))}


def _recent(session: Session) -> ColumnElement[bool]:
    last = select(H.created_at).order_by(H.created_at.desc()).limit(1).offset(MOST_COUNTED - 1)
    found = rows(session, last)
    return or_(H.created_at >= found[0][0], H.state == PushState.HELD) if found else H.id.is_not(None)


def _conditions(wanted: PushFilter) -> list[ColumnElement[bool]]:
    needed: list[ColumnElement[bool]] = []
    if wanted.connection_id:
        needed.append(H.connection_id == wanted.connection_id)
    if text := wanted.search.strip():
        named = R.sku.icontains(text, autoescape=True)
        needed.append(exists(select(R.id).where(R.push_id == H.id, named)))
    return needed


def _counts(session: Session, passing: ColumnElement[bool]) -> dict[PushState, int]:
    counted = select(H.state, func.count()).where(passing).group_by(H.state)
    return {PushState(state): number for state, number in rows(session, counted)}


def _order() -> tuple[Any, ...]:
    return case((H.state == PushState.HELD, 0), else_=1), H.created_at.desc(), H.id


def _columns() -> Select[Any]:
    decider, asker = PEOPLE.alias("decider"), PEOPLE.alias("asker")
    joined = PUSHES.outerjoin(decider, decider.c.id == H.decided_by).outerjoin(asker, asker.c.id == H.requested_by)
    plain = ("id", "connection_id", "trigger", "state", "held_because", "created_at", "finished_at", "decided_at")
    names = (decider.c.name.label("decider"), asker.c.name.label("asker"))
    return select(*(H[name] for name in plain), H.undoes, H.revision, *names).select_from(joined)


def _lines(session: Session, found: Sequence[Any]) -> list[PushLine]:
    if not found:
        return []
    ids = [row.id for row in found]
    origins = origins_of(session, {row.connection_id for row in found})
    skus = select(R.push_id, func.count(R.sku.distinct()).label("skus"), func.min(R.sku).label("sku"), _emptied())
    sums = {row.push_id: row for row in rows(session, skus.where(R.push_id.in_(ids)).group_by(R.push_id))}
    tallies: dict[str, dict[ReceiptState, int]] = {}
    states = select(R.push_id, R.state, func.count()).where(R.push_id.in_(ids)).group_by(R.push_id, R.state)
    for push_id, state, number in rows(session, states):
        tallies.setdefault(push_id, {})[ReceiptState(state)] = number
    return [_line(row, origins[row.connection_id], sums.get(row.id), tallies.get(row.id, {})) for row in found]


def _emptied() -> ColumnElement[int]:
    """SKUs that fall to zero; what superseded and skipped numbers would have done is not counted."""
    meant = R.state.not_in([ReceiptState.SUPERSEDED, ReceiptState.SKIPPED])
    return func.count(case((and_(_falls(), meant), R.sku)).distinct()).label("emptied")


def _falls() -> ColumnElement[bool]:
    return and_(R.quantity == 0, or_(R.before.is_(None), R.before != 0))


def _line(row: Any, origin: Origin, sums: Any, tally: dict[ReceiptState, int]) -> PushLine:
    skus, sku, emptied = (sums.skus, sums.sku, sums.emptied) if sums else (0, None, 0)
    told = (row.held_because, row.created_at, row.finished_at, row.decided_at, row.decider, row.asker)
    state = PushState(row.state)
    only = sku if skus == 1 else None
    return PushLine(row.id, origin, row.trigger, state, *told, row.undoes, row.revision, skus, only, emptied, tally)


def _receipts_that(only: ReceiptOnly | None, search: str) -> list[ColumnElement[bool]]:
    needed: list[ColumnElement[bool]] = []
    if only is ReceiptOnly.EMPTIED:
        needed.append(_falls())
    if only is ReceiptOnly.TROUBLE:
        needed.append(R.state.in_(TROUBLE))
    if only is ReceiptOnly.TAKEN:
        needed.append(R.state.in_(TAKEN))
    if text := search.strip():
        needed.append(R.sku.icontains(text, autoescape=True))
    return needed


def _receipts() -> Select[Any]:
    plain = tuple(R[name] for name in ReceiptLine.__slots__ if name != "title")
    variant = and_(V.connection_id == R.connection_id, V.ref == R.variant_ref)
    product = and_(P.connection_id == V.connection_id, P.ref == V.product_ref)
    joined = RECEIPTS.outerjoin(V.ref.table, variant).outerjoin(P.ref.table, product)
    return select(*plain, func.coalesce(P.title, V.title, "").label("title")).select_from(joined)


def _worst_first() -> tuple[Any, ...]:
    """What falls to zero, then by how far it falls; what is not known comes after what is."""
    return case((_falls(), 0), else_=1), (R.before - R.quantity).desc().nulls_last(), R.sku, R.id


def _receipt(row: Any) -> ReceiptLine:
    return ReceiptLine(**{**row._mapping, "state": ReceiptState(row.state)})


def _undone_by(session: Session, push_id: str) -> str | None:
    back = select(H.id).where(H.undoes == push_id, H.state != PushState.DECLINED)
    found = rows(session, back.order_by(H.created_at.desc()).limit(1))
    return found[0][0] if found else None
