"""Amazon and its demo seller, with every fault off before and after."""

from collections.abc import Iterator

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import Counterpart, counterpart_of


@pytest.fixture
def amazon(sandbox: Running) -> Iterator[Counterpart]:
    """Amazon's counterpart in the common sandbox."""
    found = counterpart_of(CATALOGUE["amazon"], sandbox)
    yield found
    found.shop.faults.switch_off()
