"""Journeys through published stock: a held push approved in part, drift pushed again, a push taken back, own rules."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox

IMPORT_TIMEOUT = 60_000
PUSH_TIMEOUT = 45_000


@pytest.fixture
def shop(visit: Visit, sandbox: Sandbox) -> str:
    """A shop whose first import is done: its connection's id."""
    card = visit().get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=IMPORT_TIMEOUT)
    return str(card.get_attribute("id"))


def rows(page: Page, table: str) -> Locator:
    """The rows of a table."""
    return page.get_by_role("table", name=table).locator("tbody tr")


def some_skus(page: Page, first: int, count: int) -> list[str]:
    """A few SKUs of the Stock page, from place `first` on."""
    found = rows(page, "Stock").locator(".linklike.mono")
    expect(found.nth(first + count)).to_be_visible()
    return [found.nth(place).inner_text() for place in range(first, first + count)]


def count(page: Page, numbers: dict[str, int]) -> None:
    """Count SKUs on the Stock page by a file with a bad row."""
    page.get_by_role("button", name="Import CSV").click()
    dialog = page.get_by_role("dialog", name="Import stock")
    lines = "".join(f"{sku},{units}\n" for sku, units in numbers.items())
    dialog.get_by_label("Or its text").fill(f"sku,on_hand\n{lines}NOBODY-LISTS-THIS,1\n")
    dialog.get_by_role("button", name="Preview").click()
    expect(dialog.get_by_role("table", name="Rows that cannot be used")).to_contain_text(
        "No connection lists this SKU."
    )
    dialog.get_by_role("button", name=f"Apply {len(numbers)}").click()
    expect(dialog).to_be_hidden()


def publish(visit: Visit, shop: str, place: int, units: int) -> tuple[Page, str]:
    """Count one SKU and see it published, approving what is held; returns the page of its push, and the SKU."""
    page = visit(f"/stock?connection={shop}")
    (sku,) = some_skus(page, place, 1)
    count(page, {sku: units})
    page = visit(f"/stock/pushes?connection={shop}&q={sku}")
    newest = rows(page, "Pushes").first
    expect(newest).to_contain_text(re.compile("Held|Under way|Done"), timeout=PUSH_TIMEOUT)
    newest.locator("a.linklike").click()
    approve = page.get_by_role("button", name="Approve all")
    expect(rows(page, "Numbers of this push").first).to_be_visible()
    if approve.is_visible():
        approve.click()
    expect(rows(page, "Numbers of this push").filter(has_text=sku)).to_contain_text("Confirmed", timeout=PUSH_TIMEOUT)
    return page, sku


def test_the_first_push_is_held_and_what_was_left_out_drifts_until_it_is_pushed(visit: Visit, shop: str) -> None:
    """Nothing goes before somebody looked; the rest is confirmed by reading back; one click puts the drift right."""
    page = visit(f"/stock?connection={shop}")
    low, middle, none = some_skus(page, 0, 3)
    count(page, {low: 41, middle: 42, none: 0})
    page.get_by_role("link", name="Connections").first.click()
    card = page.get_by_role("article", name="Shopify sandbox", exact=True)
    card.get_by_role("link", name="Look at it").click(timeout=PUSH_TIMEOUT)
    page.get_by_role("link", name="3 SKUs").click()
    expect(page.get_by_text("This is the first time that stock is published here.")).to_be_visible()
    numbers = rows(page, "Numbers of this push")
    expect(numbers.first).to_contain_text(none)
    page.get_by_role("button", name="Leave out what falls to zero").click()
    expect(page.get_by_role("checkbox", name=f"Send {none}")).not_to_be_checked()
    page.get_by_role("button", name="Approve 2 of 3").click()
    expect(numbers.filter(has_text="Confirmed")).to_have_count(2, timeout=PUSH_TIMEOUT)
    expect(numbers.filter(has_text=none)).to_contain_text("Declined by Anna Berg")
    page.get_by_role("link", name="Stock").first.click()
    page.get_by_role("link", name="Drift").click()
    page.get_by_placeholder("Search SKU or title").fill(none)
    drifting = rows(page, "Drift").filter(has_text="Shopify sandbox").filter(has_text=none)
    expect(drifting).to_contain_text("too many")
    expect(drifting).to_contain_text("Declined")
    drifting.get_by_role("button", name=f"Push {none} again").click()

    expect(drifting).to_have_count(0, timeout=PUSH_TIMEOUT)


def test_a_push_can_be_taken_back(visit: Visit, shop: str) -> None:
    """What stood there before is sent again, by a push of its own that both pages name."""
    page, _ = publish(visit, shop, 4, 43)
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("dialog", name="Undo this push").get_by_role("button", name="Send the earlier numbers").click()
    expect(page.get_by_role("region", name="Push", exact=True)).to_contain_text("of this push")
    expect(rows(page, "Numbers of this push").first).to_contain_text("Confirmed", timeout=PUSH_TIMEOUT)
    page.get_by_role("link", name="of this push").click()

    expect(page.get_by_text("It was taken back by another push.")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()


def test_a_sku_can_have_a_rule_of_its_own(visit: Visit, shop: str) -> None:
    """What it would publish follows while it is typed, and is published once it is kept."""
    _, sku = publish(visit, shop, 5, 41)
    page = visit(f"/stock?q={sku}")
    page.get_by_role("button", name=sku, exact=True).click()
    dialog = page.get_by_role("dialog", name=sku)
    place = rows(page, "Published").filter(has_text="Shopify sandbox").first
    dialog.get_by_role("button", name="Change the rule on Shopify sandbox").click()
    dialog.get_by_label("Buffer for this SKU here (percent)").fill("90")
    dialog.get_by_role("button", name="Save rule").click()
    expect(dialog.get_by_role("alert")).to_contain_text("0 to 50 percent")
    dialog.get_by_label("Buffer for this SKU here (percent)").fill("50")
    expect(dialog.get_by_text("20 units would be published")).to_be_visible()
    dialog.get_by_role("button", name="Save rule").click()
    expect(place).to_contain_text("41 available, 50 % held back, this SKU's own buffer")
    expect(place).to_contain_text("Own rule")
    page.keyboard.press("Escape")

    shows = page.get_by_role("table", name="Stock").locator(".shows li", has_text="Shopify sandbox")
    expect(shows).to_have_text(re.compile(r"^Shopify sandbox\s*20$"), timeout=PUSH_TIMEOUT)


def test_the_pages_fit_a_phone(visit: Visit, shop: str) -> None:
    """At 360 pixels nothing scrolls sideways: the pushes, one of them, the board, and a SKU with its rule open."""
    _, sku = publish(visit, shop, 6, 40)
    width = "document.documentElement.scrollWidth"
    page = visit(f"/stock/pushes?connection={shop}", width=360, height=800)
    expect(rows(page, "Pushes").first).to_be_visible()
    found = [page.evaluate(width)]
    rows(page, "Pushes").first.locator("a.linklike").click()
    expect(rows(page, "Numbers of this push").first).to_be_visible()
    found.append(page.evaluate(width))
    page = visit("/stock/drift", width=360, height=800)
    expect(page.get_by_role("status").first).to_be_attached()
    found.append(page.evaluate(width))
    page = visit(f"/stock?q={sku}", width=360, height=800)
    page.get_by_role("button", name=sku, exact=True).click()
    page.get_by_role("button", name="Change the rule on Shopify sandbox").click()
    expect(page.get_by_label("Keep it off this connection")).to_be_visible()
    found.append(page.evaluate("document.querySelector('[role=dialog]').scrollWidth"))

    assert 360 >= max(found)
