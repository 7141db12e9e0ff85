"""The wizard for every marketplace: its form, its test, its preflight table; consent there and back where offered."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import SignIn, SignInKind
from nexus_ui.flows.consent import callback_address
from tests.browser.conftest import Visit
from tests.browser.running import Product, Sandbox

CONSENTS = [slug for slug, one in CATALOGUE.items() if any(way.kind is SignInKind.CONSENT for way in one.sign_ins)]
YES = re.compile("^(allow|confirm|agree)", re.IGNORECASE)


def sandbox_way(slug: str, kind: SignInKind) -> SignIn:
    """The way of this kind whose fields the sandbox knows."""
    known = CATALOGUE[slug].sandbox_fields
    ways = [way for way in CATALOGUE[slug].sign_ins if way.kind is kind]
    return next((way for way in ways if all(one.name in known or one.optional for one in way.fields)), ways[0])


def fill(page: Page, way: SignIn, values: dict[str, str]) -> None:
    """Type, or choose, what the form asks for."""
    for one in way.fields:
        if one.optional or one.name not in values:
            continue
        box = page.get_by_label(one.label, exact=True)
        if one.choices:
            box.select_option(values[one.name])
        else:
            box.fill(values[one.name])


def test_the_grid_shows_every_marketplace_with_its_mark(visit: Visit) -> None:
    """Eight tiles, each with a picture that loads."""
    page = visit("/connections/add")
    for one in CATALOGUE.values():
        expect(page.get_by_role("link", name=re.compile(f"^{re.escape(one.name)}"))).to_be_visible()
    page.wait_for_function("[...document.images].every((image) => image.complete)")

    assert [] == page.evaluate("[...document.images].filter((image) => !image.naturalWidth).map((image) => image.src)")


@pytest.mark.parametrize("slug", CATALOGUE)
def test_the_form_of_a_marketplace_leads_to_its_preflight_table(visit: Visit, sandbox: Sandbox, slug: str) -> None:
    """The sandbox's keys stand in the form; the test passes row by row, and only then it can be saved."""
    page = visit(f"/connections/add?marketplace={slug}&sandbox=1")
    expect(page.get_by_role("button", name="Test connection")).to_be_visible()
    expect(page.get_by_role("button", name="Save and start the first import")).to_have_count(0)
    page.get_by_role("button", name="Test connection").click()

    table = page.get_by_role("region", name="Preflight checks")
    expect(table).to_contain_text("Signs in", timeout=30_000)
    expect(table).to_contain_text("Reads orders")
    expect(table).not_to_contain_text("Fail")


@pytest.mark.parametrize("slug", CONSENTS)
def test_consent_leads_to_the_marketplace_and_back(visit: Visit, product: Product, sandbox: Sandbox, slug: str) -> None:
    """Away with the app's keys, agree on the marketplace's own page, back in the wizard with the preflight table."""
    way = sandbox_way(slug, SignInKind.CONSENT)
    page = visit(f"/connections/add?marketplace={slug}&way={way.slug}&sandbox=1")
    fill(page, way, sandbox.keys_of(slug))
    page.get_by_role("button", name=re.compile("^Continue to")).click()
    expect(page.get_by_role("button", name=YES)).to_be_visible()
    registered = page.locator("input[name=accepted_url]")
    if registered.count():
        registered.fill(product.url + urlsplit(callback_address(slug)).path)
    page.get_by_role("button", name=YES).click()

    expect(page).to_have_url(re.compile(r"/connections/add/?\?draft="))
    expect(page.get_by_role("region", name="Preflight checks")).to_contain_text("Pass", timeout=30_000)
