"""A full cycle against the sandbox, judged by Walmart's own API files, and by `beyond` where no file is at hand."""

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import yaml

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import About, Named
from nexus_ui.adapters.walmart.stock import BULK_FROM
from nexus_ui.errors import AccountSuspended, PermissionMissing
from nexus_ui.records import Fulfilment, Product, StockAnswer, StockChange
from nexus_ui.sandbox.walmart.account import SHIP_NODE, account_of
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.openapi_judge import Findings, judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox
from tests.adapters.walmart.beyond import DOCUMENT

FILES = ("authentication", "items", "inventory", "orders", "feeds", "notifications")
ADDRESS = "http://127.0.0.1:9/api/webhooks/walmart/con_1"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PREFIX = "/walmart/marketplace.walmartapis.com"
CHANNEL = {"channel_type": "0f3e4dd4-0514-4346-b39d-af0e00ea066d"}


async def judged(specs: Path) -> Findings:
    """What Walmart's files, and its re-typed pages, say of everything that was asked and answered."""
    return judge(await full_cycle(), judges(specs), PREFIX)


def judges(specs: Path) -> list[Spec]:
    """The vendor's files, and what is re-typed from its pages. Of three that describe feeds, the inventory's counts."""
    documents = {name: document(specs, name) for name in FILES}
    _know_cursor(documents["orders"])
    _know_order(documents["orders"])
    for name in ("items", "feeds"):
        del documents[name]["paths"]["/v3/feeds"]
    return [*(Spec(one) for one in documents.values()), Spec(DOCUMENT)]


def document(specs: Path, name: str) -> dict[str, Any]:
    """One of the vendor's files."""
    text = (specs / f"walmart-marketplace-{name}-openapi-original.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe one
    return found


def _know_cursor(orders: dict[str, Any]) -> None:
    """Add to the question for orders the parameters that the file's own example of a cursor adds to it."""
    asked = orders["paths"]["/v3/orders"]["get"]
    example = asked["responses"]["200"]["content"]["application/json"]["example"]
    cursor = example["list"]["meta"]["nextCursor"]
    known = {param["name"] for param in asked["parameters"]}
    asked["parameters"] += [
        {"name": name, "in": "query", "schema": {"type": "string"}}
        for name, _ in parse_qsl(cursor.removeprefix("?"))
        if name not in known
    ]


def _know_order(orders: dict[str, Any]) -> None:
    """Describe the answer for one order as the file's own example shows it: like one of the list, and wrapped."""
    one, many = (
        orders["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
        for path in ("/v3/orders/{purchaseOrderId}", "/v3/orders")
    )
    assert {"order"} == set(one["examples"]["ORDER"]["value"])
    listed = many["schema"]["properties"]["list"]["properties"]["elements"]["properties"]["order"]["items"]
    one["schema"] = {"type": "object", "required": ["order"], "properties": {"order": listed}}


async def full_cycle() -> list[Traffic]:
    """All the adapter does: test, read all and changes, write stock both ways, keep webhooks, look, and be refused."""
    with recorded_sandbox(World(Options(products=450, orders=330, limits=False))) as (running, traffic):
        walmart = counterpart_of(CATALOGUE["walmart"], running)
        async with walmart.open(CHANNEL) as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            orders, _ = await collect(adapter.orders(LONG_AGO, None))
            levels, _ = await collect(adapter.inventory(None, None))
            assert (450, 330, 75) == (len(products), len(orders), len(levels))
            for count in (4, BULK_FROM):
                answers = [one.answer for one in await adapter.set_stock(_changes(products, count))]
                assert [StockAnswer.ACCEPTED] * count + [StockAnswer.REFUSED] == answers
                products, _ = await collect(adapter.products(None, None))
            walmart.shop.place_order()
            lately = datetime.now(UTC) - timedelta(minutes=10)
            await collect(adapter.inventory(lately, None))
            changed, _ = await collect(adapter.orders(lately, None))
            assert changed
            await _keep_webhooks(walmart, adapter)
            named = [Named(About.PRODUCT, one.ref) for one in (*products[:3], *products[5:6])]
            stock, ghost = Named(About.STOCK, products[4].ref), Named(About.PRODUCT, "NONE-1")
            await adapter.look([*named, stock, ghost, *(Named(About.ORDER, ref) for ref in (changed[0].ref, "1"))])
            account_of(walmart.shop).old_held_list = False
            await collect(adapter.inventory(None, None))
            await _be_refused(walmart, adapter)
        return traffic


async def _keep_webhooks(walmart: Counterpart, adapter: Any) -> None:
    """Register, give another secret, switch back on, take away twice."""
    desk = walmart.sandbox.world.hooks.of(walmart.shop)
    made = await adapter.register("ORDER_UPDATES", ADDRESS, "a secret")
    desk.change(desk.all()[0], active=False)
    assert made == await adapter.register("ORDER_UPDATES", ADDRESS, "another secret")
    assert [made] == await adapter.registrations()
    for _ in range(2):
        await adapter.unregister(made)
    assert [] == await adapter.registrations()


async def _be_refused(walmart: Counterpart, adapter: Any) -> None:
    for fault, error in (("throttled", None), ("missing_scope", PermissionMissing), ("suspended", AccountSuspended)):
        walmart.fault(fault, times=1 if error is None else -1, scope="item", seconds=0.1)
        with pytest.raises(error) if error else nullcontext():
            await collect(adapter.products(None, None))
        walmart.shop.faults.switch_off()
    walmart.fault("expired_token")
    await adapter.verify()


def _changes(products: Sequence[Product], count: int) -> list[StockChange]:
    """So many changes of the seller's own stock, and one of an item that is not there."""
    own = [one for product in products for one in product.variants if one.fulfilment is Fulfilment.MERCHANT][:count]
    changes = [
        StockChange(one.ref, one.ref, SHIP_NODE, place + 3, one.levels[0].available, f"k{place}")
        for place, one in enumerate(own)
    ]
    return [*changes, StockChange("NONE-1", "NONE-1", SHIP_NODE, 1, None, "ghost")]
