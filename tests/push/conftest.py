"""A sandbox of its own for each test, and connections that lead there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nexus_ui import children
from nexus_ui.sandbox import server
from nexus_ui.sandbox.world import Options, World


@pytest.fixture
def sandbox(fresh_home: Path) -> Iterator[server.Running]:
    """A small sandbox over HTTP, as this installation's own."""
    with server.run_in_thread(World(Options(products=60, orders=25, limits=False))) as running:
        children.remember_port(fresh_home, int(running.url.rpartition(":")[2]))
        yield running


@pytest.fixture
def large_sandbox(fresh_home: Path) -> Iterator[server.Running]:
    """A sandbox whose shops take many pages to read."""
    with server.run_in_thread(World(Options(products=700, orders=500, limits=False))) as running:
        children.remember_port(fresh_home, int(running.url.rpartition(":")[2]))
        yield running
