"""Sandboxes for the tests: real HTTP on loopback, one server for each test module."""

import os
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from nexus_ui.sandbox.server import Running, run_in_thread
from nexus_ui.sandbox.world import Options, World
from tests.sandbox.admin_api import App

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real catalogues, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("NEXUS_DATA") or PROJECT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no sample catalogues in {folder}; set NEXUS_DATA")
    return folder


@pytest.fixture(scope="session")
def woo_specs() -> Path:
    """The folder of WooCommerce's own schemas, or a skip that says where it was looked for."""
    folder = Path(os.environ.get("NEXUS_SPECS") or PROJECT.parent / "shared" / "specs") / "woocommerce"
    if not folder.is_dir():
        pytest.skip(f"no vendor schemas in {folder}; set NEXUS_SPECS")
    return folder


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Running]:
    """A sandbox with its usual shops."""
    with run_in_thread() as running:
        yield running


@pytest.fixture
def woo(sandbox: Running) -> Iterator[httpx.Client]:
    """A client of the demo shop with its full key; all fault switches are off before and after."""
    shop = sandbox.world.shop("woocommerce", "demo-shop.example")
    assert shop is not None
    keys = shop.credentials
    shop.faults.switch_off()
    base = f"{sandbox.url}/woocommerce/{shop.host}/wp-json/wc/v3"
    with httpx.Client(base_url=base, auth=(keys["consumer_key"], keys["consumer_secret"])) as client:
        yield client
    shop.faults.switch_off()


@pytest.fixture
def app(sandbox: Running) -> Iterator[App]:
    """An app at Shopify's demo shop; all fault switches are off before and after."""
    speaking = App(sandbox)
    speaking.shop.faults.switch_off()
    yield speaking
    speaking.shop.faults.switch_off()
    speaking.client.close()


@pytest.fixture
def own_sandbox() -> Iterator[Running]:
    """A small sandbox of its own, for tests that leave marks."""
    with run_in_thread(World(Options(products=60, orders=40))) as running:
        yield running


@pytest.fixture
def own_app(own_sandbox: Running) -> Iterator[App]:
    """An app at the demo shop of the sandbox of its own."""
    speaking = App(own_sandbox)
    yield speaking
    speaking.client.close()
