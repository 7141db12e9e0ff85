"""A link for the owner of an account: made on the connection's page, used by somebody who does not sign in here."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import OWNER, Visit
from tests.browser.running import Product, Sandbox

IMPORT_TIMEOUT = 60_000
HOST = "demo.myshopify.com"


def opened(visit: Visit) -> Page:
    """The page of the sandbox shop."""
    page = visit()
    card = page.get_by_role("article", name="Shopify sandbox", exact=True)
    expect(card.locator("header .badge", has_text="Active")).to_be_visible(timeout=IMPORT_TIMEOUT)
    card.get_by_role("link", name="Shopify sandbox").click()
    expect(page.get_by_role("region", name="Credentials", exact=True)).to_be_visible()
    return page


def copied_link(page: Page) -> str:
    """Press the button; what the clipboard holds afterwards, without the address of the panel."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=re.compile("^Copy (reconnect|a new) link$")).click()
    expect(page.get_by_text("The link is copied.")).to_be_visible()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    return link[link.index("/reconnect") :]


def test_an_accounts_owner_reconnects_with_typed_keys(visit: Visit, product: Product, sandbox: Sandbox) -> None:
    """Looked at, wrong, right, spent; the connection says who did it, and so does the audit log."""
    page = opened(visit)
    link = copied_link(page)
    expect(page.get_by_text("waits for the account's owner")).to_be_visible()
    guest = visit(link, signed_in=False, width=360, height=780)
    expect(guest.get_by_text(f"{OWNER['name']} asks you")).to_be_visible()
    keys = sandbox.keys_of("shopify")
    sandbox.fault(HOST, "wrong_key")
    _send(guest, keys)
    expect(guest.get_by_role("alert")).to_contain_text("does not know this key")
    sandbox.mend(HOST)
    _send(guest, keys)
    expect(guest.get_by_role("heading", name="Thank you")).to_be_visible()

    expect(page.get_by_text(f"Somebody with {OWNER['name']}'s reconnect link")).to_be_visible()
    again = visit(link, signed_in=False)
    expect(again.get_by_role("heading", name="This link does not work")).to_be_visible()
    log = visit("/settings/audit")
    expect(log.get_by_role("table", name="Audit log")).to_contain_text("Made a reconnect link")
    expect(log.get_by_role("table", name="Audit log")).to_contain_text("Changed credentials")
    assert keys["access_token"] not in "".join(one.content() for one in (page, guest, log))
    written = [path for path in (*product.home.rglob("*"), product.home.parent / "product.log") if path.is_file()]
    assert [] == [path.name for path in written if keys["access_token"].encode() in path.read_bytes()]


def _send(guest: Page, keys: dict[str, str]) -> None:
    """Type the token and send it off."""
    guest.get_by_label("Admin API access token").fill(keys["access_token"])
    guest.get_by_role("button", name="Test and reconnect").click()


def test_a_link_is_withdrawn(visit: Visit, sandbox: Sandbox) -> None:
    """At once, also for whoever has the page open."""
    page = opened(visit)
    link = copied_link(page)
    guest = visit(link, signed_in=False)
    expect(guest.get_by_role("button", name="Test and reconnect")).to_be_visible()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("The link does not work any more.")).to_be_visible()
    guest.reload()

    expect(guest.get_by_role("heading", name="This link does not work")).to_be_visible()


def agree(page: Page, product: Product) -> None:
    """Say yes on eBay's own page, which leads to the address registered there."""
    page.get_by_label("the address behind the RuName").fill(f"{product.url}/oauth/ebay/callback")
    page.get_by_role("button", name="Agree and continue").click()


def ebay(visit: Visit, product: Product) -> Page:
    """The page of an eBay account connected by consent; connected now, unless an earlier journey did."""
    page = visit()
    expect(page.get_by_role("article", name="Shopify sandbox", exact=True)).to_be_visible()
    card = page.get_by_role("article", name="eBay Germany", exact=True)
    if not card.count():
        page.goto(f"{product.url}/connections/add?marketplace=ebay&way=consent&sandbox=1")
        page.get_by_role("button", name="Continue to eBay").click()
        agree(page, product)
        page.get_by_label("Name", exact=True).fill("eBay Germany")
        page.get_by_role("button", name="Save and start the first import").click()
    expect(card).to_be_visible(timeout=IMPORT_TIMEOUT)
    card.get_by_role("link", name="eBay Germany").click()
    expect(page.get_by_role("region", name="Credentials", exact=True)).to_be_visible()
    return page


def test_an_accounts_owner_reconnects_by_consent(visit: Visit, product: Product, sandbox: Sandbox) -> None:
    """To the marketplace's own page and back, without ever being signed in here."""
    page = ebay(visit, product)
    guest = visit(copied_link(page), signed_in=False)
    guest.get_by_role("button", name="Sign in at eBay").click()
    agree(guest, product)

    expect(guest.get_by_role("heading", name="Thank you")).to_be_visible(timeout=30_000)
    expect(page.get_by_text(f"Somebody with {OWNER['name']}'s reconnect link")).to_be_visible()
    guest.goto(product.url)
    expect(guest.get_by_role("heading", name="Sign in")).to_be_visible()
