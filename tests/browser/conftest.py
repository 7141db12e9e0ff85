"""One product and one Chromium for every journey; each test gets browsers of its own, signed in or not."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from tests.browser.running import Product, Sandbox, running
from tests.ninth import fair

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OWNER = {"name": "Anna Berg", "email": "anna@example.com", "password": "a long sentence is easy"}
DESK = {"width": 1440, "height": 900}

Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser; all of them run last, and of them the first start's journeys first.

    Playwright keeps an event loop running in the main thread from its first use on, and asyncio refuses a second one.
    All journeys share one product, and most of them break something on purpose: the first start has to be whole.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: (here in item.path.parents, item.path != here / "test_connections.py"))


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product, started once."""
    with fair.open_fair() as bazaar, running(tmp_path_factory.mktemp("product"), bazaar) as started:
        yield started


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, else the one Playwright installed."""
    found = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def owner(product: Product, chromium: Browser) -> StorageState:
    """The owner, made by the one-time link on the first visit; the cookies of that browser."""
    context = chromium.new_context(viewport=DESK)
    page = context.new_page()
    page.goto(product.owner_link)
    page.get_by_label("Your name").fill(OWNER["name"])
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Create account and sign in").click()
    expect(page.get_by_role("heading", name="Connections", level=1)).to_be_visible()
    cookies = context.storage_state()
    context.close()
    return cookies


@pytest.fixture
def visit(product: Product, chromium: Browser, owner: StorageState) -> Iterator[Visit]:
    """Open a page in a browser of its own: `visit(path, signed_in=True, width=1440)`. Its errors fail the test."""
    errors: list[str] = []
    contexts = []

    def open_page(path: str = "/", signed_in: bool = True, width: int = 1440, height: int = 900) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, storage_state=owner if signed_in else None
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(product.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [] == errors


@pytest.fixture(scope="session")
def sandbox(product: Product, chromium: Browser, owner: StorageState) -> Sandbox:
    """The running sandbox, with the shop that one click on the empty page connects."""
    context = chromium.new_context(viewport=DESK, storage_state=owner)
    page = context.new_page()
    page.goto(product.url)
    page.get_by_role("button", name="Explore with a sandbox shop").click()
    expect(page.get_by_role("article", name="Shopify sandbox")).to_be_visible(timeout=60_000)
    context.close()
    return product.sandbox()
