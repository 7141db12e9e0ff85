"""A journey through the Stock page: a number changed in one browser, seen in another; a file with a bad row."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox

IMPORT_TIMEOUT = 60_000


@pytest.fixture
def counted(visit: Visit, sandbox: Sandbox) -> Visit:
    """Browsers in front of a shop whose first import is done."""
    page = visit()
    card = page.get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=IMPORT_TIMEOUT)
    return visit


def first_sku(page: Page) -> str:
    """The SKU of the first row."""
    return page.get_by_role("table", name="Stock").locator("tbody tr.pick .linklike.mono").first.inner_text()


def on_hand(page: Page, sku: str) -> Page:
    """The button that shows what is on hand of a SKU."""
    return page.get_by_role("button", name=re.compile(rf"^Change what is on hand of {re.escape(sku)}, "))


def test_a_number_set_in_one_browser_shows_in_the_other_and_says_who_and_why(counted: Visit) -> None:
    """By keyboard alone; Escape leaves, a missing reason is asked for, the movement is in the panel."""
    page = counted("/stock")
    page.get_by_role("link", name="Stock").first.click()
    sku = first_sku(page)
    other = counted(f"/stock?q={sku}")
    on_hand(page, sku).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("On hand", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_label("On hand", exact=True)).to_be_hidden()
    expect(on_hand(page, sku)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("On hand", exact=True)).to_be_focused()
    page.keyboard.type("4321")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("Say why")
    page.get_by_label("Why").fill("counted")
    page.keyboard.press("Enter")

    expect(on_hand(page, sku)).to_contain_text("4,321")
    expect(on_hand(other, sku)).to_contain_text("4,321")
    other.get_by_role("button", name=sku, exact=True).click()
    expect(other.get_by_role("dialog").get_by_role("table", name="Published")).to_contain_text("All 4,321 available")
    moves = other.get_by_role("dialog").get_by_role("table", name="Movements").locator("tbody tr")
    expect(moves.first).to_contain_text("counted")
    expect(moves.first).to_contain_text("Anna Berg")
    expect(moves.last).to_contain_text("First seen")


def test_a_file_with_a_bad_row_changes_nothing_before_apply_and_only_once(counted: Visit, tmp_path: Path) -> None:
    """The row is named, the rest applies; the same file again has nothing left to do."""
    page = counted("/stock")
    sku = first_sku(page)
    sheet = tmp_path / "count.csv"
    sheet.write_text(f"sku,on_hand\n{sku},987\nNOBODY-LISTS-THIS,1\n{sku}-x,many\n")
    page.get_by_role("button", name="Import CSV").click()
    dialog = page.get_by_role("dialog", name="Import stock")
    dialog.get_by_label("File").set_input_files(sheet)
    expect(dialog.get_by_label("Or its text")).to_have_value(sheet.read_text())
    dialog.get_by_role("button", name="Preview").click()
    wrong = dialog.get_by_role("table", name="Rows that cannot be used").locator("tbody tr")
    expect(wrong).to_have_count(2)
    expect(wrong.first).to_contain_text("No connection lists this SKU.")
    expect(page.locator(f'[aria-label^="Change what is on hand of {sku},"]')).not_to_contain_text("987")
    dialog.get_by_role("button", name="Apply 1").click()
    expect(dialog).to_be_hidden()
    expect(on_hand(page, sku)).to_contain_text("987")
    page.get_by_role("button", name="Import CSV").click()
    dialog.get_by_label("File").set_input_files(sheet)
    dialog.get_by_role("button", name="Preview").click()

    expect(dialog.get_by_role("status")).to_contain_text("0 numbers would change")


def test_the_page_fits_a_phone_with_its_forms_open(counted: Visit) -> None:
    """At 360 pixels nothing scrolls sideways, also while a number is changed."""
    page = counted("/stock", width=360, height=800)
    on_hand(page, first_sku(page)).click()
    expect(page.get_by_label("Why")).to_be_visible()

    assert 360 >= page.evaluate("document.documentElement.scrollWidth")
