"""Signing in by consent: only the callback of a consent that this browser session began is believed, and once."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from nexus_ui.errors import NotAllowed, NotFound, OtherAccount
from nexus_ui.flows import connect, consent, sign_in
from nexus_ui.flows.sign_in import Who
from nexus_ui.sandbox.faults import Fault
from nexus_ui.sandbox.server import Running
from nexus_ui.sandbox.shopify.consent import sign
from nexus_ui.security.vault import current_vault
from nexus_ui.storage import connections, secrets
from tests.conftest import SettableClock
from tests.flows.conftest import PASSWORD, shop_of, typed


def app_of(sandbox: Running, place: int = 0) -> dict[str, str]:
    """What a person types for the consent of one sandbox shop."""
    shop = [shop for shop in sandbox.world.shops() if shop.marketplace == "shopify"][place]
    return {
        "shop_domain": shop.host,
        "client_id": str(shop.credentials["client_id"]),
        "client_secret": str(shop.credentials["client_secret"]),
    }


async def begun(who: Who, sandbox: Running, **more: Any) -> str:
    """The address this browser is sent to."""
    values = more.pop("values", None) or app_of(sandbox)
    return await consent.begin(who, "shopify", "consent", values, sandbox=True, **more)


def decided(address: str, decision: str = "allow") -> dict[str, str]:
    """What the marketplace sends back after the merchant pressed a button on its page."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    page = httpx.get(address)
    assert page.status_code == 200, page.text
    answer = httpx.post(f"{parts.scheme}://{parts.netloc}{parts.path}", data={**asked, "decision": decision})
    assert answer.status_code == 302, answer.text
    target = urlsplit(answer.headers["location"])
    assert (target.scheme, target.path) == ("http", "/oauth/shopify/callback")
    return dict(parse_qsl(target.query))


async def test_a_consent_gives_a_tested_draft_that_can_be_saved(olga: Who, sandbox: Running) -> None:
    """There, back, tokens, preflight, save; the tokens are sealed with their expiry."""
    came = await consent.finish("shopify", decided(await begun(olga, sandbox)), olga)
    connection_id = connect.save(came.draft_id, olga.person_id)
    facts = secrets.facts(connection_id)

    assert came.result.passed
    assert None is came.connection_id
    assert "consent" == connections.get(connection_id).sign_in
    assert {"access_token", "refresh_token", "client_secret"} <= set(facts)
    assert facts["access_token"].expires_at is not None
    assert "pkce_verifier" not in facts


async def test_the_page_it_returns_to_finds_the_result(olga: Who, adam: Who, sandbox: Running) -> None:
    """The wizard reads the preflight by the draft's id; other people do not."""
    came = await consent.finish("shopify", decided(await begun(olga, sandbox)), olga)

    assert consent.returned(came.draft_id, olga.person_id) == came.result
    assert consent.returned(came.draft_id, adam.person_id) is None
    assert consent.returned("drf_invented", olga.person_id) is None


async def test_a_callback_works_once(olga: Who, sandbox: Running) -> None:
    """The same callback replayed is refused."""
    params = decided(await begun(olga, sandbox))
    await consent.finish("shopify", params, olga)

    with pytest.raises(NotAllowed):
        await consent.finish("shopify", params, olga)


async def test_a_callback_of_another_session_is_refused(olga: Who, adam: Who, sandbox: Running) -> None:
    """Neither another person nor another browser of the same person can finish it, and it is spent."""
    other_browser = sign_in.who(sign_in.sign_in("olga@example.com", PASSWORD, "10.0.0.2"))
    assert other_browser is not None
    for somebody in (adam, other_browser):
        params = decided(await begun(olga, sandbox))
        with pytest.raises(NotAllowed):
            await consent.finish("shopify", params, somebody)
        with pytest.raises(NotAllowed):
            await consent.finish("shopify", params, olga)


async def test_a_callback_after_ten_minutes_is_refused(
    olga: Who, sandbox: Running, settable_clock: SettableClock
) -> None:
    """A consent left open is begun again."""
    params = decided(await begun(olga, sandbox))
    settable_clock.advance(minutes=10, seconds=1)

    with pytest.raises(NotAllowed):
        await consent.finish("shopify", params, olga)


async def test_a_callback_at_another_marketplaces_address_is_refused(olga: Who, sandbox: Running) -> None:
    """The state belongs to the marketplace it was made for."""
    params = decided(await begun(olga, sandbox))

    with pytest.raises(NotAllowed):
        await consent.finish("woocommerce", params, olga)


@pytest.mark.parametrize("state", ["", "invented", "' OR 1=1 --"])
async def test_an_invented_state_is_refused(olga: Who, sandbox: Running, state: str) -> None:
    """Only states that we made are known."""
    params = decided(await begun(olga, sandbox)) | {"state": state}

    with pytest.raises(NotAllowed):
        await consent.finish("shopify", params, olga)


@pytest.mark.parametrize("changed", ["code", "shop", "timestamp", "host"])
async def test_a_callback_with_one_changed_value_is_refused(olga: Who, sandbox: Running, changed: str) -> None:
    """The signature covers every parameter; nothing is kept."""
    params = decided(await begun(olga, sandbox))
    params[changed] = params[changed][:-1] + ("a" if params[changed][-1] != "a" else "b")
    came = await consent.finish("shopify", params, olga)

    assert (False, "") == (came.result.passed, came.result.draft_id)
    assert {} == secrets.reveal(current_vault(), came.draft_id)


async def test_a_well_signed_callback_of_another_shop_is_refused(olga: Who, sandbox: Running) -> None:
    """A shop that was not typed cannot slip in."""
    typed_values = app_of(sandbox)
    params = decided(await begun(olga, sandbox))
    params["shop"] = app_of(sandbox, 1)["shop_domain"]
    params["hmac"] = sign(params, typed_values["client_secret"])
    came = await consent.finish("shopify", params, olga)

    assert (False, OtherAccount.kind) == (came.result.passed, came.result.error_kind)


async def test_a_merchant_who_declines_is_understood(olga: Who, sandbox: Running) -> None:
    """The page says that consent was not given."""
    came = await consent.finish("shopify", decided(await begun(olga, sandbox), "cancel"), olga)
    shown = consent.returned(came.draft_id, olga.person_id)

    assert shown is not None
    assert (False, "Shopify reports that consent was not given.") == (shown.passed, shown.message)


async def test_a_marketplace_that_is_away_on_the_way_back_is_understood(olga: Who, sandbox: Running) -> None:
    """The finding is kept with its kind, and nothing can be saved."""
    params = decided(await begun(olga, sandbox))
    shop_of(sandbox, "shopify").faults.switch_on(Fault(fault="outage", on="all"))
    came = await consent.finish("shopify", params, olga)

    assert (False, "unavailable", "") == (came.result.passed, came.result.error_kind, came.result.draft_id)


async def test_reconnecting_keeps_the_connection(olga: Who, sandbox: Running) -> None:
    """A consent begun for a connection, with every box left blank but the secret, renews that connection."""
    way, values = typed("shopify")
    first = await connect.test(olga.person_id, "shopify", way, values, sandbox=True)
    connection_id = connect.save(first.draft_id, olga.person_id)
    address = await begun(olga, sandbox, connection_id=connection_id)
    came = await consent.finish("shopify", decided(address), olga)
    connect.update(came.draft_id, olga.person_id)
    again = await begun(olga, sandbox, connection_id=connection_id, values={"shop_domain": ""})

    assert (connection_id, True, False) == (came.connection_id, came.result.passed, came.result.other_account)
    assert "consent" == connections.get(connection_id).sign_in
    assert again.startswith(sandbox.url)


async def test_reconnecting_with_another_account_needs_a_confirmation(olga: Who, sandbox: Running) -> None:
    """A different shop may answer only when somebody says so."""
    way, values = typed("shopify")
    first = await connect.test(olga.person_id, "shopify", way, values, sandbox=True)
    connection_id = connect.save(first.draft_id, olga.person_id)
    address = await begun(olga, sandbox, connection_id=connection_id, values=app_of(sandbox, 1))
    came = await consent.finish("shopify", decided(address), olga)

    assert (True, True) == (came.result.passed, came.result.other_account)
    with pytest.raises(OtherAccount):
        connect.update(came.draft_id, olga.person_id)


async def test_a_consent_needs_a_way_that_offers_one(olga: Who, sandbox: Running) -> None:
    """Keys are tested, not consented to."""
    way, values = typed("woocommerce")
    with pytest.raises(NotFound):
        await consent.begin(olga, "woocommerce", way, values, sandbox=True)
