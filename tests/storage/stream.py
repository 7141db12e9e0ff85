"""Records, pages and a held connection for tests of what a sync stores."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import text

from nexus_ui.records import (
    BadRecord,
    Money,
    Order,
    OrderLine,
    OrderStatus,
    Page,
    Product,
    ProductStatus,
    StockLevel,
    Variant,
)
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.pages import CursorMove, Hold
from nexus_ui.storage.tables import Connection, Cycle

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
T = TypeVar("T")


def held(connection_id: str = "con_a", cycle_id: str = "cyc_1", **columns: Any) -> Hold:
    """A connection that a running cycle holds."""
    with writing() as session:
        session.add(
            Connection(
                id=connection_id,
                marketplace="shopify",
                name="Shop",
                account_id=connection_id,
                account_name="Shop",
                identifier="shop.example",
                sign_in="keys",
                public_fields={},
                cycle_id=cycle_id,
                lease_until=START,
                created_at=START,
                changed_at=START,
                **columns,
            )
        )
        session.add(
            Cycle(id=cycle_id, connection_id=connection_id, trigger="schedule", state="running", started_at=START)
        )
    return Hold(connection_id, cycle_id, START + timedelta(minutes=1))


def take_over(connection_id: str = "con_a", cycle_id: str = "cyc_2") -> None:
    """Another cycle claims the connection."""
    with writing() as session:
        session.execute(
            text("UPDATE connections SET cycle_id = :new WHERE id = :id"), {"new": cycle_id, "id": connection_id}
        )


def at(minute: int) -> datetime:
    """A version: so many minutes after the start."""
    return START + timedelta(minutes=minute)


def variant(product: str, ref: str, price: str | None = "9.99", stock: int | None = None, **more: Any) -> Variant:
    """A variant, with a stock level where `stock` is given."""
    levels = () if stock is None else (StockLevel(ref, "loc1", stock),)
    money = None if price is None else Money(Decimal(price), "EUR")
    return Variant(ref, product, **{"sku": f"SKU-{ref}", "title": "Default", "price": money, "levels": levels} | more)


def product(ref: str, version: int = 0, *variants: Variant, title: str = "Mug") -> Product:
    """A product; with one plain variant when none is given."""
    return Product(ref, title, ProductStatus.ACTIVE, at(version), variants or (variant(ref, f"{ref}v"),))


def order(ref: str, version: int = 0, *lines: OrderLine, total: str = "20.00") -> Order:
    """An order; with one line when none is given."""
    found = lines or (OrderLine(f"{ref}l", "SKU-1", "Mug", 2, Money(Decimal("10"), "EUR")),)
    return Order(ref, f"#{ref}", OrderStatus.OPEN, at(0), at(version), Money(Decimal(total), "EUR"), found)


def page(records: Sequence[T], bad: Sequence[BadRecord] = (), resume: str | None = None) -> Page[T]:
    """A page of records."""
    return Page(list(records), list(bad), resume)


def move(stream: str, resume: str | None = "next", finished: bool = False, **more: Any) -> CursorMove:
    """A step of the cursor."""
    usual = {"newest": None, "since": None, "stage": stream, "expected": None}
    return CursorMove(stream=stream, resume=resume, finished=finished, **usual | more)


def table(name: str, columns: str = "*") -> list[tuple[Any, ...]]:
    """The rows of a table, in the order of their columns."""
    with reading() as session:
        return sorted((tuple(row) for row in session.execute(text(f"SELECT {columns} FROM {name}"))), key=repr)


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """All rows a stream has filled, so that two ways there can be compared."""
    return {name: table(name) for name in ("products", "variants", "stock_levels", "orders", "order_lines")}
