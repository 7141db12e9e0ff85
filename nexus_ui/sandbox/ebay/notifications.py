"""The Notification API: destinations of the app, which prove themselves at once, and subscriptions of the seller."""

import asyncio
import hashlib
import itertools
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import msgspec

from nexus_ui.sandbox.courier import asked
from nexus_ui.sandbox.ebay.access import BASE
from nexus_ui.sandbox.ebay.account import Seller
from nexus_ui.sandbox.ebay.orders import written
from nexus_ui.sandbox.ebay.refusals import Refusal
from nexus_ui.sandbox.ebay.telling import CONFIRMED, DELETED, SigningKey
from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.hooks import Desk, Subscription, deliverable

API = "commerce/notification/v1"
MANAGE = f"{BASE}/commerce.notification.subscription"
ENABLED, DISABLED, MARKED_DOWN = "ENABLED", "DISABLED", "MARKED_DOWN"
PATIENCE = 5.0
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
TOKEN = re.compile(r"[A-Za-z0-9_-]{32,80}")
TOPICS: Mapping[str, dict[str, Any]] = {
    CONFIRMED: {
        "description": "A buyer has paid for something.",
        "authorizationScopes": [f"{BASE}/sell.fulfillment.readonly"],
        "context": "SELL",
        "scope": "USER",
    },
    DELETED: {
        "description": "A user has closed the account.",
        "authorizationScopes": [BASE],
        "context": "COMMERCE",
        "scope": "APPLICATION",
    },
}
Record = dict[str, Any]


@dataclass
class Notifying:
    """What eBay keeps of one app and seller: the alert address, destinations, subscriptions, and its own key."""

    desk: Desk
    key: SigningKey
    email: str = ""
    destinations: dict[str, Record] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def leads(self, number: str) -> Record:
        """A destination; raises Refusal."""
        found = self.destinations.get(number)
        if found is None:
            raise refused(404, 195_022, "Invalid or missing destination id.")
        return found

    def used(self, number: str) -> list[Subscription]:
        """The subscriptions that are sent to a destination."""
        return [one for one in self.desk.all() if one.details["destination"] == number]

    def status(self, number: str) -> str:
        """How a destination stands: marked down once it failed too often."""
        down = any(one.details["status"] == ENABLED and not one.active for one in self.used(number))
        told: str = self.destinations[number]["status"]
        return MARKED_DOWN if down and told == ENABLED else told


def config(call: Call, seller: Seller) -> Reply:
    """GET and PUT /config."""
    kept = _of(call)
    if call.method == "GET":
        if not kept.email:
            raise refused(404, 195_026, "Configuration Not Found.")
        return json_reply({"alertEmail": kept.email})
    email = _body(call, {"alertEmail"}).get("alertEmail")
    if not isinstance(email, str) or not EMAIL.fullmatch(email):
        raise refused(400, 195_025, "Invalid or missing email.")
    kept.email = email
    return Reply(204)


def destinations(call: Call, seller: Seller) -> Reply:
    """GET /destination."""
    kept = _of(call)
    there = [{**one, "status": kept.status(number)} for number, one in kept.destinations.items()]
    return _page(call, "destination", "destinations", there)


async def add_destination(call: Call, seller: Seller) -> Reply:
    """POST /destination."""
    kept = _of(call)
    if not kept.email:
        raise refused(409, 195_003, "Please provide configurations required for notifications. Refer to /config")
    wanted = _destination(call)
    if any(_endpoint(one) == _endpoint(wanted) for one in kept.destinations.values()):
        raise refused(409, 195_021, "Destination exists for this endpoint")
    await _prove(wanted)
    number = f"destination-{next(kept.numbers)}"
    kept.destinations[number] = {"destinationId": number, **wanted}
    return _created("destination", number)


async def change_destination(call: Call, seller: Seller, number: str) -> Reply:
    """PUT /destination/{id}: verified anew, whatever changes."""
    kept = _of(call)
    kept.leads(number)
    wanted = _destination(call)
    if any(_endpoint(one) == _endpoint(wanted) for name, one in kept.destinations.items() if name != number):
        raise refused(409, 195_021, "Destination exists for this endpoint")
    await _prove(wanted)
    kept.destinations[number] = {"destinationId": number, **wanted}
    for one in kept.used(number):
        kept.desk.change(one, address=_endpoint(wanted), failures=0)
        _switch(kept, one)
    return Reply(204)


def drop_destination(call: Call, seller: Seller, number: str) -> Reply:
    """DELETE /destination/{id}."""
    kept = _of(call)
    kept.leads(number)
    if kept.used(number):
        raise refused(409, 195_024, "Destination is in use and cannot be deleted.")
    del kept.destinations[number]
    return Reply(204)


def subscriptions(call: Call, seller: Seller) -> Reply:
    """GET /subscription."""
    kept = _of(call)
    return _page(call, "subscription", "subscriptions", [_told(one) for one in kept.desk.all()])


def subscribe(call: Call, seller: Seller) -> Reply:
    """POST /subscription."""
    kept = _of(call)
    body = _body(call, {"topicId", "status", "payload", "destinationId"})
    name = str(body.get("topicId", ""))
    if name not in TOPICS:
        raise refused(400, 195_027, "Invalid or missing topic id.")
    if TOPICS[name]["scope"] != "USER":
        raise refused(403, 195_011, "Not authorized for this topic.")
    wanted = _subscription(body)
    if any(one.topic == name for one in kept.desk.all()):
        raise refused(409, 195_012, "Subscription already exists")
    leads = _enabled(kept, wanted)
    made = kept.desk.add(name, _endpoint(leads), details=wanted)
    _switch(kept, made)
    return _created("subscription", str(made.number))


def change_subscription(call: Call, seller: Seller, number: str) -> Reply:
    """PUT /subscription/{id}."""
    kept = _of(call)
    found = _kept(kept, number)
    wanted = _subscription(_body(call, {"status", "payload", "destinationId"}))
    kept.desk.change(found, address=_endpoint(_enabled(kept, wanted)), details=wanted, failures=0)
    _switch(kept, found)
    return Reply(204)


def switch(call: Call, seller: Seller, number: str, how: str) -> Reply:
    """POST /subscription/{id}/enable and /disable."""
    kept = _of(call)
    found = _kept(kept, number)
    found.details = {**found.details, "status": ENABLED if how == "enable" else DISABLED}
    _enabled(kept, found.details)
    kept.desk.change(found, failures=0)
    _switch(kept, found)
    return Reply(204)


def unsubscribe(call: Call, seller: Seller, number: str) -> Reply:
    """DELETE /subscription/{id}."""
    kept = _of(call)
    kept.desk.drop(_kept(kept, number).number)
    return Reply(204)


def topic(call: Call, seller: Seller, name: str) -> Reply:
    """GET /topic/{id}."""
    if name not in TOPICS:
        raise refused(404, 195_002, "Invalid or missing topic id.")
    payload = {"format": ["JSON"], "schemaVersion": "1.0", "deliveryProtocol": "HTTPS", "deprecated": False}
    return json_reply({"topicId": name, "status": ENABLED, **TOPICS[name], "supportedPayloads": [payload]})


def public_key(call: Call, seller: Seller, name: str) -> Reply:
    """GET /public_key/{id}."""
    key = _of(call).key
    if name != key.name:
        raise refused(404, 195_001, "The specified key id is invalid.")
    return json_reply({"algorithm": "ECDSA", "digest": "SHA1", "key": key.public})


def refused(status: int, number: int, message: str) -> Refusal:
    """A refusal of the Notification API."""
    return Refusal(status, number, message, "API_NOTIFICATION")


def _of(call: Call) -> Notifying:
    found: Notifying = call.shop.private["notifying"]
    return found


def _body(call: Call, fields: set[str]) -> Record:
    try:
        told = msgspec.json.decode(call.body)
    except msgspec.DecodeError:
        told = None
    if not isinstance(told, dict) or not set(told) <= fields:
        raise refused(400, 195_000, "The request body makes no sense.")
    return told


def _destination(call: Call) -> Record:
    """The destination a body describes; raises Refusal."""
    told = _body(call, {"name", "status", "deliveryConfig"})
    leads = told.get("deliveryConfig")
    leads = leads if isinstance(leads, dict) and set(leads) <= {"endpoint", "verificationToken"} else {}
    endpoint, token = str(leads.get("endpoint", "")), str(leads.get("verificationToken", ""))
    if not 1 <= len(str(told.get("name", ""))) <= 64:
        raise refused(400, 195_016, "Invalid name. Markups or lengths greater than 64 not supported")
    if not deliverable(endpoint):
        raise refused(400, 195_017, "Invalid or missing endpoint.")
    if told.get("status") not in (ENABLED, DISABLED):
        raise refused(400, 195_018, "Invalid or missing destination status. Supported values:[ENABLED,DISABLED]")
    if not TOKEN.fullmatch(token):
        raise refused(400, 195_019, "Invalid or missing verification token for this endpoint.")
    return told


async def _prove(wanted: Record) -> None:
    """Ask an address for what only its owner can know; raises Refusal."""
    code = secrets.token_hex(16)
    endpoint, token = _endpoint(wanted), wanted["deliveryConfig"]["verificationToken"]
    joint = "&" if urlsplit(endpoint).query else "?"
    status, kind, body = await asyncio.to_thread(asked, f"{endpoint}{joint}challenge_code={quote(code)}", PATIENCE)
    expected = hashlib.sha256(f"{code}{token}{endpoint}".encode()).hexdigest()
    try:
        good = kind == "application/json" and json.loads(body)["challengeResponse"] == expected
    except (ValueError, KeyError, TypeError):
        good = False
    if status != 200 or not good:
        raise refused(409, 195_020, "Challenge verification failed for requested endpoint")


def _subscription(body: Record) -> Record:
    """What a body says of a subscription; raises Refusal."""
    told = body.get("payload")
    payload = told if isinstance(told, dict) else {}
    if body.get("status") not in (ENABLED, DISABLED):
        raise refused(400, 195_006, "Invalid or missing subscription status.")
    if payload.get("schemaVersion") != "1.0":
        raise refused(400, 195_008, "Invalid or missing schema version.")
    if payload.get("format") != "JSON":
        raise refused(400, 195_009, "Specified format is not supported for the topic.")
    if payload.get("deliveryProtocol") != "HTTPS":
        raise refused(400, 195_010, "Invalid or missing protocol")
    return {"status": body["status"], "destination": str(body.get("destinationId", ""))}


def _enabled(kept: Notifying, wanted: Record) -> Record:
    """The destination of a subscription, which must be switched on for it; raises Refusal."""
    leads = kept.destinations.get(wanted["destination"])
    if leads is None:
        raise refused(400, 195_007, "Invalid or missing destination id.")
    if wanted["status"] == ENABLED and leads["status"] != ENABLED:
        raise refused(409, 195_015, "The subscription cannot be enabled since the destination is not enabled.")
    return leads


def _switch(kept: Notifying, one: Subscription) -> None:
    leads = kept.destinations[one.details["destination"]]
    one.active = one.details["status"] == ENABLED and leads["status"] == ENABLED


def _kept(kept: Notifying, number: str) -> Subscription:
    found = kept.desk.get(int(number)) if number.isdecimal() else None
    if found is None:
        raise refused(404, 195_013, "Invalid subscription Id.")
    return found


def _told(one: Subscription) -> Record:
    return {
        "subscriptionId": str(one.number),
        "topicId": one.topic,
        "status": one.details["status"],
        "creationDate": written(one.created),
        "payload": {"format": "JSON", "schemaVersion": "1.0", "deliveryProtocol": "HTTPS"},
        "destinationId": one.details["destination"],
    }


def _endpoint(one: Record) -> str:
    return str(one["deliveryConfig"]["endpoint"])


def _page(call: Call, path: str, name: str, there: list[Record]) -> Reply:
    """A page of a list; the token of the next one is where it begins."""
    limit, start = call.query.get("limit", "20"), call.query.get("continuation_token", "0")
    if not limit.isdecimal() or not 10 <= int(limit) <= 100:
        raise refused(400, 195_004, "Invalid limit. Supported ranges 10 - 100.")
    if not start.isdecimal():
        raise refused(400, 195_005, "Invalid continuation token.")
    behind = int(start) + int(limit)
    href = f"https://api.ebay.com/{API}/{path}?limit={limit}"
    told: Record = {"total": len(there), "href": href, "limit": int(limit), name: there[int(start) : behind]}
    return json_reply(told | ({"next": f"{href}&continuation_token={behind}"} if behind < len(there) else {}))


def _created(what: str, number: str) -> Reply:
    return json_reply({}, 201, {"Location": f"https://api.ebay.com/{API}/{what}/{number}"})
