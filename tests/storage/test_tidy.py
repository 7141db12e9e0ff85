"""What is forgotten, what stays, and whether what is left agrees with itself."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from nexus_ui.security.vault import Vault
from nexus_ui.storage import secrets
from nexus_ui.storage.consistency import contradictions
from nexus_ui.storage.database import writing
from nexus_ui.storage.pages import write_orders, write_products
from nexus_ui.storage.tables import Draft, OneTimeLink, ReconnectLink, SignedIn, SignInAttempt
from nexus_ui.storage.tidy import Forgotten, forget_access
from tests.conftest import SettableClock
from tests.databases import Database
from tests.storage.stream import held, move, order, page, product, table

MONTH = timedelta(days=30)
MOMENT = timedelta(seconds=1)


def test_only_what_ended_long_ago_is_forgotten(database: Database, settable_clock: SettableClock) -> None:
    """To the second; in small batches as well as in one."""
    now = settable_clock.now
    vault = Vault([bytes(32)])
    held("con_kept")
    with writing() as session:
        for number in range(5):
            session.add(_session(f"gone{number}", now, expires_at=now - MONTH - MOMENT))
        session.add(_session("ended", now, expires_at=now + MONTH, ended_at=now - MONTH - MOMENT))
        session.add(_session("lately", now, expires_at=now - MONTH))
        session.add(_session("open", now, expires_at=now + MONTH))
        session.add(OneTimeLink(id="used", purpose="owner", created_at=now, expires_at=now, used_at=now - 2 * MONTH))
        session.add(OneTimeLink(id="kept", purpose="owner", created_at=now, expires_at=now))
        for name, ends in (("gone", now - MONTH - MOMENT), ("open", now)):
            session.add(ReconnectLink(id=name, connection_id="con", created_by="p", created_at=now, expires_at=ends))
        session.add(SignInAttempt(id="old", subject="s", at=now - timedelta(days=3)))
        session.add(SignInAttempt(id="new", subject="s", at=now))
        session.add(_draft("drf_kept", now))
    settable_clock.advance(days=-2)
    with writing() as session:
        for owner in ("con_kept", "drf_kept", "con_gone"):
            secrets.store(session, vault, owner, {"key": "x", "token": "y"})
    settable_clock.advance(days=2)
    with writing() as session:
        secrets.store(session, vault, "drf_being_made", {"key": "x"})

    assert Forgotten(sessions=6, links=2, refusals=1, secrets=2) == forget_access(now, batch=2)
    assert Forgotten(0, 0, 0, 0) == forget_access(now)
    assert [("lately",), ("open",)] == table("sessions", "id")
    assert [("kept",)] == table("one_time_links", "id")
    assert [("open",)] == table("reconnect_links", "id")
    assert [("new",)] == table("sign_in_attempts", "id")
    assert {("con_kept",), ("drf_kept",), ("drf_being_made",)} == set(table("secrets", "owner_id"))


def test_what_a_sync_stored_agrees_with_itself(database: Database) -> None:
    """After pages, removals and a taken-over hold there is nothing to complain about."""
    hold = held()
    write_products(hold, page([product("p1"), product("p2")]), move("products"))
    write_orders(hold, page([order("o1")]), move("orders"))

    assert [] == contradictions()


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            "DELETE FROM products WHERE ref = 'p1'; UPDATE connections SET products_count = 1",
            "1 variants have no product.",
        ),
        ("DELETE FROM orders", "1 order lines have no order."),
        ("UPDATE connections SET products_count = 7", "1 connections show a wrong number of products."),
        (
            "UPDATE connections SET cycle_id = NULL",
            "1 cycles are running although their connection does not know them.",
        ),
    ],
)
def test_a_contradiction_is_said_in_a_sentence(database: Database, damage: str, sentence: str) -> None:
    """One for each kind of damage."""
    hold = held()
    write_products(hold, page([product("p1"), product("p2")]), move("products"))
    write_orders(hold, page([order("o1")]), move("orders"))
    with writing() as session:
        for statement in damage.split("; "):
            session.execute(text(statement))

    assert [sentence] == contradictions()


def _session(name: str, now: datetime, **more: datetime) -> SignedIn:
    return SignedIn(id=name, person_id="per_1", created_at=now, **more)


def _draft(name: str, now: datetime) -> Draft:
    return Draft(
        id=name,
        marketplace="shopify",
        sign_in="keys",
        public_fields={},
        person_id="per_1",
        created_at=now,
        expires_at=now,
    )
