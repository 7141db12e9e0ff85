"""The simulated bol: the API below /bol/api.bol.com/, tokens at /bol/login.bol.com/token."""

from starlette.routing import Route

from nexus_ui.sandbox.bol import desk, login
from nexus_ui.sandbox.bol.account import MARKETPLACE, open_account
from nexus_ui.sandbox.bol.webhooks import BolHabits
from nexus_ui.sandbox.gate import endpoint
from nexus_ui.sandbox.world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(world: World) -> list[Route]:
    """Open the account in the world and return the routes below /bol/{host}."""
    account = open_account(world)
    account.webhooks = world.hooks.open(account.shop, BolHabits(account))
    return [
        Route("/token", endpoint(world, MARKETPLACE, login.token, kind="auth"), methods=["POST"]),
        Route("/{route:path}", endpoint(world, MARKETPLACE, desk.answer), methods=METHODS),
    ]
