"""A full cycle against the sandbox: stock updates judged by Zalando's own file, the rest by what its files say.

Of tokens, product reports and ZFS quantities no file is public: they are counted as not described. Reports are held to
the sandbox's schema on every call.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.zalando.stock import HELD_BY_ZALANDO
from nexus_ui.errors import AccountSuspended, PermissionMissing
from nexus_ui.records import Product, StockAnswer, StockChange, StockReceipt
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.openapi_judge import Findings, judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox
from tests.adapters.zalando.vendor import DOCUMENT

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PREFIX = "/zalando/api.merchants.zalando.com"
STOCKS = "zalando-stocks-api-openapi.yml"
UNDESCRIBED = ("/auth/token", "/graphql", "/zfs/item-quantities", "/zfs/item-quantity-snapshots")


async def judged(specs: Path) -> Findings:
    """What is said of everything that was asked and answered."""
    return judged_by(Spec.load(specs / STOCKS), await full_cycle())


def judged_by(stocks: Spec, traffic: list[Traffic]) -> Findings:
    """The same of traffic at hand; what no file describes is only counted."""
    strange = [one for one in traffic if one.path.removeprefix(PREFIX).startswith(UNDESCRIBED)]
    found = judge([one for one in traffic if one not in strange], [stocks, Spec(DOCUMENT)], PREFIX)
    found.undescribed.update(_family(one.path.removeprefix(PREFIX)) for one in strange)
    return found


async def full_cycle() -> list[Traffic]:
    """Everything the adapter does: test, read all, write stock, read changes, and be refused."""
    with recorded_sandbox(World(Options(products=230, orders=300, limits=False))) as (running, traffic):
        zalando = counterpart_of(CATALOGUE["zalando"], running)
        async with zalando.open() as adapter:
            await adapter.verify()
            products, _ = await collect(adapter.products(None, None))
            orders, _ = await collect(adapter.orders(LONG_AGO, None))
            levels, _ = await collect(adapter.inventory(None, None))
            assert (230, 300) == (len(products), len(orders))
            assert levels
            changes = changes_of(products)
            receipts = await adapter.set_stock(changes)
            refused = {one.key for one in receipts if one.answer is not StockAnswer.ACCEPTED}
            assert {"ghost"} == refused - sold_out(receipts)
            zalando.shop.place_order()
            changed, _ = await collect(adapter.orders(datetime.now(UTC) - timedelta(minutes=10), None))
            assert changed
            await be_refused(zalando, adapter, changes[:1])
        return traffic


async def be_refused(zalando: Counterpart, adapter: Any, changes: list[StockChange]) -> None:
    """Tokens that ended and haste are got over; a closed account and a missing right are not."""
    for fault in ("expired_token", "throttled"):
        for match in ("/orders", "/stocks"):
            zalando.fault(fault, times=1, seconds=0.1, match=match)
            await collect(adapter.orders(datetime.now(UTC), None))
            await adapter.set_stock(changes)
    for fault, error in (("suspended", AccountSuspended), ("missing_scope", PermissionMissing)):
        zalando.fault(fault, scope="products/stock/write", match="/stocks")
        with pytest.raises(error):
            await adapter.set_stock(changes)
        zalando.shop.faults.switch_off()


def changes_of(products: list[Product]) -> list[StockChange]:
    """Some good changes, one of what is no article, one of an article that Zalando does not know yet."""
    offers = [one for product in products for one in product.variants if one.levels][:60]
    channel = offers[0].levels[0].location_ref
    return [
        *(
            StockChange(one.ref, one.inventory_ref or "", one.levels[0].location_ref, place, None, f"k{place}")
            for place, one in enumerate(offers)
        ),
        StockChange("ghost", "9999999999999", channel, 1, None, "ghost"),
        StockChange("new", "4012345678901", channel, 1, None, "new"),
    ]


def sold_out(receipts: list[StockReceipt]) -> set[str]:
    """What Zalando holds and has none of: only the look before a write tells it."""
    return {one.key for one in receipts if one.said == HELD_BY_ZALANDO}


def _family(path: str) -> str:
    return next(known for known in reversed(UNDESCRIBED) if path.startswith(known))
