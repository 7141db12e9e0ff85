"""Journeys through the Products and Orders lists, on what the sandbox shop brought in."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox

IMPORT_TIMEOUT = 60_000
ALL_PRODUCTS = "1,200 products"


@pytest.fixture
def imported(visit: Visit, sandbox: Sandbox) -> Visit:
    """Browsers in front of a shop whose first import is done."""
    page = visit()
    card = page.get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=IMPORT_TIMEOUT)
    return visit


def counted(page: Page, text: str | re.Pattern[str]) -> None:
    """Wait until the toolbar says so."""
    expect(page.locator(".toolbar .shown")).to_have_text(text)


def narrowed(page: Page) -> None:
    """Choose the shop that brought 1,200 products, whatever other tests connected."""
    page.get_by_label("Connection", exact=True).select_option(label="Shopify sandbox")


def test_a_search_stands_in_the_address_and_the_back_button_undoes_it(imported: Visit) -> None:
    """`/` jumps into the box; the count says how much is hidden; a copied address shows the same."""
    page = imported("/products")
    narrowed(page)
    counted(page, re.compile(r"1,200"))
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("SKU-000")
    page.keyboard.type("zzz")
    expect(page.get_by_role("heading", name="No product matches")).to_be_visible()
    address = page.url
    other = imported(address[address.index("/products") :])
    expect(other.get_by_role("searchbox")).to_have_value("SKU-000zzz")
    expect(other.get_by_role("heading", name="No product matches")).to_be_visible()
    page.go_back()

    counted(page, re.compile(r"^\d,\d{3}"))
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_clearing_the_filters_brings_everything_back(imported: Visit) -> None:
    """The empty state says what to do, and the button does it."""
    page = imported("/products?q=nothing-is-called-so&status=archived")
    page.get_by_role("button", name="Clear filters").last.click()

    expect(page.get_by_role("table", name="Products")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/products/?$"))


def test_a_header_sorts_and_says_so(imported: Visit) -> None:
    """aria-sort follows; the cheapest price is first, then the dearest."""
    page = imported("/products")
    narrowed(page)
    head = page.get_by_role("columnheader", name="Price")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    price = page.get_by_role("table", name="Products").locator("tbody tr").first.locator("td[data-label=Price]")
    low = price.inner_text()
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")

    expect(price).not_to_have_text(low)


def test_pages_follow_each_other(imported: Visit) -> None:
    """The second page begins where the first ended, and stands in the address."""
    page = imported("/products")
    narrowed(page)
    counted(page, re.compile(r"1,200"))
    first = page.get_by_role("table", name="Products").locator("tbody tr .linklike").all_inner_texts()
    page.get_by_role("button", name="Next page").click()
    expect(page).to_have_url(re.compile(r"page=2"))
    expect(page.get_by_text("Page 2 of 24")).to_be_visible()

    assert 50 == len(first)
    assert first != page.get_by_role("table", name="Products").locator("tbody tr .linklike").all_inner_texts()


def test_a_product_opens_with_its_variants_and_closes_by_escape(imported: Visit) -> None:
    """The keyboard is enough; focus comes back to the product."""
    page = imported("/products")
    opener = page.get_by_role("table", name="Products").locator("tbody .linklike").first
    title = opener.inner_text()
    opener.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name=title)
    expect(panel.get_by_role("table", name="Variants").locator("tbody tr").first).to_be_visible()
    page.keyboard.press("Escape")

    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()


def test_an_order_shows_its_lines(imported: Visit) -> None:
    """Search by number, open, and read what was ordered."""
    page = imported("/orders")
    row = page.get_by_role("table", name="Orders", exact=True).locator("tbody tr.pick").first
    number = row.locator(".linklike").inner_text()
    page.get_by_role("searchbox").fill(number)
    expect(page).to_have_url(re.compile(r"q="))
    opener = page.get_by_role("button", name=number, exact=True).first
    opener.click()

    expect(opener).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("table", name="Lines of the order").locator("tbody tr").first).to_be_visible()


def test_orders_of_a_day_nobody_ordered_are_none(imported: Visit) -> None:
    """A date range narrows the list, and stands in the address."""
    page = imported("/orders?from=2001-01-01&to=2001-01-02")
    expect(page.get_by_role("heading", name="No order matches")).to_be_visible()

    expect(page.get_by_label("Placed from")).to_have_value("2001-01-01")


@pytest.mark.parametrize("path", ["/products", "/orders", "/settings", "/settings/people", "/settings/profile"])
def test_nothing_is_wider_than_a_phone(imported: Visit, path: str) -> None:
    """At 360 pixels the page does not scroll sideways, and what is on it stays readable."""
    page = imported(path, width=360, height=800)
    expect(page.locator("main .toolbar, main .settings").first).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert 360 >= page.evaluate("document.documentElement.scrollWidth")
