"""bol's list of subscriptions, and the public keys that sign what they send.

Each change is taken in first and worked off a moment later; its process status tells how that went. A subscription may
carry several resources; ours carry one each, so that one can be mended without the others.
https://api.bol.com/retailer/public/Retailer-API/v10/functional/retailer-api/subscriptions.html (read 2026-11-23)
"""

import asyncio
import base64
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from nexus_ui.adapters.bol.api import SIGNATURE_KEYS, SUBSCRIPTIONS, V10, Api
from nexus_ui.adapters.bol.refusals import NotThere, ThisOneRefused
from nexus_ui.adapters.bol.wire import Wire
from nexus_ui.adapters.contract import Registration
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.errors import Surprise, Unavailable

PATH = "/retailer/subscriptions"
WEBHOOK = "WEBHOOK"
LOOKS = (0.1, 0.4, 1.0, 2.0, 3.0)
"""Seconds between looks at what became of a change."""
PENDING, SUCCESS = "PENDING", "SUCCESS"


class Subscription(Wire):
    """A subscription as bol keeps it."""

    id: str
    resources: list[str]
    url: str
    subscription_type: str
    enabled: bool | None = None


class Subscriptions(Wire):
    """All of them."""

    subscriptions: list[Subscription] = []


class Process(Wire):
    """What became of a change."""

    status: str
    process_status_id: str | None = None
    error_message: str | None = None


class SignatureKey(Wire):
    """A public key: DER in base64."""

    id: str
    public_key: str


class KeySet(Wire):
    """The public keys in use."""

    signature_keys: list[SignatureKey] = []


_subscriptions = msgspec.json.Decoder(Subscriptions)
_process = msgspec.json.Decoder(Process)
_keys = msgspec.json.Decoder(KeySet)


async def registered(api: Api) -> list[Registration]:
    """Every webhook of the account, one for each resource."""
    return [_registration(one, resource) for one in await _all(api) for resource in one.resources]


async def add(api: Api, topic: str, address: str) -> Registration:
    """Subscribe to one resource; a subscription that bol switched off is switched on again."""
    there = [one for one in await _all(api) if one.url == address and topic in one.resources]
    if any(one.enabled is not False for one in there):
        return next(_registration(one, topic) for one in there if one.enabled is not False)
    if there:
        await _change(api, "PUT", f"{PATH}/{quote(there[0].id, safe='')}", there[0].resources, address)
    else:
        await _change(api, "POST", PATH, [topic], address)
    for found in await registered(api):
        if (found.topic, found.address, found.active) == (topic, address, True):
            return found
    raise Surprise("Bol.com took in the webhook and does not list it.")


async def remove(api: Api, registration: Registration) -> None:
    """Delete a subscription; one that is gone already is no error."""
    exchange = Exchange("DELETE", f"{PATH}/{quote(registration.ref, safe='')}", SUBSCRIPTIONS, headers={"Accept": V10})
    with suppress(NotThere):
        await api.ask(exchange, lambda answer: answer)


async def public_key(api: Api, key_id: str) -> str:
    """The public key of this name as PEM; raises Surprise for one that bol does not list or that is none."""
    keys = await api.get(f"{PATH}/signature-keys", SIGNATURE_KEYS, lambda answer: _keys.decode(answer.body))
    coded = next((one.public_key for one in keys.signature_keys if one.id == key_id), None)
    if coded is None:
        raise Surprise("Bol.com knows no signature key of this name.")
    try:
        key = load_der_public_key(base64.b64decode(coded))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise Surprise("Bol.com's signature key cannot be read.", str(error)) from error
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


async def _all(api: Api) -> list[Subscription]:
    """The subscriptions that are webhooks."""
    found = await api.get(PATH, SUBSCRIPTIONS, lambda answer: _subscriptions.decode(answer.body).subscriptions)
    return [one for one in found if one.subscription_type == WEBHOOK]


async def _change(api: Api, method: str, path: str, resources: Sequence[str], address: str) -> None:
    """Write a subscription and wait until it counts; raises ThisOneRefused, Unavailable."""
    wanted: dict[str, Any] = {
        "resources": list(resources), "url": address, "subscriptionType": WEBHOOK, "enabled": True,
    }  # fmt: skip
    kinds = {"Accept": V10, "Content-Type": V10}
    exchange = Exchange(method, path, SUBSCRIPTIONS, json=wanted, headers=kinds, safe=method == "PUT")
    process = await api.ask(exchange, lambda answer: _process.decode(answer.body))
    for seconds in LOOKS:
        if process.status != PENDING or not process.process_status_id:
            break
        await asyncio.sleep(seconds)
        status = f"/shared/process-status/{quote(process.process_status_id, safe='')}"
        process = await api.get(status, SUBSCRIPTIONS, lambda answer: _process.decode(answer.body))
    if process.status == PENDING:
        raise Unavailable("Bol.com has not worked off the webhook yet. The next sync looks again.")
    if process.status != SUCCESS:
        words = (process.error_message or "it does not say why").rstrip(". ")
        raise ThisOneRefused(f"Bol.com refused the webhook: {words}.")


def _registration(kept: Subscription, topic: str) -> Registration:
    return Registration(kept.id, topic, kept.url, kept.enabled is not False)
