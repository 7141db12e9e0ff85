"""Where a call meets its operation: token, merchant, right and budget first, then the answer."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from nexus_ui.sandbox.gate import Call, Reply, retry_after
from nexus_ui.sandbox.zalando import holdings, orders, reports, stocks
from nexus_ui.sandbox.zalando.merchant import CHANNELS, MERCHANT_ID, RIGHTS, Merchant, merchant_of
from nexus_ui.sandbox.zalando.refusals import JSON, JSON_API, PROBLEM, Refusal, reply


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: the right it needs, what it spends, the parameters it takes, and how it answers and refuses."""

    method: str
    path: re.Pattern[str]
    right: str
    budget: str
    answer: Callable[[Merchant, Call], Any]
    query: frozenset[str] = frozenset()
    kind: str = JSON
    refuses: str = PROBLEM
    status: int = 200


def _me(_: Merchant, call: Call) -> dict[str, Any]:
    missing = call.faults.get("missing_scope")
    lost = (missing.scope or RIGHTS[0]) if missing else ""
    return {"bpids": [MERCHANT_ID], "scopes": [right for right in RIGHTS if right != lost]}


def _channels(_: Merchant, call: Call) -> dict[str, Any]:
    if not call.query.get("merchant_ids"):
        raise Refusal(400, "merchant_ids is missing.")
    if MERCHANT_ID not in call.query["merchant_ids"].split(","):
        raise Refusal(403, "The privileges of the token are insufficient for this merchant.")
    only = call.query.get("zalando_only", "false")
    if only not in ("true", "false"):
        raise Refusal(400, "zalando_only must be true or false.")
    return {
        "items": [
            {
                "sales_channel_id": channel.id,
                "country_name": channel.country,
                "country_code": channel.code,
                "live": channel.live,
            }
            for channel in CHANNELS
            if channel.zalando or only == "false"
        ]
    }


def _route(
    method: str, path: str, right: str, budget: str, answer: Callable[[Merchant, Call], Any], **how: Any
) -> Route:
    return Route(method, re.compile(path.replace("{id}", r"(?P<merchant>[^/]+)")), right, budget, answer, **how)


ROUTES = (
    _route("GET", "auth/me", "", "", _me),
    _route(
        "GET", "sales-channels", "profile/sales-channels/read", "", _channels, refuses=JSON,
        query=frozenset({"merchant_ids", "zalando_only"}),
    ),
    _route("POST", "graphql", "products/read", "reports", reports.answer, refuses=JSON),
    _route(
        "GET", "merchants/{id}/orders", "orders/read", "orders", orders.listed, kind=JSON_API, refuses=JSON_API,
        query=orders.QUERY,
    ),
    _route("POST", "merchants/{id}/stocks", "products/stock/write", "stock calls", stocks.update, status=207),
    _route(
        "GET", "zfs/item-quantity-snapshots/{id}", "zfs-inventory/item-quantity/read", "snapshot", holdings.snapshot,
    ),
    _route(
        "GET", "zfs/item-quantities/{id}", "zfs-inventory/item-quantity/read", "holdings", holdings.quantities,
        query=frozenset({"eans"}),
    ),
)  # fmt: skip


def answer(call: Call) -> Reply:
    """What Zalando answers below its API's host."""
    merchant = merchant_of(call.shop)
    refuses = PROBLEM
    try:
        route, owner = _find(call)
        refuses = route.refuses
        _admit(merchant, call, route, owner)
        _spend(merchant, call, route)
        if unknown := sorted(set(call.query) - route.query):
            raise Refusal(400, f"The parameter {unknown[0]} is not known.")
        return Reply(route.status, msgspec.json.encode(route.answer(merchant, call)), route.kind)
    except Refusal as refusal:
        return reply(refusal, refuses)


def _find(call: Call) -> tuple[Route, str]:
    """The operation asked for, and whose; raises Refusal."""
    path = call.path_params["route"]
    found = [(route, named) for route in ROUTES if (named := route.path.fullmatch(path))]
    for route, named in found:
        if route.method == call.method:
            return route, named.groupdict().get("merchant") or MERCHANT_ID
    raise Refusal(405 if found else 404, "There is nothing like this here.")


def _admit(merchant: Merchant, call: Call, route: Route, owner: str) -> None:
    """Raise Refusal for a token that is not good, a merchant it may not act for, or a right that is missing."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not merchant.tokens.accepts(token, call.faults):
        raise Refusal(401, "The access token is missing, expired or not known.")
    if "suspended" in call.faults:
        raise Refusal(403, "This merchant is not active.")
    if owner != MERCHANT_ID:
        raise Refusal(403, "The privileges of the token are insufficient for this merchant.")
    missing = call.faults.get("missing_scope")
    if missing is not None and route.right == (missing.scope or RIGHTS[0]):
        raise Refusal(403, f"The privileges of the token are insufficient: {route.right} is missing.")


def _spend(merchant: Merchant, call: Call, route: Route) -> None:
    """Raise Refusal when the operation's window is spent."""
    if not route.budget:
        return
    headers = merchant.budgets.spend(route.budget)
    if fault := call.faults.get("throttled"):
        headers = merchant.budgets.refusal(route.budget) | retry_after(fault, call.world.clock())
    if headers:
        raise Refusal(429, "You have exceeded the rate limit.", headers)
