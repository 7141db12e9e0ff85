"""The simulated eBay: consent at /ebay/auth.ebay.com/, tokens and APIs at /ebay/api.ebay.com/ and apiz.ebay.com."""

from starlette.routing import Route

from nexus_ui.sandbox.ebay import consent, desk
from nexus_ui.sandbox.ebay.account import MARKETPLACE, Seller, open_shops
from nexus_ui.sandbox.ebay.notifications import Notifying
from nexus_ui.sandbox.ebay.telling import EbayHabits, SigningKey
from nexus_ui.sandbox.gate import endpoint
from nexus_ui.sandbox.world import World

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def routes(world: World) -> list[Route]:
    """Open the shops in the world and return the routes below /ebay/{shop}."""
    _let_tell(world, open_shops(world))
    return [
        Route("/oauth2/authorize", endpoint(world, MARKETPLACE, consent.page, kind="page"), methods=["GET"]),
        Route("/oauth2/authorize", endpoint(world, MARKETPLACE, consent.decide, kind="page"), methods=["POST"]),
        Route("/identity/v1/oauth2/token", endpoint(world, MARKETPLACE, consent.token, kind="auth"), methods=["POST"]),
        Route("/{route:path}", endpoint(world, MARKETPLACE, desk.answer), methods=METHODS),
    ]


def _let_tell(world: World, seller: Seller) -> None:
    """Give the seller's sites one list of subscriptions."""
    key, (first, *others) = SigningKey(), seller.sites
    kept = Notifying(world.hooks.open(first.shop, EbayHabits(first, key)), key)
    for site in others:
        kept.desk.beside(site.shop, EbayHabits(site, key))
    for site in seller.sites:
        site.shop.private["notifying"] = kept
