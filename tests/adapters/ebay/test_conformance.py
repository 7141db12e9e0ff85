"""eBay's own API files judge what the adapter asks and what the sandbox answers."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.errors import AccountSuspended, PermissionMissing, RateLimited
from nexus_ui.records import Product, StockAnswer, StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.openapi_judge import judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox

pytestmark = pytest.mark.conformance

PROJECT = Path(__file__).resolve().parents[3]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOKEN_PATH = "/identity/v1/oauth2/token"
HOSTS = {
    "api.ebay.com": ("sell_inventory_v1_oas3", "sell_fulfillment_v1_oas3", "developer_analytics_v1_beta_oas3"),
    "apiz.ebay.com": ("commerce_identity_v1_oas3",),
}
USED = {
    "getInventoryItems", "bulkGetInventoryItem", "getOffers", "getOffer", "bulkUpdatePriceQuantity", "getOrders",
    "getRateLimits", "getUser",
}  # fmt: skip


@pytest.fixture(scope="module")
def specs() -> dict[str, list[Spec]]:
    """eBay's files by host, or a skip that says where they were looked for."""
    folder = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs") / "ebay"
    if not folder.is_dir():
        pytest.skip(f"no vendor specs in {folder}; set NEXUS_SPECS")
    return {host: [Spec.load(folder / f"{name}.json") for name in names] for host, names in HOSTS.items()}


def changes_of(products: list[Product], count: int) -> list[StockChange]:
    """So many changes, and one of an article that is not there."""
    variants = [product.variants[0] for product in products][:count]
    changes = [
        StockChange(one.ref, one.inventory_ref or "", "EBAY_DE", place + 3, one.levels[0].available, f"k{place}")
        for place, one in enumerate(variants)
    ]
    return [*changes, StockChange("XXX-999999-9", "8999999999", "EBAY_DE", 1, None, "ghost")]


async def full_cycle(ebay: Counterpart) -> None:
    """Everything the adapter does: test, read all, write stock, read changes, and be refused."""
    async with ebay.open() as adapter:
        await adapter.verify()
        products, _ = await collect(adapter.products(None, None))
        orders, _ = await collect(adapter.orders(LONG_AGO, None))
        levels, _ = await collect(adapter.inventory(None, None))
        assert (230, 620, 230) == (len(products), len(orders), len(levels))
        answers = [receipt.answer for receipt in await adapter.set_stock(changes_of(products, 60))]
        assert [StockAnswer.ACCEPTED] * 60 + [StockAnswer.REFUSED] == answers
        ebay.shop.place_order()
        changed, _ = await collect(adapter.orders(datetime.now(UTC) - timedelta(minutes=10), None))
        assert changed
        for fault, error in (("suspended", AccountSuspended), ("throttled", RateLimited)):
            ebay.fault(fault, match="sell/")
            with pytest.raises(error):
                await collect(adapter.products(None, None))
            ebay.shop.faults.switch_off()
        ebay.fault("missing_scope", scope=ebay.marketplace.scopes[0].name)
        with pytest.raises(PermissionMissing):
            await collect(adapter.products(None, None))
        ebay.shop.faults.switch_off()
        ebay.fault("expired_token")
        await adapter.verify()


async def both_sites() -> list[Traffic]:
    """A full cycle of one site, and the listings of the other with the same consent."""
    with recorded_sandbox(World(Options(products=230, orders=620, limits=False))) as (running, recorded):
        ebay = counterpart_of(CATALOGUE["ebay"], running)
        await full_cycle(ebay)
        async with ebay.open({"site": "EBAY_GB"}) as adapter:
            products, _ = await collect(adapter.products(None, None))
            assert {"GBP"} == {product.variants[0].price.currency for product in products}
        return recorded


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of both."""
    return asyncio.run(both_sites())


def test_every_request_and_answer_fits_the_vendors_files(specs: dict[str, list[Spec]], traffic: list[Traffic]) -> None:
    """No violation on either side, and every operation that is used was judged. No file tells of the token endpoint."""
    told = [one for one in traffic if not one.path.endswith(TOKEN_PATH)]
    found = [judge(told, files, f"/ebay/{host}") for host, files in specs.items()]
    operations = sum((one.operations for one in found[1:]), found[0].operations)
    undescribed = sum((one.undescribed for one in found[1:]), found[0].undescribed)

    assert [] == [sentence for one in found for sentence in one.violations]
    assert USED == set(operations)
    assert len(told) == sum(one.requests for one in found)
    assert {status.rpartition(" ")[2] for status in undescribed} == {"401", "403", "429"}
    print(f"{len(told)} requests judged, {len(traffic) - len(told)} for tokens; {dict(operations)}; {undescribed}")


def test_every_call_for_a_token_is_as_documented(traffic: list[Traffic]) -> None:
    """Basic credentials and a form: the documentation, where no file is."""
    calls = [one for one in traffic if one.path.endswith(TOKEN_PATH)]

    assert calls
    assert {"basic"} == {one.headers["authorization"].partition(" ")[0].lower() for one in calls}
    assert {"application/x-www-form-urlencoded"} == {one.headers["content-type"] for one in calls}
    assert {200} == {one.status for one in calls}
