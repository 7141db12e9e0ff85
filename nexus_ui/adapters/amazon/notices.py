"""What Amazon's notifications say: which order or SKU changed, and whose it is. Nothing else of them is believed.

Shapes as in https://github.com/amzn/selling-partner-api-models/tree/main/schemas/notifications (2026-08-05)
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from nexus_ui.adapters.contract import About, Letter, Named, Notice

ORDER, QUANTITY = "ORDER_CHANGE", "LISTINGS_ITEM_MFN_QUANTITY_CHANGE"
STATUS, HELD = "LISTINGS_ITEM_STATUS_CHANGE", "FBA_INVENTORY_AVAILABILITY_CHANGES"
TYPES = (ORDER, QUANTITY, STATUS, HELD)
"""What is asked for. Processing of feeds is asked about directly."""

Told = tuple[str, Named]


def read(receipt: str, body: str) -> Letter:
    """A message of the queue as a letter; without a notice when it is of no use to us, or no notification at all."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return Letter(receipt)
    kind = _text(told, "NotificationType") or _text(told, "notificationType")
    ref = _text(told, "NotificationMetadata", "NotificationId") or _text(told, "notificationMetadata", "notificationId")
    reader = READERS.get(kind)
    found = reader(_at(told, "Payload")) if reader and ref else None
    if found is None:
        return Letter(receipt)
    account, named = found
    return Letter(receipt, account, Notice(ref, kind, (named,)))


def _order(payload: Any) -> Told | None:
    change = _at(payload, "OrderChangeNotification")
    seller, ref = _text(change, "SellerId"), _text(change, "AmazonOrderId")
    return _told(seller, _text(change, "Summary", "MarketplaceId"), About.ORDER, ref)


def _quantity(payload: Any) -> Told | None:
    return _told(_text(payload, "SellerId"), "", About.STOCK, _text(payload, "Sku"))


def _status(payload: Any) -> Told | None:
    return _told(_text(payload, "SellerId"), _text(payload, "MarketplaceId"), About.PRODUCT, _text(payload, "Sku"))


def _held(payload: Any) -> Told | None:
    return _told(_text(payload, "SellerId"), "", About.STOCK, _text(payload, "SKU"))


READERS: Mapping[str, Callable[[Any], Told | None]] = {
    ORDER: _order,
    QUANTITY: _quantity,
    STATUS: _status,
    HELD: _held,
}


def _told(seller: str, store: str, about: About, ref: str) -> Told | None:
    """Whose it is (the store only where Amazon tells it) and what; None when a part is missing."""
    return (f"{seller}@{store}", Named(about, ref)) if seller and ref else None


def _at(told: Any, *path: str) -> Any:
    for name in path:
        told = told.get(name) if isinstance(told, dict) else None
    return told


def _text(told: Any, *path: str) -> str:
    found = _at(told, *path)
    return found if isinstance(found, str) else ""
