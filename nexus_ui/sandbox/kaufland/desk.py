"""Where a call meets its operation: budget and signature first, then the answer."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

from nexus_ui.sandbox.gate import Call, Reply, json_reply, retry_after
from nexus_ui.sandbox.kaufland import asking, keys, orders, subscriptions, units
from nexus_ui.sandbox.kaufland.refusals import Refusal, not_found, not_simulated
from nexus_ui.sandbox.kaufland.seller import Seller, seller_of

UNITS, ORDERS, WRITE = "units", "orders", "units/write"
Operation = Callable[..., Any]


async def answer(call: Call) -> Reply:
    """What Kaufland answers to anything below /v2/."""
    seller = seller_of(call.shop)
    try:
        _within_budget(call, seller)
        keys.check(call, seller)
        told = _answered(call, seller)
        return told if isinstance(told, Reply) else await told
    except Refusal as refusal:
        reply = refusal.reply()
        if refusal.status == 429 and "throttled" in call.faults:
            reply.headers |= retry_after(call.faults["throttled"], call.world.clock())
        return reply


def _within_budget(call: Call, seller: Seller) -> None:
    spent = seller.limited and not seller.bucket.spend(1)
    if spent or "throttled" in call.faults:
        raise Refusal(429, "service-unavailable", "Too many requests.")


def _answered(call: Call, seller: Seller) -> Reply | Awaitable[Reply]:
    route = call.path_params["route"].rstrip("/")
    for method, pattern, area, operation in OPERATIONS:
        found = pattern.fullmatch(route)
        if found and method == call.method:
            if area:
                keys.permit(call, area)
            return operation(call, seller, *found.groups())
    if route.split("/")[0] in REAL_RESOURCES:
        raise not_simulated(f"answer {call.method} /{route}")
    raise not_found("Resource")


def _single(read: Operation, status: int = 200) -> Operation:
    """An answer with one record (or the outcome of many writes)."""
    return lambda call, seller, *ids: json_reply({"data": read(call, seller, *ids)}, status)


def _page(read: Operation, most: int = 100) -> Operation:
    """An answer with a list and where in it we are."""

    def told(call: Call, seller: Seller) -> Reply:
        records, total = read(call, seller)
        limit, offset = asking.page(call, least=0, most=most)
        return json_reply({"data": records, "pagination": {"offset": offset, "limit": limit, "total": total}})

    return told


def _storefronts(call: Call, seller: Seller) -> list[str]:
    return list(seller.storefronts)


def _ping(call: Call, seller: Seller) -> dict[str, str]:
    return {"message": "Never tell me the odds"}


def _warehouses(call: Call, seller: Seller) -> tuple[list[dict[str, Any]], int]:
    limit, offset = asking.page(call, least=0, most=30)
    address = {"street": "Hauptstrasse", "city": "Berlin", "house_number": "1", "postcode": "10115", "country": "DE"}
    told = [
        {
            "id_warehouse": number,
            "name": f"Warehouse {place}",
            "address": address | {"phone": None},
            "is_default": place == len(seller.warehouses),
            "type": "normal",
        }
        for place, number in enumerate(seller.warehouses, start=1)
    ]
    return told[offset : offset + limit], len(told)


OPERATIONS = [
    (method, re.compile(path), area, operation)
    for method, path, area, operation in (
        ("GET", "status/ping", "", _single(_ping)),
        ("GET", "info/storefront", "", _single(_storefronts)),
        ("GET", "warehouses", "", _page(_warehouses, most=30)),
        ("GET", "units", UNITS, _page(units.listed)),
        ("POST", "units/bulk", WRITE, _single(units.bulk, status=207)),
        ("GET", r"units/([^/]+)", UNITS, _single(units.one)),
        ("PATCH", r"units/([^/]+)", WRITE, _single(units.patched)),
        ("GET", "orders", ORDERS, _page(orders.listed)),
        ("GET", r"orders/([^/]+)", ORDERS, _single(orders.one)),
        ("GET", r"order-units/([^/]+)", ORDERS, _single(orders.piece)),
        ("GET", "subscriptions", "", _page(subscriptions.listed, most=30)),
        ("POST", "subscriptions", "", subscriptions.subscribe),
        ("GET", r"subscriptions/([^/]+)", "", _single(subscriptions.one)),
        ("PATCH", r"subscriptions/([^/]+)", "", subscriptions.change),
        ("DELETE", r"subscriptions/([^/]+)", "", subscriptions.drop),
    )
]
REAL_RESOURCES = frozenset(
    {
        "attributes", "buybox", "carriers", "categories", "import-files", "info", "order-invoices", "order-units",
        "orders", "product-data", "products", "reports", "return-units", "returns", "shipments", "shipping-groups",
        "shipping-labels", "status", "subscriptions", "tickets", "units", "variant-suggestions", "warehouses",
    }
)  # fmt: skip
