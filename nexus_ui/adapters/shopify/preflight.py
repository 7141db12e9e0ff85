"""The preflight table: signs in, asks for a little of everything, changes nothing."""

from collections.abc import Awaitable, Callable
from typing import Any

from nexus_ui.adapters.contract import Account, Check, CheckState, Scope
from nexus_ui.adapters.kit.answers import Answer
from nexus_ui.adapters.kit.preflight import clock_check
from nexus_ui.adapters.shopify import wire
from nexus_ui.adapters.shopify.documents import IDENTITY, LOCATIONS, ONE_ORDER, ONE_PRODUCT, SET_STOCK
from nexus_ui.adapters.shopify.graph import API_VERSION, Graph
from nexus_ui.adapters.shopify.stock import set_quantities_input
from nexus_ui.errors import ActionNeeded, PermissionMissing

ALL_ORDERS = "read_all_orders"
REACH_DAYS = 60
_MOST_SKEW = 60
_NOBODY = "gid://shopify/InventoryItem/0"


async def preflight(graph: Graph, scopes: tuple[Scope, ...]) -> Account:
    """Who answered, and a row for everything tried; raises errors of `errors` when signing in fails."""
    answer, identity = await _identity(graph)
    shop = identity.shop
    granted = _with_included({scope.handle for scope in identity.current_app_installation.access_scopes})
    checks = [
        Check("signs_in", "Signs in", CheckState.PASS, "Shopify accepted the access token."),
        Check("account", "Account", CheckState.PASS, f"{shop.name} ({shop.myshopify_domain}) answered."),
        *[_scope_check(scope, granted) for scope in scopes],
        await _tried("products", "Reads products", lambda: _one(graph, "read products", ONE_PRODUCT)),
        await _tried("orders", "Reads orders", lambda: _one(graph, "read orders", ONE_ORDER)),
        await _tried("locations", "Reads locations", lambda: _one(graph, "read locations", LOCATIONS)),
        await _tried("set_stock", "Can write stock", lambda: _write_nothing(graph)),
        clock_check(answer, "Shopify", most=_MOST_SKEW),
        _reach_check(granted),
        *_version_check(answer),
    ]
    return Account(
        account_id=shop.id,
        name=shop.name,
        identifier=shop.myshopify_domain,
        currency=shop.currency_code,
        time_zone=shop.iana_timezone,
        checks=tuple(checks),
        orders_reach_days=None if ALL_ORDERS in granted else REACH_DAYS,
    )


async def _identity(graph: Graph) -> tuple[Answer, wire.Identity]:
    answers: list[Answer] = []

    def judge(answer: Answer) -> None:
        answers.append(answer)

    asked = Graph(graph.http.overhearing(judge))
    identity = await asked.ask(wire.Reply[wire.Identity], "verify", IDENTITY)
    return answers[-1], identity


async def _one(graph: Graph, operation: str, document: str) -> str:
    await graph.ask(wire.Reply[dict[str, Any]], operation, document)
    return "A first page was read."


async def _write_nothing(graph: Graph) -> str:
    """Write to an item that does not exist: Shopify checks the permission first, then finds nothing to change."""
    entry = {
        "inventoryItemId": _NOBODY,
        "locationId": "gid://shopify/Location/0",
        "quantity": 0,
        "changeFromQuantity": 0,
    }
    variables = {"key": "nexus-preflight", "input": set_quantities_input([entry], "preflight")}
    await graph.ask(wire.Reply[wire.StockWritten], "try set stock", SET_STOCK, variables)
    return "Shopify would take a stock change. Nothing was changed."


async def _tried(name: str, label: str, attempt: Callable[[], Awaitable[str]]) -> Check:
    try:
        return Check(name, label, CheckState.PASS, await attempt())
    except PermissionMissing as error:
        fix = f"Grant the app the permission {error.scope}, then test again." if error.scope else error.message
        return Check(name, label, CheckState.FAIL, error.message, fix)
    except ActionNeeded as error:
        return Check(name, label, CheckState.FAIL, error.message, error.message)


def _with_included(granted: set[str]) -> set[str]:
    """Granted scopes with what they include: write_x includes read_x."""
    return granted | {f"read_{name.removeprefix('write_')}" for name in granted if name.startswith("write_")}


def _scope_check(scope: Scope, granted: set[str]) -> Check:
    name, label = f"scope_{scope.name}", f"Permission {scope.name}"
    if scope.name in granted:
        return Check(name, label, CheckState.PASS, f"Granted. {scope.why}")
    fix = f"Add {scope.name} to the app's scopes, release the app version and approve it in the shop."
    state = CheckState.FAIL if scope.capability else CheckState.WARN
    return Check(name, label, state, f"Not granted. {scope.why}", fix)


def _reach_check(granted: set[str]) -> Check:
    label = "How far back orders reach"
    if ALL_ORDERS in granted:
        return Check("orders_reach", label, CheckState.PASS, "All orders can be read.")
    fix = f"Ask Shopify for {ALL_ORDERS} if older orders are needed."
    return Check("orders_reach", label, CheckState.WARN, f"Orders of the last {REACH_DAYS} days can be read.", fix)


def _version_check(answer: Answer) -> list[Check]:
    """A row only when Shopify answered with another version than was asked for."""
    served = answer.headers.get("x-shopify-api-version", API_VERSION)
    if served == API_VERSION:
        return []
    proof = f"Shopify answered with version {served} instead of {API_VERSION}."
    return [Check("api_version", "API version", CheckState.WARN, proof, "Update this program.")]
