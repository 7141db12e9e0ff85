"""A sandbox of its own for the tests of this folder, and eBay in it with nothing counted yet."""

from collections.abc import Iterator

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.ebay.quotas import forget_looks
from nexus_ui.adapters.ebay.revisions import REVISIONS
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, counterpart_of


@pytest.fixture(scope="session")
def ebay_sandbox() -> Iterator[Running]:
    """A sandbox with limits, two pages of listings and three of orders."""
    with run_in_thread(World(Options(products=210, orders=500, limits=True))) as running:
        yield running


@pytest.fixture
def ebay(ebay_sandbox: Running) -> Iterator[Counterpart]:
    """eBay with the seller's German site; faults are off and nothing is counted before and after."""
    forget_looks()
    REVISIONS.forget()
    yield counterpart_of(CATALOGUE["ebay"], ebay_sandbox)
    counterpart_of(CATALOGUE["ebay"], ebay_sandbox)
    forget_looks()
    REVISIONS.forget()
