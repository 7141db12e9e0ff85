"""Signing in to the simulated Shopify: consent, tokens that expire and rotate, and everything it refuses."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from nexus_ui.sandbox.server import run_in_thread
from nexus_ui.sandbox.shopify.consent import sign
from nexus_ui.sandbox.world import Options, World
from tests.sandbox.admin_api import App

BACK = "http://127.0.0.1:3000/api/oauth/shopify"
SHOP = "{ shop { name } }"
SCOPES = "{ currentAppInstallation { accessScopes { handle } } }"


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        """Begin at some moment of 2026."""
        self.now = 1_795_000_000.0

    def __call__(self) -> float:
        """Seconds since 1970."""
        return self.now


@pytest.fixture
def hands() -> Hands:
    """The clock of `timed`."""
    return Hands()


@pytest.fixture
def timed(hands: Hands) -> Iterator[App]:
    """An app at a sandbox whose time the test moves."""
    with run_in_thread(World(Options(products=5, orders=2, clock=hands))) as running:
        yield App(running)


def asked(app: App, **changes: str) -> dict[str, str]:
    """What an app sends to the consent page."""
    scopes = "read_products,write_inventory,read_orders"
    usual = {"client_id": app.shop.credentials["client_id"], "scope": scopes, "redirect_uri": BACK, "state": "abc123"}
    return usual | changes


def decided(app: App, decision: str = "allow", **changes: str) -> dict[str, str]:
    """The parameters the merchant's browser brings back."""
    answer = httpx.post(f"{app.base}/admin/oauth/authorize", data=asked(app, **changes) | {"decision": decision})
    assert 302 == answer.status_code, answer.text
    assert answer.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def with_token(app: App, token: str) -> App:
    """The same app with another token."""
    return App(app.sandbox, app.host, token)


def test_the_signature_is_the_vendors() -> None:
    """The vector of Shopify's own documentation."""
    fields = {
        "code": "0907a61c0c8d55e99db179b68161bc00",
        "shop": "some-shop.myshopify.com",
        "timestamp": "1337178173",
    }

    assert "4712bf92ffc2917d15a2f5a273e39f0116667419aa4b6ac0b3baaf26fa3c4d20" == sign(fields, "hush")


def test_the_consent_page_names_app_shop_and_scopes(app: App) -> None:
    """A person reads what is asked, and that it is not the real thing."""
    page = httpx.get(f"{app.base}/admin/oauth/authorize", params=asked(app))

    assert 200 == page.status_code
    assert all(word in page.text for word in ("SANDBOX", "Nexus Connections", "Demo Store", "read_orders", "Allow"))
    assert {"client_id", "scope", "redirect_uri", "state"} == set(re.findall(r'type="hidden" name="(\w+)"', page.text))


def test_allowing_brings_a_signed_way_back_and_the_code_a_token(app: App) -> None:
    """The whole journey, with the scopes that were asked for."""
    back = decided(app)
    token = app.token_for(code=back["code"], expiring="1").json()
    scopes = with_token(app, token["access_token"]).ask(SCOPES)["currentAppInstallation"]["accessScopes"]

    assert ("demo.myshopify.com", "abc123") == (back["shop"], back["state"])
    assert {"code", "hmac", "host", "shop", "state", "timestamp"} == set(back)
    assert sign(back, app.shop.credentials["client_secret"]) == back["hmac"]
    assert 3600 == token["expires_in"]
    assert {"read_products", "read_inventory", "write_inventory", "read_orders"} == {
        entry["handle"] for entry in scopes
    }


def test_cancelling_brings_the_reason_back(app: App) -> None:
    """No code, but a signed refusal."""
    back = decided(app, "cancel")

    assert "access_denied" == back["error"]
    assert "code" not in back
    assert sign(back, app.shop.credentials["client_secret"]) == back["hmac"]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "0" * 32},
        {"redirect_uri": "https://evil.example/api/oauth/shopify"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "ftp://127.0.0.1/x"},
        {"redirect_uri": ""},
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_foreign_app_or_way_back_is_refused(app: App, changes: dict[str, str], method: str) -> None:
    """On the page and on the decision, without sending the browser anywhere."""
    fields = asked(app, **changes) | {"decision": "allow"}
    content = {"params": fields} if method == "GET" else {"data": fields}
    answer = httpx.request(method, f"{app.base}/admin/oauth/authorize", **content)  # type: ignore[arg-type]  # either

    assert 400 == answer.status_code
    assert "location" not in answer.headers


def test_a_code_works_once_and_for_ten_minutes(timed: App, hands: Hands) -> None:
    """A used, unknown or old code is a bad request."""
    used, old = decided(timed)["code"], decided(timed)["code"]
    first = timed.token_for(code=used)
    hands.now += 601

    assert 200 == first.status_code
    assert "refresh_token" not in first.json()
    assert [400] * 3 == [timed.token_for(code=code).status_code for code in (used, old, "never")]


def test_an_access_token_ends_after_an_hour_and_is_renewed(timed: App, hands: Hands) -> None:
    """The refresh answer carries a new pair; the old access token stays dead."""
    pair = timed.token_for(code=decided(timed)["code"], expiring="1").json()
    before = with_token(timed, pair["access_token"]).post(SHOP).status_code
    hands.now += 3601
    after = with_token(timed, pair["access_token"]).post(SHOP)
    fresh = timed.token_for(grant_type="refresh_token", refresh_token=pair["refresh_token"]).json()

    assert (200, 401) == (before, after.status_code)
    assert "Invalid API key or access token" in after.json()["errors"]
    assert {pair["access_token"], pair["refresh_token"]}.isdisjoint({fresh["access_token"], fresh["refresh_token"]})
    assert 200 == with_token(timed, fresh["access_token"]).post(SHOP).status_code


def test_the_refresh_token_before_stays_good_until_the_newest_is_used(app: App) -> None:
    """Whoever lost an answer may ask once more; whoever is two behind is out."""

    def renewed(token: str) -> httpx.Response:
        return app.token_for(grant_type="refresh_token", refresh_token=token)

    first = app.token_for(code=decided(app)["code"], expiring="1").json()["refresh_token"]
    lost = renewed(first).json()["refresh_token"]
    second = renewed(first).json()["refresh_token"]
    third = renewed(second)

    assert 200 == third.status_code
    assert (400, "invalid_grant") == (renewed(first).status_code, renewed(first).json()["error"])
    assert 400 == renewed(lost).status_code
    assert 200 == renewed(third.json()["refresh_token"]).status_code


def test_client_credentials_give_a_day(timed: App, hands: Hands) -> None:
    """No refresh token; the app asks again."""
    token = timed.token_for(grant_type="client_credentials").json()
    own = with_token(timed, token["access_token"])
    early = own.post(SHOP).status_code
    hands.now += 86_401

    assert "refresh_token" not in token
    assert 86_399 == token["expires_in"]
    assert (200, 401) == (early, own.post(SHOP).status_code)


def test_a_permanent_token_is_exchanged_for_one_that_expires(own_app: App) -> None:
    """One way: the old token is gone afterwards."""
    kind = "urn:shopify:params:oauth:token-type:offline-access-token"
    answer = own_app.token_for(
        grant_type="urn:ietf:params:oauth:grant-type:token-exchange", subject_token=own_app.token,
        subject_token_type=kind, requested_token_type=kind, expiring="1",
    ).json()  # fmt: skip

    assert 200 == with_token(own_app, answer["access_token"]).post(SHOP).status_code
    assert 401 == own_app.post(SHOP).status_code
    assert answer["refresh_token"]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_id": "wrong"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "shprt_none"}, "invalid_grant"),
        ({}, "invalid_request"),
    ],
)
def test_the_token_endpoint_says_what_is_wrong(app: App, fields: dict[str, str], error: str) -> None:
    """Status 400 with the OAuth code."""
    answer = app.token_for(**fields)

    assert (400, error) == (answer.status_code, answer.json()["error"])


def test_a_body_that_is_no_object_is_a_bad_request(app: App) -> None:
    """Never a 500."""
    for content in (b"[]", b"{", b""):
        answer = httpx.post(
            f"{app.base}/admin/oauth/access_token", content=content, headers={"Content-Type": "application/json"}
        )
        assert 400 == answer.status_code


def test_tokens_of_one_shop_open_no_other(app: App) -> None:
    """Each shop has its own."""
    assert 401 == App(app.sandbox, "second.myshopify.com", app.token).post(SHOP).status_code
    assert 401 == App(app.sandbox, app.host, "shpat_" + "0" * 32).post(SHOP).status_code


def test_a_shop_that_is_not_there_is_not_found(app: App) -> None:
    """The host answers 404 for API and sign-in alike."""
    base = f"{app.sandbox.url}/shopify/nowhere.myshopify.com/admin"

    assert 404 == httpx.post(f"{base}/api/2026-10/graphql.json", json={"query": SHOP}).status_code
    assert 404 == httpx.get(f"{base}/oauth/authorize", params=asked(app)).status_code


@pytest.mark.parametrize(
    ("asked_for", "served"), [("2026-10", "2026-10"), ("2026-07", "2026-07"), ("2024-01", "2026-01")]
)
def test_an_old_version_is_answered_by_the_oldest_there_is(app: App, asked_for: str, served: str) -> None:
    """The header tells which."""
    answer = app.post(SHOP, version=asked_for)

    assert (200, served) == (answer.status_code, answer.headers["X-Shopify-API-Version"])
    assert answer.headers["x-request-id"]


@pytest.mark.parametrize("version", ["2027-04", "2026-11", "latest"])
def test_a_version_that_never_was_is_not_found(app: App, version: str) -> None:
    """Neither future nor misspelt ones."""
    assert 404 == app.post(SHOP, version=version).status_code
