"""Where a call to the API meets its operation: token, role and budget first, then the answer."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nexus_ui.sandbox.amazon import feeds, listings, notifications, orders, stock
from nexus_ui.sandbox.amazon.account import Account, account_of
from nexus_ui.sandbox.amazon.refusals import Refusal, denied, not_simulated, throttled
from nexus_ui.sandbox.gate import Call, Reply, json_reply

Answer = Callable[..., Any]
APP = "the app itself"
"""Stands for the role of operations that concern no seller, and take no seller's token."""

LISTING, ORDER, HELD = "Product Listing", "Inventory and Order Tracking", "Amazon Fulfillment"


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the vendor's models: its name there, the role it needs, and the parameters it takes."""

    method: str
    path: re.Pattern[str]
    name: str
    role: str
    answer: Answer
    query: frozenset[str]
    status: int


def _route(method: str, path: str, name: str, role: str, answer: Answer, *query: str, status: int = 200) -> Route:
    return Route(method, re.compile(path), name, role, answer, frozenset(query), status)


def _participations(account: Account, call: Call) -> dict[str, Any]:
    region = account.region
    here = {
        "marketplace": {
            "id": region.store,
            "name": region.site.capitalize(),
            "countryCode": region.country,
            "defaultCurrencyCode": region.currency,
            "defaultLanguageCode": region.language,
            "domainName": f"www.{region.site}",
        },
        "participation": {"isParticipating": True, "hasSuspendedListings": "suspended" in call.faults},
        "storeName": account.shop.name,
    }
    return {"payload": [here]}


SUBSCRIPTIONS = "notifications/v1/subscriptions"
ITEM = r"listings/2021-08-01/items/([^/]+)/(.+)"
ROUTES = (
    _route("GET", "sellers/v1/marketplaceParticipations", "getMarketplaceParticipations", "", _participations),
    _route("GET", ITEM, "getListingsItem", LISTING, listings.one, *listings.ONE_QUERY),
    _route("PATCH", ITEM, "patchListingsItem", LISTING, stock.patched, *stock.QUERY),
    _route(
        "GET", r"listings/2021-08-01/items/([^/]+)", "searchListingsItems", LISTING, listings.listed, *listings.QUERY
    ),
    _route("GET", "orders/2026-01-01/orders", "searchOrders", ORDER, orders.listed, *orders.QUERY),
    _route("GET", r"orders/2026-01-01/orders/([^/]+)", "getOrder", ORDER, orders.one, "includedData"),
    _route("GET", "fba/inventory/v1/summaries", "getInventorySummaries", HELD, stock.held, *stock.HELD_QUERY),
    _route("POST", "feeds/2021-06-30/documents", "createFeedDocument", LISTING, feeds.place, status=201),
    _route("GET", r"feeds/2021-06-30/documents/([^/]+)", "getFeedDocument", LISTING, feeds.result),
    _route("POST", "feeds/2021-06-30/feeds", "createFeed", LISTING, feeds.create, status=202),
    _route("GET", r"feeds/2021-06-30/feeds/([^/]+)", "getFeed", LISTING, feeds.state),
    _route("GET", "notifications/v1/destinations", "getDestinations", APP, notifications.destinations),
    _route("POST", "notifications/v1/destinations", "createDestination", APP, notifications.destine),
    _route("GET", f"{SUBSCRIPTIONS}/([^/]+)", "getSubscription", ORDER, notifications.subscription, "payloadVersion"),
    _route("POST", f"{SUBSCRIPTIONS}/([^/]+)", "createSubscription", ORDER, notifications.subscribe),
)


def answer(call: Call) -> Reply:
    """What Amazon answers at a region's host."""
    account = account_of(call.shop)
    try:
        route, parts = _find(call)
        _admit(account, call, route)
        reply = _answered(account, call, route, parts)
    except Refusal as refusal:
        reply = refusal.reply()
    reply.headers["x-amzn-RequestId"] = str(uuid.uuid4())
    return reply


def _answered(account: Account, call: Call, route: Route, parts: tuple[str, ...]) -> Reply:
    """The answer, which tells the operation's rate unless access was denied or a budget spent."""
    if not account.budgets.spend(route.name) or "throttled" in call.faults:
        raise throttled()
    try:
        strange = sorted(set(call.query) - route.query)
        if strange:
            raise Refusal(400, "InvalidInput", f"Unknown parameter {strange[0]}.")
        reply = json_reply(route.answer(account, call, *parts), route.status)
    except Refusal as refusal:
        reply = refusal.reply()
    if reply.status != 403:
        reply.headers["x-amzn-RateLimit-Limit"] = account.budgets.rate(route.name)
    return reply


def _find(call: Call) -> tuple[Route, tuple[str, ...]]:
    path = call.path_params["route"]
    for route in ROUTES:
        found = route.path.fullmatch(path)
        if found and route.method == call.method:
            return route, found.groups()
    raise not_simulated(f"answer {call.method} /{path}")


def _admit(account: Account, call: Call, route: Route) -> None:
    """Raise Refusal for a token that is not good, an account that is closed, or a role that is missing."""
    token = call.headers.get("x-amz-access-token", "")
    said = account.refusal_of(token, call.faults)
    if said:
        raise denied(said)
    if account.is_grantless(token) != (route.role == APP):
        raise denied()
    missing = call.faults.get("missing_scope")
    if missing and missing.scope in ("", route.role):
        raise denied()
    if "suspended" in call.faults and route.role:
        raise denied()
