"""Asking bol: the media type of each version, and the budget each reply tells of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from nexus_ui.adapters.bol.refusals import reset
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http

T = TypeVar("T")
V10 = "application/vnd.retailer.v10+json"
V11 = "application/vnd.retailer.v11+json"
OFFERS, ORDERS, ORDER, INVENTORY, SET_STOCK = "offers", "orders", "order", "inventory", "set_stock"
SUBSCRIPTIONS, SIGNATURE_KEYS = "subscriptions", "signature_keys"


@dataclass(frozen=True, slots=True)
class Api:
    """One account's API. Each operation has a budget of its own, told by every reply."""

    http: Http

    async def get(
        self, path: str, operation: str, decode: Callable[[Answer], T], *, kind: str = V10, **params: object
    ) -> T:
        """Ask for something; parameters spell `_` for `-` and leave out what is None."""
        query = {name.replace("_", "-"): value for name, value in params.items() if value is not None}
        return await self.ask(Exchange("GET", path, operation, params=query, headers={"Accept": kind}), decode)

    async def ask(self, exchange: Exchange, decode: Callable[[Answer], T]) -> T:
        """Make a call, and spend the budget by what its reply says."""

        def decoded(answer: Answer) -> T:
            self._learn(exchange, answer)
            return decode(answer)

        return await self.http.fetch(exchange, decoded)

    def _learn(self, exchange: Exchange, answer: Answer) -> None:
        """Take over the window's size, what is left of it, and when the next one begins."""
        limit, left = (_number(answer, f"x-ratelimit-{name}") for name in ("limit", "remaining"))
        seconds = reset(answer)
        if limit and left is not None and seconds is not None:
            self.http.limiter.learn_window(exchange.operation, limit=limit, left=left, seconds=seconds)


def _number(answer: Answer, header: str) -> float | None:
    text = answer.headers.get(header, "")
    return float(text) if text.isdecimal() else None
