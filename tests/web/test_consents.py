"""The way back from a marketplace's consent page, over HTTP."""

import pytest

from nexus_ui.flows import consent
from nexus_ui.flows.sign_in import Role
from nexus_ui.sandbox.server import Running
from nexus_ui.web.consents import REFUSALS
from tests.flows.conftest import Cookies, behind
from tests.flows.test_consent import app_of, decided
from tests.web.conftest import Site


async def test_the_browser_comes_back_into_the_wizard_with_its_draft(
    site: Site, cookies: Cookies, sandbox: Running
) -> None:
    """The draft holds the test's result; the address holds nothing but its id."""
    adam = behind(cookies[Role.ADMIN])
    address = await consent.begin(adam, "shopify", "consent", app_of(sandbox), sandbox=True)
    with site.browser(cookies[Role.ADMIN]) as browser:
        answer = browser.get("/oauth/shopify/callback", params=decided(address))
    page, _, draft_id = answer.headers["location"].partition("?draft=")
    result = consent.returned(draft_id, adam.person_id)

    assert (303, "/connections/add") == (answer.status_code, page)
    assert result is not None
    assert result.passed


async def test_the_browser_comes_back_to_the_connection_it_reconnects(
    site: Site, cookies: Cookies, sandbox: Running
) -> None:
    """A consent begun for a connection returns to that connection's form."""
    from nexus_ui.flows import connect

    adam = behind(cookies[Role.ADMIN])
    connection_id = await connect.explore_sandbox(adam.person_id)
    address = await consent.begin(adam, "shopify", "consent", app_of(sandbox), connection_id=connection_id)
    with site.browser(cookies[Role.ADMIN]) as browser:
        answer = browser.get("/oauth/shopify/callback", params=decided(address))

    assert answer.headers["location"].startswith(f"/connections/{connection_id}/credentials?draft=drf_")


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/oauth/shopify/callback?state=invented&code=x", "/connections/add?marketplace=shopify&refused=consent"),
        ("/oauth/nowhere/callback?state=invented&code=x", "/connections/add?refused=consent"),
        ("/oauth/shopify/callback", "/connections/add?marketplace=shopify&refused=consent"),
    ],
)
def test_a_callback_nobody_asked_for_ends_in_a_sentence(site: Site, cookies: Cookies, path: str, place: str) -> None:
    """The wizard opens and says why; the address carries a word."""
    with site.browser(cookies[Role.ADMIN]) as browser:
        answer = browser.get(path)

    assert (303, place) == (answer.status_code, answer.headers["location"])
    assert REFUSALS["consent"]


async def test_another_browser_cannot_finish_a_consent(site: Site, cookies: Cookies, sandbox: Running) -> None:
    """The owner's browser brings back what the admin's began: refused."""
    adam = behind(cookies[Role.ADMIN])
    address = await consent.begin(adam, "shopify", "consent", app_of(sandbox), sandbox=True)
    with site.browser(cookies[Role.OWNER]) as browser:
        answer = browser.get("/oauth/shopify/callback", params=decided(address))

    assert answer.headers["location"].endswith("refused=consent")
