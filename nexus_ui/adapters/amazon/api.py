"""Asking Amazon: each operation with its own budget, told by every reply, and the reason behind a bare denial."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

import msgspec

from nexus_ui import clock
from nexus_ui.adapters.amazon import tokens, wire
from nexus_ui.adapters.amazon.refusals import Denied, TokenRefused, judge
from nexus_ui.adapters.amazon.stores import Store, store_of
from nexus_ui.adapters.amazon.usage import PARTICIPATIONS, PLANS, RATE
from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_EXPIRES_AT, Keyring
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.auth import expiry
from nexus_ui.adapters.kit.http import Http
from nexus_ui.errors import AccountSuspended, NexusError, PermissionMissing, SetupWrong, TokenExpired

T = TypeVar("T")
_participations = msgspec.json.Decoder(wire.Participations)


@dataclass(frozen=True, slots=True)
class Seller:
    """Whose account this is, in which store, and until when the consent holds (None: Amazon sets no end)."""

    id: str
    store: Store
    consent_ends: datetime | None


class Api:
    """One account's API."""

    def __init__(self, http: Http, keys: Keyring) -> None:
        """Sign in with what `keys` hold."""
        self._auth = tokens.signing(http, keys)
        self.http = http.using(auth=self._auth)
        self._keys = keys
        self._rates = {operation: plan.per_second for operation, plan in PLANS.items()}

    async def seller(self) -> Seller:
        """Whose account this is; raises BadInput for a store that is not known."""
        held = await self._keys.current()
        return Seller(held.get(tokens.SELLER_ID, ""), store_of(held), expiry(held.get(REFRESH_EXPIRES_AT, "")))

    async def get(self, path: str, operation: str, decode: Callable[[Answer], T], **params: object) -> T:
        """Ask for something; lists are joined by commas, and what is None is left out."""
        query = {name: _text(value) for name, value in params.items() if value is not None}
        return await self.ask(Exchange("GET", path, operation, params=query), decode)

    async def ask(self, exchange: Exchange, decode: Callable[[Answer], T]) -> T:
        """Make a call. Access that is denied for no stated reason is tried once more with a new token, then explained.

        Raises PermissionMissing with the role that is needed, AccountSuspended, SetupWrong, TokenExpired.
        """
        http = self.http.using(judge=partial(self._judge, exchange.operation))
        try:
            try:
                return await http.fetch(exchange, decode)
            except Denied:
                held = await self._keys.current()
                if tokens.is_young(held) or not await self._auth.renew(held.get(ACCESS_TOKEN, "")):
                    raise
                return await http.fetch(exchange, decode)
        except (Denied, TokenRefused) as denied:
            raise await self._explained(denied, exchange.operation) from denied

    async def participations(self) -> tuple[list[wire.Participant], Answer]:
        """The stores the account sells in, and the whole answer."""
        return await self.get(
            "/sellers/v1/marketplaceParticipations",
            PARTICIPATIONS,
            lambda answer: (_participations.decode(answer.body).payload, answer),
        )

    def _judge(self, operation: str, answer: Answer) -> NexusError | None:
        """Hear what the answer says of the operation's rate, and judge it."""
        told = _rate(answer.headers.get(RATE, ""))
        if told:
            self._rates[operation] = told
            self.http.limiter.learn_rate(operation, told)
        return judge(answer, self._rates[operation])

    async def _explained(self, denied: NexusError, operation: str) -> NexusError:
        """What a denial comes from: an old consent, the account's standing, the token, or a missing role."""
        seller = await self.seller()
        if seller.consent_ends is not None and seller.consent_ends <= clock.utcnow():
            return TokenExpired("Amazon's consent lasts 365 days, and these are over. Connect the account again.")
        if isinstance(denied, TokenRefused):
            return denied
        standing = await self._standing(seller.store) if operation != PARTICIPATIONS else None
        return standing or _missing(PLANS[operation].role, denied.detail)

    async def _standing(self, store: Store) -> NexusError | None:
        """What is wrong with the account in this store, if Amazon tells at once."""
        if self.http.limiter.expected_wait(PARTICIPATIONS, 1) > 0:
            return None
        try:
            found, _ = await self.participations()
        except NexusError:
            return None
        here = next((one.participation for one in found if one.marketplace.id == store.id), None)
        if here is None or not here.is_participating:
            return SetupWrong(f"This account does not sell on {store.site}. Choose the store it sells in.")
        if here.has_suspended_listings:
            return AccountSuspended(f"Amazon has deactivated this account's listings on {store.site}.")
        return None


def _missing(role: str, words: str = "") -> PermissionMissing:
    """The refusal for lack of a role."""
    return PermissionMissing(
        f"Amazon denies access: the app lacks the role {role}, the seller has not granted it, or the seller ID is not "
        f"this account's. Add the role to the app and authorise it again.",
        words,
        scope=role,
    )


def _text(value: object) -> str:
    return ",".join(value) if isinstance(value, list | tuple) else str(value)


def _rate(text: str) -> float | None:
    try:
        rate = float(text)
    except ValueError:
        return None
    return rate if 0 < rate < 1e6 else None
