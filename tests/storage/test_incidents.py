"""One open incident per connection and kind, whoever sees it and however often."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from nexus_ui.flows import alert
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.storage import incidents
from nexus_ui.storage.database import writing
from nexus_ui.storage.incidents import OpenIncident
from tests.conftest import SettableClock
from tests.databases import Database

AWAY = Trouble(
    "unavailable",
    "con_a",
    Severity.WARNING,
    "Marketplace unavailable",
    "It does not answer.",
    (Link("Orders", "/orders?connection=con_a"),),
    (Link("Sync of 10:00", "/?cycle=cyc_a"),),
)


@pytest.fixture
def clock(database: Database, settable_clock: SettableClock) -> Iterator[SettableClock]:
    """A database of each kind, and a clock."""
    yield settable_clock


def opened(clock: SettableClock) -> list[OpenIncident]:
    """Every open incident."""
    with writing() as session:
        return incidents.open_ones(session, clock.now)


def test_the_same_trouble_is_one_incident(clock: SettableClock) -> None:
    """Seen again it says what is true now, and when it was seen last."""
    first = alert.raise_(AWAY)
    clock.advance(minutes=5)
    worse = Trouble("unavailable", "con_a", Severity.CRITICAL, "Still unavailable", "It does not answer at all.")
    again = alert.raise_(worse)

    [found] = opened(clock)

    assert (first, first, worse) == (again, found.id, found.trouble)
    assert (clock.now, clock.now - timedelta(minutes=5)) == (found.standing.last_seen_at, found.opened_at)


def test_another_kind_or_another_connection_is_another_incident(clock: SettableClock) -> None:
    """The installation itself is one place more."""
    for connection_id, kind in (("con_a", "unavailable"), ("con_b", "unavailable"), ("con_a", "silence"), (None, "x")):
        alert.raise_(Trouble(kind, connection_id, Severity.NOTICE, "A", "B"))

    assert 4 == len(opened(clock))
    assert {"x"} == incidents.kinds_open_now(None)


def test_what_is_over_is_closed_and_may_come_back(clock: SettableClock) -> None:
    """Closing tells whether there was anything to close."""
    first = alert.raise_(AWAY)

    assert (True, False) == (alert.close("con_a", "unavailable", "It answers."), alert.close("con_a", "unavailable"))
    assert first != alert.raise_(AWAY)


def test_many_who_see_it_at_once_open_one(clock: SettableClock) -> None:
    """Threads race for the same incident."""
    with ThreadPoolExecutor(6) as pool:
        found = set(pool.map(alert.raise_, [AWAY] * 12))

    assert 1 == len(found)
    assert found == {one.id for one in opened(clock)}


def test_a_watcher_that_sees_the_same_every_second_writes_once_a_minute(clock: SettableClock) -> None:
    """The row is left alone until a minute has passed."""
    began = clock.now
    for _ in range(59):
        alert.raise_(AWAY)
        clock.advance(seconds=1)
    untouched = opened(clock)[0].standing.last_seen_at
    clock.advance(seconds=1)
    alert.raise_(AWAY)

    assert (began, clock.now) == (untouched, opened(clock)[0].standing.last_seen_at)
