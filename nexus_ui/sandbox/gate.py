"""The door every call to a simulated shop passes: finds the shop, spoils the call where a fault says so, records it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any, Protocol

import msgspec
from starlette.datastructures import Headers, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from nexus_ui.sandbox.calls import RecordedCall, safe_body, safe_headers, safe_query
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.world import World

_HTML = (
    b"<!DOCTYPE html><html><head><title>Be right back</title></head><body><h1>Something went wrong</h1></body></html>"
)
JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call:
    """One request to a shop, with the faults that concern it."""

    world: World
    shop: Shop
    method: str
    path: str
    path_params: dict[str, Any]
    query: QueryParams
    headers: Headers
    body: bytes
    faults: dict[str, Fault] = field(default_factory=dict)


@dataclass(slots=True)
class Reply:
    """What the marketplace answers."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


class Handler(Protocol):
    """A marketplace's answer to one call."""

    def __call__(self, call: Call, /) -> Reply | Awaitable[Reply]:
        """Answer the call."""


def json_reply(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
    """A reply with a JSON body."""
    return Reply(status, msgspec.json.encode(value), JSON, headers or {})


def not_found(_: str) -> Reply:
    """What a host without a shop answers unless the marketplace says otherwise."""
    return Reply(404, b"Not Found", "text/html; charset=utf-8")


def endpoint(
    world: World,
    marketplace: str,
    handler: Handler,
    *,
    kind: str = "api",
    missing: Callable[[str], Reply] = not_found,
) -> Callable[[Request], Awaitable[Response]]:
    """A Starlette endpoint around a handler. Kinds: api, auth (token calls), page (for people: never spoiled)."""

    async def answer(request: Request) -> Response:
        host = request.path_params["shop"]
        shop = world.shop(marketplace, host)
        if shop is None:
            return _response(missing(host))
        body = await request.body()
        text = f"{request.url.path}?{request.url.query}\n{body.decode('utf-8', 'replace')}"
        faults = {} if kind == "page" else shop.faults.firing(kind, text)
        call = Call(
            world=world,
            shop=shop,
            method=request.method,
            path=request.url.path,
            path_params=request.path_params,
            query=request.query_params,
            headers=request.headers,
            body=body,
            faults=faults,
        )
        reply = await _reply(call, handler, missing)
        _record(call, request.url.query, reply)
        return _spoiled(reply, faults)

    return answer


async def _reply(call: Call, handler: Handler, missing: Callable[[str], Reply]) -> Reply:
    slow = call.faults.get("slow")
    delay = call.world.latency_ms / 1000 + (slow.seconds if slow else 0.0)
    if delay > 0:
        await asyncio.sleep(delay)
    if "shop_not_found" in call.faults:
        return missing(call.shop.host)
    refusal = _refusal(call)
    if refusal is not None:
        return refusal
    answer = handler(call)
    return answer if isinstance(answer, Reply) else await answer


def _refusal(call: Call) -> Reply | None:
    outage = call.faults.get("outage")
    if outage is not None:
        return Reply(outage.status or 503, _HTML, "text/html; charset=utf-8")
    limited = call.faults.get("rate_limited")
    if limited is None:
        return None
    return Reply(429, b'{"errors":"Too many requests"}', JSON, retry_after(limited, call.world.clock()))


def retry_after(fault: Fault, now: float) -> dict[str, str]:
    """The Retry-After header in the spelling the fault asks for, or none."""
    spelling = {
        "seconds": f"{fault.seconds:g}",
        "date": formatdate(now + fault.seconds, usegmt=True),
        "absurd": "soon",
    }.get(fault.retry_after)
    return {"Retry-After": spelling} if spelling else {}


def _spoiled(reply: Reply, faults: dict[str, Fault]) -> Response:
    if "answer_lost" in faults:
        return _Broken(reply, 0)
    if "html" in faults:
        return Response(_HTML, 200, media_type="text/html")
    if "empty" in faults:
        return Response(b"", 200, media_type=reply.content_type)
    torn = faults.get("torn")
    if torn is None:
        return _response(reply)
    if torn.cut == "json":
        reply.body = reply.body[: len(reply.body) // 2]
        return _response(reply)
    return _Broken(reply, len(reply.body) // 2)


def _response(reply: Reply) -> Response:
    return Response(reply.body, reply.status, {**reply.headers, "content-type": reply.content_type})


class ConnectionCut(Exception):
    """Raised on purpose after half an answer, so that the server closes the connection."""


class _Broken(Response):
    """Promises a whole body, sends some of it, and breaks the connection."""

    def __init__(self, reply: Reply, sent: int) -> None:
        super().__init__(reply.body or b" ", reply.status, {**reply.headers, "content-type": reply.content_type})
        self._sent = sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": bytes(self.body[: self._sent]), "more_body": True})
        raise ConnectionCut


def _record(call: Call, query: str, reply: Reply) -> None:
    world = call.world
    world.calls.add(
        RecordedCall(
            n=world.calls.next_number(),
            at=world.now().isoformat(),
            marketplace=call.shop.marketplace,
            shop=call.shop.host,
            method=call.method,
            path=call.path,
            query=safe_query(query),
            headers=safe_headers(call.headers.items()),
            body=safe_body(call.body),
            status=reply.status,
            answer_bytes=len(reply.body),
            faults=list(call.faults),
        )
    )
