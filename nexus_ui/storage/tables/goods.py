"""Products, stock levels and orders, as each connection shows them."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from nexus_ui.storage.tables.kinds import CLUSTERED, amount, utc


class ProductRow(SQLModel, table=True):
    """A listing as one connection shows it."""

    __tablename__: ClassVar[str] = "products"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    title: str
    status: str
    kind: str
    vendor: str | None = None
    url: str | None = None
    updated_at: datetime | None = utc()
    """None where the marketplace does not tell when a product changed."""


class VariantRow(SQLModel, table=True):
    """One thing that can be sold on one connection."""

    __tablename__: ClassVar[str] = "variants"
    __table_args__ = (
        Index("ix_variants_product", "connection_id", "product_ref"),
        Index("ix_variants_sku", "sku"),
        CLUSTERED,
    )
    connection_id: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    product_ref: str
    sku: str | None = None
    title: str
    price: Decimal | None = amount()
    currency: str | None = None
    barcode: str | None = None
    tracked: bool = True
    inventory_ref: str | None = None
    fulfilment: str = "merchant"
    position: int = 0


class StockRow(SQLModel, table=True):
    """What one location of one connection holds of one variant, as last seen there."""

    __tablename__: ClassVar[str] = "stock_levels"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    variant_ref: str = Field(primary_key=True)
    location_ref: str = Field(primary_key=True)
    available: int | None = Field(default=None, sa_column=Column(BigInteger))
    on_hand: int | None = Field(default=None, sa_column=Column(BigInteger))
    updated_at: datetime | None = utc()


class OrderRow(SQLModel, table=True):
    """An order as one connection shows it, without personal data."""

    __tablename__: ClassVar[str] = "orders"
    __table_args__ = (Index("ix_orders_placed", "connection_id", "placed_at"), CLUSTERED)
    connection_id: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    number: str
    status: str
    marketplace_status: str
    placed_at: datetime = utc(nullable=False)
    updated_at: datetime = utc(nullable=False)
    total: Decimal | None = amount()
    currency: str


class OrderLineRow(SQLModel, table=True):
    """One line of an order."""

    __tablename__: ClassVar[str] = "order_lines"
    __table_args__ = CLUSTERED
    connection_id: str = Field(primary_key=True)
    order_ref: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    sku: str | None = None
    title: str
    quantity: int
    unit_price: Decimal | None = amount()
    currency: str | None = None
    variant_ref: str | None = None
