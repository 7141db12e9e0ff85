"""The page that says why a connection is red, and the list of errors by cause."""

from datetime import timedelta
from typing import Any

import pytest

from nexus_ui.rules.causes import One, Source, causes
from nexus_ui.rules.story import Link, Proof
from nexus_ui.ui.connections.causes import Causes, cause_row
from nexus_ui.ui.why.rows import href
from nexus_ui.ui.why.state import Why
from tests.conftest import SettableClock
from tests.storage.shelves import NOON, call, connection, cycle, keep, quarantined
from tests.ui.conftest import StateOf

RED: dict[str, Any] = {
    "error_kind": "invalid_credentials",
    "error_message": "Wrong key.",
    "error_since": NOON,
    "recent_outcomes": "sf",
    "first_cycle_done": True,
}
FAILED: dict[str, Any] = {"outcome": "failed", "error_kind": "invalid_credentials", "error_message": "Wrong key."}


async def test_red_is_told_with_its_fix_its_chain_and_its_proof(state_of: StateOf) -> None:
    """The card's trouble on top, then sentence by sentence, each with a link."""
    keep(
        connection("con_a", "Berlin", **RED),
        cycle("cyc_1", "con_a"),
        cycle("cyc_2", "con_a", 10, **FAILED),
        call("call_1", "cyc_2", status=401, problem="invalid_credentials", request_id="req-1"),
    )
    state = state_of(Why, "/connections/con_a/why")
    await Why.load.fn(state)

    assert ("Why is this red?", "Edit Credentials", "page") == (
        *(state.title, state.card.trouble.button),
        state.card.trouble.way,
    )
    assert ["ok", "bad"] == [event.tone for event in state.events]
    assert "GET products → 401 · request id req-1" == state.events[1].told
    assert ["/connections/con_a/why?log=con_a&cycle=cyc_2"] == [link.href for link in state.events[1].links]
    assert "/api/evidence/con_a.zip" == state.pack_address


async def test_what_is_set_aside_is_listed_and_counted(state_of: StateOf) -> None:
    """A green connection may still miss some records."""
    keep(
        connection("con_a", "Berlin", recent_outcomes="p", first_cycle_done=True),
        cycle("cyc_1", "con_a", outcome="partial", quarantined=23),
        *(quarantined("con_a", f"r{n:02}", "cyc_1") for n in range(23)),
    )
    state = state_of(Why, "/connections/con_a/why")
    await Why.load.fn(state)

    assert ("What did not arrive?", "warn", 23, 20) == (state.title, state.tone, state.total, len(state.records))
    assert "3 more records like these." == state.more
    assert "Everything else arrived. 23 records could not be read and are set aside." == state.said


async def test_well_again_and_always_well_are_told_apart(settable_clock: SettableClock, state_of: StateOf) -> None:
    """The one has a story with an end, for a week; the other has none."""
    keep(
        connection("con_a", "Berlin", recent_outcomes="fs", first_cycle_done=True),
        cycle("cyc_1", "con_a", **FAILED),
        cycle("cyc_2", "con_a", 10),
        connection("con_b", "Oslo", recent_outcomes="s", first_cycle_done=True),
    )
    settable_clock.set(NOON + timedelta(hours=1))
    again, always = state_of(Why, "/connections/con_a/why"), state_of(Why, "/connections/con_b/why/")
    await Why.load.fn(again)
    await Why.load.fn(always)
    lately = (again.title, again.tone, len(again.events))
    settable_clock.advance(days=8)
    await Why.load.fn(again)

    assert ("Nothing is wrong", []) == (always.title, always.events)
    assert ("Why was this red?", "ok", 3) == lately
    assert ("Nothing is wrong", []) == (again.title, again.events)


async def test_a_connection_that_is_gone_is_said(state_of: StateOf) -> None:
    """Removed, or never there."""
    state = state_of(Why, "/connections/con_gone/why")
    await Why.load.fn(state)

    assert (True, True) == (state.loaded, state.missing)


@pytest.mark.parametrize("proof", list(Proof))
def test_every_kind_of_evidence_leads_somewhere(proof: Proof) -> None:
    """To a page of ours."""
    assert href("con_a", Link(proof, "x", "")).startswith("/")


def test_an_alert_is_linked_in_the_list_where_it_stands() -> None:
    """Open ones stand in the page's first list, the others in theirs."""
    over = Link(Proof.INCIDENT, "inc_1", "Alert", "over")

    assert "/alerts?connection=con_a&show=over#inc_1" == href("con_a", over)
    assert "/alerts?connection=con_a#inc_1" == href("con_a", Link(Proof.INCIDENT, "inc_1", "Alert", "open"))


def one(connection_id: str, **other: Any) -> One:
    """A connection whose key is refused."""
    plain = {"source": Source.SYNC, "name": connection_id, "marketplace": "shopify", "sandbox": False, "count": 1}
    return One(connection_id=connection_id, since=NOON, **{**plain, "kind": "invalid_credentials", **other})


async def test_causes_that_a_card_tells_already_are_not_told_twice(state_of: StateOf) -> None:
    """Two that fail alike are a cause; one alone stands on its own card."""
    keep(connection("con_a", "Berlin", **RED), connection("con_b", "Oslo", **{**RED, "error_kind": "unavailable"}))
    state = state_of(Causes)
    await Causes.load.fn(state)
    alone = list(state.rows)
    keep(connection("con_c", "Paris", **RED))
    await Causes.load.fn(state)

    assert [] == alone
    assert [("Invalid credentials: 2 connections", "Sync these again")] == [
        (row.title, row.again) for row in state.rows
    ]
    assert ["Berlin", "Paris"] == [hit.name for hit in state.rows[0].hits]


def test_a_cause_says_what_it_stopped_and_what_its_button_does() -> None:
    """Records and webhooks with their numbers."""
    records = one("a", source=Source.RECORDS, kind="", stream="products", said="It has no SKU.", count=1_204)
    webhooks = one("a", source=Source.WEBHOOKS, kind="", said="Too old.", count=1)
    rows = [cause_row(cause) for cause in causes([records, webhooks])]

    assert [
        ("1,204 products of Shopify set aside", "It has no SKU.", "Look at these again"),
        ("1 webhook of Shopify failed", "Too old.", "Replay these"),
    ] == [(row.title, row.said, row.again) for row in rows]
    assert ["a (1,204)", "a (1)"] == [row.hits[0].name for row in rows]
