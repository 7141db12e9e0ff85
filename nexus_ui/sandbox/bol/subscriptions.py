"""Subscriptions as version 10 of bol's Retailer API writes them: each change is taken in first, and then told about."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from nexus_ui.sandbox.bol.account import Account, Process
from nexus_ui.sandbox.bol.orders import ZONE
from nexus_ui.sandbox.bol.problems import Refusal, invalid
from nexus_ui.sandbox.bol.webhooks import notification
from nexus_ui.sandbox.gate import Call
from nexus_ui.sandbox.hooks import Subscription, deliverable

RESOURCES = (
    "PROCESS_STATUS", "SHIPMENT", "PRICE_STAR_BOUNDARY", "COMPETING_OFFER", "OFFER_FOR_SALE", "OFFER_NOT_FOR_SALE",
    "ORDER",
)  # fmt: skip
WEBHOOK = "WEBHOOK"
PENDING, SUCCESS, FAILURE = "PENDING", "SUCCESS", "FAILURE"


class Wanted(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """What a subscription is to be."""

    resources: list[str]
    url: str
    subscription_type: str
    enabled: bool | None = None
    identity: str | None = None


def listed(account: Account, call: Call) -> dict[str, Any]:
    """GET /retailer/subscriptions."""
    return {"subscriptions": [_told(one) for one in account.webhooks.all()]}


def one(account: Account, call: Call) -> dict[str, Any]:
    """GET /retailer/subscriptions/{subscription-id}."""
    kept = _kept(account, call)
    if kept is None:
        raise Refusal(404, "The subscription was not found.")
    return _told(kept)


def make(account: Account, call: Call) -> dict[str, Any]:
    """POST /retailer/subscriptions."""
    wanted = _wanted(call)

    def made() -> Subscription:
        return account.webhooks.add(wanted.resources[0], wanted.url, active=wanted.enabled is not False)

    return _begun(account, "CREATE_SUBSCRIPTION", wanted.url, made)


def edit(account: Account, call: Call) -> dict[str, Any]:
    """PUT /retailer/subscriptions/{subscription-id}."""
    wanted, kept = _wanted(call), _kept(account, call)

    def changed() -> Subscription | None:
        active = wanted.enabled is not False
        failures = 0 if active or kept is None else kept.failures
        return kept and account.webhooks.change(
            kept, topic=wanted.resources[0], address=wanted.url, active=active, failures=failures
        )

    return _begun(account, "UPDATE_SUBSCRIPTION", wanted.url, changed)


def delete(account: Account, call: Call) -> dict[str, Any]:
    """DELETE /retailer/subscriptions/{subscription-id}."""
    kept = _kept(account, call)

    def dropped() -> Subscription | None:
        return kept if kept and account.webhooks.drop(kept.number) else None

    return _begun(account, "DELETE_SUBSCRIPTION", None, dropped)


def send_test(account: Account, call: Call) -> dict[str, Any]:
    """POST /retailer/subscriptions/test/{subscription-id}: a webhook about nothing."""
    kept = _kept(account, call)

    def sent() -> Subscription | None:
        if kept is not None:
            account.webhooks.ping(kept, notification(account, "TEST", "TEST", str(kept.number)))
        return kept

    return _begun(account, "SEND_SUBSCRIPTION_TST_MSG", None, sent)


def signature_keys(account: Account, call: Call) -> dict[str, Any]:
    """GET /retailer/subscriptions/signature-keys."""
    return {"signatureKeys": [{"id": account.keys.id, "type": "RSA", "publicKey": account.keys.public}]}


def process(account: Account, call: Call) -> dict[str, Any]:
    """GET /shared/process-status/{process-status-id}."""
    found = account.processes.get(_last(call))
    if found is None:
        raise Refusal(404, "The process status was not found.")
    return _status(found, FAILURE if found.error else SUCCESS)


def _begun(account: Account, kind: str, url: str | None, work: Callable[[], Subscription | None]) -> dict[str, Any]:
    """Do it, but tell how it went only when asked again."""
    subject: Subscription | None = None
    error = "" if url is None or deliverable(url) else "The url is not a valid https address."
    if not error:
        subject = work()
        error = "" if subject else "The subscription was not found."
    number = f"{len(account.processes) + 1:08d}"
    begun = Process(number, kind, str(subject.number) if subject else None, error, account.shop.clock())
    account.processes[number] = begun
    return _status(begun, PENDING)


def _status(process: Process, status: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "processStatusId": process.number,
        "eventType": process.kind,
        "description": f"{process.kind.replace('_', ' ').capitalize()}.",
        "status": status,
        "createTimestamp": datetime.fromtimestamp(process.at, ZONE).isoformat(timespec="seconds"),
        "links": [{"rel": "self", "href": f"https://api.bol.com/shared/process-status/{process.number}"}],
    }
    if status != PENDING and process.entity:
        told["entityId"] = process.entity
    return told | ({"errorMessage": process.error} if status == FAILURE else {})


def _wanted(call: Call) -> Wanted:
    try:
        wanted = msgspec.json.decode(call.body, type=Wanted)
    except msgspec.MsgspecError as error:
        raise invalid("body", str(error)) from None
    if wanted.subscription_type != WEBHOOK:
        raise Refusal(501, "This simulated bol sends webhooks only.")
    for resource in wanted.resources:
        if resource not in RESOURCES:
            raise invalid("resources", f"'{resource}' is not among {', '.join(RESOURCES)}.")
    if len(wanted.resources) != 1:
        raise Refusal(501, "This simulated bol takes one resource for each subscription.")
    if not urlsplit(wanted.url).scheme:
        raise invalid("url", "Must be an address.")
    return wanted


def _kept(account: Account, call: Call) -> Subscription | None:
    text = _last(call)
    return account.webhooks.get(int(text)) if text.isdecimal() else None


def _last(call: Call) -> str:
    return str(call.path_params["route"]).rpartition("/")[2]


def _told(kept: Subscription) -> dict[str, Any]:
    return {
        "id": str(kept.number),
        "resources": [kept.topic],
        "url": kept.address,
        "subscriptionType": WEBHOOK,
        "enabled": kept.active,
    }
