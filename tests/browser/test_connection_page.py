"""A journey through the page of a connection: its webhooks are registered, arrive, are refused, and are replayed."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox

HOST = "demo.myshopify.com"
IMPORT_TIMEOUT = 60_000
AT_ONCE = 2_000
"""Milliseconds within which an order shows on another page."""


@pytest.fixture
def mended(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The sandbox, without faults afterwards."""
    yield sandbox
    sandbox.mend(HOST)


def opened(visit: Visit, **size: int) -> Page:
    """The page of the sandbox shop, reached by the name on its card, once its first import is done."""
    page = visit(**size)
    card = page.get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=IMPORT_TIMEOUT)
    card.get_by_role("link", name="Shopify sandbox").click()
    expect(page).to_have_url(re.compile(r"/connections/con_\w+/?$"))
    expect(page.get_by_role("table", name="Webhook topics")).to_be_visible()
    return page


def deliveries(page: Page) -> Locator:
    """The rows of the deliveries that were accepted, newest first."""
    return page.get_by_role("table", name="Deliveries", exact=True).locator("tbody tr.pick")


def test_the_endpoints_of_a_connection_are_listed(visit: Visit, mended: Sandbox) -> None:
    """Connecting registered every topic; the address can be copied."""
    page = opened(visit)
    topics = page.get_by_role("table", name="Webhook topics").locator("tbody tr")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_text("The address is copied.")).to_be_visible()
    address = page.evaluate("navigator.clipboard.readText()")

    expect(topics.filter(has_text="ORDERS_CREATE").get_by_text("Registered")).to_be_visible()
    expect(topics.filter(has_text="Registered")).to_have_count(topics.count())
    assert address.endswith("/api/webhooks/shopify/" + page.url.rstrip("/").rpartition("/")[2])


def test_the_address_is_copied_without_https_too(visit: Visit, mended: Sandbox) -> None:
    """Browsers keep their clipboard from pages in a plain network; the older way still works."""
    page = opened(visit)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("navigator.clipboard.writeText('something else')")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })")
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_text("The address is copied.")).to_be_visible()
    copied = page.evaluate("delete navigator.clipboard && navigator.clipboard.readText()")

    assert "/api/webhooks/shopify/" in copied
    expect(page.get_by_role("button", name="Copy the address")).to_be_focused()


def test_an_order_shows_at_once_and_so_does_its_delivery(visit: Visit, mended: Sandbox) -> None:
    """Nobody reloads: the Orders page shows it, and the connection's page tells which webhook brought it."""
    page, orders = opened(visit), visit("/orders")
    expect(orders.get_by_role("table", name="Orders", exact=True)).to_be_visible()
    (number,) = mended.sell(HOST, 1)
    expect(orders.get_by_role("button", name=f"#{number}", exact=True).first).to_be_visible(timeout=AT_ONCE)
    mine = deliveries(page).filter(has_text=f"order #{number} added")

    expect(mine.locator(".badge", has_text="Done")).to_be_visible()
    mine.locator(".linklike").click()
    expect(page.get_by_label("Payload")).to_contain_text(number)
    expect(page.get_by_label("Payload")).to_contain_text("[personal]")


def test_a_forged_delivery_turns_up_as_rejected(visit: Visit, mended: Sandbox) -> None:
    """The one beside it, which is signed as it should be, has its effect all the same."""
    page = opened(visit)
    mended.fault(HOST, "hook_forged", how="flip")
    (number,) = mended.sell(HOST, 1)
    refused = page.get_by_role("table", name="Rejected deliveries").locator("tbody tr").first

    expect(refused).to_contain_text("401")
    expect(refused).to_contain_text("signature")
    expect(deliveries(page).filter(has_text=f"order #{number} added")).to_be_visible()


def test_a_delivery_is_replayed_with_the_keyboard(visit: Visit, mended: Sandbox) -> None:
    """It is looked at once more, changes nothing, and the log says who asked."""
    page = opened(visit)
    (number,) = mended.sell(HOST, 1)
    mine = deliveries(page).filter(has_text=f"order #{number}")
    mine.locator(".linklike").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Replay", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("It is worked off once more.")).to_be_visible()

    expect(mine).to_contain_text(f"Nothing new of order #{number}")
    page.get_by_role("button", name="View sync log").click()
    expect(page.get_by_role("dialog", name="Sync log").get_by_text("Webhooks replayed").first).to_be_visible()


def test_a_connection_pauses_and_resumes_from_its_own_page(visit: Visit, mended: Sandbox) -> None:
    """The same actions as on the card; what arrives meanwhile is kept, and worked off afterwards."""
    page = opened(visit)
    page.get_by_label("More actions").click()
    page.get_by_role("menuitem", name="Pause").click()
    page.get_by_role("dialog").get_by_role("button", name="Pause").click()
    expect(page.get_by_text(", until somebody resumes it.")).to_be_visible()
    mended.sell(HOST, 1)
    kept = deliveries(page).filter(has_text="ORDERS_CREATE").first
    expect(kept.locator(".badge", has_text="Waiting")).to_be_visible()
    page.get_by_role("button", name="Resume").first.click()

    expect(kept.locator(".badge", has_text="Done")).to_be_visible()


def test_nothing_is_wider_than_a_phone(visit: Visit, mended: Sandbox) -> None:
    """At 360 pixels the page does not scroll sideways, also with a delivery opened."""
    page = opened(visit, width=360, height=800)
    mended.sell(HOST, 1)
    deliveries(page).first.locator(".linklike").click()
    expect(page.get_by_label("Payload")).to_be_visible()

    assert 360 >= page.evaluate("document.documentElement.scrollWidth")


def test_a_connection_that_was_removed_says_so(visit: Visit, mended: Sandbox) -> None:
    """With the way back to those that exist."""
    page = visit("/connections/con_gone")

    expect(page.get_by_role("heading", name="This connection does not exist any more")).to_be_visible()
    expect(page.get_by_role("link", name="Show connections")).to_be_visible()
