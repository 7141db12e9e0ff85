"""Test Connection for a seller on a site: who answers, and what this consent allows. Changes nothing."""

from datetime import timedelta

import msgspec

from nexus_ui import clock
from nexus_ui.adapters.contract import REFRESH_EXPIRES_AT, Account, Check, CheckState, Credentials
from nexus_ui.adapters.ebay import listing, wire
from nexus_ui.adapters.ebay.api import IDENTITY_API, IDENTITY_HOST, Api
from nexus_ui.adapters.ebay.quotas import LISTINGS, ORDERS, Quotas
from nexus_ui.adapters.ebay.refusals import IDENTITY, INVENTORY, ThisOneRefused
from nexus_ui.adapters.ebay.refusals import ORDERS as ORDERS_SCOPE
from nexus_ui.adapters.ebay.sites import Site
from nexus_ui.adapters.ebay.stock import UPDATE
from nexus_ui.adapters.ebay.walk import REACH_DAYS, as_asked
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.auth import expiry
from nexus_ui.adapters.kit.preflight import attempt, clock_check, refused
from nexus_ui.errors import AccountSuspended, ActionNeeded

SOON = timedelta(days=30)
ON_HOLD = "ACCOUNTONHOLD"
OF_INVENTORY = range(25_001, 26_000)
"""Error numbers of the Inventory API itself: a call that gets one has been let in."""

UNSEEN = (
    "Listings made in Seller Hub or by another program are unknown to eBay's Inventory API until they are moved into "
    "it (bulkMigrateListing), which limits how they can be edited afterwards. Their orders are read all the same."
)
_user = msgspec.json.Decoder(wire.User)


async def preflight(api: Api, held: Credentials, site: Site) -> Account:
    """The preflight table and the account that answered; raises AccountSuspended for one on hold."""
    user, answer = await _who(api)
    name = (user.business_account.name if user.business_account else "") or user.username or user.user_id
    return Account(
        account_id=f"{user.user_id}@{site.code}",
        name=f"{name} ({site.domain})",
        identifier=f"{user.username or user.user_id} on {site.domain}",
        currency=site.currency,
        time_zone=site.time_zone,
        checks=(
            Check("sign_in", "Signs in", CheckState.PASS, f"eBay answered for {name}."),
            await _listings(api),
            await attempt("orders", "Reads orders", lambda: _orders(api)),
            await _may_write(api),
            _consent(held),
            await _calls_left(api.quotas),
            clock_check(answer, "eBay"),
            Check("orders_reach", "Orders reach back", CheckState.PASS, "eBay tells orders of two years."),
        ),
        orders_reach_days=REACH_DAYS,
    )


async def _who(api: Api) -> tuple[wire.User, Answer]:
    exchange = Exchange("GET", IDENTITY_API, "account", host=IDENTITY_HOST, cost=0)
    user, answer = await api.about(IDENTITY).ask(exchange, lambda it: (_user.decode(it.body), it))
    if user.status == ON_HOLD:
        raise AccountSuspended("eBay has put this seller account on hold. Seller Hub says why.", user.status)
    return user, answer


async def _listings(api: Api) -> Check:
    name, label = "products", "Reads listings"
    try:
        found = await listing.items(api.about(INVENTORY), offset=0, limit=1)
    except ActionNeeded as refusal:
        return refused(name, label, refusal)
    if not found.items and not found.bad:
        return Check(name, label, CheckState.WARN, "The Inventory API knows no item of this seller.", UNSEEN)
    count = "Some" if found.total is None else f"{found.total:,}"
    proof = f"{count} inventory items can be read, those of other sites included."
    return Check(name, label, CheckState.PASS, proof)


async def _orders(api: Api) -> str:
    lately = clock.utcnow() - timedelta(days=90)
    found = await listing.orders(api.about(ORDERS_SCOPE), f"lastmodifieddate:[{as_asked(lately)}..]", limit=1)
    return f"{found.total:,} orders of the last 90 days can be read, those of other sites included."


async def _may_write(api: Api) -> Check:
    """An update of nothing: eBay looks at the permission first, and then finds nothing to update."""
    name, label = "set_stock", "Can write stock"
    exchange = Exchange("POST", UPDATE, "try set stock", json={"requests": []})
    try:
        answer = await api.one(INVENTORY).ask(exchange, lambda answer: answer)
    except ThisOneRefused as refusal:
        code = refusal.detail.partition("\n")[0]
        if code.isdecimal() and int(code) in OF_INVENTORY:
            proof = f"eBay let an update of nothing in, and refused it as empty ({code})."
            return Check(name, label, CheckState.PASS, proof)
        return Check(name, label, CheckState.UNKNOWN, "eBay refused an update of nothing without saying more.")
    except ActionNeeded as refusal:
        return refused(name, label, refusal)
    return Check(name, label, CheckState.PASS, f"An update of nothing was accepted ({answer.status}).")


def _consent(held: Credentials) -> Check:
    """How long the refresh token lasts, where eBay told it."""
    name, label = "consent", "Consent lasts"
    ends = expiry(held.get(REFRESH_EXPIRES_AT, ""))
    if ends is None:
        proof = "A pasted refresh token does not say when it ends; eBay's last 18 months."
        return Check(name, label, CheckState.UNKNOWN, proof)
    proof = f"Until {ends:%d %B %Y}."
    if ends - clock.utcnow() > SOON:
        return Check(name, label, CheckState.PASS, proof)
    return Check(name, label, CheckState.WARN, proof, "Reconnect before that day, so that nothing stops.")


async def _calls_left(quotas: Quotas) -> Check:
    name, label = "calls_left", "Calls left today"
    found = await quotas.look()
    if not found:
        return Check(name, label, CheckState.UNKNOWN, "eBay does not tell this app's quota.")
    words = {LISTINGS: "listings", ORDERS: "orders"}
    told = [f"{quota.left:,} of {quota.limit:,} for {words[budget]}" for budget, quota in found.items()]
    proof = f"{', '.join(told)}; every connection of this app shares them."
    if all(quota.left for quota in found.values()):
        return Check(name, label, CheckState.PASS, proof)
    fix = "Wait until midnight Pacific time, or ask eBay for more calls (Application Growth Check)."
    return Check(name, label, CheckState.WARN, proof, fix)
