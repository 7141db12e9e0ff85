"""Webhook deliveries as the connection's page asks for them."""

from datetime import timedelta

import pytest

from nexus_ui.adapters.contract import About, Named
from nexus_ui.errors import NotFound
from nexus_ui.storage import deliveries, endpoints
from nexus_ui.storage.deliveries import DeliveryState, Rates
from nexus_ui.storage.endpoints import EndpointState
from tests.storage import shelves
from tests.storage.counting import statements
from tests.storage.shelves import NOON, connection, endpoint, keep, rejection, tally


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
    found = deliveries.page("con_a")

    assert ["dlv_4", "dlv_3", "dlv_2", "dlv_1"] == [line.id for line in found.lines]
    assert dict.fromkeys(DeliveryState, 1) == found.counts
    assert (2, DeliveryState.KEPT) == (found.lines[0].copies, found.lines[0].state)


@pytest.mark.parametrize("state", list(DeliveryState))
def test_the_filter_keeps_one_state_and_says_how_many_there_are(arrived: None, state: DeliveryState) -> None:
    """One of four for every word."""
    found = deliveries.page("con_a", state)

    assert ([state], 1, 4) == ([line.state for line in found.lines], found.paging.matching, found.paging.total)


def test_deliveries_are_paged_in_two_statements(sqlite_database: None) -> None:
    """However many there are; a page after the last is the last."""
    keep(connection("con_a", "Berlin"), *(shelves.delivery(f"dlv_{n:03}", "con_a", n) for n in range(60)))
    with statements() as asked:
        found = deliveries.page("con_a", None, 9)

    assert (3, 10, "dlv_009", 2) == (found.paging.number, len(found.lines), found.lines[0].id, len(asked))


def test_a_delivery_opens_with_what_it_names_and_its_body(arrived: None) -> None:
    """Only under its own connection."""
    found = deliveries.delivery("con_a", "dlv_1")

    assert ((Named(About.ORDER, "1001"),), '{"id": 1001}') == (found.named, found.body)
    with pytest.raises(NotFound):
        deliveries.delivery("con_b", "dlv_1")


def test_the_newest_rejections_come_first(database: None) -> None:
    """With what they claimed, and no more than a screenful."""
    keep(connection("con_a", "Berlin"), *(rejection(f"rej_{n:02}", "con_a", n) for n in range(25)))
    found = deliveries.rejections("con_a")

    assert (deliveries.REJECTIONS_SHOWN, "rej_24", 401) == (len(found), found[0].id, found[0].status)


def test_rates_count_the_last_day_and_the_last_week(database: None) -> None:
    """Each topic for itself, refused ones without a topic; older hours and other connections do not count."""
    keep(
        tally("con_a", "orders/updated", -1, accepted=3),
        tally("con_a", "orders/updated", -25, accepted=4),
        tally("con_a", "orders/updated", -24 * 7, accepted=100),
        tally("con_a", "", -2, rejected=2),
        tally("con_b", "orders/updated", -1, accepted=50),
    )

    assert {"orders/updated": Rates(3, 0, 7, 0), "": Rates(0, 2, 0, 2)} == deliveries.rates("con_a", NOON)


def test_endpoints_come_by_topic(database: None) -> None:
    """With what the marketplace said of each."""
    late = NOON + timedelta(minutes=5)
    keep(
        endpoint("con_a", "products/update", state="missing", problem="It was deleted there."),
        endpoint("con_a", "orders/create", last_accepted_at=late),
        endpoint("con_b", "orders/create"),
    )
    first, second = endpoints.of_connection("con_a")

    assert ("orders/create", EndpointState.REGISTERED, late) == (first.topic, first.state, first.last_accepted_at)
    assert ("products/update", EndpointState.MISSING, "It was deleted there.") == (
        *(second.topic, second.state, second.problem),
    )
