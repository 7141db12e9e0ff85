"""The simulated Amazon: three regions' APIs, Login with Amazon, Seller Central's consent page, and document storage."""

from starlette.routing import Route

from nexus_ui.sandbox.amazon import consent, desk, login, storage
from nexus_ui.sandbox.amazon.account import MARKETPLACE, open_accounts
from nexus_ui.sandbox.gate import endpoint
from nexus_ui.sandbox.world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(world: World) -> list[Route]:
    """Open the accounts in the world and return the routes below /amazon/{host}."""
    open_accounts(world)
    return [
        Route("/auth/o2/token", endpoint(world, MARKETPLACE, login.token, kind="auth"), methods=["POST"]),
        Route("/apps/authorize/consent", endpoint(world, MARKETPLACE, consent.page, kind="page"), methods=["GET"]),
        Route("/apps/authorize/consent", endpoint(world, MARKETPLACE, consent.decide, kind="page"), methods=["POST"]),
        Route("/documents/{name}", endpoint(world, MARKETPLACE, storage.document), methods=["GET", "PUT"]),
        Route("/{route:path}", endpoint(world, MARKETPLACE, desk.answer), methods=METHODS),
    ]
