"""The simulated WooCommerce: REST v3 below /woocommerce/<shop host>/wp-json/wc/v3/, as the vendor's index tells."""

from starlette.routing import Route

from nexus_ui.sandbox.gate import endpoint
from nexus_ui.sandbox.woocommerce import desk, hosting
from nexus_ui.sandbox.woocommerce.site import MARKETPLACE, open_shops, site_of
from nexus_ui.sandbox.woocommerce.webhooks import WooHabits
from nexus_ui.sandbox.world import World

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def routes(world: World) -> list[Route]:
    """Open the shops in the world and return the routes below /woocommerce/{shop}."""
    open_shops(world)
    for shop in world.shops():
        if shop.marketplace == MARKETPLACE:
            site = site_of(shop)
            site.webhooks = world.hooks.open(shop, WooHabits(site))
    api = endpoint(world, MARKETPLACE, desk.answer, missing=hosting.missing)
    front = endpoint(world, MARKETPLACE, hosting.front, kind="page", missing=hosting.missing)
    return [
        Route("/wp-json", api, methods=METHODS),
        Route("/wp-json/{route:path}", api, methods=METHODS),
        Route("/", front),
    ]
