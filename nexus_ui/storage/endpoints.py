"""The webhooks a connection should have, what its marketplace said of them, and the public keys that sign them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import Session, SQLModel

from nexus_ui.adapters.contract import WEBHOOK_SECRET
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.listing import rows
from nexus_ui.storage.tables import WebhookEndpoint, WebhookKey

UNKNOWN, REGISTERED, MISSING = "unknown", "registered", "missing"
SWITCHED_OFF, ELSEWHERE, BY_HAND = "switched_off", "elsewhere", "by_hand"

ENDPOINTS = SQLModel.metadata.tables["webhook_endpoints"]
KEYS = SQLModel.metadata.tables["webhook_keys"]
CONNECTIONS = SQLModel.metadata.tables["connections"]
SECRETS = SQLModel.metadata.tables["secrets"]
R = SQLModel.metadata.tables["webhook_rejections"].c
E, C, S = ENDPOINTS.c, CONNECTIONS.c, SECRETS.c


@dataclass(frozen=True, slots=True)
class EndpointView:
    """One topic of a connection; `problem` says in a sentence what keeps it from being registered."""

    topic: str
    state: str
    remote_ref: str | None
    problem: str
    checked_at: datetime | None
    registered_at: datetime | None
    last_accepted_at: datetime | None
    last_rejected_at: datetime | None


@dataclass(frozen=True, slots=True)
class Knocked:
    """What a connection's webhooks came to lately; `reason` is that of the newest refusal."""

    connection_id: str
    accepted_at: tuple[datetime, ...]
    rejected_at: tuple[datetime, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found of one topic, or did about it: `registered_at` is set when it was registered just now."""

    state: str
    remote_ref: str | None = None
    problem: str = ""
    registered_at: datetime | None = None


def of_connection(connection_id: str) -> tuple[EndpointView, ...]:
    """Every topic of a connection, by name."""
    columns = [E[name] for name in EndpointView.__slots__]
    with reading() as session:
        found = rows(session, select(*columns).where(E.connection_id == connection_id).order_by(E.topic))
    return tuple(EndpointView(*row) for row in found)


def knocked(since: datetime) -> list[Knocked]:
    """The living connections with refused deliveries since then."""
    refused = select(R.connection_id, R.at, R.reason).where(R.at > since).order_by(R.at, R.id)
    with reading() as session:
        found: dict[str, list[Any]] = {}
        for row in rows(session, refused.join(CONNECTIONS, C.id == R.connection_id).where(C.removed_at.is_(None))):
            found.setdefault(row.connection_id, []).append(row)
        mine = (E.connection_id.in_(list(found)), E.last_accepted_at.is_not(None))
        accepted: dict[str, list[datetime]] = {}
        for connection_id, at in rows(session, select(E.connection_id, E.last_accepted_at).where(*mine)):
            accepted.setdefault(connection_id, []).append(at)
    return [
        Knocked(one, tuple(accepted.get(one, ())), tuple(row.at for row in refusals), refusals[-1].reason)
        for one, refusals in found.items()
    ]


def expect(session: Session, connection_id: str, topics: Iterable[str]) -> None:
    """These topics, and no others, should be registered; what is known of them stays."""
    wanted = set(topics)
    there = {topic for (topic,) in rows(session, select(E.topic).where(E.connection_id == connection_id))}
    session.add_all(WebhookEndpoint(connection_id=connection_id, topic=topic) for topic in sorted(wanted - there))
    session.execute(delete(ENDPOINTS).where(E.connection_id == connection_id, E.topic.in_(there - wanted)))


def told(connection_id: str, findings: Mapping[str, Finding], now: datetime) -> None:
    """Keep what a check found. Pages hear of it when something is different."""
    with writing() as session:
        before = {view.topic: view for view in _views(session, connection_id)}
        expect(session, connection_id, findings)
        session.flush()
        for topic, finding in findings.items():
            values: dict[str, Any] = {"state": finding.state, "remote_ref": finding.remote_ref, "checked_at": now}
            values["problem"] = finding.problem
            if finding.registered_at is not None:
                values["registered_at"] = finding.registered_at
            mine = (E.connection_id == connection_id, E.topic == topic)
            session.execute(update(ENDPOINTS).where(*mine).values(values))
        if any(_differs(before.get(topic), finding) for topic, finding in findings.items()):
            changed: dict[Any, Any] = {C.revision: C.revision + 1, C.changed_at: now}
            session.execute(update(CONNECTIONS).where(C.id == connection_id).values(changed))


def registered_since(connection_id: str) -> datetime | None:
    """Since when every topic of a connection has been registered; None while one has not."""
    moments = [view.registered_at for view in of_connection(connection_id)]
    known = [moment for moment in moments if moment is not None]
    return max(known) if known and len(known) == len(moments) else None


def forget(session: Session, connection_id: str) -> None:
    """Nothing is known of this connection's webhooks any more."""
    session.execute(delete(ENDPOINTS).where(E.connection_id == connection_id))


def with_secrets_before(moment: datetime) -> list[str]:
    """The living, unpaused connections whose webhook secret we chose before then."""
    chosen = (S.field == WEBHOOK_SECRET, S.set_at < moment, C.removed_at.is_(None), C.paused_at.is_(None))
    wanted = select(C.id).join(SECRETS, S.owner_id == C.id).where(*chosen).order_by(S.set_at)
    with reading() as session:
        return [connection_id for (connection_id,) in rows(session, wanted)]


def forget_expired_secrets(field: str, now: datetime) -> None:
    """Delete what this secret field held where its time is over."""
    with writing() as session:
        session.execute(delete(SECRETS).where(S.field == field, S.expires_at < now))


def public_key(marketplace: str, key_id: str, since: datetime) -> str | None:
    """The public key as PEM, unless it was fetched before `since` or never."""
    with reading() as session:
        found = session.get(WebhookKey, (marketplace, key_id))
    return found.pem if found is not None and found.fetched_at >= since else None


def keep_public_key(marketplace: str, key_id: str, pem: str, now: datetime) -> None:
    """Remember a fetched public key."""
    with writing() as session:
        session.merge(WebhookKey(marketplace=marketplace, key_id=key_id, pem=pem, fetched_at=now))


def _views(session: Session, connection_id: str) -> Sequence[EndpointView]:
    columns = [E[name] for name in EndpointView.__slots__]
    return [EndpointView(*row) for row in rows(session, select(*columns).where(E.connection_id == connection_id))]


def _differs(before: EndpointView | None, now: Finding) -> bool:
    return before is None or (before.state, before.problem) != (now.state, now.problem)
