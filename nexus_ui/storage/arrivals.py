"""Keeps what arrived by webhook, many at once in one transaction: verified deliveries, and a tally of refused ones."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import select, update
from sqlmodel import Session, SQLModel

from nexus_ui.adapters.contract import Named
from nexus_ui.clock import utcnow
from nexus_ui.ids import new_id
from nexus_ui.storage import flat
from nexus_ui.storage.bulk import Bulk, Row, Shape
from nexus_ui.storage.database import writing
from nexus_ui.storage.flat import clean

KEPT, DONE, IGNORED, FAILED = "kept", "done", "ignored", "failed"
NEWEST_REFUSALS = 50
"""How many refused deliveries of a connection are remembered one by one."""

C = SQLModel.metadata.tables["connections"].c
DELIVERIES = Shape(
    "webhook_deliveries",
    (
        *("id", "connection_id", "event_key", "topic", "named", "body", "received_at", "copies"),
        *("state", "attempts", "due_at", "effect", "problem"),
    ),
)
REFUSALS = Shape("webhook_rejections", ("id", "connection_id", "at", "topic", "status", "reason", "size"))
ONCE = (
    "ON CONFLICT (connection_id, event_key) DO UPDATE SET copies = webhook_deliveries.copies + excluded.copies + 1 "
    "RETURNING id"
)
TALLY = (
    "INSERT INTO webhook_tallies (connection_id, topic, hour, accepted, copies, rejected) VALUES (?, ?, ?, ?, ?, ?) "
    "ON CONFLICT (connection_id, topic, hour) DO UPDATE SET accepted = webhook_tallies.accepted + excluded.accepted, "
    "copies = webhook_tallies.copies + excluded.copies, rejected = webhook_tallies.rejected + excluded.rejected"
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A verified delivery. Without `named` there is nothing to do; `problem` says why where that is odd."""

    connection_id: str
    event_key: str
    topic: str
    named: tuple[Named, ...]
    body: str
    received_at: datetime
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Deliveries to a connection that were refused, `count` alike since the last time; nothing they say is believed."""

    connection_id: str
    at: datetime
    status: int
    reason: str
    size: int
    count: int = 1


def keep(arrivals: Sequence[Arrival], refusals: Sequence[Refusal] = (), show: Collection[str] = ()) -> int:
    """Keep everything or nothing; returns how many deliveries were new. `show`: connections whose pages hear of it."""
    arrivals = [_storable(one) for one in arrivals]
    with writing() as session:
        bulk = Bulk(session)
        fresh = _insert(bulk, arrivals)
        _count(bulk, arrivals, fresh, refusals)
        _mark_endpoints(bulk, arrivals, refusals)
        _remember(bulk, refusals)
        if show:
            _show(session, show)
    return len(fresh)


def _storable(arrival: Arrival) -> Arrival:
    """The delivery without what no database keeps as text."""
    refs = [one.ref for one in arrival.named]
    try:
        flat.storable("".join((arrival.event_key, arrival.topic, arrival.body, arrival.problem, *refs)))
    except ValueError:
        named = tuple(Named(one.about, clean(one.ref)) for one in arrival.named)
        words = (clean(arrival.event_key), clean(arrival.topic), named, clean(arrival.body), arrival.received_at)
        return Arrival(arrival.connection_id, *words, clean(arrival.problem))
    return arrival


def _insert(bulk: Bulk, arrivals: Sequence[Arrival]) -> set[tuple[str, str]]:
    """Insert what is new and count the copies of what is known; returns the keys of the new ones."""
    copies = Counter((one.connection_id, one.event_key) for one in arrivals)
    first = {(one.connection_id, one.event_key): one for one in reversed(arrivals)}
    rows = {new_id("del"): key for key in sorted(first)}
    added = bulk.add(DELIVERIES, [_row(bulk, first[key], id_, copies[key] - 1) for id_, key in rows.items()], ONCE)
    return {rows[id_] for (id_,) in added if id_ in rows}


def _row(bulk: Bulk, arrival: Arrival, id_: str, copies: int) -> Row:
    at = bulk.moment(arrival.received_at)
    named = msgspec.json.encode([(one.about.value, one.ref) for one in arrival.named]).decode()
    state, due = (KEPT, at) if arrival.named else (IGNORED, None)
    told = (arrival.event_key, arrival.topic, named, arrival.body)
    return (id_, arrival.connection_id, *told, at, copies, state, 0, due, "", arrival.problem)


def _count(bulk: Bulk, arrivals: Sequence[Arrival], fresh: set[tuple[str, str]], refusals: Sequence[Refusal]) -> None:
    """Add to the tallies of the hour; always in the same order, so that two processes never wait for each other."""
    counted: dict[tuple[str, str, datetime], list[int]] = {}
    seen: set[tuple[str, str]] = set()
    for one in arrivals:
        key = (one.connection_id, one.event_key)
        new = key in fresh and key not in seen
        seen.add(key)
        counted.setdefault((one.connection_id, one.topic, _hour(one.received_at)), [0, 0, 0])[not new] += 1
    for refusal in refusals:
        counted.setdefault((refusal.connection_id, "", _hour(refusal.at)), [0, 0, 0])[2] += refusal.count
    for (connection_id, topic, hour), figures in sorted(counted.items()):
        bulk.run(TALLY, connection_id, topic, bulk.moment(hour), *figures)


def _mark_endpoints(bulk: Bulk, arrivals: Sequence[Arrival], refusals: Sequence[Refusal]) -> None:
    """Say at the endpoints when something was last accepted, or refused, whatever topic that claimed to be."""
    accepted = {(one.connection_id, one.topic): one.received_at for one in arrivals}
    for (connection_id, topic), at in sorted(accepted.items()):
        changed = "UPDATE webhook_endpoints SET last_accepted_at = ? WHERE connection_id = ? AND topic = ?"
        bulk.run(changed, bulk.moment(at), connection_id, topic)
    refused = {one.connection_id: one.at for one in refusals}
    for connection_id, at in sorted(refused.items()):
        changed = "UPDATE webhook_endpoints SET last_rejected_at = ? WHERE connection_id = ?"
        bulk.run(changed, bulk.moment(at), connection_id)


def _remember(bulk: Bulk, refusals: Sequence[Refusal]) -> None:
    """Keep the newest refusals of each connection one by one."""
    rows = [(new_id("ref"), r.connection_id, bulk.moment(r.at), "", r.status, r.reason, r.size) for r in refusals]
    bulk.upsert(REFUSALS, rows)
    newest = "SELECT id FROM webhook_rejections WHERE connection_id = ? ORDER BY at DESC, id LIMIT ?"
    for connection_id in sorted({one.connection_id for one in refusals}):
        older = f"DELETE FROM webhook_rejections WHERE connection_id = ? AND id NOT IN ({newest})"  # noqa: S608
        bulk.run(older, connection_id, connection_id, NEWEST_REFUSALS)


def _show(session: Session, connection_ids: Collection[str]) -> None:
    """Let pages hear of it; a connection that a page of records holds this moment is passed over, as that tells too."""
    free = select(C.id).where(C.id.in_(sorted(connection_ids))).with_for_update(skip_locked=True)
    changed: dict[Any, Any] = {C.revision: C.revision + 1, C.changed_at: utcnow()}
    session.execute(update(C.id.table).where(C.id.in_(free)).values(changed))


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
