"""Walmart's own API files judge what the adapter asks and what the sandbox answers."""

import asyncio
import json
import os
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import yaml

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.walmart.stock import BULK_FROM
from nexus_ui.errors import AccountSuspended, PermissionMissing
from nexus_ui.records import Fulfilment, Product, StockAnswer, StockChange
from nexus_ui.sandbox.walmart.account import SHIP_NODE, account_of
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import collect, counterpart_of
from tests.adapters.openapi_judge import judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox
from tests.adapters.walmart.beyond import DOCUMENT

pytestmark = pytest.mark.conformance

PROJECT = Path(__file__).resolve().parents[3]
FOLDER = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs") / "walmart"
FILES = ("authentication", "items", "inventory", "orders", "feeds")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PREFIX = "/walmart/marketplace.walmartapis.com"
USED = {
    "tokenAPI", "getTokenDetail", "getAllItems", "getAllOrders", "getMultiNodeInventoryForAllSkuAndAllShipNodes",
    "getMultiNodeInventoryForSkuAndAllShipnodes", "getWFSInventory", "updateInventoryForAnItem", "updateBulkInventory",
    "getFeedItemStatus",
}  # fmt: skip
RETYPED = {"getPartnerConfigurations", "getWFSInventoryDetails"}


def document(name: str) -> dict[str, Any]:
    """A file of the vendor's, or a skip that says where it was looked for."""
    file = FOLDER / f"walmart-marketplace-{name}-openapi-original.yml"
    if not file.is_file():
        pytest.skip(f"no vendor spec at {file}; set NEXUS_SPECS")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), loader)  # noqa: S506 - a safe loader
    return found


def with_cursor(orders: dict[str, Any]) -> dict[str, Any]:
    """The file on orders, with the parameters that its own example of a cursor adds to a question."""
    asked = orders["paths"]["/v3/orders"]["get"]
    example = asked["responses"]["200"]["content"]["application/json"]["example"]
    cursor = example["list"]["meta"]["nextCursor"]
    known = {param["name"] for param in asked["parameters"]}
    asked["parameters"] += [
        {"name": name, "in": "query", "schema": {"type": "string"}}
        for name, _ in parse_qsl(cursor.removeprefix("?"))
        if name not in known
    ]
    return orders


@pytest.fixture(scope="module")
def specs() -> list[Spec]:
    """The vendor's files, and what is re-typed from its pages."""
    documents = {name: document(name) for name in FILES}
    with_cursor(documents["orders"])
    items = documents["items"]["paths"]
    del items["/v3/feeds"], documents["feeds"]["paths"]["/v3/feeds"]
    return [*(Spec(one) for one in documents.values()), Spec(DOCUMENT)]


def changes_of(products: Sequence[Product], count: int, more: int) -> list[StockChange]:
    """So many changes of the seller's own stock, and one of an item that is not there."""
    own = [one for product in products for one in product.variants if one.fulfilment is Fulfilment.MERCHANT][:count]
    changes = [
        StockChange(one.ref, one.ref, SHIP_NODE, place + more, one.levels[0].available, f"k{place}")
        for place, one in enumerate(own)
    ]
    return [*changes, StockChange("NONE-1", "NONE-1", SHIP_NODE, 1, None, "ghost")]


async def full_cycle() -> list[Traffic]:
    """Everything the adapter does: test, read all, read changes, write stock both ways, and be refused."""
    with recorded_sandbox(World(Options(products=450, orders=330, limits=False))) as (running, traffic):
        walmart = counterpart_of(CATALOGUE["walmart"], running)
        async with walmart.open({"channel_type": "0f3e4dd4-0514-4346-b39d-af0e00ea066d"}) as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            orders, _ = await collect(adapter.orders(LONG_AGO, None))
            levels, _ = await collect(adapter.inventory(None, None))
            assert (450, 330, 75) == (len(products), len(orders), len(levels))
            for count in (4, BULK_FROM):
                answers = [one.answer for one in await adapter.set_stock(changes_of(products, count, 3))]
                assert [StockAnswer.ACCEPTED] * count + [StockAnswer.REFUSED] == answers
                products, _ = await collect(adapter.products(None, None))
            walmart.shop.place_order()
            lately = datetime.now(UTC) - timedelta(minutes=10)
            await collect(adapter.inventory(lately, None))
            changed, _ = await collect(adapter.orders(lately, None))
            assert changed
            account_of(walmart.shop).old_held_list = False
            await collect(adapter.inventory(None, None))
            for fault, error in (
                ("throttled", None),
                ("missing_scope", PermissionMissing),
                ("suspended", AccountSuspended),
            ):
                walmart.fault(fault, times=1 if error is None else -1, scope="item", seconds=0.1)
                with pytest.raises(error) if error else nullcontext():
                    await collect(adapter.products(None, None))
                walmart.shop.faults.switch_off()
            walmart.fault("expired_token")
            await adapter.verify()
        return traffic


@pytest.fixture(scope="module")
def traffic() -> list[Traffic]:
    """The traffic of a full cycle."""
    return asyncio.run(full_cycle())


def test_every_request_and_answer_fits_the_vendors_files(specs: list[Spec], traffic: list[Traffic]) -> None:
    """No violation on either side, and every operation that is used was judged."""
    found = judge(traffic, specs, PREFIX)

    assert [] == found.violations
    assert USED | RETYPED == set(found.operations)
    assert len(traffic) == found.requests
    assert found.answers == found.requests - sum(found.undescribed.values())
    print(f"{found.requests} requests, {found.answers} answers judged; {dict(found.operations)}; {found.undescribed}")


def test_every_request_names_itself_anew(traffic: list[Traffic]) -> None:
    """The correlation id of each call is its own, and the other headers are always there."""
    named = [one.headers["wm_qos.correlation_id"] for one in traffic]
    needed = {"wm_svc.name", "wm_consumer.channel.type", "accept"}

    assert len(named) == len(set(named))
    assert [] == [one.path for one in traffic if not needed <= set(one.headers)]
    assert [] == [one.path for one in traffic if not {"authorization", "wm_sec.access_token"} & set(one.headers)]


def test_a_feed_is_of_the_shape_of_the_vendors_example(traffic: list[Traffic]) -> None:
    """The file describes the form only; its example shows what is in it."""
    asked = document("inventory")["paths"]["/v3/feeds"]["post"]["requestBody"]["content"]["multipart/form-data"]
    example = asked["examples"]["MultiNode_Bulk_Inventory_Update_Request"]["value"]
    sent = [one.body for one in traffic if one.path.endswith("/v3/feeds")]
    files = [json.loads(body[body.index(b"\r\n\r\n") + 4 : body.rindex(b"\r\n--")]) for body in sent]

    assert files
    assert all(shape(file) == shape(example) for file in files)
    assert {example["inventoryHeader"]["version"]} == {file["inventoryHeader"]["version"] for file in files}


def shape(value: Any) -> Any:
    """The names in a value and the types of what they name; of a list, that of its first element."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) else type(value).__name__
