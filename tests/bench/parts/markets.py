"""The simulated marketplaces of the sales day: the day's goods on every shelf, each as slow as its market is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import httpx

from nexus_ui.sandbox import seeds, server
from nexus_ui.sandbox.bol.account import ean, held_by_bol
from nexus_ui.sandbox.catalog_records import Product
from nexus_ui.sandbox.courier import Courier, Letter
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.kaufland.seller import STORED_BY_KAUFLAND
from nexus_ui.sandbox.shop import Shop
from nexus_ui.sandbox.walmart.account import held_by_walmart
from nexus_ui.sandbox.woocommerce.assortment import EXTERNAL_EVERY, GROUPED_EVERY
from nexus_ui.sandbox.world import Options, World
from tests.bench.parts.sales_day import MARKETS, Day, Plan


class Markets:
    """The simulated marketplaces with the day's goods in them."""

    def __init__(self, plan: Plan, clock: Callable[[], float], webhooks: bool) -> None:
        """All of them open, none down; without `webhooks` they tell nothing by themselves."""
        self.world = World(Options(products=plan.skus, orders=0, limits=True, seed=plan.seed, clock=clock))
        self.world.hooks.courier = Mail(clock, webhooks)
        self.app = server.build_app(self.world)
        opened = {shop.marketplace: shop for shop in reversed(self.world.shops())}
        self.shops: list[Shop] = [opened[market.slug] for market in MARKETS]
        self.sold_at = [[sku for sku in range(plan.skus) if sells(market.slug, sku)] for market in MARKETS]
        for shop, market in zip(self.shops, MARKETS, strict=True):
            shop.faults.switch_on(Fault(fault="slow", seconds=market.answer, on="all"))

    def stock(self, that: Day) -> None:
        """Put the day's units on every shelf."""
        for shop in self.shops:
            shop.offer([goods(shop.marketplace, sku, units) for sku, units in enumerate(that.units)])

    def shows(self, market: int, sku: int) -> int:
        """Units a buyer sees."""
        return self.shops[market].stock(sku, 0) or 0

    def outage(self, market: int, begins: bool) -> None:
        """The market's interface goes down, its webhooks with it; buyers buy on. Or it is up again."""
        for fault in ("outage", "hook_lost"):
            if begins:
                self.shops[market].faults.switch_on(Fault(fault=fault))
            else:
                self.shops[market].faults.switch_off(fault)


def sells(slug: str, sku: int) -> bool:
    """Whether the market sells it from our own stock: some things it stores itself, or does not count."""
    match slug:
        case "bol":
            return not held_by_bol(sku)
        case "kaufland":
            return sku % STORED_BY_KAUFLAND != STORED_BY_KAUFLAND - 1
        case "walmart":
            return not held_by_walmart(sku)
        case "woocommerce":
            return all(sku % every != every - 1 for every in (GROUPED_EVERY, EXTERNAL_EVERY))
        case _:
            return True


def goods(slug: str, sku: int, units: int) -> Product:
    """The listing of a SKU, the same one everywhere."""
    made = seeds.product(1, sku)
    number = {"barcode": ean(sku)} if slug == "bol" else {}
    return replace(
        made, status="active", variants=(replace(made.variants[0], sku=f"SKU-{sku:03}", qty=units, **number),)
    )


class Mail(Courier):
    """Carries webhooks on the loop, each market's as late as it is."""

    def __init__(self, clock: Callable[[], float], delivers: bool) -> None:
        """Nothing on its way. What is not delivered is lost."""
        super().__init__(clock)
        self._delivers = delivers
        self._late = {market.slug: market.notice for market in MARKETS}
        self._client = httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_keepalive_connections=0))
        self._under_way: set[asyncio.Task[None]] = set()

    def post(self, letter: Letter, delay: float = 0.0) -> None:
        """Send a letter after so many seconds, and the market's own."""
        if not self._delivers:
            return
        task = asyncio.get_running_loop().create_task(self._carry(letter, delay + self._late[letter.marketplace]))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _carry(self, letter: Letter, delay: float) -> None:
        await asyncio.sleep(delay)
        headers, body = letter.write()
        answer = await self._client.post(letter.address, content=body, headers=dict(headers))
        if letter.answered is not None:
            letter.answered(letter, answer.is_success)
