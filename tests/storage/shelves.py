"""Small worlds for the list tests: connections, products, orders and cycles, written row by row."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import SQLModel

from nexus_ui.storage.database import writing
from nexus_ui.storage.tables import (
    ApiCall,
    Connection,
    Cycle,
    OrderLineRow,
    OrderRow,
    ProductRow,
    Push,
    Quarantined,
    StockItem,
    StockReceiptRow,
    StockRow,
    StockRule,
    VariantRow,
    WebhookDelivery,
    WebhookEndpoint,
    WebhookRejection,
    WebhookTally,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def keep(*rows: SQLModel) -> None:
    """Write `rows` in one transaction."""
    with writing() as session:
        session.add_all(rows)


def connection(id: str, name: str, **other: Any) -> Connection:
    """A connection of a shop called `name`."""
    plain = {
        "marketplace": "shopify",
        "account_id": id,
        "account_name": name,
        "identifier": f"{id}.example",
        "sign_in": "token",
        "public_fields": {},
        "live_key": id,
        "created_at": NOON,
        "changed_at": NOON,
    }
    return Connection(id=id, name=name, **{**plain, **other})


def product(connection_id: str, ref: str, title: str, **other: Any) -> ProductRow:
    """A listing."""
    plain = {"status": "active", "kind": "simple", "updated_at": NOON}
    return ProductRow(connection_id=connection_id, ref=ref, title=title, **{**plain, **other})


def variant(connection_id: str, product_ref: str, ref: str, sku: str | None, **other: Any) -> VariantRow:
    """A variant at ten euros."""
    plain = {"title": ref, "price": Decimal("10.00"), "currency": "EUR"}
    return VariantRow(connection_id=connection_id, product_ref=product_ref, ref=ref, sku=sku, **{**plain, **other})


def stock(connection_id: str, variant_ref: str, available: int | None, location: str = "main") -> StockRow:
    """What one location holds."""
    return StockRow(connection_id=connection_id, variant_ref=variant_ref, location_ref=location, available=available)


def order(connection_id: str, ref: str, number: str, **other: Any) -> OrderRow:
    """An open order of ten euros."""
    plain = {"status": "open", "marketplace_status": "PAID", "placed_at": NOON, "updated_at": NOON}
    money = {"total": Decimal("10.00"), "currency": "EUR"}
    return OrderRow(connection_id=connection_id, ref=ref, number=number, **{**plain, **money, **other})


def order_line(connection_id: str, order_ref: str, ref: str, sku: str | None, quantity: int = 1) -> OrderLineRow:
    """A line of an order."""
    return OrderLineRow(
        connection_id=connection_id, order_ref=order_ref, ref=ref, sku=sku, title=f"Line {ref}", quantity=quantity
    )


def cycle(id: str, connection_id: str, minutes: float = 0, **other: Any) -> Cycle:
    """A successful cycle that began `minutes` after noon."""
    began = NOON + timedelta(minutes=minutes)
    plain = {
        "trigger": "schedule",
        "state": "finished",
        "outcome": "success",
        "started_at": began,
        "finished_at": began + timedelta(seconds=30),
    }
    return Cycle(id=id, connection_id=connection_id, **{**plain, **other})


def call(id: str, cycle_id: str, seconds: float = 0, **other: Any) -> ApiCall:
    """An answered call, `seconds` after noon."""
    plain = {
        "at": NOON + timedelta(seconds=seconds),
        "operation": "products",
        "method": "GET",
        "url": "https://shop.example/products",
        "status": 200,
        "milliseconds": 40,
        "attempt": 1,
    }
    return ApiCall(id=id, cycle_id=cycle_id, **{**plain, **other})


def quarantined(connection_id: str, ref: str, cycle_id: str, reason: str = "It has no title.") -> Quarantined:
    """A product that was set aside."""
    return Quarantined(
        connection_id=connection_id,
        stream="products",
        ref=ref,
        reason=reason,
        raw="{}",
        first_seen_at=NOON,
        last_seen_at=NOON,
        cycle_id=cycle_id,
    )


def delivery(id: str, connection_id: str, minutes: float = 0, **other: Any) -> WebhookDelivery:
    """A verified delivery about an order, received `minutes` after noon and worked off."""
    received = NOON + timedelta(minutes=minutes)
    plain = {
        "event_key": id,
        "topic": "orders/updated",
        "named": [["order", "1001"]],
        "body": '{"id": 1001}',
        "received_at": received,
        "state": "done",
        "done_at": received + timedelta(seconds=1),
        "effect": "Order #1001 updated.",
    }
    return WebhookDelivery(id=id, connection_id=connection_id, **{**plain, **other})


def rejection(id: str, connection_id: str, minutes: float = 0, **other: Any) -> WebhookRejection:
    """A delivery refused `minutes` after noon because of its signature."""
    plain = {"topic": "orders/updated", "status": 401, "reason": "The signature does not match.", "size": 64}
    return WebhookRejection(
        id=id, connection_id=connection_id, at=NOON + timedelta(minutes=minutes), **{**plain, **other}
    )


def endpoint(connection_id: str, topic: str, **other: Any) -> WebhookEndpoint:
    """A registered topic that was asked about at noon."""
    plain = {"state": "registered", "checked_at": NOON, "registered_at": NOON}
    return WebhookEndpoint(connection_id=connection_id, topic=topic, **{**plain, **other})


def tally(connection_id: str, topic: str, hours: float = 0, **counted: int) -> WebhookTally:
    """Deliveries counted in the hour that began `hours` after noon."""
    return WebhookTally(connection_id=connection_id, topic=topic, hour=NOON + timedelta(hours=hours), **counted)


def push(id: str, connection_id: str, minutes: float = 0, **other: Any) -> Push:
    """A push that an order asked for `minutes` after noon, and that is done."""
    plain = {"trigger": "order", "state": "done", "created_at": NOON + timedelta(minutes=minutes)}
    return Push(id=id, connection_id=connection_id, **{**plain, **other})


def receipt(
    id: str, push_id: str, connection_id: str, sku: str, before: int | None, quantity: int, **other: Any
) -> Any:
    """A number that was confirmed."""
    place = {"variant_ref": sku.lower(), "inventory_ref": sku.lower(), "location_ref": "main"}
    plain = {"state": "confirmed", "rule": "10 available", "planned_at": NOON, **place}
    number = {"sku": sku, "before": before, "quantity": quantity}
    return StockReceiptRow(id=id, push_id=push_id, connection_id=connection_id, **{**plain, **number, **other})


def item(sku: str, on_hand: int, reserved: int = 0, **other: Any) -> StockItem:
    """What we have of a SKU, counted at noon."""
    return StockItem(sku=sku, on_hand=on_hand, reserved=reserved, **{"changed_at": NOON, **other})


def stock_rule(connection_id: str, sku: str, buffer_percent: int | None = None, withheld: bool = False) -> StockRule:
    """A person's exception for one SKU on one connection."""
    return StockRule(
        connection_id=connection_id, sku=sku, buffer_percent=buffer_percent, withheld=withheld, changed_at=NOON
    )
