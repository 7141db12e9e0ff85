"""A reconnect link: one connection, one use, a few days, only the same account, and everything written down."""

import asyncio
from collections.abc import Awaitable

import pytest
from sqlalchemy import update

from nexus_ui.errors import BadInput, NotAllowed, NotFound, OtherAccount
from nexus_ui.flows import connect, consent, keys, reconnect_link, removal
from nexus_ui.flows.reconnect_link import MOST_TRIES, NotAccepted
from nexus_ui.flows.sign_in import Who
from nexus_ui.sandbox.server import Running
from nexus_ui.storage import connections
from nexus_ui.storage.audit_log import AuditFilter, audit_page
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.tables import METADATA, Connection
from tests.conftest import SettableClock
from tests.flows.conftest import typed
from tests.flows.test_consent import begun, decided

BROWSER = "a-secret-of-the-guests-browser"


@pytest.fixture
async def keyed(olga: Who, sandbox: Running) -> str:
    """A WooCommerce shop connected by typed keys."""
    return await connect.explore_sandbox(olga.person_id, "woocommerce")


@pytest.fixture
async def consented(olga: Who, sandbox: Running) -> str:
    """A Shopify shop connected by consent."""
    came = await consent.finish("shopify", decided(await begun(olga, sandbox)), olga)
    return connect.save(came.draft_id, olga.person_id, "Garden shop")


def token(connection_id: str, by: Who) -> str:
    """A fresh link's token."""
    return reconnect_link.make(connection_id, by).partition("link=")[2]


def deeds() -> list[tuple[str, str]]:
    """Who did what, newest first."""
    return [(line.who, line.action) for line in audit_page(AuditFilter()).lines]


async def test_typed_keys_replace_the_old_ones_once(keyed: str, olga: Who) -> None:
    """Where the account lives cannot be typed; what passes the test is taken over, and the link is spent."""
    _, values = typed("woocommerce")
    before = connections.get(keyed)
    link = token(keyed, olga)
    seen = reconnect_link.visit(link)
    await reconnect_link.enter(link, {**values, "shop_url": "https://evil.example"})

    assert seen is not None
    assert ("Olga@Example.Com", ["consumer_key", "consumer_secret"]) == (seen.by, [entry.name for entry in seen.fields])
    assert before.public_fields == connections.get(keyed).public_fields
    assert ("Somebody with Olga@Example.Com's reconnect link", "changed credentials") == deeds()[0]
    assert None is reconnect_link.visit(link)
    with pytest.raises(NotAllowed):
        await reconnect_link.enter(link, values)


async def test_a_consent_by_a_link_reconnects_the_same_account(consented: str, olga: Who) -> None:
    """The guest's browser goes there and back; the tokens are new, the connection is the same."""
    before = keys.open(consented)["access_token"]
    link = token(consented, olga)
    params = decided(await reconnect_link.begin(link, BROWSER))
    came = await consent.finish("shopify", params, reconnect_link.guest(link, BROWSER))
    reconnect_link.finish(link, came)

    assert consented == came.connection_id
    assert before != keys.open(consented)["access_token"]
    assert ("Somebody with Olga@Example.Com's reconnect link", "reconnected") == deeds()[0]


async def test_a_guests_consent_counts_in_their_browser_only(consented: str, olga: Who) -> None:
    """Neither another browser nor a signed-in person can finish what the guest began."""
    link = token(consented, olga)
    for somebody in (reconnect_link.guest(link, "another browser"), olga):
        params = decided(await reconnect_link.begin(link, BROWSER))
        with pytest.raises(NotAllowed):
            await consent.finish("shopify", params, somebody)

    assert reconnect_link.visit(link) is not None


async def test_another_account_is_refused_and_the_link_still_works(keyed: str, olga: Who, sandbox: Running) -> None:
    """Valid keys of some other account change nothing."""
    _, values = typed("woocommerce")
    with reading() as session:
        before = session.get_one(Connection, keyed).revision
    link = token(keyed, olga)
    with writing() as session:
        session.execute(update(METADATA.tables["connections"]).values(account_id="another"))
    with pytest.raises(OtherAccount):
        await reconnect_link.enter(link, values)

    with reading() as session:
        assert before + 1 == session.get_one(Connection, keyed).revision
    assert reconnect_link.visit(link) is not None


async def test_wrong_and_missing_values_are_said_and_tries_are_counted(keyed: str, olga: Who) -> None:
    """A blank is never taken from what is stored; after twenty tries the link is dead."""
    link = token(keyed, olga)
    with pytest.raises(BadInput) as missing:
        await reconnect_link.enter(link, {"consumer_key": "ck_" + "0" * 40})
    wrong = {"consumer_key": "ck_" + "0" * 40, "consumer_secret": "cs_" + "0" * 40}
    for _ in range(MOST_TRIES):
        with pytest.raises(NotAccepted) as refused:
            await reconnect_link.enter(link, wrong)
    with pytest.raises(NotAllowed):
        await reconnect_link.enter(link, wrong)

    assert ("consumer_secret", "invalid_credentials") == (missing.value.field, refused.value.error_kind)
    assert None is reconnect_link.visit(link)


async def test_of_two_who_send_at_once_one_wins(keyed: str, olga: Who) -> None:
    """The link is spent in the transaction of the change."""
    _, values = typed("woocommerce")
    link = token(keyed, olga)
    both: list[Awaitable[None]] = [reconnect_link.enter(link, values) for _ in range(2)]
    ended = await asyncio.gather(*both, return_exceptions=True)

    assert {NotAllowed, type(None)} == {type(one) for one in ended}
    assert 1 == sum(action == "changed credentials" for _, action in deeds())


async def test_a_link_ends_by_time_by_a_newer_one_by_hand_and_with_its_connection(
    keyed: str, olga: Who, settable_clock: SettableClock
) -> None:
    """Each leaves it dead, and what a person did is written down."""
    first = token(keyed, olga)
    second = token(keyed, olga)
    assert (None, True) == (reconnect_link.visit(first), reconnect_link.visit(second) is not None)
    reconnect_link.withdraw(keyed, olga)
    reconnect_link.withdraw(keyed, olga)
    assert None is reconnect_link.visit(second)
    third = token(keyed, olga)
    settable_clock.advance(days=7)
    assert None is reconnect_link.visit(third)
    fourth = token(keyed, olga)
    removal.remove(keyed, olga.person_id)

    assert None is reconnect_link.visit(fourth)
    said = [action for _, action in deeds() if "reconnect link" in action]
    assert (4, 1) == (said.count("made a reconnect link"), said.count("withdrew a reconnect link"))


def test_only_who_may_change_credentials_makes_links(vera: Who) -> None:
    """A viewer makes none and withdraws none; nonsense opens nothing."""
    with pytest.raises(NotAllowed):
        reconnect_link.make("con_x", vera)
    with pytest.raises(NotAllowed):
        reconnect_link.withdraw("con_x", vera)

    assert None is reconnect_link.visit("")
    assert None is reconnect_link.visit("x" * 300)


def test_the_token_is_kept_nowhere(keyed: str, olga: Who) -> None:
    """Only its hash is in the database."""
    link = token(keyed, olga)
    with reading() as session:
        ids = [row.id for row in session.execute(METADATA.tables["reconnect_links"].select())]
    with pytest.raises(NotFound):
        reconnect_link.make("con_gone", olga)

    assert 1 == len(ids)
    assert link not in ids
