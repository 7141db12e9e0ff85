"""A full cycle against the sandbox, judged by Shopify's own 2026-10 schema."""

import tempfile
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import About, Named
from nexus_ui.errors import NexusError
from nexus_ui.records import Product, StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import collect, counterpart_of
from tests.adapters.graphql_judge import judge_graphql, load
from tests.adapters.openapi_judge import Findings
from tests.adapters.recording import Traffic, recorded_sandbox
from tests.adapters.shopify.wide import wide_catalogue

SCHEMA = "admin_2026-10.json.gz"
PLACES = 13
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
WIDE = 120
"""Variants of one product, lines of one order: more than a page brings along, so that the rest is asked for."""


async def judged(specs: Path) -> Findings:
    """What the vendor's schema says of everything that was asked and answered."""
    return judge_graphql(await full_cycle(), load(specs / SCHEMA), "/graphql.json")


async def full_cycle() -> list[Traffic]:
    """Everything the adapter does: test, read all, read changes, write stock, and be refused."""
    with recorded_sandbox(World(Options(products=230, orders=120, limits=False))) as (running, traffic):
        shopify = counterpart_of(CATALOGUE["shopify"], running)
        shopify.shop.place_order([(index, 0, 1) for index in range(WIDE)])
        async with shopify.open() as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            await collect(adapter.orders(LONG_AGO, None))
            await collect(adapter.inventory(LONG_AGO, None))
            receipts = await adapter.set_stock(changes_of(products))
            assert {"accepted", "stale", "refused"} == {receipt.answer.value for receipt in receipts}
            lately = datetime.now(UTC) - timedelta(minutes=10)
            shopify.shop.place_order()
            await collect(adapter.products(lately, None))
            await collect(adapter.orders(lately, None))
            await collect(adapter.inventory(lately, None))
            await collect(adapter.products(None, '{"after":"bm9uc2Vuc2U=","walked":25,"last":"2020-01-01T00:00:00Z"}'))
            await webhooks(adapter, products)
            for fault in ("throttled", "missing_scope", "wrong_key"):
                shopify.fault(fault, times=1)
                with suppress(NexusError):
                    await adapter.verify()
        return traffic + await wide_cycle()


async def webhooks(adapter: Any, products: list[Product]) -> None:
    """Register, see, and take away; look at what webhooks name, something gone among it."""
    made = [await adapter.register(topic, "https://panel.example/hook", "") for topic in ("ORDERS_CREATE",) * 2]
    assert made == [*await adapter.registrations(), made[0]]
    for registration in made:
        await adapter.unregister(registration)
    sold = products[0].variants[0]
    orders, _ = await collect(adapter.orders(LONG_AGO, None))
    ghosts = [Named(About.PRODUCT, "gid://shopify/Product/9"), Named(About.STOCK, "gid://shopify/InventoryItem/9")]
    looked = await adapter.look(
        [
            Named(About.PRODUCT, products[0].ref),
            Named(About.ORDER, orders[-1].ref),
            Named(About.STOCK, str(sold.inventory_ref)),
            *ghosts,
        ]
    )
    assert (1, 1, ghosts) == (len(looked.products), len(looked.orders), list(looked.gone))
    assert list(sold.levels) == list(looked.levels)


async def wide_cycle() -> list[Traffic]:
    """A product of many variants in a shop with many locations: what no page brings along is asked for by itself."""
    with tempfile.TemporaryDirectory() as folder:
        catalogs = {"shopify": wide_catalogue(Path(folder), WIDE)}
        with recorded_sandbox(World(Options(limits=False, catalogs=catalogs))) as (running, traffic):
            shopify = counterpart_of(CATALOGUE["shopify"], running)
            shopify.shop.locations = tuple(f"Shop {number}" for number in range(PLACES))
            async with shopify.open() as adapter:
                products, _ = await collect(adapter.products(None, None))
                looked = await adapter.look([Named(About.PRODUCT, product.ref) for product in products])
                stock = Named(About.STOCK, str(products[0].variants[0].inventory_ref))
                levels = (await adapter.look([stock])).levels
            assert sorted(products, key=lambda one: one.ref) == sorted(looked.products, key=lambda one: one.ref)
            assert PLACES == len(levels)
            return traffic


def changes_of(products: list[Product]) -> list[StockChange]:
    """Some good changes, one that believes something else stands there, one of an item that is not there."""
    sold: list[Any] = [variant for product in products for variant in product.variants if variant.tracked][:60]
    good = [
        StockChange(one.ref, one.inventory_ref, one.levels[0].location_ref, place, one.levels[0].available, f"k{place}")
        for place, one in enumerate(sold)
    ]
    ghost = "gid://shopify/InventoryItem/1"
    place = good[0].location_ref
    return [
        *good[1:],
        StockChange(sold[0].ref, sold[0].inventory_ref, place, 7, -4242, "stale"),
        StockChange("gid://shopify/ProductVariant/1", ghost, place, 1, None, "ghost"),
    ]
