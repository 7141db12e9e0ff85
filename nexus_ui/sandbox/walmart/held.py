"""What Walmart's own warehouses hold for the seller (WFS), in the older list and in the newer one."""

from datetime import UTC, datetime
from typing import Any

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.shop import MICROS
from nexus_ui.sandbox.walmart import reading
from nexus_ui.sandbox.walmart.account import Account, held_by_walmart, index_of, sku_of, there
from nexus_ui.sandbox.walmart.problems import GATEWAY, INVENTORY, Refusal

QUERY = ("sku", "fromModifiedDate", "toModifiedDate", "limit", "offset", "shipNodeType")
NEW_QUERY = ("sku", "gtin", "limit", "offset")


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/fulfillment/inventory."""
    if not account.old_held_list:
        raise Refusal(404, "CONTENT_NOT_FOUND", GATEWAY, "No static resource v3/fulfillment/inventory.")
    _enrolled(account)
    if "shipNodeType" in call.query:
        raise Refusal(501, "NOT_SIMULATED", INVENTORY, "This simulated Walmart does not filter what it holds by node.")
    since, until = reading.moment(call, "fromModifiedDate"), reading.moment(call, "toModifiedDate")
    found = [
        index
        for index in _asked(account, call)
        if (since is None or account.shop.products.stamp(index) >= since)
        and (until is None or account.shop.products.stamp(index) <= until)
    ]
    size, offset = reading.number(call, "limit", 10, 1, 300), reading.number(call, "offset", 0, 0, 10**9)
    entries = [_entry(account, index) for index in found[offset : offset + size]]
    headers = {"totalCount": len(found), "limit": size, "offset": offset}
    return {"headers": headers, "payload": {"inventory": entries}}


def newly_listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/wfs/inventory."""
    _enrolled(account)
    found = _asked(account, call)
    size, offset = reading.number(call, "limit", 10, 1, 300), reading.number(call, "offset", 0, 0, 10**9)
    entries = []
    for index in found[offset : offset + size]:
        units = account.shop.stock(index, 0) or 0
        entries.append(
            {
                "itemInformation": {"sku": sku_of(account.shop, index), "itemName": account.shop.product(index).title},
                "inventoryData": {"availableUnits": units, "onhandUnits": units + account.reserved(index)},
            }
        )
    headers = {"totalCount": len(found), "limit": size, "offset": offset}
    return {"headers": headers, "payload": {"inventory": entries}}


def _asked(account: Account, call: Call) -> list[int]:
    """What Walmart holds, or of it the item with the SKU that was asked for."""
    sku = call.query.get("sku")
    chosen = there(account.shop) if sku is None else [index_of(account.shop, sku)]
    return [index for index in chosen if index is not None and held_by_walmart(index)]


def _enrolled(account: Account) -> None:
    if not account.enrolled:
        raise Refusal(401, "UNAUTHORIZED", INVENTORY, "Program Eligibility is not enabled for this seller.")


def _entry(account: Account, index: int) -> dict[str, Any]:
    shop = account.shop
    units, sku = shop.stock(index, 0) or 0, sku_of(shop, index)
    node = {
        "modifiedDate": datetime.fromtimestamp(shop.products.stamp(index) / MICROS, UTC).isoformat(),
        "availToSellQty": units,
        "onHandQty": units + account.reserved(index),
        "shipNodeType": "WFSFulfilled",
    }
    return ({"sku": sku} if sku is not None else {}) | {"shipNodes": [node]}
