"""Asking eBay on a seller's behalf: the judge of each area, and what a spent quota means."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from nexus_ui.adapters.ebay import quotas
from nexus_ui.adapters.ebay.quotas import Quotas
from nexus_ui.adapters.ebay.refusals import CallsSpent, judging, judging_one
from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http

T = TypeVar("T")
INVENTORY_API = "/sell/inventory/v1"
ORDERS_API = "/sell/fulfillment/v1/order"
IDENTITY_HOST, IDENTITY_API = "identity", "/commerce/identity/v1/user/"


@dataclass(frozen=True, slots=True)
class Api:
    """One seller's API, as far as one permission reaches."""

    http: Http
    quotas: Quotas

    def about(self, area: str) -> "Api":
        """The same for calls that need another permission."""
        return Api(self.http.using(judge=judging(area)), self.quotas)

    def one(self, area: str) -> "Api":
        """The same for calls about a single record: what eBay refuses then is the record."""
        return Api(self.http.using(judge=judging_one(area)), self.quotas)

    async def get(self, path: str, operation: str, decode: Callable[[Answer], T], **params: str | int) -> T:
        """Ask for something."""
        return await self.ask(Exchange("GET", path, operation, params=params or None), decode)

    async def ask(self, exchange: Exchange, decode: Callable[[Answer], T]) -> T:
        """Make a call; a refusal for lack of quota says when to come back."""
        try:
            return await self.http.fetch(exchange, decode)
        except CallsSpent as spent:
            await self.quotas.explain(spent, _budget(exchange))
            raise


def _budget(exchange: Exchange) -> str:
    return quotas.ORDERS if exchange.operation == quotas.ORDERS else quotas.LISTINGS
