"""Full cycles of two storefronts against the sandbox, judged by Kaufland's own file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.kaufland.stock import HELD_BY_KAUFLAND
from nexus_ui.errors import AccountSuspended, CredentialsRejected
from nexus_ui.records import Product, StockAnswer, StockChange
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, collect, counterpart_of
from tests.adapters.listening import listening
from tests.adapters.openapi_judge import Findings, judge
from tests.adapters.openapi_spec import Spec
from tests.adapters.recording import Traffic, recorded_sandbox

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PREFIX = "/kaufland/sellerapi.kaufland.com"


async def judged(specs: Path) -> Findings:
    """What Kaufland's file says of everything that was asked and answered."""
    return judge(await both_storefronts(), [Spec.load(specs / "swagger.json")], PREFIX)


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
        await be_told(adapter, kaufland)
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


async def be_told(adapter: Any, kaufland: Counterpart) -> None:
    """Register every event, look at what is told of an order and an offer, be switched off and on, and leave."""
    webhooks = kaufland.marketplace.webhooks
    assert webhooks is not None
    with listening(webhooks) as listener:
        made = [await adapter.register(topic.name, listener.address, "") for topic in webhooks.topics]
        assert len(made) == len(listener.proofs)
        kaufland.shop.change_order(kaufland.shop.place_order(), fulfilment="fulfilled")
        kaufland.shop.remove_product(7)
        assert kaufland.sandbox.world.hooks.courier.idle(10.0)
        notices = [webhooks.read(delivery) for delivery in listener.arrived]
        looked = await adapter.look([one for notice in notices if notice for one in notice.named])
        assert (1, 1) == (len(looked.orders), len(looked.gone))
        desk = kaufland.sandbox.world.hooks.of(kaufland.shop)
        desk.change(desk.all()[0], active=False)
        assert made != await adapter.registrations()
        assert made[0] == await adapter.register(made[0].topic, listener.address, "")
        for registration in (*made, made[0]):
            await adapter.unregister(registration)
        assert [] == await adapter.registrations()


async def both_storefronts() -> list[Traffic]:
    """A full cycle of one, and the offers of the other with the same keys."""
    with recorded_sandbox(World(Options(products=230, orders=60, limits=False))) as (running, recorded):
        kaufland = counterpart_of(CATALOGUE["kaufland"], running)
        await full_cycle(kaufland)
        async with kaufland.open({"storefront": "cz"}) as adapter:
            products, _ = await collect(adapter.products(None, None))
            assert {"CZK"} == {product.variants[0].price.currency for product in products}
        return recorded
