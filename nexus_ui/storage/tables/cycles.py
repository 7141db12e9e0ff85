"""What a sync did: cycles, cursors, calls, and records set aside."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from nexus_ui.storage.tables.kinds import CLUSTERED, utc


class Cycle(SQLModel, table=True):
    """One attempt to sync, or one press that did nothing. `state` and `outcome` are two different things."""

    __tablename__: ClassVar[str] = "cycles"
    __table_args__ = (Index("ix_cycles_connection_started", "connection_id", "started_at"),)
    id: str = Field(primary_key=True)
    connection_id: str
    trigger: str
    requested_by: str | None = None
    state: str
    outcome: str | None = None
    stage: str = ""
    started_at: datetime = utc(nullable=False)
    heartbeat_at: datetime | None = utc()
    finished_at: datetime | None = utc()
    waiting_until: datetime | None = utc()
    products: int = 0
    orders: int = 0
    inventory: int = 0
    quarantined: int = 0
    written: int = 0
    pages: int = 0
    calls: int = 0
    retries: int = 0
    expected_records: int | None = None
    evidence: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON))
    error_kind: str | None = None
    error_message: str = ""
    error_detail: str = Field(default="", sa_column=Column(Text, nullable=False))
    worker: str = ""
    revision: int = 0


class StreamCursor(SQLModel, table=True):
    """How far one stream (products, orders, inventory) of one connection has been read."""

    __tablename__: ClassVar[str] = "stream_cursors"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    since: datetime | None = utc()
    """Everything changed before this moment is here; None: the first full read is not finished."""
    pass_started_at: datetime | None = utc()
    resume: str | None = Field(default=None, sa_column=Column(Text))
    newest: datetime | None = utc()
    changed_at: datetime = utc(nullable=False)


class ApiCall(SQLModel, table=True):
    """One HTTP exchange of a cycle, masked."""

    __tablename__: ClassVar[str] = "api_calls"
    id: str = Field(primary_key=True)
    cycle_id: str = Field(index=True)
    at: datetime = utc(nullable=False)
    operation: str
    method: str
    url: str
    status: int | None = None
    milliseconds: int
    attempt: int
    request_id: str = ""
    problem: str = ""
    excerpt: str = Field(default="", sa_column=Column(Text, nullable=False))


class Quarantined(SQLModel, table=True):
    """A record set aside with its reason. Gone (resolved) when the same record arrives well later."""

    __tablename__: ClassVar[str] = "quarantine"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    stream: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    reason: str
    raw: str = Field(default="", sa_column=Column(Text, nullable=False))
    first_seen_at: datetime = utc(nullable=False)
    last_seen_at: datetime = utc(nullable=False)
    cycle_id: str
