"""What the page of a connection asks about its webhooks, sending some through again, and forgetting old ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, literal, null, or_, select, union_all, update
from sqlmodel import Session, SQLModel

from nexus_ui.clock import utcnow
from nexus_ui.storage import journal
from nexus_ui.storage.arrivals import DONE, FAILED, IGNORED, KEPT
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.journal import Deed
from nexus_ui.storage.listing import Paging, paging, rows

REJECTED = "rejected"
STATES = (KEPT, DONE, IGNORED, FAILED, REJECTED)
PAGE_SIZE = 25
BATCH = 500
WEEK = timedelta(days=7)

DELIVERIES = SQLModel.metadata.tables["webhook_deliveries"]
REFUSALS = SQLModel.metadata.tables["webhook_rejections"]
TALLIES = SQLModel.metadata.tables["webhook_tallies"]
D, R, T = DELIVERIES.c, REFUSALS.c, TALLIES.c


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as the page shows it: the `answer` it got, what came of it, and its masked body.

    `state` is one of STATES. A rejected one has no topic and no body, since nothing it said was believed.
    """

    id: str
    topic: str
    received_at: datetime
    copies: int
    state: str
    attempts: int
    due_at: datetime | None
    done_at: datetime | None
    effect: str
    problem: str
    body: str
    answer: int
    size: int | None


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """One page of a connection's deliveries, newest first, and how many there are in each state."""

    lines: tuple[DeliveryView, ...]
    paging: Paging
    counts: dict[str, int]


def page(connection_id: str, state: str | None = None, number: int = 1) -> DeliveryPage:
    """Page `number` (from 1) of the deliveries in `state` (None or "": all), rejected ones among them."""
    wanted = _either(connection_id).subquery()
    chosen = select(wanted).order_by(wanted.c.received_at.desc(), wanted.c.id)
    if state:
        chosen = chosen.where(wanted.c.state == state)
    with reading() as session:
        counts = _counts(session, connection_id)
        total = sum(counts.values())
        place = paging(number, counts.get(state, 0) if state else total, total, PAGE_SIZE)
        found = rows(session, chosen.limit(PAGE_SIZE).offset(place.offset))
    return DeliveryPage(tuple(DeliveryView(*row) for row in found), place, counts)


def rates(connection_id: str, now: datetime) -> dict[str, tuple[int, int, int, int]]:
    """By topic: (accepted in 24 h, rejected in 24 h, accepted in 7 days, rejected in 7 days), copies not counted.

    Rejected ones stand under "", since what topic they claimed is not believed.
    """
    day = T.hour >= now - timedelta(days=1)
    figures = (T.accepted, T.rejected)
    sums = [func.coalesce(func.sum(figure).filter(day), 0) for figure in figures]
    sums += [func.coalesce(func.sum(figure), 0) for figure in figures]
    counted = select(T.topic, *sums).where(T.connection_id == connection_id, T.hour >= now - WEEK).group_by(T.topic)
    with reading() as session:
        return {topic: (int(a), int(b), int(c), int(d)) for topic, a, b, c, d in rows(session, counted)}


def failed_ids(connection_id: str) -> list[str]:
    """The deliveries that failed, for sending all of them through again."""
    wanted = select(D.id).where(D.connection_id == connection_id, D.state == FAILED).order_by(D.received_at)
    with reading() as session:
        return [id_ for (id_,) in rows(session, wanted)]


def replay(ids: Collection[str], by: str) -> int:
    """Send these deliveries through again; returns how many. Leaves a row in the log of each connection."""
    now = utcnow()
    chosen = D.id.in_(list(ids)), D.state.in_((DONE, FAILED))
    with writing() as session:
        counted = rows(session, select(D.connection_id, func.count()).where(*chosen).group_by(D.connection_id))
        again = {"state": KEPT, "attempts": 0, "due_at": now, "done_at": None, "effect": "", "problem": ""}
        session.execute(update(DELIVERIES).where(*chosen).values(again))
        for connection_id, count in counted:
            sentence = f"Replayed {count} webhook{'' if count == 1 else 's'}."
            journal.note(session, connection_id, Deed.REPLAYED, by, sentence, now)
    return sum(count for _, count in counted)


def forget_before(moment: datetime, batch: int = BATCH) -> int:
    """Drop deliveries and refusals older than that, in short transactions, and tallies nobody shows any more."""
    with writing() as session:
        session.execute(delete(REFUSALS).where(R.at < moment))
        session.execute(delete(TALLIES).where(T.hour < utcnow() - WEEK - timedelta(hours=1)))
    old = select(D.id).where(D.received_at < moment, or_(D.state != KEPT, D.due_at < moment)).limit(batch)
    count = 0
    while True:
        with writing() as session:
            found = list(session.scalars(old))
            session.execute(delete(DELIVERIES).where(D.id.in_(found)))
        count += len(found)
        if len(found) < batch:
            return count


def _either(connection_id: str) -> Any:
    """Deliveries and refusals in one form."""
    kept = select(
        *(D[name] for name in DeliveryView.__slots__ if name not in {"answer", "size"}),
        literal(200).label("answer"),
        null().label("size"),
    ).where(D.connection_id == connection_id)
    refused: Select[Any] = select(
        R.id,
        R.topic,
        R.at.label("received_at"),
        literal(0).label("copies"),
        literal(REJECTED).label("state"),
        literal(0).label("attempts"),
        R.at.label("due_at"),
        R.at.label("done_at"),
        literal("").label("effect"),
        R.reason.label("problem"),
        literal("").label("body"),
        R.status.label("answer"),
        R.size,
    ).where(R.connection_id == connection_id)
    return union_all(kept, refused)


def _counts(session: Session, connection_id: str) -> dict[str, int]:
    counted = select(D.state, func.count()).where(D.connection_id == connection_id).group_by(D.state)
    refused = select(func.count()).where(R.connection_id == connection_id)
    found = {state: int(count) for state, count in rows(session, counted)}
    return dict.fromkeys(STATES, 0) | found | {REJECTED: int(rows(session, refused)[0][0])}
