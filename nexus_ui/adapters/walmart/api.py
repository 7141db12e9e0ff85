"""Asking Walmart: queries in its spelling, the budget each reply tells of, and what a missing permission hides."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

import msgspec

from nexus_ui.adapters.contract import Limit
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.walmart import wire
from nexus_ui.adapters.walmart.refusals import judging, replenished
from nexus_ui.errors import AccountSuspended, NexusError, PermissionMissing

T = TypeVar("T")
TOKENS_LEFT = "x-current-token-count"
READ = "The vendor's page on rate limiting, as others read it in August 2026; replies tell what is left"
GUESSED = "Not published where we could read it; replies tell what is left"

LIMITS = tuple(
    Limit(operation, burst=calls, per_second=calls / seconds, source=source, shared_by="app")
    for operation, calls, seconds, source in (
        ("items", 60, 60, READ),
        ("orders", 5000, 60, READ),
        ("order", 100, 60, GUESSED),
        ("inventories", 200, 60, READ),
        ("inventory", 200, 60, GUESSED),
        ("held", 100, 60, GUESSED),
        ("set_stock", 200, 60, READ),
        ("feed", 50, 3600, READ),
        ("feed_status", 5000, 60, READ),
        ("profile", 50, 60, READ),
        ("subscriptions", 50, 60, GUESSED),
        ("event_types", 50, 60, GUESSED),
    )
)
_SPEED = {limit.operation: limit for limit in LIMITS}
_CLOSED = {"SUSPENDED", "TERMINATED", "TNS_DECLINED", "ONBOARDING_INACTIVE"}
_profile = msgspec.json.Decoder(wire.Profile)


@dataclass(frozen=True, slots=True)
class Api:
    """One account's API."""

    http: Http

    async def get(
        self,
        path: str,
        operation: str,
        area: str,
        decode: Callable[[Answer], T],
        params: Mapping[str, Any] | None = None,
        *,
        confidential: bool = False,
    ) -> T:
        """Ask for something, with those parameters that are not None."""
        return await self.ask(
            Exchange("GET", address(path, params), operation, confidential=confidential), area, decode
        )

    async def ask(self, exchange: Exchange, area: str, decode: Callable[[Answer], T]) -> T:
        """Make a call that needs the right to `area`, and spend the budget by what its reply says."""

        def decoded(answer: Answer) -> T:
            self._learn(exchange.operation, answer)
            return decode(answer)

        try:
            return await self.http.using(judge=judging(area)).fetch(exchange, decoded)
        except PermissionMissing as missing:
            if suspended := await self._suspended():
                raise suspended from missing
            raise

    async def profile(self) -> tuple[wire.Profile, Answer]:
        """Whose account this is; raises AccountSuspended for one that Walmart has closed."""
        exchange = Exchange("GET", "/v3/settings/partnerprofile", "profile")
        profile, answer = await self.http.using(judge=judging("")).fetch(
            exchange, lambda told: (_profile.decode(told.body), told)
        )
        states = {one.configuration.status for one in profile.configurations if one.configuration_name == "ACCOUNT"}
        if closed := states & _CLOSED:
            raise AccountSuspended(
                f"Walmart has closed this seller account for now ({', '.join(sorted(closed)).lower()}). "
                "Seller Center says why."
            )
        return profile, answer

    async def _suspended(self) -> AccountSuspended | None:
        """The reason why nothing is allowed, if it is this one: Walmart's refusal does not tell."""
        try:
            await self.profile()
        except AccountSuspended as suspended:
            return suspended
        except NexusError:
            return None
        return None

    def _learn(self, operation: str, answer: Answer) -> None:
        """Take over how many calls are left, and wait for the next ones where there are none."""
        left, limit = answer.headers.get(TOKENS_LEFT, ""), _SPEED.get(operation)
        if limit is None or not left.isdecimal():
            return
        budget, count = self.http.limiter, float(left)
        budget.learn(
            operation,
            taken=1,
            spent=1,
            burst=max(limit.burst, count + 1),
            per_second=limit.per_second,
            available=count,
        )
        if count == 0 and (seconds := replenished(answer)):
            budget.refused(operation, seconds)


def address(path: str, params: Mapping[str, Any] | None = None) -> str:
    """A path with its query. Walmart wants spaces as %20."""
    asked = {name: value for name, value in (params or {}).items() if value is not None}
    return f"{path}?{urlencode(asked, quote_via=quote, safe='')}" if asked else path


def written(moment: datetime) -> str:
    """A moment, which is UTC, as orders take it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
