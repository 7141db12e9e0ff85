"""A full cycle against the sandbox, judged by Amazon's own models, and its feeds by their schemas."""

import gzip
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.amazon import stock
from nexus_ui.adapters.contract import About, Named
from nexus_ui.errors import PermissionMissing
from nexus_ui.records import Fulfilment, StockAnswer, StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import collect, counterpart_of
from tests.adapters.openapi_judge import Findings, judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MODELS = (
    "notifications",
    "sellers",
    "listingsItems_2021-08-01",
    "orders_2026-01-01",
    "fbaInventory",
    "feeds_2021-06-30",
)
QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/nexus-amazon"
HOST = "/amazon/sellingpartnerapi-na.amazon.com"
STORAGE = "/amazon/tortuga-sandbox-na.s3.amazonaws.com"


async def judged(specs: Path) -> Findings:
    """What Amazon's models say of everything that was asked and answered, and its schemas of feeds and reports."""
    return verdict(await full_cycle(), specs)


def verdict(traffic: Sequence[Traffic], specs: Path) -> Findings:
    """The same for traffic that was recorded."""
    found = judge(traffic, [Spec.load(specs / f"{model}.json") for model in MODELS], HOST)
    found.violations += [
        sentence
        for feed, report in documents(traffic)
        for schema, text in (("listings-feed-schema-v2", feed), ("listings-feed-processing-report-schema-v2", report))
        for sentence in wrong(specs / f"{schema}.json", text)
    ]
    return found


def documents(traffic: Sequence[Traffic]) -> Iterator[tuple[bytes, bytes]]:
    """Each feed that was uploaded, with the report that was downloaded."""
    stored = [one for one in traffic if one.path.startswith(STORAGE)]
    feeds = [one.body for one in stored if one.method == "PUT"]
    reports = [gzip.decompress(one.answer) for one in stored if one.method == "GET"]
    return zip(feeds, reports, strict=True)


def wrong(schema: Path, text: bytes) -> list[str]:
    """What a schema finds wrong with a document."""
    validator = Draft7Validator(json.loads(schema.read_text()))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(json.loads(text))]


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
            async with amazon.open({"queue_url": QUEUE}) as notified:
                await notified.open_mailbox()
            amazon.shop.place_order()
            now = datetime.now(UTC)
            await collect(adapter.products(now - timedelta(minutes=10), None))
            await collect(adapter.orders(now - timedelta(days=2), None))
            await collect(adapter.inventory(now - timedelta(days=2), None))
            things = [Named(About.ORDER, order.ref) for order in orders[:2]]
            looked = await adapter.look([*things, *(Named(About.STOCK, product.ref) for product in products[:6])])
            assert looked.levels
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
