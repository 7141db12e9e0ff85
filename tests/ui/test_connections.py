"""What a card says, and how the Connections page takes in what it is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from nexus_ui import clock
from nexus_ui.rules import remedy
from nexus_ui.rules.diagnosis import Waiting
from nexus_ui.storage.cards import CardPage, CardView, Past, Running
from nexus_ui.storage.listing import Paging
from nexus_ui.ui.connections.rows import card_of, today
from nexus_ui.ui.connections.state import Connections
from nexus_ui.ui.connections.trouble import way_of
from tests.storage.shelves import NOON, connection, keep
from tests.ui.conftest import StateOf

SOON = NOON + timedelta(minutes=5)
VIEW = CardView(
    id="con_a",
    marketplace="shopify",
    name="Berlin",
    account_name="Berlin Ltd",
    identifier="berlin.myshopify.com",
    sign_in="token",
    public_fields={"shop": "berlin.myshopify.com"},
    sandbox=False,
    paused_at=None,
    paused_until=None,
    pause_reason="",
    next_sync_at=SOON,
    requested_at=None,
    cycle_id=None,
    lease_until=None,
    first_cycle_done=True,
    last_finished_at=NOON,
    last_success_at=NOON,
    rate_limited_until=None,
    error_kind=None,
    error_message="",
    error_since=None,
    error_scope="",
    recent_outcomes="ssps",
    products_count=1204,
    revision=3,
    orders_today=7,
)
BROKEN: dict[str, Any] = {"recent_outcomes": "sf", "error_since": NOON, "next_sync_at": None}


def shown(**other: Any) -> Any:
    """The card of the view with something different about it."""
    return card_of(replace(VIEW, **other), NOON)


def test_a_healthy_card_shows_its_facts() -> None:
    """Numbers grouped, times as the page's clocks read them, the strip with its words."""
    card = shown()

    assert ("active", "degraded", "1,204", "7") == (card.status, card.health, card.products, card.orders)
    assert ("n", "n", "n", "n", "n", "n", "s", "s", "p", "s") == card.strip
    assert "Last 4 cycles: 3 succeeded, 1 succeeded in part" == card.strip_words
    assert SOON.isoformat() == card.next_sync
    assert ("", "") == (card.overdue_since, card.doubt)


def test_an_overdue_card_keeps_its_status_and_says_why() -> None:
    """A mark beside the status, since when and why; nobody says that it is starting. A pause outweighs it."""
    late = {"overdue_since": NOON - timedelta(minutes=20), "overdue_because": "No worker lives.", "requested_at": NOON}
    card = shown(**late)

    assert ("active", "No worker lives.", False) == (card.status, card.overdue_because, card.starting)
    assert (NOON - timedelta(minutes=20)).isoformat() == card.overdue_since
    assert "" == shown(paused_at=NOON, **late).overdue_since


def test_a_doubted_card_is_degraded_and_says_what_is_missing() -> None:
    """Every cycle succeeded, and still something is wrong."""
    card = shown(recent_outcomes="ssss", doubt="0 orders in the last hour.", doubt_since=NOON)

    assert ("active", "degraded", "0 orders in the last hour.") == (card.status, card.health, card.doubt)
    assert NOON.isoformat() == card.doubt_since


def test_a_rejected_key_leads_to_the_credentials() -> None:
    """What, since when, what it blocks, and the button."""
    trouble = shown(error_kind="invalid_credentials", error_message="The key is refused.", **BROKEN).trouble

    assert ("Invalid credentials", "The key is refused.") == (trouble.title, trouble.text)
    assert NOON.isoformat() == trouble.since
    assert "not updated until this is fixed" in trouble.blocks
    assert ("Edit Credentials", "page", "/connections/con_a/credentials") == (trouble.button, trouble.way, trouble.url)


def test_an_expired_consent_leads_to_reconnecting() -> None:
    """A connection made by consent is reconnected, not edited."""
    card = shown(error_kind="token_expired", sign_in="consent", **BROKEN)

    assert card.by_consent
    assert "Reconnect" == card.trouble.button


def test_an_outage_offers_no_button_but_the_next_try() -> None:
    """Nothing to press; when it is tried again."""
    trouble = shown(error_kind="unavailable", **{**BROKEN, "next_sync_at": SOON}).trouble

    assert ("", "", SOON.isoformat()) == (trouble.button, trouble.way, trouble.next_try)


def test_a_suspended_account_leads_to_the_portal_with_its_own_address() -> None:
    """The connection's fields stand in the address; without them there is no dead link."""
    known = shown(public_fields={"shop_domain": "a.myshopify.com"}, error_kind="account_suspended", **BROKEN).trouble
    unknown = shown(public_fields={}, error_kind="account_suspended", **BROKEN).trouble

    assert ("portal", "https://a.myshopify.com/admin") == (known.way, known.url)
    assert ("", "") == (unknown.way, unknown.url)


def test_other_errors_tell_where_to_look_at_the_marketplace() -> None:
    """Beside the button that mends it here; the sandbox has no such pages."""
    keys = {"error_kind": "invalid_credentials", **BROKEN}
    button = shown(error_kind="account_suspended", public_fields={"shop_domain": "a.myshopify.com"}, **BROKEN).trouble

    assert shown(**keys).trouble.portal.startswith("https://")
    assert ("", "") == (shown(sandbox=True, **keys).trouble.portal, button.portal)


def test_what_is_held_up_is_said_with_its_numbers() -> None:
    """Since when, and about how much."""
    waiting = Waiting(("orders",), {"orders": NOON - timedelta(hours=2)}, orders_a_day=108, webhooks=2)
    held = shown(error_kind="invalid_credentials", waiting=waiting, **BROKEN).trouble.held

    assert [
        ("Orders not read since", (NOON - timedelta(hours=2)).isoformat(), "; about 9 come in that time."),
        ("2 webhooks wait", "", "."),
    ] == [(one.text, one.since, one.more) for one in held]


def test_a_portal_that_is_no_web_address_is_no_link() -> None:
    """What was typed as a shop's address cannot become a script."""
    found = remedy.remedy("account_suspended", by_consent=False, portal_url="javascript:alert(1)")

    assert ("", "") == way_of(found, "con_a")


def test_what_failed_in_part_is_said_on_a_green_card() -> None:
    """Products arrive, orders may not be read: the status is active, and still nobody has to guess."""
    card = shown(recent_outcomes="sp", error_kind="scope_missing", error_scope="read_orders", error_since=NOON)

    assert ("active", "Scope missing", True) == (card.status, card.trouble.title, card.trouble.part)
    assert ("Edit Credentials", "page") == (card.trouble.button, card.trouble.way)


def test_waiting_for_the_marketplace_is_no_error() -> None:
    """A countdown instead of a red block, also right after a failure."""
    card = shown(rate_limited_until=SOON, error_kind="rate_limited", **BROKEN)

    assert ("rate_limited", SOON.isoformat(), "") == (card.status, card.limited_until, card.trouble.title)


def test_a_paused_card_plans_nothing() -> None:
    """The reason and the end are shown, the next sync is not."""
    card = shown(paused_at=NOON, paused_until=SOON, pause_reason="Stocktaking")

    assert (True, "Stocktaking", SOON.isoformat(), "") == (
        card.paused,
        card.pause_reason,
        card.paused_until,
        card.next_sync,
    )


def test_a_paused_card_says_what_waits() -> None:
    """Webhooks and stock changes that are kept for its end; nothing when nothing is."""
    several = shown(paused_at=NOON, waiting=Waiting(webhooks=12, skus=1))
    one = shown(paused_at=NOON, waiting=Waiting(webhooks=1))

    assert "12 webhooks and 1 stock change wait and will be worked off then." == several.pause_waits
    assert "1 webhook waits and will be worked off then." == one.pause_waits
    assert "" == shown(paused_at=NOON, waiting=Waiting()).pause_waits
    assert "" == shown(waiting=Waiting(webhooks=12)).pause_waits


def test_a_pause_that_is_over_is_over() -> None:
    """Even before anybody tidied it up."""
    card = shown(paused_at=NOON - timedelta(hours=2), paused_until=NOON, pause_reason="Stocktaking")

    assert (False, "", "") == (card.paused, card.pause_reason, card.paused_until)


def test_a_running_cycle_says_how_far_it_is() -> None:
    """Stage, counts, percent and the time left, from this cycle's own speed."""
    running = Running("y", "orders", NOON - timedelta(seconds=60), NOON, None, 500, 0, 0, 2000, (Past(2000, 100.0),))
    card = shown(running=running)

    assert card.running
    assert ("Reading orders", "500 of 2,000", 25) == (card.work.stage, card.work.counts, card.work.percent)
    assert "about 3 min left" == card.work.remaining


def test_a_cycle_nobody_can_estimate_does_not_pretend() -> None:
    """No percent, no time left, and a count that outgrew its expectation stands alone."""
    unknown = shown(running=Running("y", "", NOON, None, None, 1, 0, 0, None)).work
    outgrown = shown(running=Running("y", "products", NOON, None, None, 12, 0, 0, 10)).work

    assert ("Starting", "1 record", -1, "") == (unknown.stage, unknown.counts, unknown.percent, unknown.remaining)
    reached = shown(running=Running("y", "products", NOON, None, None, 10, 0, 0, 10)).work
    assert ("12 records", -1) == (outgrown.counts, outgrown.percent)
    assert ("10 records", -1) == (reached.counts, reached.percent)


@pytest.mark.parametrize(
    ("zone", "start"),
    [
        ("UTC", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 11, 23, 11, 0, tzinfo=UTC)),
        ("Not/AZone", datetime(2026, 11, 23, 0, 0, tzinfo=UTC)),
    ],
)
def test_today_begins_at_the_persons_midnight(zone: str, start: datetime) -> None:
    """An unknown zone counts as UTC."""
    assert start == today(NOON, zone).start.astimezone(UTC)


def test_today_is_as_long_as_the_wall_clocks_make_it() -> None:
    """On the day the clocks go back it has 25 hours."""
    day = today(datetime(2026, 10, 25, 12, 0, tzinfo=UTC), "Europe/Berlin")

    assert timedelta(hours=25) == day.end.astimezone(UTC) - day.start.astimezone(UTC)


async def test_the_page_reads_its_filters_from_the_address(state_of: StateOf) -> None:
    """And shows what passes them; nonsense counts as nothing."""
    keep(connection("a", "Alpha", recent_outcomes="f"), connection("b", "Beta"))
    state = state_of(Connections, "/?status=error&sort=sideways&page=-4")
    await Connections.event_handlers["load"].fn(state)

    assert ["Alpha"] == [card.name for card in state.cards]
    assert ("error", "attention", 1, True) == (state.status, state.sort, state.number, state.loaded)
    assert {"": 2, "error": 1, "pending": 1} == {tally.word: tally.number for tally in state.tallies}


def test_a_change_of_one_card_sends_one_card(state_of: StateOf) -> None:
    """While the same cards are shown, only what differs is put beside them."""
    state = state_of(Connections)
    other = replace(VIEW, id="con_b", name="Paris")
    page = CardPage((VIEW, other), Paging(1, 1, 2, 2), {"all": 2, "active": 2})
    with clock.set_to(lambda: NOON):
        state._told(page)
        state._clean()
        state._told(page)
        unchanged = set(state.dirty_vars)
        state._told(replace(page, cards=(VIEW, replace(other, products_count=5))))

    assert set() == unchanged & {"cards", "fresh", "tallies", "shown"}
    assert ["5"] == [card.products for card in state.fresh.values()]
    assert ["1,204", "1,204"] == [card.products for card in state.cards]


def test_a_card_that_comes_or_goes_changes_the_list(state_of: StateOf) -> None:
    """Then the list itself is sent."""
    state = state_of(Connections)
    state._told(CardPage((VIEW,), Paging(1, 1, 1, 1), {"all": 1}))
    state._told(CardPage((), Paging(), {"all": 0}))

    assert ([], {}, 0) == (state.cards, state.fresh, state.matching)
