"""Kaufland's own API file judges what the adapter asks and what the sandbox answers."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.kaufland.stock import HELD_BY_KAUFLAND
from nexus_ui.errors import AccountSuspended, CredentialsRejected
from nexus_ui.records import Product, StockAnswer, StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.openapi_judge import judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox

pytestmark = pytest.mark.conformance

PROJECT = Path(__file__).resolve().parents[3]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PREFIX = "/kaufland/sellerapi.kaufland.com"
USED = {
    "GetAllStorefronts", "getWarehouses", "getUnits", "getUnit", "patchUnit", "bulkUpdateUnits",
    "GetOrders", "GetOrder",
}  # fmt: skip


@pytest.fixture(scope="module")
def spec() -> Spec:
    """Kaufland's file, or a skip that says where it was looked for."""
    file = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs") / "kaufland" / "swagger.json"
    if not file.is_file():
        pytest.skip(f"no vendor spec at {file}; set NEXUS_SPECS")
    return Spec.load(file)


def changes_of(products: list[Product], count: int) -> list[StockChange]:
    """So many changes, and one of a unit that is not there."""
    offers = [product.variants[0] for product in products][:count]
    changes = [
        StockChange(one.ref, one.ref, "de", place + 3, one.levels[0].available, f"k{place}")
        for place, one in enumerate(offers)
    ]
    return [*changes, StockChange("99999", "99999", "de", 1, None, "ghost")]


async def full_cycle(kaufland: Counterpart) -> None:
    """Everything the adapter does: test, read all, write stock, read changes, and be refused."""
    async with kaufland.open() as adapter:
        await adapter.verify()
        products, _ = await collect(adapter.products(None, None))
        orders, _ = await collect(adapter.orders(LONG_AGO, None))
        levels, _ = await collect(adapter.inventory(None, None))
        assert (230, 60, 230) == (len(products), len(orders), len(levels))
        answers = [receipt.answer for receipt in await adapter.set_stock(changes_of(products, 170))]
        assert 166 == answers.count(StockAnswer.ACCEPTED)
        (receipt,) = await adapter.set_stock(changes_of(products, 200)[-2:-1])
        assert HELD_BY_KAUFLAND == receipt.said
        await adapter.set_stock([StockChange(products[1].ref, products[1].ref, "de", 77, None, "one")])
        kaufland.shop.place_order()
        lately = datetime.now(UTC) - timedelta(minutes=10)
        await collect(adapter.products(lately, None))
        changed, _ = await collect(adapter.orders(lately, None))
        assert changed
        for fault, error in (("wrong_key", CredentialsRejected), ("suspended", AccountSuspended)):
            kaufland.fault(fault, times=1)
            with pytest.raises(error):
                await adapter.verify()
        kaufland.fault("throttled", times=1, seconds=0.1)
        await adapter.verify()


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle of both storefronts."""
    return asyncio.run(both_storefronts())


async def both_storefronts() -> list[Traffic]:
    """A full cycle of one, and the offers of the other with the same keys."""
    with recorded_sandbox(World(Options(products=230, orders=60, limits=False))) as (running, recorded):
        kaufland = counterpart_of(CATALOGUE["kaufland"], running)
        await full_cycle(kaufland)
        async with kaufland.open({"storefront": "cz"}) as adapter:
            products, _ = await collect(adapter.products(None, None))
            assert {"CZK"} == {product.variants[0].price.currency for product in products}
        return recorded


def test_every_request_and_answer_fits_the_vendors_file(spec: Spec, traffic: list[Traffic]) -> None:
    """No violation on either side, and every operation that is used was judged."""
    found = judge(traffic, [spec], PREFIX)

    assert [] == found.violations
    assert USED == set(found.operations)
    assert len(traffic) == found.requests
    assert found.answers == found.requests - sum(found.undescribed.values())
    assert {"GetAllStorefronts 403", "GetAllStorefronts 429"} == set(found.undescribed)
    print(f"{found.requests} requests, {found.answers} answers judged; {dict(found.operations)}; {found.undescribed}")


def test_every_request_carries_what_the_vendor_requires(traffic: list[Traffic]) -> None:
    """The file leaves out the headers; the documentation names them."""
    needed = {"shop-client-key", "shop-timestamp", "shop-signature", "user-agent", "accept"}

    assert [] == [one.path for one in traffic if not needed <= set(one.headers)]
    assert [] == [one.path for one in traffic if len(one.headers["shop-signature"]) != 64]
