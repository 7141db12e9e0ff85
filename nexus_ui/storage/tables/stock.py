"""The stock ledger, and what of it is published where."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from nexus_ui.storage.tables.kinds import CLUSTERED, utc


class StockItem(SQLModel, table=True):
    """What we have of one SKU, over all connections: kept sums of its movements and of what order lines reserve.

    What simulated marketplaces hold and sell is counted by itself (`sandbox`), so that it never touches real stock.

    `seen_at`: when a connection's number was taken over; None where a person brought the first number.
    """

    __tablename__: ClassVar[str] = "stock_items"
    __table_args__ = CLUSTERED
    sku: str = Field(primary_key=True)
    sandbox: bool = Field(default=False, primary_key=True)
    on_hand: int = Field(sa_column=Column(BigInteger, nullable=False))
    reserved: int = Field(sa_column=Column(BigInteger, nullable=False))
    seen_at: datetime | None = utc()
    changed_at: datetime = utc(nullable=False)
    revision: int = 0


class StockMovement(SQLModel, table=True):
    """Units that came or went, and why. Never changed, and only once per SKU and cause."""

    __tablename__: ClassVar[str] = "stock_movements"
    __table_args__ = CLUSTERED
    sku: str = Field(primary_key=True)
    sandbox: bool = Field(default=False, primary_key=True)
    cause: str = Field(primary_key=True)
    quantity: int = Field(sa_column=Column(BigInteger, nullable=False))
    kind: str
    connection_id: str | None = None
    order_ref: str | None = None
    at: datetime = utc(nullable=False)
    by: str | None = None
    note: str = ""


class StockLine(SQLModel, table=True):
    """What one order line does to the stock: units it reserves, took away, and the first sight had left out.

    `connection_id` is the account's first connection, so that connecting it again counts nothing twice.
    """

    __tablename__: ClassVar[str] = "stock_lines"
    __table_args__ = (Index("ix_stock_lines_sku", "sku"), CLUSTERED)
    connection_id: str = Field(primary_key=True)
    order_ref: str = Field(primary_key=True)
    line_ref: str = Field(primary_key=True)
    sku: str
    reserved: int = Field(sa_column=Column(BigInteger, nullable=False))
    sold: int = Field(sa_column=Column(BigInteger, nullable=False))
    included: int = Field(sa_column=Column(BigInteger, nullable=False))
    turns: int = 0
    placed_at: datetime = utc(nullable=False)
