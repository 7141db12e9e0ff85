"""A ninth marketplace: one folder and its logo beside the others, and the whole product knows it."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_connections import card, expect_status
from tests.ninth.fair import KEY, STALL, WARES


def test_a_marketplace_is_one_folder(visit: Visit) -> None:
    """In the grid, its form drawn from its fields, a wrong key refused, tested, saved, synced, listed."""
    page = visit("/connections/add")
    page.get_by_role("link", name="Bazaar").click()
    page.get_by_label("Stall", exact=True).fill(STALL)
    page.get_by_label("Stall key").fill("ottomanz")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_label("Stall key")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Stall key").fill(KEY)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("region", name="Preflight checks")).to_contain_text("The carpet stall answered.")
    page.get_by_label("Name", exact=True).fill("Carpets")
    page.get_by_role("button", name="Save and start the first import").click()

    expect_status(page, "Carpets", "Active")
    expect(card(page, "Carpets")).to_contain_text(f"Products{WARES}")
    page.goto(page.url.split("/connections")[0].rstrip("/") + "/products?q=RUG-45")
    expect(page.get_by_role("table")).to_contain_text("49.90 EUR")
    expect(page.get_by_role("table")).to_contain_text("Carpets")
