"""Where notifications go, as Amazon's Notifications API keeps it: an app's destinations, a seller's subscriptions."""

import re
import secrets
from typing import Any

import msgspec

from nexus_ui.sandbox.amazon.account import Account, accounts
from nexus_ui.sandbox.amazon.refusals import Refusal, invalid, unknown
from nexus_ui.sandbox.gate import Call

ARN = re.compile(r"arn:aws:sqs:\S+:\S+:\S+")
KINDS = (
    "ORDER_CHANGE", "LISTINGS_ITEM_MFN_QUANTITY_CHANGE", "LISTINGS_ITEM_STATUS_CHANGE", "LISTINGS_ITEM_ISSUES_CHANGE",
    "FBA_INVENTORY_AVAILABILITY_CHANGES", "REPORT_PROCESSING_FINISHED", "FEED_PROCESSING_FINISHED",
)  # fmt: skip


class Sqs(msgspec.Struct):
    """A queue by its name."""

    arn: str


class Specification(msgspec.Struct):
    """Where a destination shall lead."""

    sqs: Sqs


class NewDestination(msgspec.Struct, rename="camel"):
    """The body that makes a destination."""

    name: str
    resource_specification: Specification


class NewSubscription(msgspec.Struct, rename="camel"):
    """The body that makes a subscription."""

    payload_version: str
    destination_id: str


def destinations(account: Account, call: Call) -> dict[str, Any]:
    """GET every destination of the app."""
    return {"payload": list(_of_app(call).values())}


def destine(account: Account, call: Call) -> dict[str, Any]:
    """POST a destination; one queue is one destination."""
    try:
        wish = msgspec.json.decode(call.body, type=NewDestination)
    except msgspec.MsgspecError as error:
        raise invalid(f"The body cannot be read. {error}") from None
    name = wish.resource_specification.sqs.arn
    if not ARN.fullmatch(name):
        raise invalid("The arn is not that of a queue.")
    known = _of_app(call)
    if any(one["resource"]["sqs"]["arn"] == name for one in known.values()):
        raise Refusal(409, "Conflict", "The destination exists already.")
    made = {"destinationId": secrets.token_hex(8), "name": wish.name, "resource": {"sqs": {"arn": name}}}
    known[str(made["destinationId"])] = made
    return {"payload": made}


def subscription(account: Account, call: Call, kind: str) -> dict[str, Any]:
    """GET the seller's subscription of one kind."""
    found = account.subscriptions.get(_kind(kind))
    if found is None:
        raise unknown(f"Subscription {kind}")
    return {"payload": found}


def subscribe(account: Account, call: Call, kind: str) -> dict[str, Any]:
    """POST a subscription of one kind; there is one at most."""
    try:
        wish = msgspec.json.decode(call.body, type=NewSubscription)
    except msgspec.MsgspecError as error:
        raise invalid(f"The body cannot be read. {error}") from None
    if wish.destination_id not in _of_app(call):
        raise invalid("The destination is not known.")
    if _kind(kind) in account.subscriptions:
        raise Refusal(409, "Conflict", "The seller has this subscription already.")
    made = {
        "subscriptionId": secrets.token_hex(8),
        "payloadVersion": wish.payload_version,
        "destinationId": wish.destination_id,
    }
    account.subscriptions[kind] = made
    return {"payload": made}


def _of_app(call: Call) -> dict[str, dict[str, Any]]:
    """The destinations of the one app there is, kept with the first account."""
    return accounts(call.world)[0].destinations


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise invalid(f"The notification type {kind} is not known.")
    return kind
