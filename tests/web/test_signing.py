"""Signing in and out over HTTP, as a browser does it and as an attacker would."""

import pytest

from nexus_ui import settings
from nexus_ui.flows import sign_in
from nexus_ui.flows.sign_in import COOKIE, Role
from nexus_ui.storage import people
from nexus_ui.web import signing
from tests.flows.conftest import PASSWORD
from tests.web.conftest import Site

RIGHT = {"email": "vera@example.com", "password": PASSWORD}


def test_the_right_password_sets_a_cookie_no_script_can_read(site: Site, cookies: dict[Role, str]) -> None:
    """HttpOnly, SameSite=Lax, for the whole site; then on to the page that was wanted."""
    with site.browser() as browser:
        answer = browser.post("/auth/sign-in", data={**RIGHT, "next": "/products?q=mug"})
    said = answer.headers["set-cookie"].lower()

    assert (303, "/products?q=mug") == (answer.status_code, answer.headers["location"])
    assert {"httponly": True, "samesite=lax": True, "path=/": True, "secure": False} == {
        word: word in said for word in ("httponly", "samesite=lax", "path=/", "secure")
    }
    assert sign_in.who(answer.cookies[COOKIE]) is not None


def test_behind_https_the_cookie_is_secure(
    site: Site, cookies: dict[Role, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an https address the cookie never travels in the clear."""
    monkeypatch.setenv("NEXUS_PUBLIC_URL", "https://panel.example.com")
    settings.current.cache_clear()
    with site.browser(origin="https://panel.example.com") as browser:
        answer = browser.post("/auth/sign-in", data=RIGHT)

    assert "secure" in answer.headers["set-cookie"].lower()


@pytest.mark.parametrize("goal", ["//evil.com", "https://evil.com", "/\\evil.com", "evil", "javascript:x", "/a\nb", ""])
def test_signing_in_never_leads_to_another_site(site: Site, cookies: dict[Role, str], goal: str) -> None:
    """Only paths of ours are followed."""
    with site.browser() as browser:
        answer = browser.post("/auth/sign-in", data={**RIGHT, "next": goal})

    assert "/" == answer.headers["location"]


@pytest.mark.parametrize("email", ["vera@example.com", "nobody@example.com"])
def test_a_refusal_goes_back_with_a_word_and_without_a_cookie(site: Site, cookies: dict[Role, str], email: str) -> None:
    """Known or not, the answer is the same, and the page has a sentence for it."""
    with site.browser() as browser:
        answer = browser.post("/auth/sign-in", data={"email": email, "password": "wrong password", "next": "/orders"})

    assert (303, "/sign-in?refused=wrong&next=%2Forders") == (answer.status_code, answer.headers["location"])
    assert "set-cookie" not in answer.headers
    assert signing.REFUSALS["wrong"]


def test_too_many_attempts_are_told_to_wait(site: Site, cookies: dict[Role, str]) -> None:
    """The sixth wrong password on one address gets another word."""
    with site.browser() as browser:
        said = [
            browser.post("/auth/sign-in", data={**RIGHT, "password": "wrong password"}).headers["location"]
            for _ in range(6)
        ]

    assert ["wrong"] * 5 + ["throttled"] == [where.partition("refused=")[2].partition("&")[0] for where in said]


@pytest.mark.parametrize(
    "origin", ["https://evil.com", "null", "http://127.0.0.1:1", "http://[::1", "https://evil.com/http://127.0.0.1", ""]
)
@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/owner", "/auth/sign-out"])
def test_forms_of_other_sites_are_refused(site: Site, cookies: dict[Role, str], origin: str, path: str) -> None:
    """Neither a foreign page nor one that hides where it comes from can sign anybody in or out."""
    with site.browser(cookies[Role.OWNER], origin=origin) as browser:
        answer = browser.post(path, data=RIGHT)

    assert 403 == answer.status_code
    assert sign_in.who(cookies[Role.OWNER]) is not None


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/owner"])
def test_a_form_too_large_to_be_one_of_ours_is_not_read(site: Site, path: str) -> None:
    """Neither an endless body nor one that hides its length is taken in."""
    with site.browser() as browser:
        large = browser.post(path, data={"email": "x" * 70_000})
        hidden = browser.post(path, content=iter([b"email=x"]))

    assert (413, 413) == (large.status_code, hidden.status_code)


def test_signing_out_ends_the_session_and_drops_the_cookie(site: Site, cookies: dict[Role, str]) -> None:
    """The cookie's copy elsewhere is worthless too."""
    with site.browser(cookies[Role.VIEWER]) as browser:
        answer = browser.post("/auth/sign-out")

    assert (303, "/sign-in") == (answer.status_code, answer.headers["location"])
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert sign_in.who(cookies[Role.VIEWER]) is None


def test_the_welcome_form_creates_the_owner_and_signs_in(site: Site) -> None:
    """The link from the console, a name, an address and a password are all it takes."""
    link = sign_in.new_owner_link().partition("link=")[2]
    with site.browser() as browser:
        answer = browser.post(
            "/auth/owner", data={"link": link, "email": "olga@example.com", "name": "Olga", "password": PASSWORD}
        )
    who = sign_in.who(answer.cookies[COOKIE])

    assert (303, "/") == (answer.status_code, answer.headers["location"])
    assert who is not None
    assert Role.OWNER is who.role


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"link": "invented"}, "link"),
        ({"email": "olga"}, "email"),
        ({"password": "short"}, "password"),
    ],
)
def test_the_welcome_form_says_what_is_wrong(site: Site, changes: dict[str, str], word: str) -> None:
    """The refusal is a word the page has a sentence for; nobody is created."""
    link = sign_in.new_owner_link().partition("link=")[2]
    form = {"link": link, "email": "olga@example.com", "name": "Olga", "password": PASSWORD} | changes
    with site.browser() as browser:
        answer = browser.post("/auth/owner", data=form)

    assert f"/welcome?refused={word}&" in answer.headers["location"]
    assert word in signing.REFUSALS
    assert not people.anybody()


def test_an_invitation_for_an_address_in_use_is_refused(site: Site, cookies: dict[Role, str]) -> None:
    """Two people never share an address."""
    owner = sign_in.who(cookies[Role.OWNER])
    assert owner is not None
    link = sign_in.invite(Role.VIEWER, owner).partition("link=")[2]
    with site.browser() as browser:
        answer = browser.post(
            "/auth/owner", data={"link": link, "email": "vera@example.com", "name": "", "password": PASSWORD}
        )

    assert "/welcome?refused=taken&" in answer.headers["location"]
