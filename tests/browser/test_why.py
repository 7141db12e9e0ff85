"""Journeys from red to green: why, the fix, and running just what was stopped once more."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.running import Sandbox
from tests.browser.test_connections import NAMELESS, card, expect_status

HOST = "demo.myshopify.com"
NAME = "Shopify sandbox"
SYNC_TIMEOUT = 60_000


@pytest.fixture
def mended(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The sandbox, without faults afterwards."""
    yield sandbox
    sandbox.mend(HOST)


def broken(visit: Visit, sandbox: Sandbox, fault: str, status: str, **how: object) -> Page:
    """The Connections page after a sync that met this fault."""
    page = visit()
    expect_status(page, NAME, "Active")
    sandbox.fault(HOST, fault, **how)
    card(page, NAME).get_by_role("button", name="Sync now").click()
    expect_status(page, NAME, status)
    return page


def test_red_why_fix_and_green(visit: Visit, mended: Sandbox) -> None:
    """The card says what is held up; the story links to its proof; after the fix it has an end, without a reload."""
    page = broken(visit, mended, "wrong_key", "Error")
    expect(card(page, NAME).get_by_role("list", name="Held up")).to_contain_text("Orders not read since")
    card(page, NAME).get_by_role("link", name="Why is this red?").click()
    story = page.get_by_role("region", name="What happened")
    expect(page.get_by_role("heading", name="Why is this red?")).to_be_visible()
    expect(story.get_by_role("listitem").first).to_contain_text("The last sync that read everything.")
    failed = story.get_by_role("listitem").filter(has_text="Anna Berg asked for a sync, which failed").first
    expect(failed).to_contain_text(re.compile(r"→ 401 · request id \S+"))
    failed.get_by_role("link", name="Sync log").click()
    log = page.get_by_role("dialog", name="Sync log")
    expect(log.get_by_role("button", name="Failed").first).to_have_attribute("aria-expanded", "true")
    expect(log.get_by_role("heading", name="What the marketplace answered")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/why/?$"))

    mended.mend(HOST)
    watching = visit(page.url[page.url.index("/connections/") :])
    expect(watching.get_by_role("heading", name="Why is this red?")).to_be_visible()
    page.get_by_role("link", name="Edit Credentials").click()
    page.get_by_role("button", name="Test connection").click()
    page.get_by_role("button", name="Save credentials").click()
    expect_status(page, NAME, "Active")
    expect(watching.get_by_role("heading", name="Why was this red?")).to_be_visible(timeout=SYNC_TIMEOUT)
    end = watching.get_by_role("region", name="What happened").get_by_role("listitem").last
    expect(end).to_contain_text("A sync read everything again")


def test_one_button_runs_what_was_set_aside_again(visit: Visit, mended: Sandbox) -> None:
    """Records that could not be read stand under their causes; after the fix they arrive and the causes are gone."""
    page = visit()
    expect_status(page, NAME, "Active")
    woo = page.goto(page.url.rstrip("/") + "/connections/add?marketplace=woocommerce&sandbox=1")
    assert woo is not None
    mended.fault("demo-shop.example", "bad_records", every=40)
    page.get_by_role("button", name="Test connection").click()
    page.get_by_label("Name", exact=True).fill("Odd woo")
    page.get_by_role("button", name="Save and start the first import").click()
    expect_status(page, "Odd woo", "Active")
    causes = page.get_by_role("group", name="Errors by cause")
    expect(causes).to_contain_text("set aside")
    mended.mend("demo-shop.example")
    causes.locator("summary").click()
    first = causes.get_by_role("listitem").filter(has_text="products of WooCommerce set aside").first
    said = first.locator(".muted.small").last.inner_text()
    first.get_by_role("button", name="Look at these again").click()
    expect(causes.get_by_text(said, exact=True)).to_have_count(0, timeout=SYNC_TIMEOUT)
    causes.get_by_role("link", name=re.compile("Odd woo")).first.click()
    expect(page.get_by_role("heading", name="What did not arrive?")).to_be_visible()
    page.get_by_role("button", name="Look again").click()

    expect(page.get_by_role("heading", name="What did not arrive?")).to_have_count(0, timeout=SYNC_TIMEOUT)
    expect(page.get_by_role("region", name="Set aside")).to_have_count(0)


def test_the_evidence_is_one_download(visit: Visit, mended: Sandbox) -> None:
    """From the page that tells the story."""
    page = visit()
    card(page, NAME).get_by_label("More actions").click()
    page.get_by_role("menuitem", name="Diagnosis").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download evidence").click()
    names = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())).namelist()

    assert {"README.txt", "story.txt", "calls.csv", "connection.json"} <= set(names)


def test_the_page_fits_a_phone_and_names_everything(visit: Visit, mended: Sandbox) -> None:
    """Also while red."""
    page = broken(visit, mended, "outage", "Error")
    address = card(page, NAME).get_by_role("link", name="Why is this red?").get_attribute("href")
    phone, desk = visit(address or "", width=360, height=740), visit(address or "")
    for one in (phone, desk):
        expect(one.get_by_role("region", name="What happened")).to_be_visible()

    assert 360 >= phone.evaluate("document.documentElement.scrollWidth")
    assert [] == desk.evaluate(NAMELESS)
    mended.mend(HOST)
    card(page, NAME).get_by_role("button", name="Sync now").first.click()
    expect_status(page, NAME, "Active")
