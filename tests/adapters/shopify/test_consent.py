"""Shopify's consent: the address the browser is sent to, the signature of what comes back, the tokens for it."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_TOKEN, Credentials
from nexus_ui.adapters.kit.opening import open_http
from nexus_ui.adapters.shopify.consent import callback_signature
from nexus_ui.errors import OtherAccount, Refused, TokenExpired
from nexus_ui.sandbox.server import Running
from tests.adapters.counterparts import QUICK, Counterpart, Journal, Ring, counterpart_of

SHOPIFY = CATALOGUE["shopify"]
CONSENT = SHOPIFY.consent
REDIRECT = "http://127.0.0.1:3000/oauth/shopify/callback"
FIELDS = {"shop_domain": "some-shop.myshopify.com", "client_id": "app", "client_secret": "hush"}
QUERY = {"code": "0907a61c0c8d55e99db179b68161bc00", "shop": "some-shop.myshopify.com", "timestamp": "1337178173"}
SIGNED = "4712bf92ffc2917d15a2f5a273e39f0116667419aa4b6ac0b3baaf26fa3c4d20"
THEN = datetime.fromtimestamp(1337178173, UTC)


def test_the_signature_is_the_vendors() -> None:
    """The vendor's published vector gives the vendor's signature."""
    assert SIGNED == callback_signature("hush", QUERY)


def test_unknown_parameters_are_signed_too_and_the_signatures_are_not() -> None:
    """Everything but hmac and signature takes part, with the vendor's escapes."""
    plain = callback_signature("hush", QUERY)

    assert plain == callback_signature("hush", {**QUERY, "hmac": "x", "signature": "y"})
    assert plain != callback_signature("hush", {**QUERY, "host": "z"})
    assert callback_signature("hush", {"a": "1&b=2"}) != callback_signature("hush", {"a": "1", "b": "2"})


def test_a_genuine_callback_passes() -> None:
    """Right signature, right shop, fresh."""
    assert CONSENT is not None
    with clock.set_to(lambda: THEN):
        CONSENT.check_callback(FIELDS, {**QUERY, "hmac": SIGNED})


@pytest.mark.parametrize("place", range(0, 64, 7))
def test_a_flipped_digit_is_refused(place: int) -> None:
    """A signature that differs in one digit is none."""
    assert CONSENT is not None
    wrong = SIGNED[:place] + ("0" if SIGNED[place] != "0" else "1") + SIGNED[place + 1 :]
    with clock.set_to(lambda: THEN), pytest.raises(Refused):
        CONSENT.check_callback(FIELDS, {**QUERY, "hmac": wrong})


@pytest.mark.parametrize("params", [QUERY, {**QUERY, "hmac": ""}, {**QUERY, "hmac": "é"}, {}])
def test_a_callback_without_a_signature_is_refused(params: dict[str, str]) -> None:
    """Missing, empty and odd signatures are refused, not crashed on."""
    assert CONSENT is not None
    with clock.set_to(lambda: THEN), pytest.raises(Refused):
        CONSENT.check_callback(FIELDS, params)


def test_another_shop_is_refused() -> None:
    """A callback signed for a shop other than the one typed is not accepted."""
    assert CONSENT is not None
    params = {**QUERY, "shop": "other.myshopify.com"}
    with clock.set_to(lambda: THEN), pytest.raises(OtherAccount):
        CONSENT.check_callback(FIELDS, {**params, "hmac": callback_signature("hush", params)})


def test_an_old_callback_is_refused() -> None:
    """A caught callback cannot be used the next day."""
    assert CONSENT is not None
    with pytest.raises(Refused):
        CONSENT.check_callback(FIELDS, {**QUERY, "hmac": SIGNED})


@pytest.fixture
def shopify(sandbox: Running) -> Counterpart:
    """Shopify and its demo shop."""
    return counterpart_of(SHOPIFY, sandbox)


def typed(counterpart: Counterpart) -> Credentials:
    """What a person types for consent or client credentials."""
    keys = counterpart.shop.credentials
    return {
        "shop_domain": counterpart.shop.host,
        "client_id": keys["client_id"],
        "client_secret": keys["client_secret"],
    }


async def consented(counterpart: Counterpart) -> Credentials:
    """The credentials after a whole consent in the sandbox: page, decision, callback, exchange."""
    assert CONSENT is not None
    fields = typed(counterpart)
    base = f"{counterpart.sandbox.url}/shopify/{counterpart.shop.host}"
    url = CONSENT.authorize_url(fields, base, REDIRECT, "state-1", "unused")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    async with httpx.AsyncClient() as browser:
        assert 200 == (await browser.get(url)).status_code
        answer = await browser.post(url, data={**asked, "decision": "allow"})
    back = {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}
    assert "state-1" == back["state"]
    CONSENT.check_callback(fields, back)
    async with open_http(
        SHOPIFY, fields, watcher=Journal(), mask=str, endpoint=counterpart.endpoint, retry=QUICK
    ) as http:
        return await CONSENT.exchange(http, fields, back, REDIRECT, "")


async def test_consent_leads_to_expiring_tokens(shopify: Counterpart) -> None:
    """The exchange keeps what was typed and adds both tokens with their expiry and the scopes."""
    held = await consented(shopify)

    assert {*typed(shopify), ACCESS_TOKEN, REFRESH_TOKEN} < set(held)
    assert held["access_expires_at"] < held["refresh_expires_at"]
    assert "read_products" in held["granted_scopes"]
    async with shopify.open(ring=Ring(held)) as adapter:
        assert (await adapter.verify()).usable


async def test_an_expired_token_is_renewed_once_and_both_tokens_change(shopify: Counterpart) -> None:
    """A refused token leads to one refresh; the new pair replaces the old one."""
    held = await consented(shopify)
    ring = Ring(held)
    shopify.fault("expired_token")
    try:
        async with shopify.open(ring=ring) as adapter:
            await adapter.verify()
    finally:
        shopify.shop.faults.switch_off()

    assert 1 == ring.renewals
    assert held[ACCESS_TOKEN] != ring.held[ACCESS_TOKEN]
    assert held[REFRESH_TOKEN] != ring.held[REFRESH_TOKEN]


async def test_a_token_near_its_end_is_renewed_ahead(shopify: Counterpart) -> None:
    """Renewal happens before the token is refused."""
    held = {**await consented(shopify), "access_expires_at": clock.utcnow().isoformat()}
    ring, journal = Ring(held), Journal()

    async with shopify.open(ring=ring, journal=journal) as adapter:
        await adapter.verify()

    assert 1 == ring.renewals
    assert all(call.status == 200 for call in journal.calls)


async def test_a_revoked_consent_asks_to_reconnect(shopify: Counterpart) -> None:
    """When neither token is honoured any more, a person has to connect again."""
    held = await consented(shopify)
    shopify.fault("revoked_consent", on="all")
    try:
        async with shopify.open(ring=Ring(held)) as adapter:
            with pytest.raises(TokenExpired):
                await adapter.verify()
    finally:
        shopify.shop.faults.switch_off()


async def test_client_credentials_fetch_their_token_first(shopify: Counterpart) -> None:
    """With the app's id and secret alone, a token is fetched before the first call."""
    ring = Ring(typed(shopify))

    async with shopify.open(ring=ring) as adapter:
        account = await adapter.verify()

    assert account.usable
    assert 1 == ring.renewals
    assert "" == ring.held.get(REFRESH_TOKEN, "")


async def test_a_used_code_is_refused(shopify: Counterpart) -> None:
    """A code works once."""
    assert CONSENT is not None
    fields = typed(shopify)
    async with open_http(SHOPIFY, fields, watcher=Journal(), mask=str, endpoint=shopify.endpoint, retry=QUICK) as http:
        with pytest.raises(TokenExpired):
            await CONSENT.exchange(http, fields, {"code": "used"}, REDIRECT, "")
