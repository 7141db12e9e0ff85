"""Connections as flows see and change them. Every change raises the revision, which is how pages hear of it."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from nexus_ui.errors import AlreadyConnected, NotFound
from nexus_ui.storage import cycles
from nexus_ui.storage.database import reading
from nexus_ui.storage.tables import Connection

GONE = "This connection does not exist any more."


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """What a person can set per connection. None for retries means: as in the general settings."""

    interval_minutes: int = 60
    window_start: str | None = None
    window_end: str | None = None
    time_zone: str = "UTC"
    lookback_days: int = 30
    buffer_percent: int = 0
    auto_reconnect: bool = True
    retry_attempts: int | None = None
    retry_backoff_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Connected:
    """One connection, without its secrets."""

    id: str
    marketplace: str
    name: str
    account_id: str
    account_name: str
    identifier: str
    currency: str | None
    sign_in: str
    public_fields: dict[str, str]
    sandbox: bool
    settings: ConnectionSettings
    orders_reach_days: int | None
    paused_at: datetime | None
    paused_until: datetime | None
    pause_reason: str
    next_sync_at: datetime | None
    last_started_at: datetime | None
    cycle_id: str | None
    error_kind: str | None
    error_scope: str
    created_at: datetime
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewConnection:
    """What a tested draft becomes."""

    id: str
    marketplace: str
    name: str
    account_id: str
    account_name: str
    identifier: str
    currency: str | None
    sign_in: str
    public_fields: dict[str, str]
    sandbox: bool
    orders_reach_days: int | None
    created_by: str


def get(connection_id: str) -> Connected:
    """The connection, unless it was removed; raises NotFound."""
    with reading() as session:
        found = session.get(Connection, connection_id)
        if found is None or found.removed_at is not None:
            raise NotFound(GONE)
        return connected(found)


def by_account(marketplace: str, account_id: str, sandbox: bool) -> Connected | None:
    """The living connection to this account."""
    with reading() as session:
        return by_account_in(session, marketplace, account_id, sandbox)


def by_account_in(session: Session, marketplace: str, account_id: str, sandbox: bool) -> Connected | None:
    """As `by_account`, inside a transaction."""
    key = live_key(marketplace, account_id, sandbox)
    found = session.exec(select(Connection).where(Connection.live_key == key)).first()
    return connected(found) if found else None


def of_marketplaces(slugs: Collection[str]) -> tuple[Connected, ...]:
    """The living connections to these marketplaces, the oldest first."""
    wanted = select(Connection).where(col(Connection.marketplace).in_(slugs), col(Connection.removed_at).is_(None))
    with reading() as session:
        return tuple(connected(row) for row in session.exec(wanted.order_by(col(Connection.created_at))).all())


def living() -> list[str]:
    """The ids of the connections that are not removed."""
    with reading() as session:
        return list(session.exec(select(Connection.id).where(col(Connection.removed_at).is_(None))))


def named(word: str) -> str:
    """The id of the living connection with this id or name; raises NotFound, also when several have the name."""
    wanted = select(Connection.id).where(or_(col(Connection.id) == word, col(Connection.name) == word))
    with reading() as session:
        found = session.exec(wanted.where(col(Connection.removed_at).is_(None)).limit(2)).all()
    if len(found) != 1:
        raise NotFound(f"{'Several connections are' if found else 'No connection is'} called {word}. Use its id.")
    return found[0]


def any_sandbox() -> bool:
    """Whether a living connection leads to the sandbox."""
    with reading() as session:
        wanted = select(Connection.id).where(col(Connection.sandbox).is_(True), col(Connection.removed_at).is_(None))
        return session.exec(wanted.limit(1)).first() is not None


def held(session: Session, connection_id: str) -> Connection:
    """The row of a living connection, locked for this write transaction; raises NotFound."""
    found = session.get(Connection, connection_id, with_for_update=True, populate_existing=True)
    if found is None or found.removed_at is not None:
        raise NotFound(GONE)
    return found


def add(session: Session, new: NewConnection, chosen: ConnectionSettings, now: datetime) -> None:
    """Insert a connection that is due at once; raises AlreadyConnected, also when another save wins the race."""
    session.add(
        Connection(
            **asdict(new),
            **asdict(chosen),
            live_key=live_key(new.marketplace, new.account_id, new.sandbox),
            next_sync_at=now,
            requested_at=now,
            created_at=now,
            changed_at=now,
        )
    )
    _flush(session, new.account_name)


def change(session: Session, connection_id: str, now: datetime, **values: Any) -> None:
    """Set columns of a living connection; raises NotFound, or AlreadyConnected for an account another one holds."""
    row = held(session, connection_id)
    for name, value in values.items():
        setattr(row, name, value)
    row.revision = Connection.revision + 1
    row.changed_at = now
    _flush(session, row.account_name)


def release(session: Session, connection_id: str, now: datetime, why: str) -> None:
    """Take a connection away from whatever cycle holds it or waits for it: its next page is refused."""
    row = held(session, connection_id)
    waiting = cycles.queued(session, connection_id)
    cycles.abandon(session, [cycle for cycle in (row.cycle_id, waiting) if cycle], now, why)
    row.cycle_id = None
    row.lease_until = None


def live_key(marketplace: str, account_id: str, sandbox: bool) -> str:
    """What must be unique among living connections; a simulated account never stands in a real one's way."""
    return f"{'sandbox ' if sandbox else ''}{marketplace}:{account_id}"


def connected(row: Connection) -> Connected:
    """The frozen view of a row."""
    return Connected(
        id=row.id,
        marketplace=row.marketplace,
        name=row.name,
        account_id=row.account_id,
        account_name=row.account_name,
        identifier=row.identifier,
        currency=row.currency,
        sign_in=row.sign_in,
        public_fields=dict(row.public_fields),
        sandbox=row.sandbox,
        settings=ConnectionSettings(**{name: getattr(row, name) for name in ConnectionSettings.__slots__}),
        orders_reach_days=row.orders_reach_days,
        paused_at=row.paused_at,
        paused_until=row.paused_until,
        pause_reason=row.pause_reason,
        next_sync_at=row.next_sync_at,
        last_started_at=row.last_started_at,
        cycle_id=row.cycle_id,
        error_kind=row.error_kind,
        error_scope=row.error_scope,
        created_at=row.created_at,
        removed_at=row.removed_at,
    )


def _flush(session: Session, account_name: str) -> None:
    try:
        session.flush()
    except IntegrityError as clash:
        raise AlreadyConnected(f"{account_name} is connected already.") from clash
