"""Where a call meets its operation: refusals in the gateway's order, then the answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.walmart import feeds, held, inventory, items, orders, seller, subscriptions
from nexus_ui.sandbox.walmart.account import Account, account_of
from nexus_ui.sandbox.walmart.budgets import TOO_MANY, told
from nexus_ui.sandbox.walmart.login import stamped
from nexus_ui.sandbox.walmart.problems import GATEWAY, Refusal, invalid, reply

Answer = Callable[[Account, Call], object]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the vendor's files: its name there, the area a key needs, and the parameters it takes."""

    method: str
    path: re.Pattern[str]
    name: str
    area: str
    answer: Answer
    query: frozenset[str] = frozenset()


def _route(method: str, path: str, name: str, area: str, answer: Answer, *query: str) -> Route:
    return Route(method, re.compile(path), name, area, answer, frozenset(query))


ALL_NODES = "getMultiNodeInventoryForAllSkuAndAllShipNodes"
ONE_SKU = "getMultiNodeInventoryForSkuAndAllShipnodes"
HOOKS = "webhooks/subscriptions"
ROUTES = (
    _route("GET", "token/detail", "getTokenDetail", "", seller.token_detail),
    _route("GET", "settings/partnerprofile", "getPartnerConfigurations", "", seller.profile),
    _route("GET", "items", "getAllItems", "item", items.listed, *items.QUERY),
    _route("GET", "orders", "getAllOrders", "orders", orders.listed, *orders.QUERY, *orders.CURSOR),
    _route("GET", "orders/[^/]+", "getAnOrder", "orders", orders.one, *orders.ONE_QUERY),
    _route("GET", "inventories", ALL_NODES, "inventory", inventory.listed, *inventory.LIST_QUERY),
    _route("GET", "inventories/.+", ONE_SKU, "inventory", inventory.one, *inventory.ONE_QUERY),
    _route("PUT", "inventory", "updateInventoryForAnItem", "inventory", inventory.update, *inventory.WRITE_QUERY),
    _route("GET", "fulfillment/inventory", "getWFSInventory", "inventory", held.listed, *held.QUERY),
    _route("GET", "wfs/inventory", "getWFSInventoryDetails", "inventory", held.newly_listed, *held.NEW_QUERY),
    _route("POST", "feeds", "updateBulkInventory", "inventory", feeds.submit, *feeds.SUBMIT_QUERY),
    _route("GET", HOOKS, "getAllSubscriptions", "", subscriptions.listed, *subscriptions.QUERY),
    _route("POST", HOOKS, "createSubscription", "", subscriptions.make),
    _route("PATCH", f"{HOOKS}/[^/]+", "updateSubscription", "", subscriptions.change),
    _route("DELETE", f"{HOOKS}/[^/]+", "deleteSubscription", "", subscriptions.delete),
    _route("GET", "webhooks/eventTypes", "getEventTypes", "", subscriptions.event_types),
    _route("GET", "feeds/[^/]+", "getFeedItemStatus", "feeds", feeds.status, *feeds.STATUS_QUERY),
)


def answer(call: Call) -> Reply:
    """What Walmart answers below /v3/."""
    account = account_of(call.shop)
    headers: dict[str, str] = {}
    try:
        stamped(call)
        route = _find(call)
        _admit(account, call, route)
        headers = _budget(account, route, call.faults)
        for name in call.query:
            if name not in route.query:
                raise invalid(name, "is not a known parameter.")
        answered = route.answer(account, call)
    except Refusal as refusal:
        return reply(refusal, headers | refusal.headers)
    return json_reply(answered, headers=headers)


def _find(call: Call) -> Route:
    path = call.path_params["route"]
    found = [route for route in ROUTES if route.path.fullmatch(path)]
    if not found:
        raise Refusal(404, "CONTENT_NOT_FOUND", GATEWAY, f"No static resource v3/{path}.")
    for route in found:
        if route.method == call.method:
            return route
    raise Refusal(405, "METHOD_NOT_ALLOWED", GATEWAY, f"{call.method} is not possible here.")


def _admit(account: Account, call: Call, route: Route) -> None:
    """Raise Refusal for a token that is not good, an account that is closed, or a right that is missing."""
    if not account.tokens.accepts(call.headers.get("wm_sec.access_token", ""), call.faults):
        raise Refusal(401, "UNAUTHORIZED", GATEWAY, "Unauthorized token or incorrect authorization header.")
    missing = call.faults["missing_scope"].scope if "missing_scope" in call.faults else ""
    closed = "suspended" in call.faults and route.answer is not seller.profile
    if closed or (missing and missing == route.area):
        raise Refusal(403, "FORBIDDEN", GATEWAY, "The caller may not use this resource.")


def _budget(account: Account, route: Route, faults: Mapping[str, Fault]) -> dict[str, str]:
    taken, headers = account.budgets.spend(route.name)
    throttled = faults.get("throttled")
    if taken and throttled is None:
        return headers
    refusal = Refusal(429, TOO_MANY, GATEWAY, "The number of calls allowed is used up.")
    refusal.headers = headers if throttled is None else told(0, account.shop.clock() + throttled.seconds)
    raise refusal
