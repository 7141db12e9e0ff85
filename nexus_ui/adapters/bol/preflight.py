"""Test Connection for a bol seller account: whose it is, and what these credentials may do. Changes nothing."""

from collections.abc import Awaitable, Callable

import msgspec

from nexus_ui.adapters.bol import listing, wire
from nexus_ui.adapters.bol.api import INVENTORY, Api
from nexus_ui.adapters.bol.refusals import SCOPE
from nexus_ui.adapters.bol.translate import EURO
from nexus_ui.adapters.bol.walk import REACH_DAYS, ZONE
from nexus_ui.adapters.contract import Account, Check, CheckState
from nexus_ui.adapters.kit.preflight import attempt, clock_check

_WRITES = {SCOPE, "OFFERS.MANAGE"}
_retailer = msgspec.json.Decoder(wire.Retailer)


async def preflight(api: Api, granted: Callable[[], Awaitable[str]]) -> Account:
    """The preflight table and the account that answered."""
    who, answer = await api.get("/retailer/retailers/current", "retailer", lambda it: (_retailer.decode(it.body), it))
    name = who.display_name or who.retailer_id
    checks = (
        Check("sign_in", "Signs in", CheckState.PASS, f"Bol.com answered for {name}, retailer {who.retailer_id}."),
        await attempt("products", "Reads offers", lambda: _offers(api)),
        await attempt("orders", "Reads orders", lambda: _orders(api)),
        await attempt("inventory", "Reads the stock bol holds", lambda: _held(api)),
        _may_write(await granted()),
        clock_check(answer, "Bol.com"),
        Check("orders_reach", "Orders reach back", CheckState.PASS, "Bol.com tells changes of the last 3 months."),
    )
    return Account(
        account_id=who.retailer_id,
        name=name,
        identifier=name,
        currency=EURO,
        time_zone=ZONE.key,
        checks=checks,
        orders_reach_days=REACH_DAYS,
    )


async def _offers(api: Api) -> str:
    found, bad, cursor = await listing.offers(api)
    return f"{len(found) + len(bad)}{' or more' if cursor else ''} offers can be read."


async def _orders(api: Api) -> str:
    found = await listing.orders(api, {"change_interval_minute": 60})
    return f"{len(found)} orders changed in the last hour."


async def _held(api: Api) -> str:
    held = await api.get(
        "/retailer/inventory", INVENTORY, lambda it: msgspec.json.decode(it.body, type=wire.Inventory), page=1
    )
    more = " or more" if len(held.inventory) >= listing.LIST_PAGE else ""
    return f"Bol.com holds {len(held.inventory)}{more} products for this account."


def _may_write(granted: str) -> Check:
    """bol offers no way to try a write without changing something, so the token's own words count."""
    label = "Can write stock"
    scopes = {scope.upper() for scope in granted.split(",") if scope}
    if not scopes:
        return Check("set_stock", label, CheckState.UNKNOWN, "Bol.com does not say what these credentials may do.")
    if scopes & _WRITES:
        return Check(
            "set_stock", label, CheckState.PASS, f"The credentials carry the scope {' '.join(sorted(scopes))}."
        )
    return Check(
        "set_stock",
        label,
        CheckState.FAIL,
        f"The credentials carry only {' '.join(sorted(scopes))}.",
        "Make client credentials for the Retailer API in your seller account.",
    )
