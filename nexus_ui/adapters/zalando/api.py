"""Asking Zalando: one merchant's API, the right each call needs, and the limit a refusal tells of."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.zalando.refusals import judging

T = TypeVar("T")
REPORTS, ORDERS, STOCKS, HOLDINGS, SNAPSHOT = "product_reports", "orders", "set_stock", "zfs_quantities", "zfs_snapshot"
BY_THE_MINUTE = frozenset({REPORTS, ORDERS, HOLDINGS})
"""Operations whose limit is told in calls a minute."""


@dataclass(frozen=True, slots=True)
class Api:
    """What one merchant's app may ask."""

    http: Http
    merchant: str

    async def ask(self, exchange: Exchange, decode: Callable[[Answer], T], right: str = "") -> T:
        """Make a call that needs a right; raises errors of `errors`."""
        asking = self.http.using(judge=judging(right)).overhearing(partial(self._learn, exchange.operation))
        return await asking.fetch(exchange, decode)

    def _learn(self, operation: str, answer: Answer) -> None:
        """A refusal for haste tells the limit: a quarter of it at once, the rest over the minute."""
        told = answer.headers.get("x-rate-limit", "")
        if answer.status != 429 or operation not in BY_THE_MINUTE or not told.isdecimal() or not int(told):
            return
        allowed = float(told)
        self.http.limiter.learn(
            operation, taken=0, spent=0, burst=allowed / 4, per_second=allowed * 3 / 4 / 60, available=0
        )
