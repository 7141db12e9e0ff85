"""Test Connection for an Amazon account: who answers, and what this app may do. Changes nothing."""

from nexus_ui import clock
from nexus_ui.adapters.amazon import listing, wire
from nexus_ui.adapters.amazon.api import Api, Seller
from nexus_ui.adapters.amazon.mailbox import Mailbox
from nexus_ui.adapters.amazon.refusals import ThisOneRefused
from nexus_ui.adapters.amazon.stock import ACCEPTED, preview
from nexus_ui.adapters.amazon.translate import is_held_by_amazon, merchants
from nexus_ui.adapters.amazon.usage import ORDER
from nexus_ui.adapters.contract import Account, Check, CheckState
from nexus_ui.adapters.kit.preflight import attempt, clock_check, refused
from nexus_ui.errors import ActionNeeded

REACH_DAYS = 729
SOON_DAYS = 30
NO_ORDER = "000-0000000-0000000"


async def preflight(api: Api, mailbox: Mailbox) -> Account:
    """The preflight table and the account that answered; raises errors of `errors` when signing in fails."""
    seller = await api.seller()
    stores, answer = await api.participations()
    here = next((one for one in stores if one.marketplace.id == seller.store.id), None)
    name = (here.store_name if here else "") or seller.id
    found: list[wire.Listing] = []
    checks = [
        Check("sign_in", "Signs in", CheckState.PASS, f"Amazon answered for {name}."),
        _standing(seller, here),
        await attempt("products", "Reads listings", lambda: _listings(api, seller, found)),
        await attempt("orders", "Reads orders", lambda: _orders(api)),
        await attempt("inventory", "Reads the stock Amazon holds (FBA)", lambda: _held(api, seller)),
        await _may_write(api, seller, found),
        *await _notifications(mailbox),
        _consent(seller),
        clock_check(answer, "Amazon"),
        Check("orders_reach", "Orders reach back", CheckState.PASS, "Amazon tells orders of the last two years."),
    ]
    return Account(
        account_id=f"{seller.id}@{seller.store.id}",
        name=name,
        identifier=f"{seller.store.site} {seller.id}",
        currency=here.marketplace.default_currency_code if here else None,
        time_zone=None,
        checks=tuple(checks),
        orders_reach_days=REACH_DAYS,
    )


def _standing(seller: Seller, here: wire.Participant | None) -> Check:
    label, site = "Sells in this store", seller.store.site
    if here is None or not here.participation.is_participating:
        fix = "Choose the store this account sells in, or open this one in Seller Central."
        return Check("account", label, CheckState.FAIL, f"This account does not sell on {site}.", fix)
    if here.participation.has_suspended_listings:
        proof = f"Amazon says that the listings on {site} are inactive: on holiday, or suspended."
        return Check("account", label, CheckState.WARN, proof, "Look at the account's health in Seller Central.")
    return Check("account", label, CheckState.PASS, f"Seller {seller.id} sells on {site}.")


async def _listings(api: Api, seller: Seller, found: list[wire.Listing]) -> str:
    """Read a first page into `found`; Amazon refuses it for a seller whose access this is not."""
    page, _, _, total = await listing.listings(api, seller)
    found += page
    return f"{total} listings can be read."


async def _orders(api: Api) -> str:
    """Ask for an order that cannot be: searching is so rationed that a test should not spend of it."""
    try:
        await api.get(f"/orders/2026-01-01/orders/{NO_ORDER}", ORDER, lambda answer: answer)
    except ThisOneRefused as refusal:
        return f"Amazon looked for an order that does not exist. {refusal.message}"
    return "Amazon answers questions for orders."


async def _held(api: Api, seller: Seller) -> str:
    page, _, token = await listing.held(api, seller, "", None)
    return f"Amazon holds {len(page)}{' or more' if token else ''} SKUs for this account."


async def _may_write(api: Api, seller: Seller, found: list[wire.Listing]) -> Check:
    """Have Amazon check a write of the quantity that stands there already, without carrying it out."""
    name, label = "set_stock", "Can write stock"
    for one in found:
        channels = [channel for channel in merchants(one) if channel.quantity is not None]
        if channels and not is_held_by_amazon(one):
            break
    else:
        return Check(name, label, CheckState.UNKNOWN, "No listing with stock of your own was found to try it on.")
    try:
        told = await preview(api, seller, one, channels[0])
    except ThisOneRefused as refusal:
        return Check(name, label, CheckState.UNKNOWN, refusal.message)
    except ActionNeeded as refusal:
        return refused(name, label, refusal)
    if told.status in ACCEPTED:
        return Check(name, label, CheckState.PASS, "Amazon would take a quantity. Nothing was changed.")
    words = " ".join(issue.message for issue in told.issues)
    return Check(name, label, CheckState.WARN, f"Amazon may be asked, but finds fault with SKU {one.sku}: {words}")


async def _notifications(mailbox: Mailbox) -> list[Check]:
    """A row only where a queue is named."""
    try:
        proof = await mailbox.check()
    except ActionNeeded as refusal:
        said = refusal.detail or refusal.message
        return [Check("notifications", "Reads notifications", CheckState.FAIL, said, refusal.message)]
    return [Check("notifications", "Reads notifications", CheckState.PASS, proof)] if proof else []


def _consent(seller: Seller) -> Check:
    name, label = "consent", "Consent lasts"
    if seller.consent_ends is None:
        return Check(name, label, CheckState.PASS, "Amazon sets no end to the consent of a self-authorised app.")
    proof = f"It has to be given again by {seller.consent_ends.date().isoformat()}."
    if (seller.consent_ends - clock.utcnow()).days < SOON_DAYS:
        return Check(name, label, CheckState.WARN, proof, "Reconnect this account soon.")
    return Check(name, label, CheckState.PASS, proof)
