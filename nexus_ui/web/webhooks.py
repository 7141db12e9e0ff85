"""Where marketplaces deliver webhooks. Whoever knocks is a stranger until the signature over the raw bytes holds."""

import asyncio

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from nexus_ui.adapters.contract import Delivery
from nexus_ui.clock import utcnow
from nexus_ui.errors import NexusError
from nexus_ui.flows import receive
from nexus_ui.flows.endpoints import address
from nexus_ui.web.guard import Door

PATH = "/api/webhooks/{marketplace}/{connection_id}"
LARGEST = 1_000_000
SLOWEST = 10.0
"""A body must be here after so many seconds."""
RETRY_AFTER = {"Retry-After": "5"}
TOO_LARGE, TOO_SLOW, GONE, AWAY = 413, 408, 400, 503
SAID = {
    200: b'{"status":"ok"}',
    400: b'{"error":"The delivery broke off."}',
    401: b'{"error":"The signature does not match."}',
    404: b'{"error":"Nobody is here."}',
    408: b'{"error":"The delivery took too long."}',
    413: b'{"error":"The delivery is too large."}',
    503: b'{"error":"Try again later."}',
}


async def deliver(request: Request) -> Response:
    """POST: 200 once it is durably kept, else why not."""
    slug, connection_id = request.path_params["marketplace"], request.path_params["connection_id"]
    try:
        async with asyncio.timeout(SLOWEST):
            body = await _body(request)
    except TimeoutError:
        return _answer(TOO_SLOW)
    except ClientDisconnect:
        return _answer(GONE)
    delivery = _delivery(request, slug, connection_id, body or b"")
    if body is None:
        size = request.headers.get("content-length", "")
        told = int(size) if size.isdecimal() and len(size) < 10 else LARGEST + 1
        await receive.refuse(slug, connection_id, delivery, TOO_LARGE, "It was larger than one megabyte.", told)
        return _answer(TOO_LARGE)
    return _answer(await receive.receive(slug, connection_id, delivery))


async def prove(request: Request) -> Response:
    """GET: the answer to a marketplace that checks the address before it sends anything."""
    slug, connection_id = request.path_params["marketplace"], request.path_params["connection_id"]
    try:
        answer = await receive.challenge(slug, connection_id, dict(request.query_params))
    except NexusError:
        return _answer(AWAY)
    if answer is None:
        return _answer(404)
    return PlainTextResponse(answer) if isinstance(answer, str) else JSONResponse(dict(answer))


DOORS = (
    Door(PATH, "POST", deliver, None, why_open="a marketplace proves itself by its signature", by_machines=True),
    Door(PATH, "GET", prove, None, why_open="a marketplace checks the address; the answer proves that we know it"),
)


async def _body(request: Request) -> bytes | None:
    """The raw bytes, or None when there are too many: no more of them are kept than may be."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said[:12]) > LARGEST:
        return None
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST:
            return None
        parts.append(part)
    return b"".join(parts)


def _delivery(request: Request, slug: str, connection_id: str, body: bytes) -> Delivery:
    query = request.scope["query_string"].decode("latin-1")
    url = address(slug, connection_id) + (f"?{query}" if query else "")
    return Delivery(request.method, url, dict(request.headers), body, utcnow())


def _answer(status: int) -> Response:
    headers = RETRY_AFTER if status == AWAY else None
    return Response(SAID[status], status, headers=headers, media_type="application/json")
