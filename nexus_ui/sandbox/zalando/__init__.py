"""The simulated Zalando: everything below /zalando/api.merchants.zalando.com/."""

from starlette.routing import Route

from nexus_ui.sandbox.gate import endpoint
from nexus_ui.sandbox.world import World
from nexus_ui.sandbox.zalando import desk, login
from nexus_ui.sandbox.zalando.merchant import MARKETPLACE, open_merchant

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(world: World) -> list[Route]:
    """Open the merchant in the world and return the routes below /zalando/{host}."""
    open_merchant(world)
    return [
        Route("/auth/token", endpoint(world, MARKETPLACE, login.token, kind="auth"), methods=["POST"]),
        Route("/{route:path}", endpoint(world, MARKETPLACE, desk.answer), methods=METHODS),
    ]
