"""Test Connection for a Walmart seller account: whose it is, and what this key may do. Changes nothing."""

from datetime import timedelta

import msgspec

from nexus_ui import clock
from nexus_ui.adapters.contract import Account, Check, CheckState, Credentials
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.preflight import attempt, clock_check
from nexus_ui.adapters.kit.signatures import basic
from nexus_ui.adapters.walmart import listing, wire
from nexus_ui.adapters.walmart.api import Api
from nexus_ui.adapters.walmart.changes import REACH_DAYS, Stretch
from nexus_ui.adapters.walmart.refusals import INVENTORY, ThisOneRefused
from nexus_ui.adapters.walmart.tokens import CLIENT_ID, CLIENT_SECRET
from nexus_ui.errors import ActionNeeded

DOLLAR = "USD"
REFUSED = (ActionNeeded, ThisOneRefused)
FULL, VIEW = "full_access", "view_only"
_scopes = msgspec.json.Decoder(wire.TokenDetail)


async def preflight(api: Api, held: Credentials) -> Account:
    """The preflight table and the account that answered to these credentials; raises AccountSuspended."""
    profile, answer = await api.profile()
    who = profile.partner
    name = who.partner_display_name or who.partner_name or who.partner_id
    checks = (
        Check("sign_in", "Signs in", CheckState.PASS, f"Walmart answered for {name}, partner {who.partner_id}."),
        await attempt("products", "Reads items", lambda: _items(api), REFUSED),
        await attempt("orders", "Reads orders", lambda: _orders(api), REFUSED),
        await attempt("inventory", "Reads stock", lambda: _stock(api), REFUSED),
        _may_write(await _granted(api, held)),
        clock_check(answer, "Walmart"),
        Check(
            "orders_reach", "Orders reach back", CheckState.PASS, f"Walmart tells orders of the last {REACH_DAYS} days."
        ),
    )
    return Account(
        account_id=who.partner_id,
        name=name,
        identifier=name,
        currency=DOLLAR,
        time_zone=None,
        checks=checks,
        orders_reach_days=REACH_DAYS,
    )


async def _items(api: Api) -> str:
    sheet = await listing.items(api, listing.FIRST, 0)
    return f"{len(sheet.rows) if sheet.total is None else sheet.total} items can be read."


async def _orders(api: Api) -> str:
    now = clock.utcnow()
    place = Stretch(now, now - timedelta(days=1), now - timedelta(days=1), now)
    sheet = await listing.orders(api, place.params() | {"limit": 1}, None)
    return f"{len(sheet.rows) if sheet.total is None else sheet.total} orders changed within a day."


async def _stock(api: Api) -> str:
    own, held = await listing.shelves(api, None), await listing.held(api, 0, None)
    return (
        f"{own.total or len(own.rows)} items lie in your ship nodes, {held.total or len(held.rows)} at Walmart (WFS)."
    )


async def _granted(api: Api, held: Credentials) -> str:
    """What the token may do with inventory; empty when Walmart does not say. It asks for the keys beside the token."""
    exchange = Exchange(
        "GET",
        "/v3/token/detail",
        "token_detail",
        headers={
            "Authorization": basic(held[CLIENT_ID], held[CLIENT_SECRET]),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    try:
        told = await api.ask(exchange, "", lambda answer: _scopes.decode(answer.body))
    except REFUSED:
        return ""
    return told.scopes.get(INVENTORY, "")


def _may_write(granted: str) -> Check:
    """Walmart offers no way to try a write without changing something, so the token's own words count."""
    label = "Can write stock"
    if not granted:
        return Check(
            "set_stock", label, CheckState.UNKNOWN, "Walmart does not say what this key may do with inventory."
        )
    if granted == FULL:
        return Check("set_stock", label, CheckState.PASS, "The key has full access to inventory.")
    words = "may only view inventory" if granted == VIEW else "has no access to inventory"
    return Check(
        "set_stock",
        label,
        CheckState.FAIL,
        f"The key {words}.",
        "Give the key full access to inventory, or make a new one.",
    )
