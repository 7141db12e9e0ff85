"""What happened to a SKU or an order, one row per thing seen, moved, ordered or sent, whatever table it stands in."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlmodel import Session, SQLModel

from nexus_ui.storage.listing import rows
from nexus_ui.storage.origins import Origin, origins_of
from nexus_ui.storage.sightings import Seen

S = SQLModel.metadata.tables["sightings"].c
M = SQLModel.metadata.tables["stock_movements"].c
R = SQLModel.metadata.tables["stock_receipts"].c
PUSHES = SQLModel.metadata.tables["pushes"].c
PEOPLE = SQLModel.metadata.tables["people"].c
ORDERS = SQLModel.metadata.tables["orders"].c
CYCLES = SQLModel.metadata.tables["cycles"].c
DELIVERIES = SQLModel.metadata.tables["webhook_deliveries"].c


class What(StrEnum):
    """What kind of thing happened."""

    SHOWN = "shown"
    LISTED = "listed"
    STATUS = "status"
    MOVED = "moved"
    ORDERED = "ordered"
    SENT = "sent"


class Bringer(StrEnum):
    """What brought it to us, or sent it."""

    CYCLE = "cycle"
    DELIVERY = "delivery"
    PUSH = "push"


@dataclass(frozen=True, slots=True)
class Cause:
    """The cycle, delivery or push behind it. `word`: its trigger or topic; "" when it is not in the log any more.

    A number that was read back for several pushes names none of them (`id` is "").
    """

    kind: Bringer
    id: str
    connection_id: str
    word: str = ""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened. `before` and `after` are values as texts, None where unknown or where there is none.

    `word`: the kind of a movement, the state of a receipt; `order`: an order's number; `by`: a person's name.
    """

    key: str
    at: datetime
    what: What
    connection_id: str | None = None
    before: str | None = None
    after: str | None = None
    word: str = ""
    units: int | None = None
    place: str = ""
    sku: str = ""
    order: str | None = None
    by: str | None = None
    note: str = ""
    cause: Cause | None = None
    origin: Origin | None = None


KINDS = {Seen.STOCK: What.SHOWN, Seen.ORDER: What.STATUS, Seen.LISTING: What.LISTED}
PREFIXES = {"cyc": Bringer.CYCLE, "del": Bringer.DELIVERY, "push": Bringer.PUSH}
Asked = Callable[[Select[Any], ColumnElement[Any]], Select[Any]]
"""Adds to a query the moments it may look at, given the column that holds them, newest first, and a limit."""


def within(until: datetime | None, most: int) -> Asked:
    """The newest `most` rows before `until`."""

    def asked(query: Select[Any], moment: ColumnElement[Any]) -> Select[Any]:
        earlier = query.where(moment < until) if until is not None else query
        return earlier.order_by(moment.desc()).limit(most)

    return asked


def seen(session: Session, asked: Asked, *condition: ColumnElement[bool]) -> list[Happening]:
    """Values that changed as a connection shows them."""
    found = rows(session, asked(select(*S.values()).where(*condition), S.at))
    return [_seen(row) for row in found]


def moved(session: Session, asked: Asked, *condition: ColumnElement[bool]) -> list[Happening]:
    """Movements of the ledger."""
    ordered = and_(ORDERS.connection_id == M.connection_id, ORDERS.ref == M.order_ref)
    joined = M.sku.table.outerjoin(PEOPLE.id.table, PEOPLE.id == M.by).outerjoin(ORDERS.ref.table, ordered)
    chosen = select(*M.values(), PEOPLE.name, ORDERS.number).select_from(joined).where(*condition)
    found = rows(session, asked(chosen, M.at).order_by(M.cause.desc()))
    return [
        Happening(
            *(f"moved {row.sku} {row.cause}", row.at, What.MOVED, row.connection_id),
            **{
                "word": row.kind,
                "units": row.quantity,
                "by": row.name,
                "sku": row.sku,
                "order": row.number,
                "note": row.note,
            },
        )
        for row in found
    ]


def sent(session: Session, asked: Asked, *condition: ColumnElement[bool]) -> list[Happening]:
    """Numbers that were to be published, each at the moment it was sent, or planned where it never was."""
    moment = func.coalesce(R.sent_at, R.planned_at)
    joined = R.id.table.outerjoin(PUSHES.id.table, PUSHES.id == R.push_id)
    chosen = select(*R.values(), moment.label("at"), PUSHES.trigger).select_from(joined).where(*condition)
    return [_sent(row) for row in rows(session, asked(chosen, moment))]


def told(session: Session, found: Sequence[Happening]) -> tuple[Happening, ...]:
    """The same with their connections and causes filled in."""
    origins = origins_of(session, {one.connection_id for one in found if one.connection_id})
    words = _words(session, [one.cause for one in found if one.cause is not None and not one.cause.word])
    return tuple(
        replace(one, origin=origins.get(one.connection_id or ""), cause=_worded(one.cause, words)) for one in found
    )


def _seen(row: Any) -> Happening:
    prefix, _, rest = row.source.partition("_")
    kind = PREFIXES.get(prefix)
    cause = None if kind is None else Cause(kind, row.source if rest else "", row.connection_id)
    values = {"before": row.before, "after": row.after, "place": row.place}
    return Happening(row.id, row.at, KINDS[Seen(row.about)], row.connection_id, **values, cause=cause)


def _sent(row: Any) -> Happening:
    return Happening(
        *(row.id, row.at, What.SENT, row.connection_id, None if row.before is None else str(row.before)),
        after=str(row.quantity),
        word=row.state,
        place=row.location_ref,
        note=" ".join(part for part in (row.rule, row.said) if part),
        cause=Cause(Bringer.PUSH, row.push_id, row.connection_id, row.trigger or ""),
    )


def _words(session: Session, causes: Iterable[Cause]) -> Mapping[str, str]:
    """The trigger or topic of each cause that is still in the log."""
    columns = {
        Bringer.CYCLE: (CYCLES.id, CYCLES.trigger),
        Bringer.DELIVERY: (DELIVERIES.id, DELIVERIES.topic),
        Bringer.PUSH: (PUSHES.id, PUSHES.trigger),
    }
    ids: dict[Bringer, set[str]] = {}
    for cause in causes:
        ids.setdefault(cause.kind, set()).add(cause.id)
    found: dict[str, str] = {}
    for kind, wanted in ids.items():
        key, word = columns[kind]
        found |= {row[0]: row[1] for row in rows(session, select(key, word).where(key.in_(wanted)))}
    return found


def _worded(cause: Cause | None, words: Mapping[str, str]) -> Cause | None:
    return cause if cause is None or cause.word else replace(cause, word=words.get(cause.id, ""))
