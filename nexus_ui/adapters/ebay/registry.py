"""The seller's subscriptions and the app's destinations at eBay's Notification API, and the keys it signs with.

A subscription is the seller's, a destination the app's: each is asked for with a token of the one whose it is.
https://developer.ebay.com/api-docs/commerce/notification/overview.html (read 2026-11-23)
"""

from collections.abc import Awaitable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import msgspec

from nexus_ui.adapters.contract import Keyring, Registration
from nexus_ui.adapters.ebay import tokens
from nexus_ui.adapters.ebay.refusals import NOTIFICATIONS, SCOPES_URL, ThisOneRefused, judging_one
from nexus_ui.adapters.ebay.webhooks import pem_of
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Auth, Http
from nexus_ui.errors import SetupWrong, Surprise

API = "/commerce/notification/v1"
DESTINATION, SUBSCRIPTION = f"{API}/destination", f"{API}/subscription"
NAME = "Nexus Connections"
ENABLED = "ENABLED"
MOST = 100
ALERT_EMAIL = "alert_email"
NO_ALERT_EMAIL = "195003"
FIRST_SCHEMA = "1.0"
NEEDS_EMAIL = (
    "eBay wants an e-mail address before it sends notifications, for the case that it cannot reach this panel. "
    "Enter one under Edit credentials."
)
TAKEN = (
    "This seller's notifications lead to another address already, and eBay lets one app have one. "
    "New orders arrive with the next sync."
)


class Delivering(msgspec.Struct, rename="camel", frozen=True):
    """Where a destination leads, and the secret that proves it."""

    endpoint: str = ""
    verification_token: str = ""


class Destination(msgspec.Struct, rename="camel"):
    """An address that the app has registered."""

    destination_id: str
    status: str = ""
    delivery_config: Delivering = Delivering()


class Destinations(msgspec.Struct):
    """A page of them; `next` is the address of the one behind it."""

    destinations: list[Destination] = []
    next: str | None = None


class Subscription(msgspec.Struct, rename="camel"):
    """A topic that the seller is told about."""

    subscription_id: str
    topic_id: str = ""
    status: str = ""
    destination_id: str = ""


class Subscriptions(msgspec.Struct):
    """A page of them."""

    subscriptions: list[Subscription] = []
    next: str | None = None


class Payload(msgspec.Struct, rename="camel"):
    """A form in which a topic can be sent."""

    schema_version: str = ""
    deprecated: bool = False


class Known(msgspec.Struct, rename="camel"):
    """What eBay says of a topic."""

    supported_payloads: list[Payload] = []


class Key(msgspec.Struct):
    """A public key, on one line."""

    key: str


_destinations = msgspec.json.Decoder(Destinations)
_subscriptions = msgspec.json.Decoder(Subscriptions)
_topic = msgspec.json.Decoder(Known)
_key = msgspec.json.Decoder(Key)


class Registry:
    """The notifications of one seller."""

    def __init__(self, http: Http, seller: Auth, keys: Keyring) -> None:
        """Ask through `http` with the seller's sign-in, or with the app's own."""
        self._seller = http.using(judge=judging_one(NOTIFICATIONS), auth=seller)
        self._app = http.using(judge=judging_one(SCOPES_URL), auth=tokens.AppAuth(http, keys))
        self._keys = keys

    async def registered(self) -> list[Registration]:
        """Every subscription of the seller with this app."""
        subscriptions = await self._subscriptions()
        there = {one.destination_id: one for one in await self._destinations()} if subscriptions else {}
        return [_registration(one, there.get(one.destination_id)) for one in subscriptions]

    async def add(self, topic: str, address: str, secret: str) -> Registration:
        """Have a topic sent to our address; raises SetupWrong where it is sent to another one already."""
        known = await self._destinations()
        found = {one.topic_id: one for one in await self._subscriptions()}.get(topic)
        ours = next((one for one in known if _alike(one.delivery_config.endpoint, address)), None)
        if found and found.destination_id in {one.destination_id for one in known if one is not ours}:
            raise SetupWrong(TAKEN)
        destination = await self._lead(ours, address, secret)
        if found is None:
            return Registration(await self._subscribe(topic, destination), topic, address)
        path = f"{SUBSCRIPTION}/{quote(found.subscription_id, safe='')}"
        if found.destination_id != destination:
            wanted = {"status": ENABLED, "payload": await self._payload(topic), "destinationId": destination}
            await self._seller.fetch(_asked("PUT", path, "change notification", json=wanted), _answer)
        elif found.status != ENABLED:
            await self._seller.fetch(_asked("POST", f"{path}/enable", "enable notification"), _answer)
        return Registration(found.subscription_id, topic, address)

    async def remove(self, registration: Registration) -> None:
        """Take a subscription away, and its destination when nothing is sent there any more."""
        path = f"{SUBSCRIPTION}/{quote(registration.ref, safe='')}"
        await _unless_refused(self._seller.fetch(_asked("DELETE", path, "remove notification"), _answer))
        for one in await self._destinations():
            if one.delivery_config.endpoint == registration.address:
                path = f"{DESTINATION}/{quote(one.destination_id, safe='')}"
                await _unless_refused(self._app.fetch(_asked("DELETE", path, "remove address"), _answer))

    async def key(self, key_id: str) -> str:
        """The public key of this name as PEM; raises ThisOneRefused for one that eBay does not know."""
        asked = _asked("GET", f"{API}/public_key/{quote(key_id, safe='')}", "public key")
        return pem_of((await self._app.fetch(asked, lambda answer: _key.decode(answer.body))).key)

    async def _lead(self, ours: Destination | None, address: str, secret: str) -> str:
        """The destination that leads to our address and proves itself by this secret. eBay asks us for it at once."""
        leads = {"endpoint": address, "verificationToken": secret}
        wanted = {"name": NAME, "status": ENABLED, "deliveryConfig": leads}
        if ours is None:
            return await self._new_destination(wanted)
        if ours.delivery_config != Delivering(address, secret) or ours.status != ENABLED:
            path = f"{DESTINATION}/{quote(ours.destination_id, safe='')}"
            await self._app.fetch(_asked("PUT", path, "change address", json=wanted), _answer)
        return ours.destination_id

    async def _new_destination(self, wanted: dict[str, Any]) -> str:
        asked = _asked("POST", DESTINATION, "add address", json=wanted)
        try:
            return await self._app.fetch(asked, _made)
        except ThisOneRefused as refusal:
            if refusal.detail.partition("\n")[0] != NO_ALERT_EMAIL:
                raise
        email = (await self._keys.current()).get(ALERT_EMAIL, "")
        if not email:
            raise SetupWrong(NEEDS_EMAIL)
        await self._app.fetch(_asked("PUT", f"{API}/config", "alert address", json={"alertEmail": email}), _answer)
        return await self._app.fetch(asked, _made)

    async def _subscribe(self, topic: str, destination: str) -> str:
        payload = await self._payload(topic)
        wanted = {"topicId": topic, "status": ENABLED, "payload": payload, "destinationId": destination}
        return await self._seller.fetch(_asked("POST", SUBSCRIPTION, "add notification", json=wanted), _made)

    async def _payload(self, topic: str) -> dict[str, str]:
        """The form to have a topic sent in: the newest that is not about to go."""
        asked = _asked("GET", f"{API}/topic/{quote(topic, safe='')}", "topic")
        told = await self._app.fetch(asked, lambda answer: _topic.decode(answer.body))
        versions = [one.schema_version for one in told.supported_payloads if one.schema_version and not one.deprecated]
        newest = max(versions, key=_version, default=FIRST_SCHEMA)
        return {"format": "JSON", "schemaVersion": newest, "deliveryProtocol": "HTTPS"}

    async def _destinations(self) -> list[Destination]:
        found: list[Destination] = []
        params: dict[str, Any] | None = {"limit": MOST}
        while params:
            asked = _asked("GET", DESTINATION, "addresses", params=params)
            page = await self._app.fetch(asked, lambda answer: _destinations.decode(answer.body))
            found += page.destinations
            params = _behind(page.next)
        return found

    async def _subscriptions(self) -> list[Subscription]:
        found: list[Subscription] = []
        params: dict[str, Any] | None = {"limit": MOST}
        while params:
            asked = _asked("GET", SUBSCRIPTION, "notifications", params=params)
            page = await self._seller.fetch(asked, lambda answer: _subscriptions.decode(answer.body))
            found += page.subscriptions
            params = _behind(page.next)
        return found


async def _unless_refused(removal: Awaitable[Answer]) -> None:
    """Take something away; where eBay refuses, it is gone already or still needed."""
    with suppress(ThisOneRefused):
        await removal


def _asked(method: str, path: str, operation: str, **parts: Any) -> Exchange:
    """A call of the Notification API, which has a quota of its own. Its answers hold what proves an address."""
    return Exchange(method, path, operation, cost=0, safe=method != "POST", confidential=True, **parts)


def _registration(one: Subscription, leads: Destination | None) -> Registration:
    address = leads.delivery_config.endpoint if leads else ""
    active = one.status == ENABLED and leads is not None and leads.status == ENABLED
    return Registration(one.subscription_id, one.topic_id, address, active)


def _alike(endpoint: str, address: str) -> bool:
    """True for our address, also as it was when this panel lived elsewhere."""
    return urlsplit(endpoint).path == urlsplit(address).path


def _behind(address: str | None) -> dict[str, Any] | None:
    """What to ask for the page behind this one; None when it was the last."""
    token = parse_qs(urlsplit(address or "").query).get("continuation_token", [""])[0]
    return {"limit": MOST, "continuation_token": token} if token else None


def _made(answer: Answer) -> str:
    """The id of what was made: only the address in the header names it. Raises Surprise without one."""
    where: str = answer.headers.get("location", "")
    named = urlsplit(where).path.rstrip("/").rpartition("/")[2]
    if not named:
        raise Surprise("eBay made something, but does not say what it is called.")
    return named


def _answer(answer: Answer) -> Answer:
    return answer


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isascii() and part.isdecimal())
