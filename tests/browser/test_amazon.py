"""Amazon through the wizard in a real browser: consent in Seller Central, and the first import."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox


def test_a_seller_confirms_in_seller_central_and_comes_back(visit: Visit, sandbox: Sandbox) -> None:
    """The form is filled in for the sandbox; Seller Central leads back; the import starts and ends healthy."""
    page = visit("/connections/add?marketplace=amazon&way=consent&sandbox=1")
    expect(page.get_by_label("Application ID")).not_to_have_value("")
    page.get_by_role("button", name="Continue to Amazon").click()
    expect(page.get_by_role("heading", name="Authorize Nexus Connections")).to_be_visible()
    page.get_by_role("button", name="Confirm").click()

    expect(page).to_have_url(re.compile(r"/connections/add/?\?draft="))
    checks = page.get_by_role("region", name="Preflight checks")
    expect(checks).to_contain_text("Demo Seller US")
    expect(checks).to_contain_text("It has to be given again by")
    page.get_by_label("Name", exact=True).fill("Amazon US")
    page.get_by_role("button", name="Save and start the first import").click()
    card = page.get_by_role("article", name="Amazon US", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=90_000)


def test_a_seller_who_cancels_is_back_in_the_wizard(visit: Visit, sandbox: Sandbox) -> None:
    """With a sentence, and nothing kept."""
    page = visit("/connections/add?marketplace=amazon&way=consent&sandbox=1")
    page.get_by_role("button", name="Continue to Amazon").click()
    page.get_by_role("button", name="Cancel").click()

    expect(page.get_by_text("Amazon reports that consent was not given.")).to_be_visible()
