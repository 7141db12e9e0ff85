"""The subscriptions of one storefront. Kaufland checks each address when it is registered or changed.

After twelve hours without a good answer it switches a subscription off, and only a change switches it on again.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgspec

from nexus_ui.adapters.contract import Registration
from nexus_ui.adapters.kaufland.refusals import SUBSCRIPTIONS, NotThere, judging_one
from nexus_ui.adapters.kaufland.wire import Listed, One
from nexus_ui.adapters.kit.answers import Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.errors import SetupWrong

PATH = "/subscriptions"
PER_PAGE = 30
NEEDS_EMAIL = (
    "Kaufland wants an e-mail address with each subscription, for the case that it cannot reach this panel. "
    "Enter one under Edit credentials."
)


class Subscription(msgspec.Struct):
    """An event that Kaufland tells an address. Ids are whole numbers, which the file calls floating."""

    id_subscription: float
    event_name: str
    callback_url: str
    is_active: bool

    @property
    def ref(self) -> str:
        """The id as text."""
        return f"{self.id_subscription:.0f}"


_many = msgspec.json.Decoder(Listed[Subscription])
_one = msgspec.json.Decoder(One[Subscription])


class Registry:
    """The subscriptions of one storefront; `email` hears of addresses that fail."""

    def __init__(self, http: Http, storefront: str, email: str) -> None:
        """Ask through `http`."""
        self._http, self._storefront, self._email = http.using(judge=judging_one(SUBSCRIPTIONS)), storefront, email

    async def registered(self) -> list[Registration]:
        """Every subscription of the storefront, also those of other programs."""
        found: list[Registration] = []
        while True:
            params = {"storefront": self._storefront, "limit": PER_PAGE, "offset": len(found)}
            page = await self._http.fetch(
                Exchange("GET", PATH, "subscriptions", params=params), lambda answer: _many.decode(answer.body)
            )
            found += [_registration(one) for one in page.data]
            if len(page.data) < PER_PAGE:
                return found

    async def add(self, event: str, address: str) -> Registration:
        """Subscribe to an event; one that leads here already, or did, is set right and switched on."""
        ours = [one for one in await self.registered() if one.topic == event and _alike(one.address, address)]
        ours.sort(key=lambda one: one.address != address)
        if ours and ours[0].address == address and ours[0].active:
            return ours[0]
        if ours:
            changes = {"is_active": True, **({} if ours[0].address == address else {"callback_url": address})}
            return await self._write("PATCH", f"{PATH}/{ours[0].ref}", changes)
        if not self._email:
            raise SetupWrong(NEEDS_EMAIL)
        wanted = {"callback_url": address, "fallback_email": self._email, "event_name": event}
        return await self._write("POST", PATH, wanted, storefront=self._storefront)

    async def remove(self, registration: Registration) -> None:
        """Unsubscribe; what is gone already is no error."""
        with suppress(NotThere):
            await self._http.send("DELETE", f"{PATH}/{registration.ref}", operation="remove subscription")

    async def _write(self, method: str, path: str, body: dict[str, Any], **params: str) -> Registration:
        exchange = Exchange(method, path, "add subscription", params=params or None, json=body, safe=method == "PATCH")
        return _registration(await self._http.fetch(exchange, lambda answer: _one.decode(answer.body).data))


def _registration(one: Subscription) -> Registration:
    return Registration(one.ref, one.event_name, one.callback_url, one.is_active)


def _alike(callback: str, address: str) -> bool:
    """True for our address, also as it was when this panel lived elsewhere."""
    return urlsplit(callback).path == urlsplit(address).path
