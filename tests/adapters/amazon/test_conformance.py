"""Amazon's own models judge what the adapter asks and what the sandbox answers."""

import asyncio
import gzip
import json
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.amazon import stock
from nexus_ui.errors import PermissionMissing
from nexus_ui.records import Fulfilment, StockAnswer, StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import collect, counterpart_of
from tests.adapters.openapi_judge import Findings, judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox

pytestmark = pytest.mark.conformance

PROJECT = Path(__file__).resolve().parents[3]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MODELS = ("sellers", "listingsItems_2021-08-01", "orders_2026-01-01", "fbaInventory", "feeds_2021-06-30")
USED = {
    "getMarketplaceParticipations", "searchListingsItems", "getListingsItem", "patchListingsItem", "searchOrders",
    "getOrder", "getInventorySummaries", "createFeedDocument", "createFeed", "getFeed", "getFeedDocument",
}  # fmt: skip
HOST = "/amazon/sellingpartnerapi-na.amazon.com"
STORAGE = "/amazon/tortuga-sandbox-na.s3.amazonaws.com"


@pytest.fixture(scope="module")
def folder() -> Path:
    """Where Amazon's models are, or a skip that says where they were looked for."""
    found = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs") / "amazon"
    if not found.is_dir():
        pytest.skip(f"no vendor specs in {found}; set NEXUS_SPECS")
    return found


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle."""
    return asyncio.run(full_cycle())


async def full_cycle() -> list[Traffic]:
    """Everything the adapter does: test, read all, read changes, write one and many, and be refused."""
    with recorded_sandbox(World(Options(products=700, orders=260, limits=False))) as (running, told):
        amazon = counterpart_of(CATALOGUE["amazon"], running)
        async with amazon.open() as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            orders, _ = await collect(adapter.orders(LONG_AGO, None))
            levels, _ = await collect(adapter.inventory(None, None))
            assert products
            assert orders
            assert levels
            own = [product.variants[0] for product in products if product.variants[0].levels]
            many = [change(one, place) for place, one in enumerate(own[: stock.BULK_FROM + 20])]
            written = await adapter.set_stock([*many[:5], ghost("GHO-999999-9"), ghost("with,comma")])
            bulk = await adapter.set_stock([*many[5:], ghost("GHO-999999-9")])
            assert {StockAnswer.ACCEPTED, StockAnswer.REFUSED} == {receipt.answer for receipt in (*written, *bulk)}
            amazon.shop.place_order()
            now = datetime.now(UTC)
            await collect(adapter.products(now - timedelta(minutes=10), None))
            await collect(adapter.orders(now - timedelta(days=2), None))
            await collect(adapter.inventory(now - timedelta(days=2), None))
            for fault in ("throttled", "missing_scope", "expired_token"):
                amazon.fault(fault, times=1)
                with suppress(PermissionMissing):
                    await adapter.verify()
        return told


def change(variant: Any, place: int) -> StockChange:
    """A change of a listing's own stock."""
    level = variant.levels[0]
    assert variant.fulfilment is Fulfilment.MERCHANT
    return StockChange(variant.ref, variant.ref, level.location_ref, place + 3, level.available, f"k{place}")


def ghost(sku: str) -> StockChange:
    """A change of a listing that does not exist."""
    return StockChange(sku, sku, "DEFAULT", 1, None, f"ghost {sku}")


def test_every_request_and_answer_fits_the_vendors_models(traffic: list[Traffic], folder: Path) -> None:
    """No violation on either side, and every operation that is used was judged."""
    specs = [Spec.load(folder / f"{model}.json") for model in MODELS]
    found: Findings = judge(traffic, specs, HOST)

    assert [] == found.violations
    assert set(found.operations) == USED
    assert found.requests > 90
    assert found.requests == found.answers + sum(found.undescribed.values())
    print(f"{found.requests} requests, {found.answers} answers judged; {dict(found.operations)}; {found.undescribed}")


def test_feeds_and_their_reports_fit_the_vendors_schemas(traffic: list[Traffic], folder: Path) -> None:
    """What is uploaded is a listings feed, and what comes back is its processing report."""
    feeds = [one.body for one in traffic if one.path.startswith(STORAGE) and one.method == "PUT"]
    reports = [gzip.decompress(one.answer) for one in traffic if one.path.startswith(STORAGE) and one.method == "GET"]

    assert 1 == len(feeds) == len(reports)
    assert [] == wrong(folder / "listings-feed-schema-v2.json", feeds[0])
    assert [] == wrong(folder / "listings-feed-processing-report-schema-v2.json", reports[0])


def wrong(schema: Path, text: bytes) -> list[str]:
    """What a schema finds wrong with a document."""
    validator = Draft7Validator(json.loads(schema.read_text()))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))]


def test_no_request_asks_for_the_buyer(traffic: list[Traffic]) -> None:
    """Neither personal parts of an order nor a token for restricted data, and no answer holds a buyer."""
    asked = " ".join(f"{one.path}?{one.query}" for one in traffic)

    assert all(word not in asked for word in ("BUYER", "RECIPIENT", "TAX", "PAYMENT", "restrictedDataToken"))
    assert all(b'"buyer"' not in one.answer and b'"recipient"' not in one.answer for one in traffic)


def test_one_token_serves_all_calls(traffic: list[Traffic]) -> None:
    """A token is fetched once, and once more after one was refused as expired."""
    assert 2 == sum(one.path.endswith("/auth/o2/token") for one in traffic)
