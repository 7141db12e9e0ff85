"""A sales day: who wants to buy what, where and when; what is then sold twice, and the least that must be.

The seed decides everything. Every buyer wants one unit and buys it if the marketplace shows any.
"""

import heapq
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

HOUR = 3_600.0
DAY = 24 * HOUR


@dataclass(frozen=True)
class Market:
    """A marketplace: seconds until one of its calls is answered, and until its webhook is on its way."""

    slug: str
    answer: float
    notice: float


MARKETS = (
    Market("shopify", 0.3, 2.0),
    Market("woocommerce", 0.8, 10.0),
    Market("bol", 0.2, 5.0),
    Market("kaufland", 0.25, 3.0),
    Market("walmart", 0.5, 5.0),
)
"""Chosen by us: nobody publishes these. WooCommerce's webhooks leave by a task queue that is looked at every minute."""


@dataclass(frozen=True, order=True)
class Visit:
    """Somebody who wants one unit of the SKU at this place, at a moment in seconds since midnight."""

    at: float
    market: int
    sku: int


@dataclass(frozen=True)
class Plan:
    """What kind of day: `skus` with one to three units each; `demand` buyers per unit; bursts of `rush` buyers per SKU.

    `down`: the market that cannot be reached for a while, and when.
    """

    seed: int = 7
    skus: int = 500
    demand: float = 0.3
    bursts: int = 12
    in_burst: int = 8
    rush: float = 4.0
    burst_seconds: float = 900.0
    down: int = 3
    down_from: float = 14 * HOUR
    down_for: float = HOUR / 2

    @property
    def up_at(self) -> float:
        """When the market can be reached again."""
        return self.down_from + self.down_for

    def outage_at(self, market: int, at: float) -> bool:
        """Whether it cannot be reached at that moment."""
        return market == self.down and self.down_from <= at < self.up_at


@dataclass(frozen=True)
class Day:
    """Units of every SKU at midnight, and everybody who comes."""

    plan: Plan
    units: tuple[int, ...]
    visits: tuple[Visit, ...]


def day(plan: Plan, sold_at: Sequence[Sequence[int]]) -> Day:
    """The day that the seed makes; `sold_at` names the SKUs that each market sells from our stock."""
    dice = random.Random(plan.seed)
    units = tuple(dice.choices((1, 2, 3), (60, 30, 10), k=plan.skus))
    offering = [[market for market, skus in enumerate(sold_at) if sku in set(skus)] for sku in range(plan.skus)]
    visits: list[Visit] = []
    for sku in range(plan.skus):
        for _ in range(_poisson(dice, plan.demand * units[sku])):
            visits.append(Visit(_hour_of_day(dice), dice.choice(offering[sku]), sku))
    for _ in range(plan.bursts):
        began = dice.uniform(8 * HOUR, 22 * HOUR)
        for sku in dice.sample(range(plan.skus), plan.in_burst):
            for _ in range(_poisson(dice, plan.rush)):
                moment = began + dice.uniform(0, plan.burst_seconds)
                visits.append(Visit(moment, dice.choice(offering[sku]), sku))
    return Day(plan, units, tuple(sorted(visits)))


@dataclass
class Till:
    """What was sold of every SKU; whatever exceeds the units there were has been sold twice."""

    units: Sequence[int]
    sold: list[int] = field(init=False)

    def __post_init__(self) -> None:
        """Nothing yet."""
        self.sold = [0] * len(self.units)

    def sell(self, sku: int) -> None:
        """One unit went."""
        self.sold[sku] += 1

    def twice(self) -> int:
        """Units sold that were not there."""
        return sum(max(0, sold - there) for sold, there in zip(self.sold, self.units, strict=True))


def least(that: Day, markets: Sequence[Market] = MARKETS) -> dict[str, int]:
    """What is sold, and sold twice, if each sale is known with its webhook and written everywhere by one call at once.

    No engine can be faster: computing takes no time, calls are not limited, and every answer is as fast as the market.
    A market that is down tells and takes nothing until it is up again.
    """
    plan, till = that.plan, Till(that.units)
    shown = [list(that.units) for _ in markets]
    news: list[tuple[float, int, int]] = []
    for visit in that.visits:
        while news and news[0][0] <= visit.at:
            _at, market, sku = heapq.heappop(news)
            shown[market][sku] -= 1
        if shown[visit.market][visit.sku] <= 0:
            continue
        till.sell(visit.sku)
        shown[visit.market][visit.sku] -= 1
        known = visit.at + markets[visit.market].notice
        if plan.outage_at(visit.market, visit.at):
            known = plan.up_at + markets[visit.market].answer
        for other, market in enumerate(markets):
            if other != visit.market:
                begun = plan.up_at if plan.outage_at(other, known) else known
                heapq.heappush(news, (begun + market.answer / 2, other, visit.sku))
    return {"sold": sum(till.sold), "twice": till.twice()}


def _hour_of_day(dice: random.Random) -> float:
    """A moment of the day: most come in the evening, few at night."""
    while True:
        at = dice.uniform(0, DAY)
        if dice.random() < 0.55 - 0.45 * math.cos((at / HOUR - 7.0) / 24 * 2 * math.pi):
            return at


def _poisson(dice: random.Random, mean: float) -> int:
    """How many come where so many are expected."""
    limit, count, product = math.exp(-mean), 0, dice.random()
    while product > limit:
        count, product = count + 1, product * dice.random()
    return count
