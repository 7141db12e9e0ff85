"""A full cycle against the sandbox, judged by WooCommerce's own route index and schemas."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import About, Named
from nexus_ui.errors import NexusError
from nexus_ui.records import StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import collect, counterpart_of
from tests.adapters.openapi_judge import Findings
from tests.adapters.recording import Traffic, recorded_sandbox
from tests.adapters.woocommerce.route_judge import judge_routes

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def judged(specs: Path) -> Findings:
    """What the vendor's files say of everything that was asked and answered."""
    return judge_routes(await full_cycle(), specs)


async def full_cycle() -> list[Traffic]:
    """Test, read everything, read what changed, tell what was sold, write stock, and be refused."""
    with recorded_sandbox(World(Options(products=230, orders=130, limits=False))) as (running, traffic):
        woo = counterpart_of(CATALOGUE["woocommerce"], running)
        async with woo.open() as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            woo.shop.touch([1, 2])
            await collect(adapter.products(datetime.now(UTC) - timedelta(hours=1), None))
            await collect(adapter.orders(LONG_AGO, None))
            await collect(adapter.inventory(LONG_AGO, None))
            tracked = [one for product in products for one in product.variants if one.levels and one.tracked][:40]
            untracked = [one for product in products for one in product.variants if one.levels and not one.tracked]
            changes = [
                StockChange(one.ref, one.inventory_ref, "shop", 5, one.levels[0].available, one.ref)
                for one in (*tracked, *untracked)
            ]
            assert {"accepted"} == {receipt.answer for receipt in await adapter.set_stock(changes)}
            address = "https://panel.example/hook"
            made = [await adapter.register("order.created", address, "whs_1") for _ in range(2)]
            assert [made[0]] * 2 == made
            assert [made[0]] == await adapter.registrations()
            for registration in made:
                await adapter.unregister(registration)
            orders, _ = await collect(adapter.orders(LONG_AGO, None))
            named = [*(Named(About.ORDER, one.ref) for one in orders), Named(About.PRODUCT, products[0].ref)]
            looked = await adapter.look([*named, Named(About.PRODUCT, "999999999")])
            assert (len(orders), 1, 1) == (len(looked.orders), len(looked.products), len(looked.gone))
            for fault in ("wrong_key", "throttled", "missing_scope"):
                woo.fault(fault, times=1, seconds=0.1)
                with suppress(NexusError):
                    await adapter.verify()
        return traffic
