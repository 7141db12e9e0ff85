"""How many calls the app has left today, as eBay's Analytics API tells it; replies themselves tell nothing.

https://developer.ebay.com/api-docs/developer/analytics/resources/rate_limit/methods/getRateLimits (read 2026-11-23)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from nexus_ui import clock
from nexus_ui.adapters.contract import Credentials, Keyring
from nexus_ui.adapters.ebay import tokens
from nexus_ui.adapters.ebay.refusals import SCOPES_URL, CallsSpent, judging
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.errors import ActionNeeded, Surprise, TryLater

PATH = "/developer/analytics/v1_beta/rate_limit/"
LISTINGS, ORDERS = "*", "orders"
"""Who spends from what: orders have a budget of their own, everything else is the Inventory API's."""

APIS = {LISTINGS: "inventory", ORDERS: "fulfillment"}
EVERY_SECONDS = 3_600.0
"""So often an app's quota is asked for; a look costs one of its 1,000 tokens a day."""

SOON = 60.0
"""When to come back after a refusal although calls are left: it came too fast."""

_looked: dict[str, float] = {}


class Rate(msgspec.Struct, rename="camel"):
    """One window of a resource."""

    limit: int | None = None
    remaining: int | None = None
    reset: datetime | None = None


class Resource(msgspec.Struct):
    """A method, or an API as a whole."""

    rates: list[Rate] = []


class Listed(msgspec.Struct, rename="camel"):
    """One API."""

    api_name: str = ""
    resources: list[Resource] = []


class Told(msgspec.Struct, rename="camel"):
    """The whole answer."""

    rate_limits: list[Listed] = []


@dataclass(frozen=True, slots=True)
class Quota:
    """What one API has left, and when it is full again."""

    limit: int
    left: int
    seconds: float


_told = msgspec.json.Decoder(Told)


class Quotas:
    """The quotas of one connection's app."""

    def __init__(self, http: Http, keys: Keyring) -> None:
        """Ask through `http`, which has no sign-in of its own."""
        self._http, self._keys = http.using(judge=judging(SCOPES_URL)), keys

    async def look_sometimes(self) -> None:
        """Spend the app's budget by what eBay says of it, asking at most once an hour for each app."""
        app = (await self._keys.current())[tokens.CLIENT_ID]
        last = _looked.get(app)
        if last is None or clock.monotonic() - last > EVERY_SECONDS:
            await self.look()

    async def look(self) -> dict[str, Quota]:
        """What is left for listings and for orders, as far as eBay says; the budget takes it over."""
        held = await self._keys.current()
        _looked[held[tokens.CLIENT_ID]] = clock.monotonic()
        try:
            told = await self._ask(held)
        except (ActionNeeded, TryLater, Surprise):
            return {}
        found = {budget: quota for budget, api in APIS.items() if (quota := _tightest(told, api))}
        for budget, quota in found.items():
            self._http.limiter.learn_window(budget, limit=quota.limit, left=quota.left, seconds=quota.seconds)
        return found

    async def explain(self, refusal: CallsSpent, budget: str) -> None:
        """Put into a refusal when to come back: with the next window, or soon when calls are left."""
        quota = (await self.look()).get(budget)
        if quota is not None:
            refusal.retry_after = SOON if quota.left > 0 else quota.seconds

    async def _ask(self, held: Credentials) -> Told:
        token = await tokens.of_app(self._http, held)
        exchange = Exchange(
            "GET",
            PATH,
            "rate limits",
            params={"api_context": "sell"},
            headers={"Authorization": f"Bearer {token}"},
            cost=0,
        )
        return await self._http.fetch(exchange, _decoded)


def _decoded(answer: Answer) -> Told:
    return Told() if answer.status == 204 else _told.decode(answer.body)


def _tightest(told: Told, api: str) -> Quota | None:
    """The window of an API of which the least is left: its methods may have quotas of their own."""
    resources = [it for one in told.rate_limits if one.api_name.lower() == api for it in one.resources]
    rates = (rate for resource in resources for rate in resource.rates)
    return min(_quotas(rates), key=lambda quota: quota.left, default=None)


def _quotas(rates: Iterable[Rate]) -> Iterable[Quota]:
    now = clock.utcnow()
    for rate in rates:
        if rate.limit and rate.remaining is not None and rate.reset is not None:
            reset = rate.reset if rate.reset.tzinfo else rate.reset.replace(tzinfo=UTC)
            yield Quota(rate.limit, max(0, rate.remaining), max(1.0, (reset - now).total_seconds()))


def forget_looks() -> None:
    """Look again the next time, whenever the last time was."""
    _looked.clear()
