"""A journey through time: an order that has just come in, what brought it, and how things stood before it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox

SHOP = "demo.myshopify.com"
ARRIVAL_TIMEOUT = 60_000


def opened(page: Page, number: str) -> None:
    """Open the history of an order from the list of orders."""
    order = page.get_by_role("button", name=f"#{number}", exact=True)
    expect(order).to_be_visible(timeout=ARRIVAL_TIMEOUT)
    order.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="History", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Order #{number}")


def test_an_order_tells_what_brought_it_and_how_it_stood_at_any_moment(visit: Visit, sandbox: Sandbox) -> None:
    """From the order list; what is behind it is one press away, and a moment long ago shows that nothing was there."""
    home = visit()
    card = home.get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=ARRIVAL_TIMEOUT)
    (number,) = sandbox.sell(SHOP, 1)
    page = visit("/orders", width=360)
    opened(page, number)
    happened = page.get_by_role("table", name="What happened").locator("tbody tr")
    expect(happened.last).to_contain_text("Ordered there")
    expect(happened.filter(has_text="Arrived here")).to_contain_text("Shopify sandbox")

    page.get_by_label("Show what happened before").fill("2020-02-20T20:20:20")
    expect(page.get_by_text("Nothing is known of that time.")).to_be_visible()
    page.get_by_role("button", name="Show up to now").click()
    expect(happened.last).to_contain_text("Ordered there")

    shared = visit(page.url.removeprefix(home.url.rstrip("/")))
    shared.get_by_role("table", name="What happened").get_by_role("link").first.click()
    expect(shared).not_to_have_url(re.compile("/history"))
