"""eBay through the wizard in a real browser: consent on its own page, and the first import."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.running import Product, Sandbox


def test_a_seller_agrees_at_ebay_and_comes_back(visit: Visit, product: Product, sandbox: Sandbox) -> None:
    """The form is filled in for the sandbox; eBay leads back to the address behind the RuName; the import starts."""
    page = visit("/connections/add?marketplace=ebay&way=consent&sandbox=1")
    expect(page.get_by_label("RuName")).not_to_have_value("")
    page.get_by_role("button", name="Continue to eBay").click()
    expect(page.get_by_role("heading", name="Grant application access")).to_be_visible()
    page.get_by_label("the address behind the RuName").fill(f"{product.url}/oauth/ebay/callback")
    page.get_by_role("button", name="Agree and continue").click()

    expect(page).to_have_url(re.compile(r"/connections/add/?\?draft="))
    expect(page.get_by_role("region", name="Preflight checks")).to_contain_text("Demo Seller GmbH")
    page.get_by_label("Name", exact=True).fill("eBay Germany")
    page.get_by_role("button", name="Save and start the first import").click()
    card = page.get_by_role("article", name="eBay Germany", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=90_000)


def test_a_seller_who_declines_is_back_in_the_wizard(visit: Visit, product: Product, sandbox: Sandbox) -> None:
    """With a sentence, and nothing kept."""
    page = visit("/connections/add?marketplace=ebay&way=consent&sandbox=1")
    page.get_by_role("button", name="Continue to eBay").click()
    page.get_by_label("the address behind the RuName").fill(f"{product.url}/oauth/ebay/callback")
    page.get_by_role("button", name="Not now").click()

    expect(page.get_by_text("eBay reports that consent was not given.")).to_be_visible()
