"""Signing in to Amazon: consent in Seller Central or a pasted refresh token, and one access token for many calls."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from nexus_ui import clock
from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_EXPIRES_AT, ACCESS_TOKEN, REFRESH_EXPIRES_AT, REFRESH_TOKEN, Credentials
from nexus_ui.adapters.kit.auth import expires_in, expiry
from nexus_ui.adapters.kit.opening import open_http
from nexus_ui.errors import CredentialsRejected, Refused, TokenExpired
from tests.adapters.counterparts import QUICK, Counterpart, Journal, Ring, collect

AMAZON = CATALOGUE["amazon"]
CONSENT = AMAZON.consent
REDIRECT = "http://127.0.0.1:3000/oauth/amazon/callback"


def typed(counterpart: Counterpart) -> Credentials:
    """What a person types for a consent."""
    keys = counterpart.shop.credentials
    return {name: keys[name] for name in ("marketplace_id", "application_id", "client_id", "client_secret")}


async def called_back(counterpart: Counterpart, decision: str = "allow") -> dict[str, str]:
    """What comes back after the seller pressed a button on Seller Central's page."""
    assert CONSENT is not None
    base = f"{counterpart.sandbox.url}/amazon/sellercentral.amazon.com"
    url = CONSENT.authorize_url(typed(counterpart), base, REDIRECT, "state-1", "unused")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    async with httpx.AsyncClient() as browser:
        page = await browser.get(url)
        answer = await browser.post(url.partition("?")[0], data={**asked, "decision": decision})
    assert "SANDBOX" in page.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def consented(counterpart: Counterpart, back: dict[str, str]) -> Credentials:
    """The credentials after the exchange."""
    assert CONSENT is not None
    fields = typed(counterpart)
    CONSENT.check_callback(fields, back)
    async with open_http(
        AMAZON, fields, watcher=Journal(), mask=str, endpoint=counterpart.endpoint, retry=QUICK
    ) as http:
        return await CONSENT.exchange(http, fields, back, REDIRECT, "")


async def test_a_consent_brings_tokens_the_seller_and_the_day_it_ends(amazon: Counterpart) -> None:
    """What was typed stays; the refresh token carries the 365 days after which Amazon wants to be asked again."""
    back = await called_back(amazon)
    held = await consented(amazon, back)

    assert "state-1" == back["state"]
    assert {*typed(amazon), ACCESS_TOKEN, REFRESH_TOKEN} < set(held)
    assert amazon.shop.credentials["seller_id"] == held["seller_id"]
    ends = expiry(held[REFRESH_EXPIRES_AT])
    assert ends is not None
    assert timedelta(days=364) < ends - clock.utcnow() <= timedelta(days=365)
    async with amazon.open(ring=Ring(held)) as adapter:
        account = await adapter.verify()
    assert account.usable
    assert any(check.name == "consent" and ends.date().isoformat() in check.proof for check in account.checks)


async def test_a_code_works_once(amazon: Counterpart) -> None:
    """A callback that comes a second time wins nothing."""
    back = await called_back(amazon)
    await consented(amazon, back)

    with pytest.raises(TokenExpired):
        await consented(amazon, back)


async def test_a_callback_that_names_no_seller_is_refused(amazon: Counterpart) -> None:
    """Without the seller's id no listing could be read."""
    assert CONSENT is not None
    back = await called_back(amazon)
    for strange in ("", "../../x", "a2sandboxsellr"):
        with pytest.raises(Refused):
            CONSENT.check_callback(typed(amazon), {**back, "selling_partner_id": strange})


async def test_a_seller_who_cancels_sends_no_code(amazon: Counterpart) -> None:
    """The callback comes back without what could be traded."""
    assert CONSENT is not None
    assert CONSENT.code not in await called_back(amazon, "cancel")


def test_an_app_in_draft_is_asked_for_as_such() -> None:
    """Amazon shows the page of an unpublished app only with version=beta."""
    assert CONSENT is not None
    fields = {"application_id": "amzn1.sp.solution.x", "app_state": "draft"}
    draft = CONSENT.authorize_url(fields, "https://sellercentral.amazon.com", REDIRECT, "s", "c")
    published = CONSENT.authorize_url(
        {**fields, "app_state": ""}, "https://sellercentral.amazon.com", REDIRECT, "s", "c"
    )

    assert "version=beta" in draft
    assert "version" not in published


@pytest.mark.parametrize(
    ("store", "api", "portal"),
    [
        ("ATVPDKIKX0DER", "https://sellingpartnerapi-na.amazon.com", "https://sellercentral.amazon.com"),
        ("A1PA6795UKMFR9", "https://sellingpartnerapi-eu.amazon.com", "https://sellercentral-europe.amazon.com"),
        ("A1805IZSGTT6HS", "https://sellingpartnerapi-eu.amazon.com", "https://sellercentral.amazon.nl"),
        ("A1VC38T7YXB528", "https://sellingpartnerapi-fe.amazon.com", "https://sellercentral.amazon.co.jp"),
    ],
)
def test_each_store_has_its_regions_host_and_its_seller_central(store: str, api: str, portal: str) -> None:
    """NA, EU and FE are different hosts; tokens come from one."""
    fields = {"marketplace_id": store}

    assert (api, portal) == (AMAZON.base_url(fields), AMAZON.hosts["consent"](fields))
    assert "https://api.amazon.com" == AMAZON.hosts["login"](fields)


@pytest.mark.parametrize("host", ["sellingpartnerapi-eu.amazon.com", "sellingpartnerapi-fe.amazon.com"])
async def test_every_region_answers_for_its_own_account(amazon: Counterpart, host: str) -> None:
    """Another store's keys lead to another account with its own currency."""
    shop = amazon.sandbox.world.shop("amazon", host)
    assert shop is not None
    async with amazon.open(shop.credentials) as adapter:
        account = await adapter.verify()

    assert account.usable
    assert shop.currency == account.currency
    assert account.account_id.startswith(shop.credentials["seller_id"])


async def test_a_token_is_renewed_ahead_of_its_end(amazon: Counterpart) -> None:
    """Five minutes before the hour is over, and no call is refused."""
    ring, journal = Ring(AMAZON.sandbox_fields), Journal()
    async with amazon.open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        for seconds, renewals in ((320, 1), (280, 2)):
            ring.held = {**ring.held, ACCESS_EXPIRES_AT: expires_in(seconds)}
            await adapter.verify()

            assert renewals == ring.renewals
    assert {"token"} == {call.operation for call in journal.calls if "/auth/o2/token" in call.url}
    assert all(call.status in (200, 404) for call in journal.calls)


async def test_an_expired_token_is_renewed_once(amazon: Counterpart) -> None:
    """Amazon names the token as the reason, so even a young one is replaced, and the call goes on."""
    ring = Ring(AMAZON.sandbox_fields)
    async with amazon.open(ring=ring) as adapter:
        await adapter.verify()
        amazon.fault("expired_token")
        account = await adapter.verify()

    assert account.usable
    assert 2 == ring.renewals
    assert AMAZON.sandbox_fields[REFRESH_TOKEN] == ring.held[REFRESH_TOKEN]


async def test_a_bare_denial_is_tried_with_a_new_token_unless_it_is_young(amazon: Counterpart) -> None:
    """Amazon's 403 does not say whether token or role is at fault."""
    ring, journal = Ring(AMAZON.sandbox_fields), Journal()
    async with amazon.open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        ring.held = {**ring.held, ACCESS_EXPIRES_AT: expires_in(2_000)}
        amazon.fault("missing_scope", times=1, scope="Product Listing")
        products, _ = await collect(adapter.products(None, None))

    assert products
    assert 2 == ring.renewals
    assert [403] == [call.status for call in journal.calls if call.status == 403]


@pytest.mark.parametrize(("fault", "expected"), [("wrong_key", CredentialsRejected), ("revoked_consent", TokenExpired)])
async def test_a_refused_sign_in_says_what_to_do(
    amazon: Counterpart, fault: str, expected: type[CredentialsRejected | TokenExpired]
) -> None:
    """A rotated secret asks for the keys, an ended consent for a new one."""
    journal = Journal()
    amazon.fault(fault)

    async with amazon.open(journal=journal) as adapter:
        with pytest.raises(expected):
            await adapter.verify()

    assert ["token"] == [call.operation for call in journal.calls]


async def test_a_consent_past_its_day_asks_to_reconnect(amazon: Counterpart) -> None:
    """After 365 days a denial is the consent's, whatever Amazon answers."""
    held = {**AMAZON.sandbox_fields, REFRESH_EXPIRES_AT: expires_in(-60)}
    amazon.fault("missing_scope", scope="Product Listing")

    async with amazon.open(ring=Ring(held)) as adapter:
        with pytest.raises(TokenExpired) as raised:
            await collect(adapter.products(None, None))

    assert "365 days" in raised.value.message


async def test_the_sandbox_ends_a_consent_after_365_days(amazon: Counterpart) -> None:
    """Login with Amazon then answers invalid_grant."""
    held = await consented(amazon, await called_back(amazon))
    account = amazon.shop.private["account"]
    account._consents[held[REFRESH_TOKEN]] = amazon.shop.clock() - 1

    async with amazon.open(ring=Ring({**held, ACCESS_TOKEN: ""})) as adapter:
        with pytest.raises(TokenExpired):
            await adapter.verify()


async def test_another_sellers_id_is_found_out(amazon: Counterpart) -> None:
    """The typed seller ID is proven by reading listings."""
    async with amazon.open({"seller_id": "A9SOMEBODYELSE"}) as adapter:
        account = await adapter.verify()
    failed = [check for check in account.checks if check.name == "products"]

    assert not account.usable
    assert "seller ID" in failed[0].fix


async def test_a_store_the_account_does_not_sell_in_is_found_out(amazon: Counterpart) -> None:
    """The list of stores tells."""
    async with amazon.open({"marketplace_id": "A2EUQ1WTGCTBG2"}) as adapter:
        account = await adapter.verify()

    assert not account.usable
    assert any("amazon.ca" in check.proof for check in account.checks)


async def test_no_token_is_kept_in_the_journal(amazon: Counterpart) -> None:
    """Neither the answers that hold tokens nor the forms that hold secrets."""
    ring, journal = Ring(AMAZON.sandbox_fields), Journal()
    async with amazon.open(ring=ring, journal=journal) as adapter:
        await adapter.verify()
        shown = f"{journal.calls!r} {adapter!r} {vars(adapter)!r}"

    assert ring.held[ACCESS_TOKEN] not in shown
    assert ring.held["client_secret"] not in shown
    assert ring.held[REFRESH_TOKEN] not in shown
