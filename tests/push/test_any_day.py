"""Days of sales, counts, changes at the shops and failing calls, in any order: in the end every number is right."""

import random

import pytest
from sqlalchemy import text

from nexus_ui.flows import publishing
from nexus_ui.sandbox import server
from nexus_ui.sandbox.faults import Fault
from nexus_ui.storage.consistency import contradictions
from nexus_ui.storage.database import reading
from tests import databases
from tests.engine.connecting import cycle, shop_of
from tests.push.selling import available, sell, settle, shared_skus, standing, two_shops
from tests.push.test_decisions import OLGA, pushes, set_stock
from tests.push.test_faults import WRITES, later

SLUGS = ("shopify", "woocommerce", "kaufland")
EVENTS = ("sale", "sale", "sale", "count", "read", "push", "push", "outage", "lost", "over", "buffer")
STEPS = 25


class Day:
    """One day on three shops with two SKUs."""

    def __init__(self, sandbox: server.Running, connected: list[str], skus: list[str], seed: int) -> None:
        """It goes as the dice fall."""
        self.sandbox, self.connected, self.skus, self.dice = sandbox, connected, skus, random.Random(seed)

    async def goes_by(self) -> None:
        """One thing after the other."""
        for _ in range(STEPS):
            await getattr(self, self.dice.choice(EVENTS))()

    async def sale(self) -> None:
        """Somebody buys one or two, where there still are any."""
        slug, sku = self.dice.choice(SLUGS), self.dice.choice(self.skus)
        units = min(self.dice.randint(1, 2), standing(self.sandbox, slug, sku))
        if units > 0:
            sell(self.sandbox, slug, sku, units)

    async def count(self) -> None:
        """Olga counts a SKU, and is right but for sales she was not told of."""
        set_stock(self.dice.choice(self.skus), self.dice.randint(15, 60))

    async def read(self) -> None:
        """A cycle of one connection."""
        await cycle(self.dice.choice(self.connected))

    async def push(self) -> None:
        """What is due on one connection."""
        await settle(self.dice.choice(self.connected))

    async def outage(self) -> None:
        """A shop answers nothing from now on."""
        shop_of(self.sandbox, self.dice.choice(SLUGS)).faults.switch_on(Fault(fault="outage", on="api"))

    async def lost(self) -> None:
        """A shop does what it is told and does not say so."""
        slug = self.dice.choice(SLUGS)
        shop_of(self.sandbox, slug).faults.switch_on(Fault(fault="answer_lost", match=WRITES[slug]))

    async def over(self) -> None:
        """All shops are well again."""
        for slug in SLUGS:
            shop_of(self.sandbox, slug).faults.switch_off()

    async def buffer(self) -> None:
        """A SKU gets a buffer of its own somewhere, or loses it."""
        where, sku = self.dice.choice(self.connected), self.dice.choice(self.skus)
        publishing.set_rule(where, sku, OLGA, self.dice.choice([None, 10, 50]), False)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
async def test_any_day_ends_with_the_right_number_everywhere(
    seed: int, sqlite_database: databases.Database, sandbox: server.Running
) -> None:
    """Once orders are read and nothing is due, each shop shows what the rule makes of what we have; nothing is held."""
    connected = await two_shops(*SLUGS)
    day = Day(sandbox, connected, shared_skus(connected, 5)[:2], seed)
    await day.goes_by()
    await day.over()
    for _ in range(3):
        for connection_id in connected:
            await cycle(connection_id)
        await later(*connected)

    assert [] == contradictions()
    places = [(slug, id_, sku) for slug, id_ in zip(SLUGS, connected, strict=True) for sku in day.skus]
    assert {(slug, sku): expected(id_, sku) for slug, id_, sku in places} == {
        (slug, sku): standing(sandbox, slug, sku) for slug, _, sku in places
    }
    assert not [
        one for connection_id in connected for one in pushes(connection_id) if one["state"] in ("held", "going")
    ]


def expected(connection_id: str, sku: str) -> int:
    """What should stand there, worked out once more by hand."""
    query = text("SELECT buffer_percent FROM stock_rules WHERE connection_id = :c AND sku = :sku")
    with reading() as session:
        buffer = session.execute(query, {"c": connection_id, "sku": sku}).scalar() or 0
    return max(0, available(sku)) * (100 - buffer) // 100
