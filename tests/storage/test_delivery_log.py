"""Webhook deliveries as the connection's page asks for them."""

from datetime import timedelta

import pytest

from nexus_ui.adapters.contract import About, Named
from nexus_ui.errors import NotFound
from nexus_ui.storage import delivery_log
from nexus_ui.storage.delivery_log import DeliveryState, Rates
from tests.storage import shelves
from tests.storage.counting import statements
from tests.storage.shelves import NOON, connection, keep, rejection, tally


@pytest.fixture
def arrived(database: None) -> None:
    """A connection with a delivery of every state, and a neighbour with one."""
    keep(
        connection("con_a", "Berlin"),
        connection("con_b", "Oslo"),
        shelves.delivery("dlv_1", "con_a", 0),
        shelves.delivery("dlv_2", "con_a", 10, state="ignored", named=[], effect=""),
        shelves.delivery("dlv_3", "con_a", 20, state="failed", attempts=5, problem="It does not answer."),
        shelves.delivery("dlv_4", "con_a", 30, state="kept", copies=2, done_at=None, effect=""),
        shelves.delivery("dlv_x", "con_b", 40),
    )


def test_deliveries_come_newest_first_with_how_many_of_each_there_are(arrived: None) -> None:
    """A neighbour's are not here."""
    found = delivery_log.page("con_a")

    assert ["dlv_4", "dlv_3", "dlv_2", "dlv_1"] == [line.id for line in found.lines]
    assert dict.fromkeys(DeliveryState, 1) == found.counts
    assert (2, DeliveryState.KEPT) == (found.lines[0].copies, found.lines[0].state)


@pytest.mark.parametrize("state", list(DeliveryState))
def test_the_filter_keeps_one_state_and_says_how_many_there_are(arrived: None, state: DeliveryState) -> None:
    """One of four for every word."""
    found = delivery_log.page("con_a", state)

    assert ([state], 1, 4) == ([line.state for line in found.lines], found.paging.matching, found.paging.total)


def test_deliveries_are_paged_in_three_statements(sqlite_database: None) -> None:
    """However many there are; a page after the last is the last."""
    keep(connection("con_a", "Berlin"), *(shelves.delivery(f"dlv_{n:03}", "con_a", n) for n in range(60)))
    with statements() as asked:
        found = delivery_log.page("con_a", None, 9)

    assert (3, 10, "dlv_009", 3) == (found.paging.number, len(found.lines), found.lines[0].id, len(asked))


def test_only_the_newest_deliveries_are_listed(sqlite_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are more than can be counted at once; the filter counts among these as well."""
    monkeypatch.setattr(delivery_log, "MOST_COUNTED", 3)
    old = (shelves.delivery("dlv_old", "con_a", -1, state="failed"), shelves.delivery("dlv_0", "con_a", 0))
    keep(connection("con_a", "Berlin"), *old, *(shelves.delivery(f"dlv_{n}", "con_a", n) for n in (1, 2, 3)))

    assert ["dlv_3", "dlv_2", "dlv_1"] == [line.id for line in delivery_log.page("con_a").lines]
    failed = delivery_log.page("con_a", DeliveryState.FAILED).paging
    assert (0, 3) == (failed.matching, failed.total)


def test_a_delivery_opens_with_what_it_names_and_its_body(arrived: None) -> None:
    """Only under its own connection."""
    found = delivery_log.delivery("con_a", "dlv_1")

    assert ((Named(About.ORDER, "1001"),), '{"id": 1001}') == (found.named, found.body)
    with pytest.raises(NotFound):
        delivery_log.delivery("con_b", "dlv_1")


def test_the_newest_rejections_come_first(database: None) -> None:
    """With what they claimed, and no more than a screenful."""
    keep(connection("con_a", "Berlin"), *(rejection(f"rej_{n:02}", "con_a", n) for n in range(25)))
    found = delivery_log.rejections("con_a")

    assert (delivery_log.REJECTIONS_SHOWN, "rej_24", 401) == (len(found), found[0].id, found[0].status)


def test_rates_count_the_last_day_and_the_last_week(database: None) -> None:
    """Each topic for itself, refused ones without a topic; older hours and other connections do not count."""
    keep(
        tally("con_a", "orders/updated", -1, accepted=3),
        tally("con_a", "orders/updated", -25, accepted=4),
        tally("con_a", "orders/updated", -24 * 7, accepted=100),
        tally("con_a", "", -2, rejected=2),
        tally("con_b", "orders/updated", -1, accepted=50),
    )

    assert {"orders/updated": Rates(3, 0, 7, 0), "": Rates(0, 2, 0, 2)} == delivery_log.rates("con_a", NOON)


def test_the_newest_note_that_begins_so_is_found(database: None) -> None:
    """In the cycles of this connection, and only since then."""
    keep(
        connection("con_a", "Berlin"),
        shelves.cycle("cyc_1", "con_a", 0, evidence={"notes": ["Webhooks: 1 missed 11:00, 1 recovered."]}),
        shelves.cycle("cyc_2", "con_a", 5, evidence={"notes": ["60 days.", "Webhooks: 8 missed 03:10–04:40."]}),
        shelves.cycle("cyc_3", "con_a", 10, evidence={"notes": ["Nothing about Webhooks: here."]}),
        shelves.cycle("cyc_4", "con_a", 15, evidence=None),
        shelves.cycle("cyc_x", "con_b", 20, evidence={"notes": ["Webhooks: 9 missed."]}),
    )
    found = delivery_log.newest_note("con_a", "Webhooks: ", NOON)

    assert found is not None
    assert ("cyc_2", "Webhooks: 8 missed 03:10–04:40.") == (found.cycle_id, found.sentence)
    assert delivery_log.newest_note("con_a", "Webhooks: ", NOON + timedelta(minutes=6)) is None
