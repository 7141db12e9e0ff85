"""A sandbox of its own for the tests of this folder, with several pages of items, and ways to reach it."""

from collections.abc import Iterator

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.walmart.account import Account, account_of
from nexus_ui.sandbox.world import Options, World
from tests.adapters.counterparts import Counterpart, counterpart_of


@pytest.fixture(scope="session")
def walmart_sandbox() -> Iterator[Running]:
    """A sandbox with three pages of items and two of orders."""
    with run_in_thread(World(Options(products=450, orders=330, limits=False))) as running:
        yield running


@pytest.fixture
def walmart(walmart_sandbox: Running) -> Iterator[Counterpart]:
    """Walmart's demo account; faults and habits are as usual before and after."""
    found = counterpart_of(CATALOGUE["walmart"], walmart_sandbox)
    yield found
    counterpart_of(CATALOGUE["walmart"], walmart_sandbox)
    account = account_of(found.shop)
    account.old_held_list = account.enrolled = True
    account.feed_seconds = 0.2


@pytest.fixture
def account(walmart: Counterpart) -> Account:
    """What the sandbox keeps of the account."""
    return account_of(walmart.shop)
