"""The simulated Kaufland: Seller API v2 below /kaufland/sellerapi.kaufland.com/v2/, as the vendor's file tells it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from nexus_ui.sandbox.gate import endpoint
from nexus_ui.sandbox.kaufland import desk, refusals
from nexus_ui.sandbox.kaufland.seller import MARKETPLACE, open_shops
from nexus_ui.sandbox.kaufland.telling import KauflandHabits
from nexus_ui.sandbox.world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(world: World) -> list[Route]:
    """Open the shops in the world and return the routes below /kaufland/{shop}."""
    seller = open_shops(world)
    for front in seller.storefronts.values():
        front.shop.private["webhooks"] = world.hooks.open(front.shop, KauflandHabits(front, seller))
    api = endpoint(world, MARKETPLACE, desk.answer, missing=refusals.nobody)

    async def with_address(request: Request) -> Response:
        """Signatures cover the address exactly as it was asked for."""
        request.path_params["address"] = str(request.url)
        return await api(request)

    return [Route("/v2/{route:path}", with_address, methods=METHODS)]
