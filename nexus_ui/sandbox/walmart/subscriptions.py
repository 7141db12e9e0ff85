"""Subscriptions and the kinds of events, in the shapes the vendor's API file describes."""

from typing import Any

import msgspec

from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.hooks import Subscription, deliverable
from nexus_ui.sandbox.walmart.account import PARTNER_ID, Account
from nexus_ui.sandbox.walmart.problems import HOOKS, Refusal, invalid, unreadable

QUERY = ("subscriptionId", "eventType", "resourceName", "status")
EVENT_TYPES = (
    ("ITEM", "OFFER_UNPUBLISHED", "Notification for unpublished offers"),
    ("PRICE", "BUY_BOX_CHANGED", "Notification for change in buy box"),
    ("ORDER", "ORDER_UPDATES", "Notification for updates of orders"),
    ("ORDER", "PO_CREATED", "Notification for new purchase order created"),
    ("ORDER", "PO_LINE_AUTOCANCELLED", "Notification for purchase order line auto-cancelled"),
    ("INVENTORY", "INVENTORY_OOS", "Notification for an item that is out of stock"),
    ("REPORTS", "REPORT_STATUS", "Notification for report status"),
)
VERSION = "V1"
ACTIVE, INACTIVE = "ACTIVE", "INACTIVE"


class Auth(msgspec.Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
    """How the subscriber wants to be convinced."""

    auth_method: str = ""
    user_name: str = ""
    password: str = ""
    auth_header_name: str = ""
    auth_url: str = ""
    client_secret: str = ""
    client_id: str = ""


class Wanted(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a subscription is to be."""

    event_type: str
    event_version: str
    resource_name: str
    event_url: str
    status: str
    auth_details: Auth | None = None
    headers: dict[str, str] | None = None


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked for."""

    events: list[Wanted]


class Change(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What is to change."""

    event_version: str | None = None
    event_url: str | None = None
    status: str | None = None
    auth_details: Auth | None = None
    headers: dict[str, str] | None = None


def event_types(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/webhooks/eventTypes."""
    told = [
        {"resourceName": resource, "eventType": kind, "eventVersion": VERSION, "description": words}
        for resource, kind, words in EVENT_TYPES
    ]
    return {"eventTypes": told}


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /v3/webhooks/subscriptions."""
    told = [_told(one) for one in account.webhooks.all()]
    found = [one for one in told if all(one[name] == call.query[name] for name in QUERY if name in call.query)]
    return {"events": [{"event": found}]}


def make(account: Account, call: Call) -> dict[str, Any]:
    """POST /v3/webhooks/subscriptions."""
    try:
        wish = msgspec.json.decode(call.body, type=Wish)
    except msgspec.MsgspecError as error:
        raise unreadable(error) from None
    known = {(resource, kind) for resource, kind, _ in EVENT_TYPES}
    for one in wish.events:
        if (one.resource_name, one.event_type) not in known or one.event_version != VERSION:
            raise invalid("eventType", f"{one.event_type} is no event of {one.resource_name}.", HOOKS)
        _check(one.event_url, one.status, one.auth_details)
    return {"event": [_told(_made(account, one)) for one in wish.events]}


def change(account: Account, call: Call) -> dict[str, Any]:
    """PATCH /v3/webhooks/subscriptions/{subscriptionId}."""
    kept = _kept(account, call)
    try:
        wish = msgspec.json.decode(call.body, type=Change)
    except msgspec.MsgspecError as error:
        raise unreadable(error) from None
    address, status = wish.event_url or kept.address, wish.status or (ACTIVE if kept.active else INACTIVE)
    _check(address, status, wish.auth_details)
    details = dict(kept.details)
    if wish.auth_details is not None:
        details["authDetails"] = msgspec.to_builtins(wish.auth_details)
    account.webhooks.change(kept, address=address, active=status == ACTIVE, details=details)
    return {"event": [_told(kept)]}


def delete(account: Account, call: Call) -> dict[str, Any]:
    """DELETE /v3/webhooks/subscriptions/{subscriptionId}."""
    kept = _kept(account, call)
    account.webhooks.drop(kept.number)
    return {"subscriptionId": subscription_id(kept), "message": "Successfully deleted subscription"}


def subscription_id(kept: Subscription) -> str:
    """The id of a subscription."""
    return f"620b45a0-b321-11ea-ac13-{kept.number:012d}"


def _made(account: Account, wanted: Wanted) -> Subscription:
    auth = msgspec.to_builtins(wanted.auth_details) if wanted.auth_details else None
    details = {"resourceName": wanted.resource_name, "authDetails": auth}
    return account.webhooks.add(wanted.event_type, wanted.event_url, active=wanted.status == ACTIVE, details=details)


def _check(address: str, status: str, auth: Auth | None) -> None:
    """Raise Refusal for what cannot be subscribed with."""
    if not deliverable(address):
        raise invalid("eventUrl", "is not an address that can be reached.", HOOKS)
    if status not in (ACTIVE, INACTIVE):
        raise invalid("status", f"'{status}' is not among {ACTIVE}, {INACTIVE}.", HOOKS)
    if auth is None:
        return
    if auth.auth_method != "HMAC":
        raise Refusal(501, "NOT_SIMULATED", HOOKS, "This simulated Walmart signs by HMAC only.")
    if not auth.client_secret or not auth.auth_header_name:
        raise invalid("authDetails", "needs clientSecret and authHeaderName.", HOOKS)


def _kept(account: Account, call: Call) -> Subscription:
    asked = str(call.path_params["route"]).rpartition("/")[2]
    kept = next((one for one in account.webhooks.all() if subscription_id(one) == asked), None)
    if kept is None:
        raise Refusal(404, "CONTENT_NOT_FOUND", HOOKS, f"There is no subscription {asked}.")
    return kept


def _told(kept: Subscription) -> dict[str, Any]:
    told = {
        "eventType": kept.topic,
        "subscriptionId": subscription_id(kept),
        "partnerId": PARTNER_ID,
        "eventVersion": VERSION,
        "resourceName": kept.details["resourceName"],
        "status": ACTIVE if kept.active else INACTIVE,
        "eventUrl": kept.address,
    }
    auth = kept.details["authDetails"]
    return told | ({"authDetails": auth} if auth else {})
