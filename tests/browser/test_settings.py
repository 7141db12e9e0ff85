"""Journeys through the settings."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox

SYNC_TIMEOUT = 60_000


def test_a_wrong_number_is_told_at_its_box_and_a_right_one_is_kept(visit: Visit, sandbox: Sandbox) -> None:
    """What was typed survives the refusal; a reload shows what was saved."""
    page = visit("/settings")
    attempts = page.get_by_label("Retry attempts")
    save = page.get_by_role("form", name="Connections").get_by_role("button", name="Save")
    attempts.fill("many")
    save.click()
    expect(page.get_by_text("Write a number, such as 3.")).to_be_visible()
    expect(attempts).to_have_value("many")
    expect(attempts).to_have_attribute("aria-invalid", "true")
    attempts.fill("4")
    save.click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()

    expect(page.get_by_label("Retry attempts")).to_have_value("4")


def test_another_interval_shows_its_cost_before_it_is_saved(visit: Visit, sandbox: Sandbox) -> None:
    """Calls a day, judged by the cycles so far."""
    page = visit()
    card = page.get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=SYNC_TIMEOUT)
    page.goto(page.url.rstrip("/") + "/settings")
    forecast = page.locator("#forecast")
    expect(forecast).to_contain_text("24 cycles")
    page.get_by_label("Default sync interval").select_option("15")

    expect(forecast).to_contain_text("96 cycles")


def one_connection(page: Page) -> None:
    """From the general settings to those of the sandbox shop."""
    page.get_by_role("link", name="Shopify sandbox").click()
    expect(page).to_have_url(re.compile(r"/settings/connections/con_"))


def test_a_window_over_midnight_is_drawn_said_and_kept(visit: Visit, sandbox: Sandbox) -> None:
    """Two stretches of the day, one sentence, and the same after a reload."""
    page = visit("/settings")
    one_connection(page)
    page.get_by_label("Sync window from").fill("22:00")
    page.get_by_label("Sync window until").fill("06:00")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    said = page.locator("#window-said")
    expect(said).to_have_text("Syncs from 22:00 to 06:00 (over midnight), 8 hours a day, Europe/Berlin time.")
    expect(page.locator(".day i")).to_have_count(2)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Sync window from")).to_have_value("22:00")
    page.get_by_label("Sync window from").fill("")
    page.get_by_label("Sync window until").fill("")
    page.get_by_role("button", name="Save").click()

    expect(said).to_have_text("Syncs at any time of day.")


def test_what_a_buffer_would_publish_follows_while_it_moves(visit: Visit, sandbox: Sandbox) -> None:
    """By keyboard: the quantities and how many SKUs would go to zero, before anything is kept."""
    page = visit("/settings")
    one_connection(page)
    slider = page.get_by_label("Inventory buffer")
    said, rows = page.locator("#buffer-said"), page.get_by_role("table", name="What the buffer would publish")
    expect(said).to_contain_text(re.compile(r"^0 of [\d,]+ SKUs in stock would be published as zero\.$"))
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".slider output")).to_have_text("20 %")
    expect(said).not_to_contain_text(re.compile(r"^0 of "))
    expect(rows.locator("tbody tr").first).to_contain_text("0")
    page.keyboard.press("End")
    expect(page.locator(".slider output")).to_have_text("50 %")
    page.reload()

    expect(page.locator(".slider output")).to_have_text("0 %")


def test_last_units_need_a_connection(visit: Visit, sandbox: Sandbox) -> None:
    """The box that is missing is named; what is kept is there after a reload, and can be switched off."""
    page = visit("/settings")
    form = page.get_by_role("form", name="Stock")
    form.get_by_label("Fewer than (units)").fill("2")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("Choose where the last units are published.")
    form.get_by_label("Publish last units on").select_option(label="Shopify sandbox")
    expect(form.locator("#last-units-said")).to_contain_text("At present this would be")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(form.get_by_label("Fewer than (units)")).to_have_value("2")
    expect(form.get_by_label("Publish last units on").locator("option:checked")).to_have_text("Shopify sandbox")
    form.get_by_label("Fewer than (units)").fill("0")
    form.get_by_label("Publish last units on").select_option(label="No connection")
    form.get_by_role("button", name="Save").click()

    expect(form.get_by_text("Saved", exact=True)).to_be_visible()


def test_a_viewer_is_invited_looks_and_changes_nothing(visit: Visit, sandbox: Sandbox) -> None:
    """The link works in a stranger's browser; the settings are shown, and closed."""
    page = visit("/settings/people")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy invitation link").click()
    expect(page.get_by_text("The invitation is copied.")).to_be_visible()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    stranger = visit(link[link.index("/welcome") :], signed_in=False)
    stranger.get_by_label("Your name").fill("Vera Blick")
    stranger.get_by_label("E-mail").fill("vera@example.com")
    stranger.get_by_label("Password").fill("another long sentence")
    stranger.get_by_role("button", name=re.compile("sign in", re.IGNORECASE)).click()
    expect(stranger.get_by_role("heading", name="Connections", level=1)).to_be_visible()
    stranger.goto(stranger.url.rstrip("/") + "/settings")
    expect(stranger.get_by_label("Retry attempts")).to_be_disabled()
    expect(stranger.get_by_text("Your role may look, not change.").first).to_be_visible()
    expect(stranger.get_by_role("button", name="Save")).to_have_count(0)
    page.reload()

    expect(page.get_by_text("vera@example.com")).to_be_visible()


def test_times_follow_the_profile(visit: Visit, sandbox: Sandbox) -> None:
    """A zone chosen from the list is kept."""
    page = visit("/settings/profile")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    page.get_by_label("Time zone").fill("UTC")
    page.get_by_role("button", name="Save").click()

    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
