"""One sandbox for all adapter tests, and each marketplace with its counterpart in it."""

from collections.abc import Iterator

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, counterpart_of


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Running]:
    """A sandbox with small shops and no limits, so that no test waits for a budget."""
    with run_in_thread(World(Options(products=130, orders=110, limits=False))) as running:
        yield running


@pytest.fixture(params=sorted(CATALOGUE))
def counterpart(request: pytest.FixtureRequest, sandbox: Running) -> Iterator[Counterpart]:
    """Each marketplace of the catalogue in turn; all its faults are off before and after."""
    found = counterpart_of(CATALOGUE[request.param], sandbox)
    yield found
    found.shop.faults.switch_off()
