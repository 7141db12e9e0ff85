"""Items as the vendor's API file writes them: a session of two minutes, paged by offset."""

import secrets
from decimal import Decimal
from typing import Any

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.walmart import reading
from nexus_ui.sandbox.walmart.account import Account, Session, index_of, there
from nexus_ui.sandbox.walmart.problems import ITEMS, Refusal, invalid

QUERY = ("nextCursor", "sku", "offset", "limit", "lifecycleStatus", "publishedStatus", "variantGroupId", "condition")
SESSION_LIFE = 120
DEEPEST = 10_000


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/items."""
    size, offset = reading.number(call, "limit", 20, 1, 1000), reading.number(call, "offset", 0, 0, DEEPEST)
    for name in ("lifecycleStatus", "publishedStatus", "variantGroupId", "condition"):
        if name in call.query:
            raise Refusal(501, "NOT_SIMULATED", ITEMS, f"This simulated Walmart does not filter by {name}.")
    asked, sku = call.query.get("nextCursor"), call.query.get("sku")
    if sku is not None:
        return _one(account, sku)
    if asked in (None, "*"):
        cursor, session = _begin(account)
    else:
        cursor, session = str(asked), _session(account, str(asked))
    session.at = account.shop.clock()
    page = [index for index in session.indices[offset : offset + size] if index in account.shop.products]
    if not session.indices:
        raise Refusal(404, "CONTENT_NOT_FOUND", ITEMS, "No item found for search criteria.")
    answer = {"ItemResponse": [_item(account, index) for index in page], "totalItems": len(session.indices)}
    return answer | ({"nextCursor": cursor} if asked else {})


def _one(account: Account, sku: str) -> dict[str, Any]:
    index = index_of(account.shop, sku)
    if index is None:
        raise Refusal(404, "CONTENT_NOT_FOUND", ITEMS, "No item found for search criteria.")
    return {"ItemResponse": [_item(account, index)], "totalItems": 1}


def _begin(account: Account) -> tuple[str, Session]:
    now = account.shop.clock()
    account.sessions = {key: one for key, one in account.sessions.items() if one.at + SESSION_LIFE > now}
    cursor, session = secrets.token_urlsafe(24), Session(there(account.shop), 0, now)
    account.sessions[cursor] = session
    return cursor, session


def _session(account: Account, cursor: str) -> Session:
    session = account.sessions.get(cursor)
    if session is None or session.at + SESSION_LIFE <= account.shop.clock():
        raise invalid("nextCursor", "has expired or is not known.", ITEMS)
    return session


def _item(account: Account, index: int) -> dict[str, Any]:
    product = account.shop.product(index)
    only = product.variants[0]
    gtin = f"00{only.barcode or ''}"[-14:]
    item: dict[str, Any] = {
        "mart": "WALMART_US",
        "condition": "New",
        "wpid": f"0R{index:010X}",
        "upc": (only.barcode or "")[-12:],
        "gtin": gtin,
        "productName": product.title,
        "shelf": f'["Home Page","{product.type}"]',
        "productType": product.type,
        "price": {"currency": "USD", "amount": float(only.price or Decimal(1))},
        "publishedStatus": "PUBLISHED" if product.status == "active" else "UNPUBLISHED",
        "lifecycleStatus": "ARCHIVED" if product.status == "archived" else "ACTIVE",
    }
    if product.status == "draft":
        item["unpublishedReasons"] = {"reason": ["Your item is unpublished because the end date has passed."]}
    return ({"sku": only.sku} if only.sku is not None else {}) | item
