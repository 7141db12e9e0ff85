"""bol's own specs judge what the adapter asks and what the sandbox answers."""

import os
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

pytestmark = pytest.mark.conformance

PROJECT = Path(__file__).resolve().parents[3]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
USED = {"get-retailer-information", "get-offers", "get-orders", "get-order", "get-inventory", "update-offer"}


@pytest.fixture(scope="module")
def specs() -> list[Spec]:
    """bol's spec files, or a skip that says where they were looked for."""
    folder = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs") / "bol"
    if not folder.is_dir():
        pytest.skip(f"no vendor specs in {folder}; set NEXUS_SPECS")
    return [Spec.load(folder / "offers.json"), Spec.load(folder / "retailer.json")]


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


async def test_every_request_and_answer_fits_the_vendors_specs(specs: list[Spec]) -> None:
    """No violation on either side, and every operation that is used was judged."""
    found: Findings = judge(await full_cycle(), specs, "/bol/api.bol.com")

    assert [] == found.violations
    assert set(found.operations) == USED
    assert found.requests > 200
    assert found.requests == found.answers + sum(found.undescribed.values())
    print(f"{found.requests} requests, {found.answers} answers judged; {dict(found.operations)}; {found.undescribed}")
