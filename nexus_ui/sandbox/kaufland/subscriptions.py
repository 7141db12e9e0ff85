"""Subscriptions as Kaufland keeps them: for a storefront each, and only to addresses that prove themselves at once."""

import asyncio
import re
import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from nexus_ui.sandbox.courier import asked
from nexus_ui.sandbox.gate import Call, Reply, json_reply
from nexus_ui.sandbox.hooks import Desk, Subscription, deliverable
from nexus_ui.sandbox.kaufland import asking
from nexus_ui.sandbox.kaufland.refusals import Refusal, invalid, not_found
from nexus_ui.sandbox.kaufland.seller import Seller, Storefront

EVENTS = (
    "order_new", "order_unit_new", "order_unit_status_changed", "item_changed", "category_changed", "return_new",
    "return_status_changed", "return_unit_status_changed", "item_unit_new", "item_unit_changed", "item_unit_deleted",
    "item_unit_out_of_stock", "item_unit_not_available", "item_unit_available",
)  # fmt: skip
LONGEST_URL = 255
PATIENCE = 15.0
EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
Record = dict[str, Any]


def listed(call: Call, seller: Seller) -> tuple[list[Record], int]:
    """GET /subscriptions: one page and how many there are in all."""
    fronts = asking.storefront(call, seller, required=False)
    limit, offset = asking.page(call, least=0, most=30)
    event = call.query.get("event_name")
    if event is not None and event not in EVENTS:
        raise invalid(event_name="event_name is not an event")
    found = [
        _told(front, one) for front in fronts for one in desk_of(front).all() if event is None or one.topic == event
    ]
    return found[offset : offset + limit], len(found)


def one(call: Call, seller: Seller, number: str) -> Record:
    """GET /subscriptions/{id_subscription}."""
    return _told(*_find(seller, number))


async def subscribe(call: Call, seller: Seller) -> Reply:
    """POST /subscriptions."""
    (front,) = asking.storefront(call, seller, required=True)
    body = _body(call, {"callback_url", "fallback_email", "event_name"})
    missing = {"callback_url", "fallback_email", "event_name"} - set(body)
    if missing:
        raise invalid(**{name: f"{name} is required" for name in sorted(missing)})
    await _prove(body["callback_url"], body["event_name"])
    email = {"email": body["fallback_email"]}
    made = desk_of(front).add(body["event_name"], body["callback_url"], details=email)
    return json_reply({"data": _told(front, made)}, 201)


async def change(call: Call, seller: Seller, number: str) -> Reply:
    """PATCH /subscriptions/{id_subscription}: another address must prove itself too."""
    front, found = _find(seller, number)
    body = _body(call, {"callback_url", "fallback_email", "event_name", "is_active", "storefront"})
    address, event = body.get("callback_url", found.address), body.get("event_name", found.topic)
    if address != found.address:
        await _prove(address, event)
    details = {"email": body.get("fallback_email", found.details["email"])}
    active = body.get("is_active", found.active)
    desk_of(front).change(found, address=address, topic=event, active=active, details=details, failures=0)
    return json_reply({"data": _told(front, found)})


def drop(call: Call, seller: Seller, number: str) -> Reply:
    """DELETE /subscriptions/{id_subscription}."""
    front, found = _find(seller, number)
    desk_of(front).drop(found.number)
    return Reply(204)


def desk_of(front: Storefront) -> Desk:
    """The subscriptions of a storefront."""
    found: Desk = front.shop.private["webhooks"]
    return found


def _find(seller: Seller, text: str) -> tuple[Storefront, Subscription]:
    number = asking.number(text, "id_subscription")
    for front in seller.storefronts.values():
        found = desk_of(front).get(number)
        if found is not None:
            return front, found
    raise not_found("Subscription")


def _body(call: Call, fields: set[str]) -> Record:
    """The fields of a request; raises Refusal for what none of them may hold."""
    told = asking.body(call)
    if not isinstance(told, dict) or not set(told) <= fields:
        raise invalid(body="the body has a field that is not known")
    url, email, event = told.get("callback_url"), told.get("fallback_email"), told.get("event_name")
    wrong: dict[str, str] = {}
    if url is not None and not (isinstance(url, str) and len(url) <= LONGEST_URL and deliverable(url)):
        wrong["callback_url"] = "callback_url is not a valid address"
    if email is not None and not (isinstance(email, str) and EMAIL.fullmatch(email)):
        wrong["fallback_email"] = "fallback_email is not a valid e-mail address"
    if event is not None and event not in EVENTS:
        wrong["event_name"] = "event_name is not an event"
    if not isinstance(told.get("is_active", True), bool):
        wrong["is_active"] = "is_active must be true or false"
    if wrong:
        raise invalid(**wrong)
    return told


async def _prove(address: str, event: str) -> None:
    """Ask an address to repeat a word; raises Refusal where it does not."""
    word = secrets.token_hex(16)
    query = urlencode({"mode": "subscribe", "topic": event, "challenge": word})
    joint = "&" if urlsplit(address).query else "?"
    status, _, body = await asyncio.to_thread(asked, f"{address}{joint}{query}", PATIENCE)
    if status != 200 or body != word:
        raise Refusal(400, "callback-verification-failed", "The callback_url could not be verified.")


def _told(front: Storefront, kept: Subscription) -> Record:
    return {
        "id_subscription": kept.number,
        "callback_url": kept.address,
        "fallback_email": kept.details["email"],
        "event_name": kept.topic,
        "is_active": kept.active,
        "storefront": front.code,
    }
