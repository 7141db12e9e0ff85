"""Journeys on the Connections page and through the wizard, in a real browser against the running product."""

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import OWNER, Visit
from tests.browser.running import Product, Sandbox

SYNC_TIMEOUT = 60_000
SECOND_SHOP = "second.myshopify.com"
SECOND_WOO = "second-shop.example"


def card(page: Page, name: str) -> Locator:
    """One connection's card."""
    return page.get_by_role("article", name=name, exact=True)


def expect_status(page: Page, name: str, status: str) -> None:
    """Wait until the card says so."""
    expect(card(page, name).locator("header .badge", has_text=status)).to_be_visible(timeout=SYNC_TIMEOUT)


def fill_shopify(page: Page, host: str, token: str) -> None:
    """Type a shop's credentials."""
    page.get_by_label("Shop domain").fill(host)
    page.get_by_label("Admin API access token").fill(token)


def test_a_stranger_is_sent_to_sign_in_and_comes_back_where_he_wanted_to_go(visit: Visit) -> None:
    """No page shows anything without a session; a wrong password is refused in a sentence."""
    page = visit("/products?q=shirt", signed_in=False)
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_have_text("This e-mail address and password do not belong together.")
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()

    expect(page.get_by_role("heading", name="Products", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/products/?\?q=shirt$"))


def test_the_owners_link_works_once(visit: Visit, product: Product) -> None:
    """A second visit is told that the link is spent, and what to do."""
    page = visit(product.owner_link.removeprefix(product.url), signed_in=False)

    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()


def test_no_script_sees_the_session_cookie(visit: Visit, sandbox: Sandbox) -> None:
    """The cookie is HttpOnly, and the page's state does not carry it either."""
    page = visit()
    expect(card(page, "Shopify sandbox")).to_be_visible()
    cookie = page.context.cookies()[0]

    assert cookie["httpOnly"]
    assert cookie["value"] not in page.evaluate("document.cookie + document.documentElement.outerHTML")


def test_the_sandbox_shop_arrives_with_everything_it_has(visit: Visit, sandbox: Sandbox) -> None:
    """One click on the empty page connected it; its first import ends by itself, healthy."""
    page = visit()
    expect_status(page, "Shopify sandbox", "Active")

    expect(card(page, "Shopify sandbox")).to_contain_text("Products1,200")
    expect(card(page, "Shopify sandbox")).to_contain_text("Healthy")


@pytest.mark.slow
def test_shopify_is_connected_imported_broken_and_mended(visit: Visit, sandbox: Sandbox) -> None:
    """Wizard → wrong token → right token → preflight → live import → dead token → red with the reason → fix → green."""
    shop = sandbox.shop(SECOND_SHOP)
    token = shop["credentials"]["access_token"]
    page = visit("/connections/add?marketplace=shopify&way=token&sandbox=1")
    fill_shopify(page, SECOND_SHOP, "shpat_00000000000000000000000000000000")
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_label("Admin API access token")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="Save and start the first import")).to_have_count(0)
    expect(page.get_by_label("Shop domain")).to_have_value(SECOND_SHOP)

    page.get_by_label("Admin API access token").fill(token)
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_role("region", name="Preflight checks")).to_contain_text("Reads products")
    page.get_by_label("Shop domain").press("End")
    page.get_by_label("Shop domain").press_sequentially(" ")
    expect(page.get_by_role("button", name="Save and start the first import")).to_have_count(0)
    page.get_by_role("button", name="Test connection").click()
    page.get_by_label("Name", exact=True).fill("Second shop")
    sandbox.slow_down(150)
    page.get_by_role("button", name="Save and start the first import").click()

    progress = card(page, "Second shop").get_by_role("progressbar")
    expect(progress).to_be_visible(timeout=SYNC_TIMEOUT)
    sandbox.slow_down(0)
    expect_status(page, "Second shop", "Active")
    expect(card(page, "Second shop")).to_contain_text(f"Products{shop['products']:,}")

    sandbox.fault(SECOND_SHOP, "wrong_key")
    card(page, "Second shop").get_by_role("button", name="Sync now").click()
    expect_status(page, "Second shop", "Error")
    expect(card(page, "Second shop").get_by_role("alert")).to_contain_text("Invalid credentials")
    expect(card(page, "Second shop").get_by_role("alert")).to_contain_text("not updated until this is fixed")

    sandbox.mend(SECOND_SHOP)
    card(page, "Second shop").get_by_role("link", name="Edit Credentials").click()
    expect(page.get_by_label("Shop domain")).to_have_value(SECOND_SHOP)
    expect(page.get_by_label("Admin API access token")).to_have_attribute("placeholder", re.compile("Leave blank"))
    expect(page.get_by_label("Admin API access token")).to_have_value("")
    page.get_by_role("button", name="Test connection").click()
    page.get_by_role("button", name="Save credentials").click()
    expect_status(page, "Second shop", "Active")
    expect(card(page, "Second shop").get_by_role("alert")).to_have_count(0)


@pytest.mark.slow
def test_woocommerce_is_connected_by_keys_and_says_when_it_is_down(visit: Visit, sandbox: Sandbox) -> None:
    """The same journey by a key pair; an outage needs no person and shows when the next try comes."""
    keys = sandbox.shop(SECOND_WOO)["credentials"]
    page = visit("/connections/add?marketplace=woocommerce&sandbox=1")
    page.get_by_label("Shop URL").fill(f"https://{SECOND_WOO}")
    page.get_by_label("Consumer key").fill(keys["consumer_key"])
    page.get_by_label("Consumer secret").fill(keys["consumer_secret"])
    page.get_by_role("button", name="Test connection").click()
    page.get_by_label("Name", exact=True).fill("Second woo")
    page.get_by_role("button", name="Save and start the first import").click()
    expect_status(page, "Second woo", "Active")

    sandbox.fault(SECOND_WOO, "outage")
    card(page, "Second woo").get_by_role("button", name="Sync now").click()
    expect_status(page, "Second woo", "Error")
    expect(card(page, "Second woo").get_by_role("alert")).to_contain_text("Next try in")
    sandbox.mend(SECOND_WOO)
    card(page, "Second woo").get_by_role("button", name="Sync now").first.click()
    expect_status(page, "Second woo", "Active")


def test_shopify_is_approved_on_its_own_page(visit: Visit, sandbox: Sandbox) -> None:
    """Consent: away to the marketplace, approve, back in the wizard with the preflight table."""
    keys = sandbox.shop(SECOND_SHOP)["credentials"]
    page = visit("/connections/add?marketplace=shopify&way=consent&sandbox=1")
    page.get_by_label("Shop domain").fill(SECOND_SHOP)
    page.get_by_label("App client ID").fill(keys["client_id"])
    page.get_by_label("App client secret").fill(keys["client_secret"])
    page.get_by_role("button", name="Continue to Shopify").click()
    page.get_by_role("button", name=re.compile("install|approve|allow", re.IGNORECASE)).click()

    expect(page).to_have_url(re.compile(r"/connections/add/?\?draft="))
    expect(page.get_by_role("region", name="Preflight checks")).to_contain_text("Pass")


def test_the_same_account_is_not_connected_twice(visit: Visit, sandbox: Sandbox) -> None:
    """The wizard says which connection has it, and leads there."""
    page = visit("/connections/add?marketplace=shopify&way=token&sandbox=1")
    page.get_by_role("button", name="Test connection").click()

    expect(page.get_by_role("alert")).to_contain_text("connected already, as Shopify sandbox")
    expect(page.get_by_role("button", name="Save and start the first import")).to_have_count(0)
    page.get_by_role("link", name="Open that connection").click()
    expect(card(page, "Shopify sandbox")).to_be_visible()


def test_one_change_shows_in_every_browser(visit: Visit, sandbox: Sandbox) -> None:
    """A pause in one browser appears in the other without a reload, with its reason; so does its end."""
    here, there = visit(), visit()
    expect_status(here, "Shopify sandbox", "Active")
    expect(card(there, "Shopify sandbox")).to_be_visible()
    there.evaluate("window.untouched = true")
    card(here, "Shopify sandbox").get_by_label("More actions").click()
    here.get_by_role("menuitem", name="Pause").click()
    here.get_by_label("Reason (optional)").fill("Stocktaking")
    here.get_by_role("dialog").get_by_role("button", name="Pause", exact=True).click()

    expect(card(there, "Shopify sandbox")).to_contain_text("Stocktaking")
    card(here, "Shopify sandbox").get_by_role("button", name="Resume").click()
    expect(card(there, "Shopify sandbox")).not_to_contain_text("Stocktaking")
    assert there.evaluate("window.untouched")


def test_the_filters_stand_in_the_address(visit: Visit, sandbox: Sandbox) -> None:
    """A status narrows the list, the address can be shared, and nothing found offers the way back."""
    page = visit("/?status=rate_limited")
    expect(page.get_by_role("heading", name="No connection matches")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(card(page, "Shopify sandbox")).to_be_visible()
    page.get_by_placeholder("Search name or account").fill("demo.myshop")

    expect(page).to_have_url(re.compile(r"\?q=demo\.myshop"))
    expect(page.get_by_role("article")).to_have_count(1)


def test_removing_asks_for_the_name_and_keeps_what_was_imported(visit: Visit, sandbox: Sandbox) -> None:
    """A wrong name removes nothing; the right one takes the card away and leaves the products."""
    keys = sandbox.shop("demo-shop.example")["credentials"]
    page = visit("/connections/add?marketplace=woocommerce&sandbox=1")
    expect(page.get_by_label("Consumer key")).to_have_value(keys["consumer_key"])
    page.get_by_role("button", name="Test connection").click()
    page.get_by_label("Name", exact=True).fill("Short-lived")
    page.get_by_role("button", name="Save and start the first import").click()
    expect_status(page, "Short-lived", "Active")
    card(page, "Short-lived").get_by_label("More actions").click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_label(re.compile("^Type")).fill("something else")
    page.get_by_role("button", name="Remove connection").click()
    expect(page.get_by_role("dialog")).to_contain_text("Type Short-lived to remove it.")
    page.get_by_label(re.compile("^Type")).fill("Short-lived")
    page.get_by_role("button", name="Remove connection").click()

    expect(card(page, "Short-lived")).to_have_count(0)
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + "/products?q=short")
    expect(page.get_by_role("heading", name="Products", level=1)).to_be_visible()


def test_a_dialog_gives_the_focus_back(visit: Visit, sandbox: Sandbox) -> None:
    """Focus moves into it, stays inside, and returns to where it was opened from."""
    page = visit()
    handle = card(page, "Shopify sandbox").get_by_label("More actions")
    handle.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Edit credentials")).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert dialog.evaluate("(element) => element.contains(document.activeElement)")
    page.keyboard.press("Escape")

    expect(dialog).to_have_count(0)
    expect(handle).to_be_focused()


def test_the_wizard_needs_no_mouse(visit: Visit, sandbox: Sandbox) -> None:
    """From the front page to a passed test with Tab, Enter and typing alone; focus goes to the name."""
    page = visit()
    expect(card(page, "Shopify sandbox")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    tab_to(page, "Add connection")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Where do you sell?")).to_be_visible()
    tab_to(page, "WooCommerce")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Shop URL")).to_be_visible()
    tab_to(page, "Use the sandbox shop")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Consumer key")).not_to_have_value("")
    page.get_by_label("Consumer secret").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_label("Name", exact=True)).to_be_focused()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focused thing says `words`."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if words in page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel || ''"):
            return
    raise AssertionError(f"Tab never reached {words!r}")


PAGES = ("/", "/connections/add", "/connections/add?marketplace=shopify", "/products", "/orders", "/settings")


@pytest.mark.parametrize("path", PAGES)
def test_a_page_fits_a_phone(visit: Visit, sandbox: Sandbox, path: str) -> None:
    """Nothing scrolls sideways at 360 px, and the way around is still there."""
    page = visit(path, width=360, height=740)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")

    assert 360 >= page.evaluate("document.documentElement.scrollWidth")
    expect(page.get_by_role("navigation", name="Main")).to_be_in_viewport()


NAMELESS = """() => {
  const named = (e) => (e.textContent || '').trim() || e.getAttribute('aria-label') || e.title
    || (e.labels && e.labels.length) || e.getAttribute('aria-labelledby');
  const seen = (e) => e.offsetParent !== null && e.type !== 'hidden';
  const bad = [...document.querySelectorAll('button, a[href], input, select, textarea, summary')]
    .filter((e) => seen(e) && !named(e)).map((e) => e.outerHTML.slice(0, 200));
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  const bare = [...document.images].filter((e) => !e.hasAttribute('alt')).map((e) => e.src);
  return [...bad, ...twice.map((id) => 'id used twice: ' + id), ...bare];
}"""


@pytest.mark.parametrize("path", PAGES)
def test_everything_on_a_page_has_a_name(visit: Visit, sandbox: Sandbox, path: str) -> None:
    """Controls are named, pictures have a text, ids are unique, there is one heading and one main part."""
    page = visit(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_function("!document.querySelector('[aria-busy=true]')")

    assert [] == page.evaluate(NAMELESS)
    assert [1, 1] == page.evaluate("[document.querySelectorAll('main').length, document.querySelectorAll('h1').length]")
    assert "en" == page.evaluate("document.documentElement.lang")


def test_signing_out_empties_every_tab_of_that_browser(
    chromium: Browser, product: Product, visit: Visit, sandbox: Sandbox
) -> None:
    """A tab left open shows nothing more from the next change on, and leads to the sign-in page."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{product.url}/sign-in")
    page.get_by_label("E-mail").fill(OWNER["email"])
    page.get_by_label("Password").fill(OWNER["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(card(page, "Shopify sandbox")).to_be_visible()
    left_open = context.new_page()
    left_open.goto(product.url)
    expect(card(left_open, "Shopify sandbox")).to_be_visible()
    page.get_by_text("Account of").locator("..").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()

    elsewhere = visit()
    card(elsewhere, "Shopify sandbox").get_by_role("button", name="Sync now").click()
    expect(left_open.get_by_role("heading", name="You are signed out")).to_be_visible()
    expect(card(left_open, "Shopify sandbox")).to_have_count(0)
    left_open.get_by_role("link", name="Sign in").click()
    expect(left_open.get_by_role("button", name="Sign in")).to_be_visible()
    context.close()
