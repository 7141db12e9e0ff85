"""A sandbox of its own for the tests of this folder, whose clock can be set, and ways to reach it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, counterpart_of


@dataclass
class SandboxClock:
    """Runs `ahead` of ours."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture(scope="session")
def kaufland_clock() -> SandboxClock:
    """The clock of this folder's sandbox."""
    return SandboxClock()


@pytest.fixture(scope="session")
def kaufland_sandbox(kaufland_clock: SandboxClock) -> Iterator[Running]:
    """A sandbox with a few pages of offers and few orders."""
    with run_in_thread(World(Options(products=230, orders=40, limits=False, clock=kaufland_clock))) as running:
        yield running


@pytest.fixture
def kaufland(kaufland_sandbox: Running, kaufland_clock: SandboxClock) -> Iterator[Counterpart]:
    """Kaufland with the seller's German storefront; faults and clock are as usual before and after."""
    yield counterpart_of(CATALOGUE["kaufland"], kaufland_sandbox)
    counterpart_of(CATALOGUE["kaufland"], kaufland_sandbox)
    kaufland_clock.ahead = 0.0
