"""The shop's list of webhooks: which there are, one more, one less.

After five failures in a row a shop disables a webhook, and only an edit switches it on again.
"""

from contextlib import suppress
from typing import Any

import msgspec

from nexus_ui.adapters.contract import Registration
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.woocommerce.collection import API, Collections
from nexus_ui.adapters.woocommerce.refusals import judge_write
from nexus_ui.adapters.woocommerce.walk import PER_PAGE
from nexus_ui.adapters.woocommerce.wire import fields
from nexus_ui.errors import SkipRecord

PATH = f"{API}/webhooks"
ACTIVE = "active"


class Hook(msgspec.Struct):
    """A webhook as the shop keeps it; its secret is never answered."""

    id: int
    topic: str
    delivery_url: str
    status: str = ACTIVE


_hook = msgspec.json.Decoder(Hook)


async def registered(collections: Collections) -> list[Registration]:
    """Every webhook of the shop, also those of others."""
    found: list[Registration] = []
    passed = 0
    while True:
        params = {"per_page": PER_PAGE, "offset": passed, "orderby": "id", "order": "asc", "status": "all"}
        page = await collections.page("webhooks", Hook, params)
        found += [_registration(hook) for hook in page.good]
        passed += len(page.ids)
        if len(page.ids) < PER_PAGE:
            return found


async def add(http: Http, collections: Collections, topic: str, address: str, secret: str) -> Registration:
    """Register a topic with this secret; one that is registered already is given the secret and switched on."""
    wanted = {"status": ACTIVE, "secret": secret}
    for known in await registered(collections):
        if (known.topic, known.address) == (topic, address):
            return await _write(http, "PUT", f"{PATH}/{known.ref}", wanted)
    made = {"name": f"Nexus Connections: {topic}", "topic": topic, "delivery_url": address, **wanted}
    return await _write(http, "POST", PATH, made)


async def remove(http: Http, registration: Registration) -> None:
    """Delete a webhook; one that is gone already is no error."""
    path = f"{PATH}/{registration.ref}"
    with suppress(SkipRecord):
        await _writing(http).send("DELETE", path, operation="remove webhook", params={"force": "true"})


async def _write(http: Http, method: str, path: str, body: dict[str, Any]) -> Registration:
    exchange = Exchange(method, path, "add webhook", params={"_fields": fields(Hook)}, json=body, safe=method == "PUT")
    return _registration(await _writing(http).fetch(exchange, lambda answer: _hook.decode(answer.body)))


def _writing(http: Http) -> Http:
    return http.using(judge=judge_write)


def _registration(hook: Hook) -> Registration:
    return Registration(str(hook.id), hook.topic, hook.delivery_url, hook.status == ACTIVE)
