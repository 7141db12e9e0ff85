"""Connecting eBay by consent: there, back through the RuName's address, tokens, preflight, save, and reconnecting."""

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import ACCESS_TOKEN, REFRESH_TOKEN
from nexus_ui.errors import NotAllowed
from nexus_ui.flows import connect, consent
from nexus_ui.flows.sign_in import Who
from nexus_ui.sandbox.server import Running
from nexus_ui.storage import connections, secrets

EBAY = CATALOGUE["ebay"]
TYPED = {name: EBAY.sandbox_fields[name] for name in ("site", "client_id", "client_secret", "ru_name")}


def decided(address: str, decision: str = "agree") -> dict[str, str]:
    """What eBay sends back after the seller pressed a button on its page."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    page = httpx.get(address)
    assert page.status_code == 200, page.text
    fields = {**asked, "decision": decision, "accepted_url": consent.callback_address("ebay")}
    answer = httpx.post(f"{parts.scheme}://{parts.netloc}{parts.path}", data=fields)
    target = urlsplit(answer.headers["location"])
    assert "/oauth/ebay/callback" == target.path
    return dict(parse_qsl(target.query))


async def begun(who: Who, connection_id: str | None = None, **changes: str) -> str:
    """The address this browser is sent to."""
    return await consent.begin(who, "ebay", "consent", {**TYPED, **changes}, sandbox=True, connection_id=connection_id)


async def test_a_consent_gives_a_connection(olga: Who, sandbox: Running) -> None:
    """Its tokens are sealed with their ends: two hours, and 18 months."""
    came = await consent.finish("ebay", decided(await begun(olga)), olga)
    connection_id = connect.save(came.draft_id, olga.person_id)
    facts, kept = secrets.facts(connection_id), connections.get(connection_id)

    assert came.result.passed, came.result.message
    assert ("consent", "EBAY_DE") == (kept.sign_in, kept.public_fields["site"])
    assert {ACCESS_TOKEN, REFRESH_TOKEN, "client_secret"} <= set(facts)
    access, refresh = facts[ACCESS_TOKEN].expires_at, facts[REFRESH_TOKEN].expires_at
    assert access is not None
    assert refresh is not None
    assert 540 < (refresh - access).days < 560


async def test_a_seller_who_declines_is_understood(olga: Who, sandbox: Running) -> None:
    """Nothing is kept."""
    came = await consent.finish("ebay", decided(await begun(olga), "cancel"), olga)

    assert (False, "") == (came.result.passed, came.result.draft_id)


async def test_an_invented_state_is_refused(olga: Who, sandbox: Running) -> None:
    """eBay signs nothing, so the state is what holds."""
    params = decided(await begun(olga)) | {"state": "invented"}

    with pytest.raises(NotAllowed):
        await consent.finish("ebay", params, olga)


async def test_reconnecting_keeps_the_connection_and_knows_another_site(olga: Who, sandbox: Running) -> None:
    """The same seller on the same site is the same account; on another site it is not."""
    came = await consent.finish("ebay", decided(await begun(olga)), olga)
    connection_id = connect.save(came.draft_id, olga.person_id)
    again = await consent.finish("ebay", decided(await begun(olga, connection_id)), olga)
    elsewhere = await consent.finish("ebay", decided(await begun(olga, connection_id, site="EBAY_GB")), olga)

    assert (connection_id, True, False) == (again.connection_id, again.result.passed, again.result.other_account)
    assert elsewhere.result.other_account


async def test_pasted_tokens_connect_too(olga: Who, sandbox: Running) -> None:
    """Without a browser, with the refresh token alone."""
    way = connect.sandbox_way(EBAY)
    result = await connect.test(olga.person_id, "ebay", way.slug, connect.sandbox_values(EBAY, way), sandbox=True)

    assert "tokens" == way.slug
    assert result.passed, result.message
