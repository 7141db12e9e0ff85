"""Walmart's list of subscriptions: one for each event, signed with a secret of ours in a header of ours.

The vendor's file describes the lists in one shape and shows them in another, so both are read.
https://developer.walmart.com/us-marketplace/reference/createsubscription (read 2026-11-23)
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec

from nexus_ui.adapters.contract import Registration
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.walmart.api import Api
from nexus_ui.adapters.walmart.refusals import NothingThere, ThisOneRefused
from nexus_ui.adapters.walmart.webhooks import HEADER, Wire
from nexus_ui.errors import Surprise

PATH, EVENT_TYPES = "/v3/webhooks/subscriptions", "/v3/webhooks/eventTypes"
ACTIVE = "ACTIVE"
T = TypeVar("T")
_FOLDS = ("events", "event", "eventTypes")


class Subscription(Wire):
    """A subscription as Walmart keeps it."""

    subscription_id: str
    event_type: str
    event_url: str = ""
    status: str = ACTIVE


class EventType(Wire):
    """A kind of event that can be subscribed to."""

    event_type: str
    event_version: str
    resource_name: str


async def registered(api: Api) -> list[Registration]:
    """Every webhook of the account."""
    try:
        return await api.get(PATH, "subscriptions", "", _registrations, confidential=True)
    except NothingThere:
        return []


async def add(api: Api, topic: str, address: str, secret: str) -> Registration:
    """Register a topic with this secret; one that is registered already is given the secret and switched on."""
    auth = {"authMethod": "HMAC", "authHeaderName": HEADER, "clientSecret": secret}
    for known in await registered(api):
        if (known.topic, known.address) == (topic, address):
            await _write(api, "PATCH", f"{PATH}/{quote(known.ref, safe='')}", {"authDetails": auth, "status": ACTIVE})
            return Registration(known.ref, topic, address)
    kind = await _event_type(api, topic)
    wanted = {**msgspec.to_builtins(kind), "eventUrl": address, "authDetails": auth, "status": ACTIVE}
    answer = await _write(api, "POST", PATH, {"events": [wanted]})
    made = next((one for one in entries(answer, Subscription) if one.event_type == topic), None)
    if made is None:
        raise Surprise("Walmart took in the webhook and does not say under which id.")
    return Registration(made.subscription_id, topic, address)


async def remove(api: Api, registration: Registration) -> None:
    """Delete a subscription; one that is gone already is no error."""
    with suppress(NothingThere):
        await api.ask(
            Exchange("DELETE", f"{PATH}/{quote(registration.ref, safe='')}", "subscriptions"), "", lambda answer: answer
        )


def entries(answer: Answer, kind: type[T]) -> list[T]:
    """Each entry of an answer, in whatever shape it lists them."""
    return [msgspec.convert(entry, kind) for entry in _unfolded(msgspec.json.decode(answer.body))]


async def _event_type(api: Api, topic: str) -> EventType:
    """The event with the version and the resource Walmart offers it in; raises ThisOneRefused where it does not."""
    offered = await api.get(EVENT_TYPES, "event_types", "", lambda answer: entries(answer, EventType))
    found = [one for one in offered if one.event_type == topic]
    if not found:
        raise ThisOneRefused(f"Walmart does not offer {topic} to this account.")
    return max(found, key=lambda one: (len(one.event_version), one.event_version))


async def _write(api: Api, method: str, path: str, body: Mapping[str, Any]) -> Answer:
    exchange = Exchange(method, path, "subscriptions", json=body, safe=method == "PATCH", confidential=True)
    return await api.ask(exchange, "", lambda answer: answer)


def _registrations(answer: Answer) -> list[Registration]:
    return [
        Registration(one.subscription_id, one.event_type, one.event_url, one.status == ACTIVE)
        for one in entries(answer, Subscription)
    ]


def _unfolded(told: Any) -> Iterator[Any]:
    """What lies in the lists of an answer, however they are folded."""
    if isinstance(told, list):
        for one in told:
            yield from _unfolded(one)
    elif isinstance(told, dict):
        folded = [told[name] for name in _FOLDS if name in told]
        if folded:
            yield from _unfolded(folded)
        elif told:
            yield told
