"""Amazon's consent through the product: there, back, tested, saved, and the day on which it ends."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from nexus_ui.clock import utcnow
from nexus_ui.errors import NotAllowed
from nexus_ui.flows import connect, consent
from nexus_ui.flows.sign_in import Who
from nexus_ui.sandbox.server import Running
from nexus_ui.storage import connections, secrets
from tests.flows.conftest import shop_of


def app_of(sandbox: Running) -> dict[str, str]:
    """What a person types for the consent of the demo seller."""
    keys = shop_of(sandbox, "amazon").credentials
    return {name: keys[name] for name in ("marketplace_id", "application_id", "client_id", "client_secret")}


def decided(address: str, decision: str = "allow") -> dict[str, str]:
    """What Seller Central sends back after the seller pressed a button on its page."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    assert httpx.get(address).status_code == 200
    answer = httpx.post(f"{parts.scheme}://{parts.netloc}{parts.path}", data={**asked, "decision": decision})
    target = urlsplit(answer.headers["location"])
    assert (target.scheme, target.path) == ("http", "/oauth/amazon/callback")
    return dict(parse_qsl(target.query))


async def test_a_consent_is_saved_with_the_seller_and_the_day_it_ends(olga: Who, sandbox: Running) -> None:
    """The refresh token's expiry is the day Amazon wants to be asked again; the account is seller and store."""
    address = await consent.begin(olga, "amazon", "consent", app_of(sandbox), sandbox=True)
    came = await consent.finish("amazon", decided(address), olga)
    connection_id = connect.save(came.draft_id, olga.person_id)
    kept, facts = connections.get(connection_id), secrets.facts(connection_id)

    assert "/amazon/sellercentral.amazon.com/apps/authorize/consent?" in address
    assert came.result.passed
    assert ("consent", "A2SANDBOXSELLR@ATVPDKIKX0DER") == (kept.sign_in, kept.account_id)
    assert {"access_token", "refresh_token", "client_secret", "seller_id"} <= set(facts)
    ends = facts["refresh_token"].expires_at
    assert ends is not None
    assert timedelta(days=364) < ends - utcnow() <= timedelta(days=365)
    assert "pkce_verifier" not in facts


async def test_a_seller_who_cancels_leaves_nothing(olga: Who, sandbox: Running) -> None:
    """The draft says that consent was not given."""
    address = await consent.begin(olga, "amazon", "consent", app_of(sandbox), sandbox=True)
    came = await consent.finish("amazon", decided(address, "cancel"), olga)

    assert not came.result.passed
    assert "consent was not given" in came.result.message


async def test_a_callback_works_once(olga: Who, sandbox: Running) -> None:
    """Amazon signs nothing, so the state that works once is what protects."""
    params = decided(await consent.begin(olga, "amazon", "consent", app_of(sandbox), sandbox=True))
    await consent.finish("amazon", params, olga)

    with pytest.raises(NotAllowed):
        await consent.finish("amazon", params, olga)
