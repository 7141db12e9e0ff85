"""Zalando's own API files judge what the adapter asks and what the sandbox answers."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.zalando.stock import HELD_BY_ZALANDO
from nexus_ui.errors import AccountSuspended, PermissionMissing
from nexus_ui.records import StockAnswer, StockChange, StockReceipt
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.openapi_judge import judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox
from tests.adapters.zalando.vendor import DOCUMENT

pytestmark = pytest.mark.conformance

PROJECT = Path(__file__).resolve().parents[3]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PREFIX = "/zalando/api.merchants.zalando.com"
STOCKS = "POST /merchants/{merchant-id}/stocks"
UNDESCRIBED = {"/auth/token", "/graphql", "/zfs/item-quantities", "/zfs/item-quantity-snapshots"}
"""Operations of which no file is public. Reports are held to the sandbox's schema on every call."""


@pytest.fixture(scope="module")
def stocks() -> Spec:
    """The vendor's Stocks API, or a skip that says where it was looked for."""
    specs = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs")
    file = specs / "zalando" / "zalando-stocks-api-openapi.yml"
    if not file.is_file():
        pytest.skip(f"no vendor spec at {file}; set NEXUS_SPECS")
    return Spec.load(file)


def sold_out(receipts: list[StockReceipt]) -> set[str]:
    """What Zalando holds and has none of: only the look before a write tells it."""
    return {one.key for one in receipts if one.said == HELD_BY_ZALANDO}


async def full_cycle(zalando: Counterpart) -> None:
    """Everything the adapter does: test, read all, write stock, read changes, and be refused."""
    async with zalando.open() as adapter:
        await adapter.verify()
        products, _ = await collect(adapter.products(None, None))
        orders, _ = await collect(adapter.orders(LONG_AGO, None))
        levels, _ = await collect(adapter.inventory(None, None))
        assert (230, 300) == (len(products), len(orders))
        assert levels
        offers = [one for product in products for one in product.variants if one.levels][:60]
        changes = [
            StockChange(one.ref, one.inventory_ref, one.levels[0].location_ref, place, None, f"k{place}")
            for place, one in enumerate(offers)
        ]
        ghost = StockChange("ghost", "9999999999999", offers[0].levels[0].location_ref, 1, None, "ghost")
        pending = StockChange("new", "4012345678901", offers[0].levels[0].location_ref, 1, None, "new")
        receipts = await adapter.set_stock([*changes, ghost, pending])
        assert {"ghost"} == {one.key for one in receipts if one.answer is not StockAnswer.ACCEPTED} - sold_out(receipts)
        zalando.shop.place_order()
        changed, _ = await collect(adapter.orders(datetime.now(UTC) - timedelta(minutes=10), None))
        assert changed
        for fault, error in (("suspended", AccountSuspended), ("expired_token", None), ("throttled", None)):
            zalando.fault(fault, times=1, seconds=0.1)
            if error is None:
                await collect(adapter.orders(datetime.now(UTC), None))
                zalando.fault(fault, times=1, seconds=0.1, match="/stocks")
                await adapter.set_stock(changes[:1])
                continue
            with pytest.raises(error):
                await adapter.set_stock(changes[:1])
        zalando.fault("missing_scope", scope="products/stock/write")
        with pytest.raises(PermissionMissing):
            await adapter.set_stock(changes[:1])


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle."""

    async def recorded() -> list[Traffic]:
        with recorded_sandbox(World(Options(products=230, orders=300, limits=False))) as (running, traffic):
            await full_cycle(counterpart_of(CATALOGUE["zalando"], running))
            return traffic

    return asyncio.run(recorded())


def test_stock_updates_and_their_answers_fit_the_vendors_file(stocks: Spec, traffic: list[Traffic]) -> None:
    """No violation on either side, refusals included."""
    asked = [one for one in traffic if one.path.endswith("/stocks")]
    found = judge(asked, [stocks], PREFIX)

    assert [] == found.violations
    assert {STOCKS: len(asked)} == dict(found.operations)
    assert found.requests == found.answers > 5
    assert {207, 401, 403, 429} == {one.status for one in asked}
    print(f"{found.requests} requests, {found.answers} answers judged; {dict(found.operations)}")


def test_what_else_is_asked_fits_what_the_vendor_publishes(stocks: Spec, traffic: list[Traffic]) -> None:
    """Orders, sales channels and the account: parameters, fields and media types; whatever else is known by name."""
    known = [one for one in traffic if not any(one.path.startswith(PREFIX + path) for path in UNDESCRIBED)]
    found = judge(known, [stocks, Spec(DOCUMENT)], PREFIX)

    assert [] == found.violations
    assert {"orders", "sales-channels", "me", STOCKS} == set(found.operations)
    assert {429, 401} <= {one.status for one in known}
    print(f"{found.requests} requests, {found.answers} answers judged; {dict(found.operations)}; {found.undescribed}")


def test_no_token_is_fetched_for_each_call(traffic: list[Traffic]) -> None:
    """One at the beginning, and one in place of each token that ended."""
    assert 3 == sum(one.path.endswith("/auth/token") for one in traffic)
