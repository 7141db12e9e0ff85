"""The sandbox's controls of webhooks under /_sandbox/hooks: who subscribed, what was sent and answered, and again."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from nexus_ui.sandbox.world import World


def routes(world: World) -> list[Route]:
    """The routes, for the list of control routes."""

    async def overview(request: Request) -> Response:
        query = request.query_params
        after = query.get("after", "0")
        if not after.isdecimal():
            return JSONResponse({"error": f"after must be a number, not {after!r}"}, 400)
        return JSONResponse(hooks_state(world, query.get("marketplace", ""), query.get("shop", ""), int(after)))

    async def resend(request: Request) -> Response:
        try:
            number = int(msgspec.json.decode(await request.body(), type=dict[str, int])["n"])
        except (msgspec.DecodeError, KeyError) as error:
            return JSONResponse({"error": f"n must be the number of a sent webhook: {error}"}, 400)
        if not world.hooks.courier.again(number):
            return JSONResponse({"error": f"No sent webhook {number} is remembered"}, 404)
        return JSONResponse({"resent": number})

    async def speed(request: Request) -> Response:
        try:
            world.hooks.hurry(float(msgspec.json.decode(await request.body(), type=dict[str, float])["speed"]))
        except (msgspec.DecodeError, KeyError, ValueError) as error:
            return JSONResponse({"error": f"speed must be a number above 0: {error}"}, 400)
        return JSONResponse({"speed": world.hooks.speed})

    return [
        Route("/hooks", overview, methods=["GET"]),
        Route("/hooks/resend", resend, methods=["POST"]),
        Route("/hooks/speed", speed, methods=["POST"]),
    ]


def hooks_state(world: World, marketplace: str = "", shop: str = "", after: int = 0) -> dict[str, Any]:
    """Subscriptions and what was sent after this number, of one marketplace or shop if named."""
    hooks = world.hooks
    return {
        "subscriptions": [
            {"marketplace": desk.shop.marketplace, "shop": desk.shop.host, **subscription.told()}
            for desk in hooks.desks()
            if marketplace in ("", desk.shop.marketplace) and shop in ("", desk.shop.host)
            for subscription in desk.all()
        ],
        "sent": [
            one.told()
            for one in list(hooks.courier.sent)
            if one.n > after and marketplace in ("", one.letter.marketplace) and shop in ("", one.letter.shop)
        ],
        "waiting": hooks.courier.waiting,
        "speed": hooks.speed,
    }
