"""The seller's own stock, in one ship node. The input includes what is sold and not yet shipped."""

import secrets
from typing import Any
from urllib.parse import unquote

import msgspec

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.walmart import reading
from nexus_ui.sandbox.walmart.account import SHIP_NODE, Account, Session, held_by_walmart, index_of, sku_of, there
from nexus_ui.sandbox.walmart.problems import INVENTORY, Refusal, invalid, unreadable

LIST_QUERY, ONE_QUERY, WRITE_QUERY = ("limit", "nextCursor"), ("shipNode",), ("sku", "shipNode")
MOST = 99_999


class Quantity(msgspec.Struct, forbid_unknown_fields=True):
    """So many pieces."""

    unit: str
    amount: int


class Written(msgspec.Struct, forbid_unknown_fields=True):
    """What a single write says."""

    sku: str
    quantity: Quantity


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/inventories: each cursor counts once and in its turn."""
    size, asked = reading.number(call, "limit", 10, 1, 50), call.query.get("nextCursor")
    if asked is None:
        session = Session([index for index in there(account.shop) if not held_by_walmart(index)], 0, 0.0)
    else:
        taken = account.sessions.pop(asked, None)
        if taken is None:
            raise Refusal(404, "CONTENT_NOT_FOUND", INVENTORY, "This cursor was used before, or is not known.")
        session = taken
    page = session.indices[session.told : session.told + size]
    session.told += len(page)
    session.at = account.shop.clock()
    meta: dict[str, Any] = {"totalCount": len(session.indices)}
    if session.told < len(session.indices):
        meta["nextCursor"] = secrets.token_urlsafe(24)
        account.sessions[meta["nextCursor"]] = session
    shelves = [_shelf(account, index) for index in page if index in account.shop.products]
    return {"meta": meta, "elements": {"inventories": shelves}}


def one(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/inventories/{sku}."""
    sku = unquote(call.path_params["route"].partition("/")[2])
    index = _own(account, sku)
    if call.query.get("shipNode", SHIP_NODE) != SHIP_NODE:
        raise Refusal(404, "CONTENT_NOT_FOUND", INVENTORY, "This ship node is not known.")
    return _shelf(account, index)


def update(account: Account, call: Call) -> dict[str, Any]:
    """PUT /v3/inventory."""
    if call.headers.get("content-type", "").split(";")[0] != "application/json":
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", INVENTORY, "This simulated Walmart takes JSON.")
    try:
        told = msgspec.json.decode(call.body, type=Written)
    except msgspec.MsgspecError as error:
        raise unreadable(error) from None
    if call.query.get("sku") != told.sku:
        raise invalid("sku", "must be given, and be the same as in the body.", INVENTORY)
    refusal = put(account, told.sku, call.query.get("shipNode", SHIP_NODE), told.quantity)
    if refusal:
        raise Refusal(400, "INVALID_REQUEST_CONTENT", INVENTORY, refusal)
    return {"sku": told.sku, "quantity": {"unit": "EACH", "amount": told.quantity.amount}}


def put(account: Account, sku: str, node: str, quantity: Quantity) -> str:
    """Put an amount on a shelf; why that is not possible, or an empty text. Raises Refusal for an unknown SKU."""
    index = _own(account, sku)
    if node != SHIP_NODE:
        return f"The ship node {node} is not known."
    if quantity.unit != "EACH" or not 0 <= quantity.amount <= MOST:
        return f"The quantity {quantity.amount} {quantity.unit} is not acceptable."
    account.shop.set_stock(index, 0, max(0, quantity.amount - account.reserved(index)))
    return ""


def _own(account: Account, sku: str) -> int:
    index = index_of(account.shop, sku)
    if index is None or held_by_walmart(index):
        raise Refusal(404, "CONTENT_NOT_FOUND", INVENTORY, f"No inventory found for sku {sku}.")
    return index


def _shelf(account: Account, index: int) -> dict[str, Any]:
    left, reserved = account.shop.stock(index, 0) or 0, account.reserved(index)
    amounts = {"inputQty": left + reserved, "availToSellQty": left, "reservedQty": reserved}
    node = {"shipNode": SHIP_NODE} | {name: {"unit": "EACH", "amount": amount} for name, amount in amounts.items()}
    sku = sku_of(account.shop, index)
    return ({"sku": sku} if sku is not None else {}) | {"nodes": [node]}
