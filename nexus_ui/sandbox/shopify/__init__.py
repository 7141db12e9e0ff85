"""The simulated Shopify: GraphQL Admin API 2026-10 and OAuth, one shop per host."""

from collections.abc import Callable
from typing import Any

from starlette.routing import Route

from nexus_ui.sandbox import catalog
from nexus_ui.sandbox.gate import Call, Reply, endpoint
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.shopify.access import Access
from nexus_ui.sandbox.shopify.consent import Consent
from nexus_ui.sandbox.shopify.documents import Documents
from nexus_ui.sandbox.shopify.graphql import GraphQL
from nexus_ui.sandbox.shopify.meter import Meter
from nexus_ui.sandbox.shopify.pages import Pages
from nexus_ui.sandbox.shopify.refusals import no_such_shop
from nexus_ui.sandbox.shopify.subscriptions import SubscriptionDesk
from nexus_ui.sandbox.shopify.webhooks import ShopifyHabits
from nexus_ui.sandbox.world import World

SLUG = "shopify"
DEMO, SECOND = "demo.myshopify.com", "second.myshopify.com"
_MEGABYTE = 1 << 20


def routes(world: World) -> list[Route]:
    """Open the shops in the world and return the routes below /shopify/{shop}."""
    documents, pages = Documents(), Pages(world.options.cache_mb * _MEGABYTE)
    apis: dict[str, GraphQL] = {}
    consents: dict[str, Consent] = {}
    for shop in _shops(world):
        access = Access(shop.host, world.clock)
        meter = Meter(world.clock, limits=world.options.limits)
        shop.private["tally"] = meter.tally
        webhooks = world.hooks.open(shop, ShopifyHabits(shop, access.client_secret))
        apis[shop.host] = GraphQL(shop, access, documents, meter, pages, SubscriptionDesk(webhooks))
        consents[shop.host] = Consent(shop, access)
        shop.credentials = {
            "shop": shop.host,
            "client_id": access.client_id,
            "client_secret": access.client_secret,
            "access_token": access.pasted,
            "access_token_all_orders": access.pasted_all_orders,
        }

    def door(handler: Callable[[Call], Reply], kind: str) -> Any:
        return endpoint(world, SLUG, handler, kind=kind, missing=no_such_shop)

    api = door(lambda call: apis[call.shop.host](call), "api")
    page = door(lambda call: consents[call.shop.host].page(call), "page")
    decide = door(lambda call: consents[call.shop.host].decide(call), "page")
    token = door(lambda call: consents[call.shop.host].token(call), "auth")
    return [
        Route("/admin/api/{version}/graphql.json", api, methods=["POST"]),
        Route("/admin/oauth/authorize", page, methods=["GET"]),
        Route("/admin/oauth/authorize", decide, methods=["POST"]),
        Route("/admin/oauth/access_token", token, methods=["POST"]),
    ]


def _shops(world: World) -> list[Shop]:
    options = world.options
    file = options.catalogs.get(SLUG)
    demo = Shop(
        SLUG,
        DEMO,
        "Demo Store",
        currency="EUR",
        clock=world.clock,
        products=options.products,
        orders=options.orders,
        seed=options.seed,
        catalogue=None if file is None else catalog.load_shopify(file),
    )
    second = Shop(
        SLUG,
        SECOND,
        "Second Store",
        currency="USD",
        clock=world.clock,
        products=max(1, options.products // 4),
        orders=options.orders // 4,
        seed=options.seed,
        timezone="America/New_York",
        country="US",
        locations=("Brooklyn warehouse", "Harlem shop"),
    )
    return [world.open_shop(demo), world.open_shop(second)]
