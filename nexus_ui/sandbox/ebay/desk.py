"""Where a call meets its operation: token, permission and quota first, then the answer."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from nexus_ui.sandbox.ebay import listings, notifications, orders, updates
from nexus_ui.sandbox.ebay.access import BASE
from nexus_ui.sandbox.ebay.account import COMPANY, HOST, IDENTITY_HOST, USER_ID, USERNAME, Seller, seller_of
from nexus_ui.sandbox.ebay.counts import A_DAY
from nexus_ui.sandbox.ebay.refusals import Refusal, denied, no_token, restricted, too_many
from nexus_ui.sandbox.gate import Call, Reply, json_reply

SELL_INVENTORY = f"{BASE}/sell.inventory"
READ_INVENTORY = f"{SELL_INVENTORY}.readonly"
READ_ORDERS = f"{BASE}/sell.fulfillment.readonly"
READ_IDENTITY = f"{BASE}/commerce.identity.readonly"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the vendor's files: where it lives, the API whose quota it spends, the scope it needs."""

    method: str
    path: re.Pattern[str]
    api: str
    scope: str
    answer: Callable[..., Reply | Awaitable[Reply]]
    query: frozenset[str] = frozenset()
    host: str = HOST


def _user(call: Call, seller: Seller) -> Reply:
    return json_reply(
        {
            "userId": USER_ID,
            "username": USERNAME,
            "accountType": "BUSINESS",
            "registrationMarketplaceId": "EBAY_DE",
            "status": "CONFIRMED",
            "businessAccount": {"name": COMPANY},
        }
    )


def _rate_limits(call: Call, seller: Seller) -> Reply:
    """The app's quotas, of which `api_context` and `api_name` choose some."""
    contexts, names = call.query.get("api_context", "sell").split(","), call.query.get("api_name", "").lower()
    reset = f"{seller.quotas.tomorrow():%Y-%m-%dT%H:%M:%S}.000Z"
    told = [
        {"apiContext": "sell", "apiName": api.title(), "apiVersion": "v1", "resources": [_resource(seller, api, reset)]}
        for api in seller.quotas.allowed
        if "sell" in contexts and names in ("", api)
    ]
    return json_reply({"rateLimits": told}) if told else Reply(204)


def _resource(seller: Seller, api: str, reset: str) -> dict[str, Any]:
    quotas = seller.quotas
    rate = {"limit": quotas.allowed[api], "remaining": quotas.left(api), "reset": reset, "timeWindow": A_DAY}
    return {"name": f"sell.{api}", "rates": [rate]}


def _route(
    method: str,
    path: str,
    api: str,
    scope: str,
    answer: Callable[..., Reply | Awaitable[Reply]],
    *query: str,
    host: str = HOST,
) -> Route:
    return Route(method, re.compile(path), api, scope, answer, frozenset(query), host)


def _notification(
    method: str, path: str, scope: str, answer: Callable[..., Reply | Awaitable[Reply]], *query: str
) -> Route:
    return _route(method, f"{notifications.API}/{path}", "notification", scope, answer, *query)


_INVENTORY, _LIMITS = "sell/inventory/v1", "developer/analytics/v1_beta/rate_limit/"
_PAGES, _TOKEN_PAGES = ("limit", "offset"), ("limit", "continuation_token")
_OFFERS = ("sku", "marketplace_id", "format", *_PAGES)
_ORDERS = ("filter", "orderIds", "fieldGroups", *_PAGES)
ROUTES = (
    _route("GET", f"{_INVENTORY}/inventory_item", "inventory", READ_INVENTORY, listings.items, *_PAGES),
    _route("POST", f"{_INVENTORY}/bulk_get_inventory_item", "inventory", READ_INVENTORY, listings.some),
    _route("POST", f"{_INVENTORY}/bulk_update_price_quantity", "inventory", SELL_INVENTORY, updates.update),
    _route("GET", f"{_INVENTORY}/offer", "inventory", READ_INVENTORY, listings.offers, *_OFFERS),
    _route("GET", rf"{_INVENTORY}/offer/([^/]+)", "inventory", READ_INVENTORY, listings.one_offer),
    _route("GET", "sell/fulfillment/v1/order", "fulfillment", READ_ORDERS, orders.listed, *_ORDERS),
    _route("GET", "commerce/identity/v1/user/", "identity", READ_IDENTITY, _user, host=IDENTITY_HOST),
    _notification("GET", "config", BASE, notifications.config),
    _notification("PUT", "config", BASE, notifications.config),
    _notification("GET", "destination", BASE, notifications.destinations, *_TOKEN_PAGES),
    _notification("POST", "destination", BASE, notifications.add_destination),
    _notification("PUT", "destination/([^/]+)", BASE, notifications.change_destination),
    _notification("DELETE", "destination/([^/]+)", BASE, notifications.drop_destination),
    _notification("GET", "topic/([^/]+)", BASE, notifications.topic),
    _notification("GET", "public_key/([^/]+)", BASE, notifications.public_key),
    _notification("GET", "subscription", notifications.MANAGE, notifications.subscriptions, *_TOKEN_PAGES),
    _notification("POST", "subscription", notifications.MANAGE, notifications.subscribe),
    _notification("PUT", "subscription/([^/]+)", notifications.MANAGE, notifications.change_subscription),
    _notification("DELETE", "subscription/([^/]+)", notifications.MANAGE, notifications.unsubscribe),
    _notification("POST", "subscription/([^/]+)/(enable|disable)", notifications.MANAGE, notifications.switch),
    _route("GET", _LIMITS, "analytics", BASE, _rate_limits, "api_context", "api_name"),
)


async def answer(call: Call) -> Reply:
    """What eBay answers below the addresses of its APIs."""
    try:
        told = _answered(call, seller_of(call.shop))
        return told if isinstance(told, Reply) else await told
    except Refusal as refusal:
        return refusal.reply()


def _answered(call: Call, seller: Seller) -> Reply | Awaitable[Reply]:
    path = call.path_params["route"]
    host = call.path_params["shop"].lower()
    found = [(route, match) for route in ROUTES if route.host == host and (match := route.path.fullmatch(path))]
    fitting = [one for one in found if one[0].method == call.method]
    if not fitting:
        raise Refusal(405 if found else 404, 2002, "Resource not found", "ACCESS")
    route, match = fitting[0]
    _admit(call, seller, route)
    unknown = sorted(set(call.query) - route.query)
    if unknown:
        raise Refusal(400, 2004, f"Invalid request: {', '.join(unknown)}", "ACCESS")
    return route.answer(call, seller, *match.groups())


def _admit(call: Call, seller: Seller, route: Route) -> None:
    """Raise Refusal for a token that is not good or does not reach so far, a closed account, or a spent quota."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    grant = seller.access.grant_of(token, call.faults) if scheme.lower() == "bearer" else None
    if grant is None:
        raise no_token(bool(token))
    missing = call.faults.get("missing_scope")
    kept = missing.scope.removesuffix(".readonly") if missing is not None else None
    if not grant.allows(route.scope) or grant.user != (route.scope != BASE):
        raise denied()
    if kept is not None and kept == route.scope.removesuffix(".readonly"):
        raise denied()
    if "suspended" in call.faults:
        raise restricted()
    if "throttled" in call.faults or not seller.quotas.spend(route.api):
        raise too_many()
