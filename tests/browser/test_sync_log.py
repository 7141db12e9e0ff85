"""Journeys through the sync log: what happened, told to the last call."""

import csv
import io
import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox

SYNC_TIMEOUT = 60_000


def log_of_the_sandbox(page: Page) -> Locator:
    """Open the log from the card, after its first import."""
    card = page.get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=SYNC_TIMEOUT)
    card.get_by_role("button", name="View sync log").click()
    dialog = page.get_by_role("dialog", name="Sync log")
    expect(dialog).to_be_visible()
    return dialog


def test_the_first_import_is_told_with_its_evidence(visit: Visit, sandbox: Sandbox) -> None:
    """Start, end, duration, records; opened: evidence and every call."""
    dialog = log_of_the_sandbox(visit())
    first = dialog.locator("tbody tr.pick", has_text="First sync").first
    expect(first.locator("td[data-label=Products]")).to_have_text("1,200")
    first.get_by_role("button").click()

    expect(dialog.get_by_role("heading", name="Evidence")).to_be_visible()
    expect(dialog.get_by_role("table", name="Calls to the marketplace").locator("tbody tr").first).to_contain_text(
        "200"
    )


def test_an_entry_can_be_linked_to(visit: Visit, sandbox: Sandbox) -> None:
    """The address with log and cycle opens that entry; closing forgets it."""
    page = visit()
    dialog = log_of_the_sandbox(page)
    entry = dialog.locator("tbody tr.pick", has_text="First sync").first
    cycle = (entry.get_attribute("id") or "").removeprefix("entry-")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    entry.get_by_role("button").click()
    dialog.get_by_role("button", name="Copy link to this entry").click()
    expect(page.get_by_text("The link is copied.")).to_be_visible()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    other = visit(link[link.index("/?log=") :])
    expect(other.locator(f"#entry-{cycle} button")).to_have_attribute("aria-expanded", "true")
    other.keyboard.press("Escape")

    expect(other.get_by_role("dialog")).to_be_hidden()
    expect(other).not_to_have_url(re.compile("log="))


def test_a_new_cycle_appears_while_the_log_is_open(visit: Visit, sandbox: Sandbox) -> None:
    """Somebody presses Sync Now in another browser; nobody reloads."""
    watching, acting = visit(), visit()
    dialog = log_of_the_sandbox(watching)
    counted = dialog.get_by_role("status")
    before = counted.inner_text()
    card = acting.get_by_role("article", name="Shopify sandbox", exact=True)
    card.get_by_role("button", name="Sync now").click()

    expect(counted).not_to_have_text(before, timeout=SYNC_TIMEOUT)


def test_what_is_filtered_is_what_is_downloaded(visit: Visit, sandbox: Sandbox) -> None:
    """Only successes on the page, only successes in the file."""
    page = visit()
    dialog = log_of_the_sandbox(page)
    dialog.get_by_label("Show").select_option("success")
    expect(dialog.get_by_role("link", name="Export CSV")).to_have_attribute("href", re.compile("status=success"))
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Export CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))

    assert {"success"} == {row["status"] for row in rows}
