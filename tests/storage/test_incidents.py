"""One open incident per connection and kind, whoever sees it and however often."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from nexus_ui.flows import alert, attend, channels
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.flows.telling import tell_waiting
from nexus_ui.storage import channels as shelf
from nexus_ui.storage import incident_log, incidents, messages
from nexus_ui.storage.database import writing
from nexus_ui.storage.incident_log import Asking, IncidentFilter, Show
from nexus_ui.storage.incidents import OpenIncident
from tests.conftest import SettableClock
from tests.databases import Database
from tests.flows.test_alert import SLACK, person
from tests.storage.shelves import connection, keep

AWAY = Trouble(
    "unavailable",
    "con_a",
    Severity.WARNING,
    "Marketplace unavailable",
    "It does not answer.",
    (Link("Orders not read since", "/orders?connection=con_a", datetime(2026, 11, 23, 8, tzinfo=UTC), "; some"),),
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


def test_a_message_is_claimed_by_one_sender(clock: SettableClock) -> None:
    """Six senders at once; what one has claimed is nobody else's until its time has run out."""
    channel = channels.add("slack", "Ops", SLACK, person())
    for number in range(8):
        alert.raise_(Trouble(f"kind {number}", "con_a", Severity.NOTICE, "A", "B"))
    with ThreadPoolExecutor(6) as pool:
        claimed = [one for several in pool.map(messages.claim, [clock.now] * 6) for one in several]
    clock.advance(seconds=messages.LEASE.total_seconds())
    again = messages.claim(clock.now)
    with writing() as session:
        messages.sent(session, [one.id for one in again[:3]], clock.now)
        messages.give_up(session, channel, clock.now, "Gone.")

    assert (8, 8) == (len(claimed), len({one.id for one in claimed}))
    assert {2} == {one.attempts for one in again}
    assert [(0, 5)] == [(line.waiting, line.failed) for line in shelf.lines(clock.now - timedelta(days=1))]


def test_the_page_counts_and_sorts_what_is_open_taken_on_and_over(clock: SettableClock) -> None:
    """The gravest first; what was taken on by a name; what is over with its messages; and the bell agrees."""
    keep(connection("con_a", "Berlin"))
    channels.add("slack", "Ops", SLACK, person())
    notice = alert.raise_(Trouble("a", "con_a", Severity.NOTICE, "Notice", "N."))
    alert.raise_(Trouble("b", None, Severity.CRITICAL, "Critical", "C."))
    taken = alert.raise_(Trouble("c", "con_a", Severity.WARNING, "Taken", "T."))
    alert.raise_(AWAY)
    attend.acknowledge(taken, person())
    clock.advance(hours=1)
    alert.close("con_a", "unavailable", "It answers.")
    tell_waiting(clock.now)

    shown = {show: incident_log.incident_page(IncidentFilter(show), 1, clock.now) for show in Show}
    berlin = incident_log.incident_page(IncidentFilter(Show.OPEN, "con_a"), 1, clock.now)
    before = incident_log.asking(clock.now)
    attend.snooze(notice, clock.now + timedelta(hours=1), person())

    assert ["Critical", "Notice"] == [line.title for line in shown[Show.OPEN].lines]
    assert ["Taken"] == [line.title for line in shown[Show.ATTENDED].lines]
    [over] = shown[Show.OVER].lines
    assert ("It answers.", "Berlin") == (over.ending, over.origin and over.origin.name)
    assert [("Ops", "recovered", "waiting")] == [
        (one.channel, one.sending.purpose.value, one.sending.state) for one in over.told
    ]
    assert ({Show.OPEN: 1, Show.ATTENDED: 1, Show.OVER: 1}, ["Notice"]) == (
        berlin.counts,
        [line.title for line in berlin.lines],
    )
    assert (Asking(2, True), Asking(1, True)) == (before, incident_log.asking(clock.now))


def test_old_incidents_and_messages_are_forgotten_and_open_ones_never(clock: SettableClock) -> None:
    """As the sync log is."""
    channels.add("slack", "Ops", SLACK, person())
    alert.raise_(AWAY)
    alert.raise_(Trouble("b", None, Severity.CRITICAL, "Critical", "C."))
    alert.close("con_a", "unavailable")
    for one in messages.claim(clock.now):
        with writing() as session:
            messages.sent(session, [one.id], clock.now)
    clock.advance(days=91)
    limit = clock.now - timedelta(days=90)

    assert (1, 2) == (incidents.forget_before(limit), messages.forget_before(limit))
    assert ["Critical"] == [one.trouble.title for one in opened(clock)]
