"""The simulated Walmart: everything, tokens included, below /walmart/marketplace.walmartapis.com/v3/."""

from starlette.routing import Route

from nexus_ui.sandbox.gate import endpoint
from nexus_ui.sandbox.walmart import desk, login
from nexus_ui.sandbox.walmart.account import MARKETPLACE, open_account
from nexus_ui.sandbox.walmart.webhooks import WalmartHabits
from nexus_ui.sandbox.world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(world: World) -> list[Route]:
    """Open the account in the world and return the routes below /walmart/{host}."""
    account = open_account(world)
    account.webhooks = world.hooks.open(account.shop, WalmartHabits(account))
    return [
        Route("/v3/token", endpoint(world, MARKETPLACE, login.token, kind="auth"), methods=["POST"]),
        Route("/v3/{route:path}", endpoint(world, MARKETPLACE, desk.answer), methods=METHODS),
    ]
