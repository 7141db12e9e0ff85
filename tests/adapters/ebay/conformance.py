"""A full cycle of both sites against the sandbox, judged by eBay's own API files."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.ebay.quotas import forget_looks
from nexus_ui.adapters.ebay.refusals import ThisOneRefused
from nexus_ui.adapters.ebay.revisions import A_DAY, REVISIONS
from nexus_ui.errors import AccountSuspended, PermissionMissing, RateLimited
from nexus_ui.records import Product, StockAnswer, StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.listening import listening
from tests.adapters.openapi_judge import Findings, judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOKEN_PATH = "/identity/v1/oauth2/token"
HOSTS = {
    "api.ebay.com": (
        "sell_inventory_v1_oas3.json",
        "sell_fulfillment_v1_oas3.json",
        "developer_analytics_v1_beta_oas3.json",
        "ebay-notification-openapi-original.yml",
    ),
    "apiz.ebay.com": ("commerce_identity_v1_oas3.json",),
}
"""Of the two files of the Notification API the newer one: the other calls what a destination holds a text."""

TOKEN = "verification_token-0123456789abcdef"
WORN = 3
"""The place of a listing that somebody else has revised all day."""


async def judged(specs: Path) -> Findings:
    """What eBay's files say of everything that was asked and answered, but for tokens, which no file tells of."""
    return judged_traffic(await both_sites(), specs)


def judged_traffic(traffic: Sequence[Traffic], specs: Path) -> Findings:
    """The same of recorded traffic."""
    told, whole = [one for one in traffic if not one.path.endswith(TOKEN_PATH)], Findings()
    for host, names in HOSTS.items():
        found = judge(told, [Spec.load(specs / name) for name in names], f"/ebay/{host}")
        whole.requests += found.requests
        whole.answers += found.answers
        whole.operations += found.operations
        whole.judged |= found.judged
        whole.undescribed += found.undescribed
        whole.violations += found.violations
    return whole


async def both_sites() -> list[Traffic]:
    """A full cycle of one site, and the listings of the other with the same consent."""
    forget_looks()
    REVISIONS.forget()
    with recorded_sandbox(World(Options(products=205, orders=420, limits=False))) as (running, recorded):
        ebay = counterpart_of(CATALOGUE["ebay"], running)
        await full_cycle(ebay)
        async with ebay.open({"site": "EBAY_GB"}) as adapter:
            products, _ = await collect(adapter.products(None, None))
            assert {"GBP"} == {product.variants[0].price.currency for product in products}
        return recorded


async def full_cycle(ebay: Counterpart) -> None:
    """Everything the adapter does: test, read all, write stock, read changes, and be refused."""
    async with ebay.open() as adapter:
        await adapter.verify()
        products, _ = await collect(adapter.products(None, None))
        orders, _ = await collect(adapter.orders(LONG_AGO, None))
        levels, _ = await collect(adapter.inventory(None, None))
        assert (205, 420, 205) == (len(products), len(orders), len(levels))
        await write(adapter, ebay, products)
        await be_told(adapter, ebay)
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


async def be_told(adapter: Any, ebay: Counterpart) -> None:
    """Register, be told of an order, look at it, move house, be switched off and on again, and leave."""
    webhooks = ebay.marketplace.webhooks
    assert webhooks is not None
    topic = webhooks.topics[0].name
    with listening(webhooks, TOKEN) as listener, listening(webhooks, TOKEN) as elsewhere:
        await adapter.register(topic, listener.address, TOKEN)
        ebay.shop.place_order()
        assert ebay.sandbox.world.hooks.courier.idle(10.0)
        (delivery,) = listener.arrived
        assert webhooks.key_id is not None
        key = await adapter.webhook_key(webhooks.key_id(delivery))
        assert webhooks.verify(delivery, (key,))
        notice = webhooks.read(delivery)
        assert notice is not None
        looked = await adapter.look(notice.named)
        assert notice.named[0].ref == looked.orders[0].ref
        assert looked.levels
        desk = ebay.sandbox.world.hooks.of(ebay.shop)
        (one,) = desk.all()
        desk.change(one, active=False)
        (found,) = await adapter.registrations()
        assert not found.active
        moved = await adapter.register(topic, elsewhere.address, TOKEN)
        assert [moved] == await adapter.registrations()
        one.details = {**one.details, "status": "DISABLED"}
        assert [moved] == [await adapter.register(topic, elsewhere.address, TOKEN)]
        await adapter.unregister(moved)
        assert [] == await adapter.registrations()
    with pytest.raises(ThisOneRefused):
        await adapter.webhook_key("unknown-key")


async def write(adapter: object, ebay: Counterpart, products: list[Product]) -> None:
    """Quantities of 60 listings, of which one has been revised too often, and one of an article that is not there."""
    ebay.shop.private["seller"].revisions.counts()[_listing(products[WORN])] = A_DAY
    variants = [product.variants[0] for product in products][:60]
    changes = [
        StockChange(one.ref, one.inventory_ref or "", "EBAY_DE", place + 3, one.levels[0].available, f"k{place}")
        for place, one in enumerate(variants)
    ]
    ghost = StockChange("XXX-999999-9", "8999999999", "EBAY_DE", 1, None, "ghost")
    answers = [receipt.answer for receipt in await adapter.set_stock([*changes, ghost])]  # type: ignore[attr-defined]
    assert [WORN, 60] == [place for place, answer in enumerate(answers) if answer is StockAnswer.REFUSED]


def _listing(product: Product) -> str:
    return (product.url or "").rpartition("/")[2]
