"""Connections, their credentials, and what waits to become one."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from nexus_ui.storage.tables.kinds import CLUSTERED, utc


class Connection(SQLModel, table=True):
    """One authenticated link to one marketplace account. `cycle_id` + `lease_until`: who holds it right now."""

    __tablename__: ClassVar[str] = "connections"
    __table_args__ = (
        Index("ix_connections_due", "next_sync_at"),
        Index("ix_connections_changed", "changed_at"),
        Index("ix_connections_account", "marketplace", "account_id"),
    )
    id: str = Field(primary_key=True)
    marketplace: str
    name: str
    account_id: str
    account_name: str
    identifier: str
    currency: str | None = None
    sign_in: str
    public_fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    sandbox: bool = False
    live_key: str | None = Field(default=None, unique=True)
    """`marketplace:account_id` while the connection exists, None once removed: one account, one connection."""

    interval_minutes: int = 60
    window_start: str | None = None
    window_end: str | None = None
    time_zone: str = "UTC"
    lookback_days: int = 30
    orders_reach_days: int | None = None
    buffer_percent: int = 0
    auto_reconnect: bool = True
    retry_attempts: int | None = None
    retry_backoff_seconds: float | None = None

    paused_at: datetime | None = utc()
    paused_until: datetime | None = utc()
    pause_reason: str = ""

    planned_since: datetime | None = utc()
    """Since when its plan is in force: it was resumed, set otherwise or brought back. Before that nothing was due."""
    next_sync_at: datetime | None = utc()
    requested_at: datetime | None = utc()
    cycle_id: str | None = Field(default=None, index=True)
    lease_until: datetime | None = utc()

    first_cycle_done: bool = False
    last_started_at: datetime | None = utc()
    last_finished_at: datetime | None = utc()
    last_success_at: datetime | None = utc()
    rate_limited_until: datetime | None = utc()
    failures_in_a_row: int = 0
    error_kind: str | None = None
    error_message: str = ""
    error_since: datetime | None = utc()
    error_scope: str = ""
    recent_outcomes: str = ""
    """One letter per finished cycle, newest last: s success, p partial, f failed (what health is computed from)."""

    overdue_since: datetime | None = utc()
    overdue_because: str = ""
    """Why it should have been heard from by now and was not, as the watcher proved it."""
    doubt: str = ""
    """Why a green result is doubted: a volume far below its own pattern."""
    doubt_since: datetime | None = utc()

    proof_due_at: datetime | None = utc()
    """When the credentials are to be rehearsed next, if no sync proves them before; None: now."""
    rehearsed_at: datetime | None = utc()
    proof_problem: str = ""
    """Why the last rehearsal of the credentials failed, in a sentence; empty after one that went well."""

    push_approved_at: datetime | None = utc()
    """When a person let stock be published here for the first time; None: every push is held."""

    products_count: int = 0
    created_at: datetime = utc(nullable=False)
    created_by: str | None = None
    removed_at: datetime | None = utc()
    revision: int = 0
    changed_at: datetime = utc(nullable=False)


class Secret(SQLModel, table=True):
    """One encrypted field of a connection's or a draft's credentials. AAD binds it to owner, field and version."""

    __tablename__: ClassVar[str] = "secrets"
    __table_args__ = CLUSTERED
    owner_id: str = Field(primary_key=True)
    field: str = Field(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    key_id: str
    version: int
    last_four: str = ""
    set_at: datetime = utc(nullable=False)
    expires_at: datetime | None = utc()


class Draft(SQLModel, table=True):
    """Values that passed (or failed) Test Connection and wait to be saved. Its secrets hang on `id` in `secrets`."""

    __tablename__: ClassVar[str] = "drafts"
    id: str = Field(primary_key=True)
    marketplace: str
    sign_in: str
    public_fields: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    sandbox: bool = False
    connection_id: str | None = None
    person_id: str
    account: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    state_hash: str | None = Field(default=None, index=True)
    """SHA-256 of the OAuth state while a consent is under way."""
    session_id: str | None = None
    redirect_uri: str = ""
    passed_at: datetime | None = utc()
    used_at: datetime | None = utc()
    created_at: datetime = utc(nullable=False)
    expires_at: datetime = utc(nullable=False, index=True)
