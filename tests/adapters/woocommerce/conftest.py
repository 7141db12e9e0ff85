"""A shop of its own for the tests of this folder, whose clock can be set, and ways to reach it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, counterpart_of


@dataclass
class ShopClock:
    """The shop's clock: runs `ahead` of ours, or stands still."""

    ahead: float = 0.0
    still: float | None = None

    def __call__(self) -> float:
        return (time.time() if self.still is None else self.still) + self.ahead


@pytest.fixture(scope="session")
def shop_clock() -> ShopClock:
    """The clock of all shops of this folder's sandbox."""
    return ShopClock()


@pytest.fixture(scope="session")
def woo_sandbox(shop_clock: ShopClock) -> Iterator[Running]:
    """A sandbox whose shop holds products of every kind."""
    with run_in_thread(World(Options(products=230, orders=130, limits=False, clock=shop_clock))) as running:
        yield running


@pytest.fixture
def woo(woo_sandbox: Running, shop_clock: ShopClock) -> Iterator[Counterpart]:
    """WooCommerce and its demo shop; faults and clock are as usual before and after."""
    yield counterpart_of(CATALOGUE["woocommerce"], woo_sandbox)
    counterpart_of(CATALOGUE["woocommerce"], woo_sandbox)
    shop_clock.ahead, shop_clock.still = 0.0, None
