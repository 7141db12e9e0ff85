"""Where a call to the API meets its operation: refusals in bol's order, then the answer in the version asked for."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from nexus_ui.sandbox.bol import offers, orders, stock, subscriptions
from nexus_ui.sandbox.bol.account import RETAILER_ID, Account, account_of
from nexus_ui.sandbox.bol.login import INACTIVE
from nexus_ui.sandbox.bol.problems import Refusal, reply
from nexus_ui.sandbox.gate import Call, Reply

V10, V11 = "application/vnd.retailer.v10+json", "application/vnd.retailer.v11+json"
Answer = Callable[[Account, Call], object]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the vendor's specs: its name there, its version, and the parameters it takes."""

    method: str
    path: re.Pattern[str]
    name: str
    kind: str
    answer: Answer
    query: frozenset[str] = frozenset()
    status: int = 200


def _route(
    method: str, path: str, name: str, kind: str, answer: Answer, *query: str, area: str = "retailer", status: int = 200
) -> Route:
    return Route(method, re.compile(f"{area}/{path}"), name, kind, answer, frozenset(query), status)


def _retailer(account: Account, call: Call) -> object:
    if call.path_params["route"].rpartition("/")[2] not in ("current", RETAILER_ID):
        raise Refusal(404, "The requested retailer was not found.")
    return {
        "retailerId": RETAILER_ID,
        "displayName": account.shop.name,
        "companyName": "Demo Seller B.V.",
        "vatNumber": "NL123456789B01",
        "kvkNumber": "90005414",
        "registrationDate": "2015-06-17",
        "topRetailer": False,
    }


ONE = r"offers/[^/]+"
HOOKS, HOOK = "subscriptions", r"subscriptions/[^/]+"
ROUTES = (
    _route("GET", "retailers/[^/]+", "get-retailer-information", V10, _retailer),
    _route("GET", "offers", "get-offers", V11, offers.listed, *offers.QUERY),
    _route("GET", ONE, "get-offer", V11, offers.one),
    _route("PATCH", ONE, "update-offer", V11, offers.update),
    _route("GET", "orders", "get-orders", V10, orders.listed, *orders.QUERY),
    _route("GET", "orders/[^/]+", "get-order", V10, orders.one),
    _route("GET", "inventory", "get-inventory", V10, stock.held, *stock.QUERY),
    _route("GET", HOOKS, "get-push-notification-subscriptions", V10, subscriptions.listed),
    _route("POST", HOOKS, "post-push-notification-subscription", V10, subscriptions.make, status=202),
    _route("GET", f"{HOOKS}/signature-keys", "get-subscription-keys", V10, subscriptions.signature_keys),
    _route("POST", f"{HOOKS}/test/[^/]+", "post-test-push-notification", V10, subscriptions.send_test, status=202),
    _route("GET", HOOK, "get-push-notification-subscription", V10, subscriptions.one),
    _route("PUT", HOOK, "put-push-notification-subscription", V10, subscriptions.edit, status=202),
    _route("DELETE", HOOK, "delete-push-notification-subscription", V10, subscriptions.delete, status=202),
    _route("GET", "process-status/[^/]+", "get-process-status", V10, subscriptions.process, area="shared"),
)


def answer(call: Call) -> Reply:
    """What bol answers below /retailer/ and /shared/."""
    account = account_of(call.shop)
    headers: dict[str, str] = {}
    kind = V10
    try:
        _admit(account, call)
        route = _find(call)
        kind = route.kind
        headers = _budget(account, route, call.faults)
        _versions(call, route)
        unknown = sorted(set(call.query) - route.query)
        if unknown:
            raise Refusal(400, "Unknown parameter.", *((name, "This parameter is not known.") for name in unknown))
        told = route.answer(account, call)
    except Refusal as refusal:
        headers |= refusal.headers
        return reply(refusal, f"/{call.path_params['route']}", kind, headers)
    if told is None:
        return Reply(204, b"", kind, headers)
    return Reply(route.status, msgspec.json.encode(told), kind, headers)


def _admit(account: Account, call: Call) -> None:
    """Raise Refusal for a token that is not good, an account that is closed, or a right that is missing."""
    scheme, _, token = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not account.tokens.accepts(token, call.faults):
        raise Refusal(401, "The access token is missing, expired or not known.")
    if "suspended" in call.faults:
        raise Refusal(403, INACTIVE)
    if "missing_scope" in call.faults:
        raise Refusal(403, f"The scope {call.faults['missing_scope'].scope or 'RETAILER'} is needed for this.")


def _find(call: Call) -> Route:
    path = call.path_params["route"]
    found = [route for route in ROUTES if route.path.fullmatch(path)]
    if not found:
        raise Refusal(404, "There is no such resource here.")
    for route in found:
        if route.method == call.method:
            return route
    raise Refusal(405, f"{call.method} is not possible here.")


def _budget(account: Account, route: Route, faults: Mapping[str, object]) -> dict[str, str]:
    taken, headers = account.budgets.spend(route.name)
    if taken and "throttled" not in faults:
        return headers
    refusal = Refusal(429, "Too many requests, retry later.")
    refusal.headers = headers | {"Retry-After": headers["x-ratelimit-reset"]}
    raise refusal


def _versions(call: Call, route: Route) -> None:
    """Raise Refusal for media types other than the operation's version."""
    wanted = [kind.split(";")[0].strip() for kind in call.headers.get("accept", "*/*").split(",")]
    if not {route.kind, "*/*", "application/*"} & set(wanted):
        raise Refusal(406, f"This resource answers {route.kind}.")
    sent = call.headers.get("content-type", "").split(";")[0].strip()
    if call.body and sent != route.kind:
        raise Refusal(415, f"This resource takes {route.kind}, not {sent or 'nothing'}.")
