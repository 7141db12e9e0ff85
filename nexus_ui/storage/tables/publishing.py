"""What of the stock is published where: what waits to be sent, pushes, and the receipt of every single number."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Column, Index, Text
from sqlmodel import Field, SQLModel

from nexus_ui.storage.tables.kinds import CLUSTERED, utc


class StockRule(SQLModel, table=True):
    """A person's exception for one SKU on one connection: its own buffer, or never published (`withheld`)."""

    __tablename__: ClassVar[str] = "stock_rules"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    sku: str = Field(primary_key=True)
    buffer_percent: int | None = None
    withheld: bool = False
    changed_at: datetime = utc(nullable=False)
    changed_by: str | None = None


class StockDue(SQLModel, table=True):
    """A SKU whose published quantity on a connection must be looked at. One row however often it is asked for.

    `ticket` grows with each ask, so that what was asked meanwhile is not forgotten with what was done. `sold`: units
    that orders took since. `look`: what stands there is not known for sure, and is looked at first.
    """

    __tablename__: ClassVar[str] = "stock_due"
    __table_args__ = (Index("ix_stock_due_due", "due_at"), CLUSTERED)
    connection_id: str = Field(primary_key=True)
    sku: str = Field(primary_key=True)
    cause: str
    asked_at: datetime = utc(nullable=False)
    due_at: datetime = utc(nullable=False)
    ticket: int = 0
    attempts: int = 0
    sold: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    look: bool = False


class Push(SQLModel, table=True):
    """Quantities planned for one connection together. `state`: held, going, done, declined, superseded.

    `trigger`: what asked for it, one of rules.publish.Cause. `undoes`: the push it takes back. `check_at`: when to look
    after it again: to read numbers back, or because its worker may be gone.
    """

    __tablename__: ClassVar[str] = "pushes"
    __table_args__ = (
        Index("ix_pushes_connection", "connection_id", "created_at"),
        Index("ix_pushes_state", "state"),
        Index("ix_pushes_check", "check_at"),
    )
    id: str = Field(primary_key=True)
    connection_id: str
    trigger: str
    state: str
    held_because: str = Field(default="", sa_column=Column(Text, nullable=False))
    created_at: datetime = utc(nullable=False)
    finished_at: datetime | None = utc()
    decided_at: datetime | None = utc()
    decided_by: str | None = None
    undoes: str | None = None
    requested_by: str | None = None
    check_at: datetime | None = utc()
    revision: int = 0


class StockReceiptRow(SQLModel, table=True):
    """One number for one place of one variant, from plan to proof.

    `state`: planned, sent (no answer yet), superseded, skipped, refused, stale, accepted, confirmed (read back).
    `before` is what stood there as far as we knew, `seen` what was read back; both None when unknown. `apart`: a person
    declined or undid it, so only sales change the number until somebody edits the stock or publishes it again.
    """

    __tablename__: ClassVar[str] = "stock_receipts"
    __table_args__ = (
        Index("ix_stock_receipts_push", "push_id", "state"),
        Index("ix_stock_receipts_sku", "sku", "planned_at"),
        Index("ix_stock_receipts_variant", "connection_id", "variant_ref", "planned_at"),
        Index("ix_stock_receipts_open", "state", "connection_id"),
    )
    id: str = Field(primary_key=True)
    push_id: str
    connection_id: str
    sku: str
    variant_ref: str
    inventory_ref: str
    location_ref: str
    before: int | None = Field(default=None, sa_column=Column(BigInteger))
    available: int | None = Field(default=None, sa_column=Column(BigInteger))
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    rule: str = ""
    cause: str = ""
    state: str
    said: str = Field(default="", sa_column=Column(Text, nullable=False))
    code: str = ""
    attempts: int = 0
    planned_at: datetime = utc(nullable=False)
    sent_at: datetime | None = utc()
    answered_at: datetime | None = utc()
    confirmed_at: datetime | None = utc()
    seen: int | None = Field(default=None, sa_column=Column(BigInteger))
    apart: bool = False


class Sighting(SQLModel, table=True):
    """A value that changed as a connection shows it: a quantity or an order's status, before and after.

    The first value is not kept by itself: it is the `before` of the first change, or the present one.
    """

    __tablename__: ClassVar[str] = "sightings"
    __table_args__ = (
        Index("ix_sightings_thing", "connection_id", "about", "ref", "at"),
        Index("ix_sightings_at", "at"),
    )
    id: str = Field(primary_key=True)
    connection_id: str
    about: str
    ref: str
    place: str = ""
    before: str | None = None
    after: str | None = None
    source: str = ""
    at: datetime = utc(nullable=False)
