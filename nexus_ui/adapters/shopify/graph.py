"""Asking Shopify's GraphQL endpoint: one document, its cost spent from the bucket, its answer typed or an error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import msgspec

from nexus_ui.adapters.kit.answers import Answer, Exchange
from nexus_ui.adapters.kit.http import Http
from nexus_ui.adapters.shopify import wire
from nexus_ui.adapters.shopify.refusals import from_errors
from nexus_ui.errors import Surprise

T = TypeVar("T")
_problem = msgspec.json.Decoder(wire.Problem)
API_VERSION = "2026-10"
PATH = f"/admin/api/{API_VERSION}/graphql.json"


@dataclass(frozen=True, slots=True)
class Graph:
    """The GraphQL endpoint of one shop."""

    http: Http

    async def ask(
        self,
        kind: type[wire.Reply[T]],
        operation: str,
        document: str,
        variables: Mapping[str, Any] | None = None,
        cost: float = 60.0,
    ) -> T:
        """Run a small document and return its data; raises errors of `errors`."""
        data, _ = await self.run(decoder(kind), operation, document, variables or {}, cost)
        return data

    async def run(
        self,
        decode: Callable[[bytes], wire.Reply[T]],
        operation: str,
        document: str,
        variables: Mapping[str, Any],
        cost: float,
    ) -> tuple[T, wire.QueryCost | None]:
        """Run a document; returns its data and what it cost."""

        def read(answer: Answer) -> tuple[T, wire.QueryCost | None]:
            reply = self._decoded(decode, answer.body)
            self._account(operation, cost, reply.extensions)
            refusal = from_errors(reply)
            if refusal is not None:
                raise refusal
            if reply.data is None:
                raise Surprise("Shopify's answer holds neither data nor an error.", answer.excerpt())
            return reply.data, reply.extensions.cost if reply.extensions else None

        body = {"query": document, "variables": variables}
        return await self.http.fetch(Exchange("POST", PATH, operation, json=body, cost=cost), read)

    def burst(self, operation: str) -> float:
        """How much the bucket holds when it is full, as far as we know."""
        return self.http.limiter.burst(operation)

    def _decoded(self, decode: Callable[[bytes], wire.Reply[T]], body: bytes) -> wire.Reply[T]:
        """Decode a body; an answer whose data does not fit because of its errors raises what those mean."""
        try:
            return decode(body)
        except msgspec.ValidationError:
            refusal = from_errors(_problem.decode(body))
            if refusal is None:
                raise
            raise refusal from None

    def _account(self, operation: str, taken: float, extensions: wire.Extensions | None) -> None:
        cost = extensions.cost if extensions else None
        if cost is None:
            return
        status = cost.throttle_status
        self.http.limiter.learn(
            operation,
            taken=taken,
            spent=cost.actual_query_cost or 0.0,
            burst=status.maximum_available,
            per_second=status.restore_rate,
            available=status.currently_available,
        )


def decoder(kind: type[wire.Reply[T]]) -> Callable[[bytes], wire.Reply[T]]:
    """The decoder for replies of this kind, built once."""
    decode: Callable[[bytes], wire.Reply[T]] = _decoder(kind)
    return decode


@cache
def _decoder(kind: Any) -> Any:
    return msgspec.json.Decoder(kind).decode
