"""A full cycle against the sandbox, judged by bol's own specs."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.errors import PermissionMissing
from nexus_ui.records import StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import collect, counterpart_of
from tests.adapters.openapi_judge import Findings, judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def judged(specs: Path) -> Findings:
    """What bol's files say of everything that was asked and answered."""
    files = [Spec.load(specs / name) for name in ("offers.json", "retailer.json")]
    return judge(await full_cycle(), files, "/bol/api.bol.com")


async def full_cycle() -> list[Traffic]:
    """Everything the adapter does: test, read all, read changes, write stock, and be refused."""
    with recorded_sandbox(World(Options(products=230, orders=120, limits=False))) as (running, traffic):
        bol = counterpart_of(CATALOGUE["bol"], running)
        async with bol.open() as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            orders, _ = await collect(adapter.orders(LONG_AGO, None))
            levels, _ = await collect(adapter.inventory(None, None))
            assert products
            assert orders
            assert levels
            own = [product.variants[0] for product in products if product.variants[0].levels][:5]
            changes = [
                StockChange(one.ref, one.ref, "retailer", place + 3, one.levels[0].available, f"k{place}")
                for place, one in enumerate(own)
            ]
            ghost = "99999999-9999-4999-8999-999999999999"
            await adapter.set_stock([*changes, StockChange(ghost, ghost, "retailer", 1, None, "ghost")])
            bol.shop.place_order()
            now = datetime.now(UTC)
            await collect(adapter.products(now - timedelta(minutes=10), None))
            await collect(adapter.orders(now - timedelta(minutes=10), None))
            await collect(adapter.orders(now - timedelta(days=2), None))
            for fault in ("throttled", "missing_scope", "expired_token"):
                bol.fault(fault, times=1)
                with pytest.raises(PermissionMissing) if fault == "missing_scope" else nullcontext():
                    await adapter.verify()
        return traffic
