"""The simulated Shopify: GraphQL Admin API 2026-10 and OAuth, one shop per host."""

from starlette.routing import Route

from nexus_ui.sandbox.world import World


def routes(world: World) -> list[Route]:
    """Open the shops in the world and return the routes below /shopify/{shop}."""
    return []
