"""A full cycle against the sandbox, judged by bol's own specs."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.bol.refusals import ThisOneRefused
from nexus_ui.adapters.contract import About, Named
from nexus_ui.errors import PermissionMissing
from nexus_ui.records import StockChange
from nexus_ui.sandbox.bol.account import account_of
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.openapi_judge import Findings, judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


async def judged(specs: Path) -> Findings:
    """What bol's files say of everything that was asked and answered."""
    files = [Spec.load(specs / name) for name in ("offers.json", "retailer.json", "shared.json")]
    return judge(await full_cycle(), files, "/bol/api.bol.com")


async def full_cycle() -> list[Traffic]:
    """Everything the adapter does: test, read all, read changes, write stock, keep webhooks, look, and be refused."""
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
            await _keep_webhooks(bol, adapter)
            named = [Named(About.PRODUCT, one.ref) for one in (*products[:3], *products[-1:])]
            await adapter.look([*named, *(Named(About.ORDER, one) for one in (orders[0].ref, "A999999999"))])
            for fault in ("throttled", "missing_scope", "expired_token"):
                bol.fault(fault, times=1)
                with pytest.raises(PermissionMissing) if fault == "missing_scope" else nullcontext():
                    await adapter.verify()
        return traffic


async def _keep_webhooks(bol: Counterpart, adapter: Any) -> None:
    """Register, switch back on what was switched off, fetch the keys, be refused, take away twice."""
    desk = bol.sandbox.world.hooks.of(bol.shop)
    address = "http://127.0.0.1:9/api/webhooks/bol/con_1"
    made = await adapter.register("ORDER", address, "")
    desk.change(desk.all()[0], active=False)
    assert made == await adapter.register("ORDER", address, "")
    with pytest.raises(ThisOneRefused, match="valid https"):
        await adapter.register("ORDER", "ftp://panel.example", "")
    assert "BEGIN PUBLIC KEY" in await adapter.webhook_key(account_of(bol.shop).keys.id)
    for _ in range(2):
        await adapter.unregister(made)
    assert [] == await adapter.registrations()
