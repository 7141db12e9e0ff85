"""eBay's consent: the address the browser is sent to, what comes back, and the tokens for it."""

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_EXPIRES_AT, REFRESH_TOKEN, Credentials
from nexus_ui.adapters.kit.opening import open_http
from nexus_ui.errors import Refused, TokenExpired
from tests.adapters.counterparts import QUICK, Counterpart, Journal, Ring
from tests.adapters.ebay.scripted import EBAY

CONSENT = EBAY.consent
CALLBACK = "http://127.0.0.1:3000/oauth/ebay/callback"
TYPED = {name: EBAY.sandbox_fields[name] for name in ("site", "client_id", "client_secret", "ru_name")}


def address(counterpart: Counterpart, state: str = "state-1") -> str:
    """Where the browser is sent to."""
    assert CONSENT is not None
    return CONSENT.authorize_url(TYPED, f"{counterpart.sandbox.url}/ebay/auth.ebay.com", CALLBACK, state, "unused")


async def decided(counterpart: Counterpart, decision: str) -> dict[str, str]:
    """What comes back after a seller pressed a button on eBay's page."""
    url = address(counterpart)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    async with httpx.AsyncClient() as browser:
        page = await browser.get(url)
        assert 200 == page.status_code
        assert all(scope in page.text for scope in asked["scope"].split())
        answer = await browser.post(url, data={**asked, "decision": decision, "accepted_url": CALLBACK})
    target = urlsplit(answer.headers["location"])
    assert CALLBACK == f"{target.scheme}://{target.netloc}{target.path}"
    return {name: values[0] for name, values in parse_qs(target.query).items()}


async def traded(counterpart: Counterpart, back: dict[str, str]) -> Credentials:
    """The credentials for what came back."""
    assert CONSENT is not None
    CONSENT.check_callback(TYPED, back)
    async with open_http(EBAY, TYPED, watcher=Journal(), mask=str, endpoint=counterpart.endpoint, retry=QUICK) as http:
        return await CONSENT.exchange(http, TYPED, back, CALLBACK, "")


def test_the_browser_is_sent_to_ebay_with_the_ru_name() -> None:
    """eBay wants its own name of the address, and scopes parted by blanks."""
    assert CONSENT is not None
    url = urlsplit(CONSENT.authorize_url(TYPED, EBAY.hosts["consent"](TYPED), CALLBACK, "s", "c"))
    asked = {name: values[0] for name, values in parse_qs(url.query).items()}

    assert ("auth.ebay.com", "/oauth2/authorize") == (url.netloc, url.path)
    assert TYPED["ru_name"] == asked["redirect_uri"]
    assert {scope.name for scope in EBAY.scopes} == set(asked.pop("scope").split(" "))
    assert {"client_id", "redirect_uri", "response_type", "state"} == set(asked)
    assert "%20" in url.query


@pytest.mark.parametrize("host", ["consent", "identity"])
def test_an_app_of_ebays_sandbox_goes_there(host: str) -> None:
    """Its keys open nothing else."""
    keys = {"client_id": "Acme-Panel-SBX-1a2b3c"}

    assert ".sandbox.ebay.com" in EBAY.hosts[host](keys)
    assert "https://api.sandbox.ebay.com" == EBAY.base_url(keys)
    assert "https://api.ebay.com" == EBAY.base_url(TYPED)


async def test_consent_leads_to_tokens_that_are_renewed(ebay: Counterpart) -> None:
    """Both tokens with their ends; the connection works with them, and renews the first by the second."""
    held = await traded(ebay, await decided(ebay, "agree"))
    ring = Ring({**held, ACCESS_TOKEN: ""})

    async with ebay.open(ring=ring) as adapter:
        account = await adapter.verify()

    assert {*TYPED, ACCESS_TOKEN, REFRESH_TOKEN, REFRESH_EXPIRES_AT} < set(held)
    assert held["access_expires_at"] < held[REFRESH_EXPIRES_AT]
    assert account.usable
    assert next(check for check in account.checks if check.name == "consent").proof.startswith("Until")
    assert 1 == ring.renewals


async def test_a_code_works_once(ebay: Counterpart) -> None:
    """The second exchange is refused."""
    back = await decided(ebay, "agree")
    await traded(ebay, back)

    with pytest.raises(TokenExpired):
        await traded(ebay, back)


async def test_a_seller_who_declines_sends_no_code(ebay: Counterpart) -> None:
    """And that is refused without a call."""
    assert CONSENT is not None
    back = await decided(ebay, "cancel")

    assert {"error": "access_denied", "state": "state-1"} == back
    with pytest.raises(Refused):
        CONSENT.check_callback(TYPED, back)
