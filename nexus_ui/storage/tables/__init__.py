"""What is remembered, a page per subject. Rows never leave `storage`; other rooms get frozen views of them.

Times are aware UTC (column type `Utc`). Amounts are exact Decimals kept as whole millionths (column type `Amount`), so
that both databases compare and sort them exactly. Tables that a sync fills carry the connection's id in their key.
"""

from sqlmodel import SQLModel

from nexus_ui.storage.tables.alerts import AlertChannel, AlertMessage, Audited, Incident
from nexus_ui.storage.tables.connections import Connection, Draft, Secret
from nexus_ui.storage.tables.cycles import ApiCall, Cycle, Quarantined, StreamCursor
from nexus_ui.storage.tables.engine import Beat, Lock
from nexus_ui.storage.tables.goods import OrderLineRow, OrderRow, ProductRow, StockRow, VariantRow
from nexus_ui.storage.tables.people import OneTimeLink, Person, Preference, ReconnectLink, SignedIn, SignInAttempt
from nexus_ui.storage.tables.publishing import Push, Sighting, StockDue, StockReceiptRow, StockRule
from nexus_ui.storage.tables.stock import StockItem, StockLine, StockMovement
from nexus_ui.storage.tables.webhooks import (
    WebhookDelivery,
    WebhookEndpoint,
    WebhookKey,
    WebhookRejection,
    WebhookTally,
)

METADATA = SQLModel.metadata
"""Every table of the product, for migrations."""

__all__ = [
    "METADATA",
    "AlertChannel",
    "AlertMessage",
    "ApiCall",
    "Audited",
    "Beat",
    "Connection",
    "Cycle",
    "Draft",
    "Incident",
    "Lock",
    "OneTimeLink",
    "OrderLineRow",
    "OrderRow",
    "Person",
    "Preference",
    "ProductRow",
    "Push",
    "Quarantined",
    "ReconnectLink",
    "Secret",
    "Sighting",
    "SignInAttempt",
    "SignedIn",
    "StockDue",
    "StockItem",
    "StockLine",
    "StockMovement",
    "StockReceiptRow",
    "StockRow",
    "StockRule",
    "StreamCursor",
    "VariantRow",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookKey",
    "WebhookRejection",
    "WebhookTally",
]
