"""Webhooks: what should be registered, what arrived, what was refused."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Column, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from nexus_ui.storage.columns import Utc
from nexus_ui.storage.tables.kinds import CLUSTERED, utc


class WebhookEndpoint(SQLModel, table=True):
    """A topic that should be registered for a connection, and what the marketplace said of it when last asked.

    `state`: unknown (not asked yet), registered, missing, switched_off, elsewhere (another address), by_hand.
    """

    __tablename__: ClassVar[str] = "webhook_endpoints"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    state: str = "unknown"
    remote_ref: str | None = None
    problem: str = ""
    checked_at: datetime | None = utc()
    registered_at: datetime | None = utc()
    last_accepted_at: datetime | None = utc()
    last_rejected_at: datetime | None = utc()


class WebhookDelivery(SQLModel, table=True):
    """A verified delivery. `body` is masked and capped; what it points at stands in `named`.

    `state`: kept (to be worked off), done, ignored (a ping, or nothing of ours), failed. One row per `event_key`:
    copies are counted in `copies`.
    """

    __tablename__: ClassVar[str] = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("connection_id", "event_key", name="uq_webhook_deliveries_event"),
        Index("ix_webhook_deliveries_connection", "connection_id", "received_at", "state"),
        Index("ix_webhook_deliveries_due", "state", "due_at"),
    )
    id: str = Field(primary_key=True)
    connection_id: str
    event_key: str
    topic: str
    named: list[Any] = Field(sa_column=Column(JSON, nullable=False))
    body: str = Field(default="", sa_column=Column(Text, nullable=False))
    received_at: datetime = utc(nullable=False)
    copies: int = 0
    state: str = "kept"
    attempts: int = 0
    due_at: datetime | None = utc()
    done_at: datetime | None = utc()
    effect: str = Field(default="", sa_column=Column(Text, nullable=False))
    problem: str = Field(default="", sa_column=Column(Text, nullable=False))


class WebhookRejection(SQLModel, table=True):
    """A delivery that was refused: when, what it claimed to be, and why. Only the newest of a connection are kept."""

    __tablename__: ClassVar[str] = "webhook_rejections"
    __table_args__ = (Index("ix_webhook_rejections_connection", "connection_id", "at"),)
    id: str = Field(primary_key=True)
    connection_id: str
    at: datetime = utc(nullable=False)
    topic: str = ""
    status: int
    reason: str
    size: int = 0


class WebhookTally(SQLModel, table=True):
    """Deliveries of one topic in one hour. `topic` is "" for refused ones, whose claim is not believed."""

    __tablename__: ClassVar[str] = "webhook_tallies"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    topic: str = Field(primary_key=True)
    hour: datetime = Field(sa_column=Column(Utc, primary_key=True))
    accepted: int = 0
    copies: int = 0
    rejected: int = 0


class WebhookKey(SQLModel, table=True):
    """A public key with which a marketplace signs, as fetched from it."""

    __tablename__: ClassVar[str] = "webhook_keys"
    marketplace: str = Field(primary_key=True)
    key_id: str = Field(primary_key=True)
    pem: str = Field(sa_column=Column(Text, nullable=False))
    fetched_at: datetime = utc(nullable=False)
