"""Journeys through silence and removal: a frozen worker shows, a pause plans its end, a removal is undone."""

import time
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Page, expect

from nexus_ui.flows.notice import START_PATIENCE
from nexus_ui.watchman import BEAT_SECONDS
from tests.browser.conftest import Visit
from tests.browser.running import Product, Sandbox
from tests.browser.test_connections import SYNC_TIMEOUT, card, expect_status
from tests.engine.workers import eventually, freeze

SHOP = "Shopify sandbox"
GOING = "Balcony shop"
NOTICED = 60_000
"""A busy machine takes its time; two beats are what is promised, and proved elsewhere."""


@pytest.fixture
def frozen(product: Product, sandbox: Sandbox) -> Iterator[psutil.Process]:
    """The product's worker, stopped as by a hanging machine once the watchman judges; it goes on afterwards."""
    web = next(one for one in psutil.process_iter(["environ"]) if _is_web(one, product))
    [worker] = [child for child in web.children() if "worker" in child.cmdline()]
    listens = worker.create_time() + START_PATIENCE.total_seconds() + BEAT_SECONDS
    eventually(lambda: time.time() > listens, patience=2 * START_PATIENCE.total_seconds())
    freeze(worker, product.home / "nexus.db")
    yield worker
    if worker.is_running():
        worker.resume()


def _is_web(process: psutil.Process, product: Product) -> bool:
    mine = (process.info["environ"] or {}).get("NEXUS_HOME") == str(product.home)
    return mine and any("worker" in child.cmdline() for child in process.children())


def act(page: Page, name: str, action: str) -> None:
    """Choose an action from a card's menu."""
    card(page, name).get_by_label("More actions").click()
    page.get_by_role("menuitem", name=action).click()


@pytest.mark.slow
def test_a_frozen_worker_shows_in_the_header_and_on_the_card(
    visit: Visit, sandbox: Sandbox, request: pytest.FixtureRequest
) -> None:
    """Nobody reloads: the engine's dot turns, what is due is overdue with the reason, and all ends when it thaws."""
    page = visit()
    expect_status(page, SHOP, "Active")
    expect(page.get_by_title("Engine: every part is running")).to_be_visible(timeout=NOTICED)
    worker: psutil.Process = request.getfixturevalue("frozen")
    card(page, SHOP).get_by_role("button", name="Sync now").click()

    expect(page.get_by_title("Engine: silence of scheduler and worker")).to_be_visible(timeout=NOTICED)
    expect(card(page, SHOP).get_by_role("alert")).to_contain_text("No worker gives a sign of life", timeout=NOTICED)
    expect(card(page, SHOP).locator("header")).to_contain_text("Overdue")
    expect_status(page, SHOP, "Active")
    worker.resume()
    expect(card(page, SHOP).get_by_role("alert")).to_have_count(0, timeout=NOTICED)
    expect(page.get_by_title("Engine: every part is running")).to_be_visible(timeout=NOTICED)


def test_a_pause_plans_its_end(visit: Visit, sandbox: Sandbox) -> None:
    """A length is chosen, the dialog says when it goes on, and the card says so too."""
    page = visit()
    expect_status(page, SHOP, "Active")
    act(page, SHOP, "Pause")
    page.get_by_label("Until").select_option("Tomorrow, 08:00")
    expect(page.get_by_role("dialog")).to_contain_text("08:00, your time.")
    page.get_by_role("dialog").get_by_role("button", name="Pause", exact=True).click()

    expect(card(page, SHOP)).to_contain_text("goes on in")
    card(page, SHOP).get_by_role("button", name="Resume").click()
    expect(card(page, SHOP)).not_to_contain_text("goes on in")


@pytest.mark.slow
def test_a_removal_is_undone(visit: Visit, sandbox: Sandbox) -> None:
    """Removed, listed with its end, brought back: the card is there again and syncs with the credentials it had."""
    page = visit("/connections/add?marketplace=kaufland&sandbox=1")
    page.get_by_role("button", name="Test connection").click()
    page.get_by_label("Name", exact=True).fill(GOING)
    page.get_by_role("button", name="Save and start the first import").click()
    expect_status(page, GOING, "Active")
    act(page, GOING, "Remove")
    expect(page.get_by_role("dialog")).to_contain_text("For 30 days you can undo this")
    page.get_by_label("to confirm").fill(GOING)
    page.get_by_role("button", name="Remove connection").click()
    expect(card(page, GOING)).to_have_count(0, timeout=SYNC_TIMEOUT)

    removed = page.get_by_label("Removed connections")
    removed.get_by_text("Removed").first.click()
    expect(removed).to_contain_text("encrypted credentials are kept")
    removed.get_by_role("button", name=f"Undo removal of {GOING}").click()
    expect_status(page, GOING, "Active")
    expect(removed.get_by_text(GOING)).to_have_count(0)
    card(page, GOING).get_by_role("button", name="Sync now").click()
    expect_status(page, GOING, "Active")
    expect(card(page, GOING).get_by_role("alert")).to_have_count(0)
