"""The forms behind a reconnect link, over HTTP: nobody signs in, and nothing but this one connection is reached."""

import re
from html import unescape

import pytest

from nexus_ui.flows import connect, consent, keys, reconnect_link
from nexus_ui.flows.sign_in import Role
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running
from nexus_ui.web.reconnecting import REFUSALS
from tests.flows.conftest import Cookies, behind, shop_of, typed
from tests.flows.test_consent import app_of, decided
from tests.web.conftest import Site


async def linked(site: Site, cookies: Cookies, slug: str) -> tuple[str, str]:
    """A connection to the sandbox's shop, and the token of a link to it."""
    adam = behind(cookies[Role.ADMIN])
    connection_id = await connect.explore_sandbox(adam.person_id, slug)
    return connection_id, link_to(connection_id, cookies)


def link_to(connection_id: str, cookies: Cookies) -> str:
    """The token of a fresh link."""
    return reconnect_link.make(connection_id, behind(cookies[Role.ADMIN])).partition("link=")[2]


async def consented(cookies: Cookies, sandbox: Running) -> tuple[str, str]:
    """A shop connected by consent, and the token of a link to it."""
    adam = behind(cookies[Role.ADMIN])
    params = decided(await consent.begin(adam, "shopify", "consent", app_of(sandbox), sandbox=True))
    came = await consent.finish("shopify", params, adam)
    connection_id = connect.save(came.draft_id, adam.person_id)
    return connection_id, link_to(connection_id, cookies)


async def test_typed_keys_are_taken_over_and_the_address_forgets_the_link(
    site: Site, cookies: Cookies, sandbox: Running
) -> None:
    """Once; a second time the link is spent."""
    _, link = await linked(site, cookies, "woocommerce")
    _, values = typed("woocommerce")
    with site.browser() as guest:
        first = guest.post("/auth/reconnect", data={"link": link, **values})
        second = guest.post("/auth/reconnect", data={"link": link, **values})

    assert (303, "/reconnect?done=1") == (first.status_code, first.headers["location"])
    assert f"/reconnect?link={link}&refused=link" == second.headers["location"]


async def test_what_is_wrong_comes_back_as_a_word(site: Site, cookies: Cookies, sandbox: Running) -> None:
    """Never as a value: neither a secret nor a sentence stands in the address."""
    _, link = await linked(site, cookies, "woocommerce")
    wrong = {"link": link, "consumer_key": "ck_" + "0" * 40, "consumer_secret": "cs_" + "0" * 40}
    with site.browser() as guest:
        refused = guest.post("/auth/reconnect", data=wrong).headers["location"]
        blank = guest.post("/auth/reconnect", data={**wrong, "consumer_secret": " "}).headers["location"]
        shop_of(sandbox, "woocommerce").faults.switch_on(Fault(fault="outage"))
        away = guest.post("/auth/reconnect", data=wrong).headers["location"]

    assert f"/reconnect?link={link}&refused=invalid_credentials" == refused
    assert f"/reconnect?link={link}&refused=bad_input&at=consumer_secret" == blank
    assert f"/reconnect?link={link}&refused=unavailable" == away
    assert {"invalid_credentials", "bad_input", "unavailable"} <= set(REFUSALS)


async def test_a_guest_goes_to_the_marketplace_and_comes_back(site: Site, cookies: Cookies, sandbox: Running) -> None:
    """The page that leads there is ours, the cookie reaches the callback only, and the tokens are new afterwards."""
    connection_id, link = await consented(cookies, sandbox)
    before = keys.open(connection_id)["access_token"]
    with site.browser() as guest:
        page = guest.post("/auth/reconnect/consent", data={"link": link})
        found = re.search(r'href="([^"]+)"', page.text)
        assert found is not None
        answer = guest.get("/oauth/shopify/callback", params=decided(unescape(found.group(1))))

    cookie = page.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("path=/oauth", "httponly", "samesite=lax", "max-age=600"))
    assert (303, "/reconnect?done=1") == (answer.status_code, answer.headers["location"])
    assert before != keys.open(connection_id)["access_token"]


async def test_a_consent_that_is_not_given_leaves_the_link_good(site: Site, cookies: Cookies, sandbox: Running) -> None:
    """Back to the link's page, which says so."""
    _, link = await consented(cookies, sandbox)
    with site.browser() as guest:
        page = guest.post("/auth/reconnect/consent", data={"link": link})
        found = re.search(r'href="([^"]+)"', page.text)
        assert found is not None
        answer = guest.get("/oauth/shopify/callback", params=decided(unescape(found.group(1)), "deny"))

    assert f"/reconnect?link={link}&refused=consent" == answer.headers["location"]
    assert reconnect_link.visit(link) is not None


@pytest.mark.parametrize(("cookie", "status"), [(None, 401), ("invented", 401)])
def test_a_callback_of_nobody_is_refused(site: Site, cookie: str | None, status: int) -> None:
    """Neither signed in nor a guest on the way back."""
    with site.browser(cookie) as browser:
        answer = browser.get("/oauth/shopify/callback?state=x&code=y")

    assert (status, {"error": "Sign in first."}) == (answer.status_code, answer.json())


def test_a_viewer_finishes_no_consent(site: Site, cookies: Cookies) -> None:
    """Their role does not allow it."""
    with site.browser(cookies[Role.VIEWER]) as browser:
        answer = browser.get("/oauth/shopify/callback?state=x&code=y")

    assert (403, {"error": "Your role does not allow this."}) == (answer.status_code, answer.json())


async def test_no_other_site_can_send_the_form(site: Site, cookies: Cookies, sandbox: Running) -> None:
    """Whoever lures a browser that has the link gets nowhere; an invented link neither."""
    _, link = await linked(site, cookies, "woocommerce")
    _, values = typed("woocommerce")
    with site.browser(origin="https://evil.example") as lured:
        refused = lured.post("/auth/reconnect", data={"link": link, **values})
    with site.browser() as guest:
        invented = guest.post("/auth/reconnect", data={"link": "invented", **values})

    assert 403 == refused.status_code
    assert "/reconnect?link=invented&refused=link" == invented.headers["location"]
    assert reconnect_link.visit(link) is not None
