"""When people are told: R31 and R32 over weeks of simulated life, also across restarts."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from nexus_ui.errors import BadInput, NotAllowed, NotFound
from nexus_ui.flows import alert, attend, channels
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.flows.sign_in import Role, Who
from nexus_ui.flows.telling import tell_waiting
from nexus_ui.storage import database as engines
from nexus_ui.storage import preferences
from nexus_ui.storage.database import reading, writing
from nexus_ui.storage.messages import MESSAGES
from nexus_ui.storage.preferences import ConnectionPreferences
from nexus_ui.storage.tables import Connection
from tests.conftest import SettableClock
from tests.databases import Database
from tests.storage.shelves import connection, keep

HOUR = 3600
SLACK = {"url": "https://hooks.slack.com/services/T0/B0/secretXY"}


def person(role: Role = Role.OWNER) -> Who:
    """Somebody with that role."""
    return Who("per_a", "Anna", "anna@example.com", role, "Europe/Berlin", "ses")


def wrong(kind: str = "unavailable", connection_id: str | None = "con_a", step: str = "", title: str = "") -> Trouble:
    """Some trouble."""
    said = title or "Marketplace unavailable"
    return Trouble(kind, connection_id, Severity.WARNING, said, "It does not answer.", step=step)


@pytest.fixture
def clock(sqlite_database: Database, settable_clock: SettableClock) -> SettableClock:
    """Two connections, and one channel by which everything is told."""
    keep(connection("con_a", "Berlin Outlet"), connection("con_b", "Paris"))
    channels.add("slack", "Ops", SLACK, person())
    return settable_clock


def told() -> list[tuple[str, str, str]]:
    """What was written to people: purpose, subject and when, the oldest first."""
    with reading() as session:
        columns = MESSAGES.c.purpose, MESSAGES.c.subject, MESSAGES.c.created_at, MESSAGES.c.state
        rows = session.execute(select(*columns).order_by(MESSAGES.c.created_at, MESSAGES.c.id)).all()
    return [(row.purpose, row.subject, row.created_at.strftime("%d %H:%M")) for row in rows]


def moments(purpose: str = "") -> list[str]:
    """When people were told."""
    return [at for what, _, at in told() if purpose in ("", what)]


def wait(minutes: int) -> None:
    """Set the cooldown."""
    with writing() as session:
        preferences.save_connections(session, ConnectionPreferences(alert_cooldown_minutes=minutes))


def pass_time(clock: SettableClock, until: timedelta, every: timedelta, each: object = None) -> None:
    """Let time pass while the watchman walks, and `each` happens every so often."""
    end = clock.now + until
    while clock.now < end:
        clock.advance(seconds=every.total_seconds())
        if callable(each):
            each()
        tell_waiting(clock.now)


def test_an_error_that_goes_on_is_told_once_in_the_cooldown(clock: SettableClock) -> None:
    """Failing every quarter of an hour for a day: at once, then every four hours, and in each case the same way."""
    alert.raise_(wrong())
    pass_time(clock, timedelta(hours=23), timedelta(minutes=15), lambda: alert.raise_(wrong()))

    assert ["23 10:00", "23 14:00", "23 18:00", "23 22:00", "24 02:00", "24 06:00"] == moments()
    assert "Berlin Outlet: Marketplace unavailable" == told()[0][1]
    assert "Still: Berlin Outlet: Marketplace unavailable" == told()[1][1]


def test_flapping_for_two_weeks_is_told_six_times_a_day(clock: SettableClock) -> None:
    """Up and down every ten minutes: an alert and its recovery per four hours, and nothing in between."""
    for _ in range(14 * 24 * 3):
        alert.raise_(wrong())
        clock.advance(minutes=10)
        tell_waiting(clock.now)
        alert.close("con_a", "unavailable")
        clock.advance(minutes=10)
        tell_waiting(clock.now)

    opened, over = moments("opened"), moments("recovered")

    assert (14 * 6, 14 * 6) == (len(opened), len(over))
    assert ["23 10:00", "23 14:00", "23 18:00"] == opened[:3]


def test_other_errors_and_other_connections_have_a_cooldown_of_their_own(clock: SettableClock) -> None:
    """R32: the same connection and the same error."""
    alert.raise_(wrong())
    clock.advance(minutes=1)
    alert.raise_(wrong("token_expired"))
    alert.raise_(wrong(connection_id="con_b"))
    alert.raise_(wrong(connection_id=None))

    assert 4 == len(told())


def test_an_error_that_came_back_within_the_cooldown_is_told_when_it_ends(clock: SettableClock) -> None:
    """Nothing is swallowed: what is still open when the cooldown is over is told then, though nobody saw it again."""
    alert.raise_(wrong())
    clock.advance(hours=1)
    alert.close("con_a", "unavailable")
    clock.advance(minutes=5)
    alert.raise_(wrong())
    pass_time(clock, timedelta(hours=8), timedelta(minutes=5))

    assert [("opened", "23 10:00"), ("recovered", "23 11:00"), ("opened", "23 14:00")] == [
        (what, at) for what, _, at in told()
    ]


def test_what_nobody_heard_of_has_no_recovery(clock: SettableClock) -> None:
    """A second outage that ends within the cooldown is in the list, and in nobody's mailbox."""
    alert.raise_(wrong())
    alert.close("con_a", "unavailable")
    clock.advance(minutes=30)
    alert.raise_(wrong())
    clock.advance(minutes=30)
    alert.close("con_a", "unavailable")
    pass_time(clock, timedelta(hours=6), timedelta(minutes=30))

    assert 1 == len(moments("recovered"))


def test_the_cooldown_holds_over_a_restart(clock: SettableClock) -> None:
    """Everything it needs stands in the database."""
    alert.raise_(wrong())
    engines.forget_engine()
    clock.advance(hours=3, minutes=59)
    alert.raise_(wrong())
    clock.advance(minutes=1)
    alert.raise_(wrong())

    assert ["23 10:00", "23 14:00"] == moments()


def test_the_cooldown_is_the_one_in_the_settings(clock: SettableClock) -> None:
    """One hour; and with none, entering is told each time, while what goes on is told every quarter of an hour."""
    wait(60)
    alert.raise_(wrong())
    pass_time(clock, timedelta(hours=2), timedelta(minutes=5), lambda: alert.raise_(wrong()))
    hourly = moments()
    wait(0)
    for _ in range(3):
        alert.close("con_a", "unavailable")
        clock.advance(seconds=30)
        alert.raise_(wrong())
        clock.advance(seconds=30)
    pass_time(clock, timedelta(minutes=30), timedelta(minutes=1), lambda: alert.raise_(wrong()))

    assert ["23 10:00", "23 11:00", "23 12:00"] == hourly
    assert (4, 4) == (len(moments("opened")), len(moments("again")))


def test_what_was_acknowledged_is_not_told_again_until_it_has_been_over(clock: SettableClock) -> None:
    """A week of failures after the acknowledgement is quiet; the next outage is a new one."""
    incident = alert.raise_(wrong())
    attend.acknowledge(incident, person())
    pass_time(clock, timedelta(days=7), timedelta(hours=1), lambda: alert.raise_(wrong()))
    quiet = told()
    alert.close("con_a", "unavailable", "It answers again.")
    clock.advance(hours=1)
    alert.raise_(wrong())

    assert 1 == len(quiet)
    assert ["opened", "recovered", "opened"] == [what for what, _, _ in told()]


def test_a_recovery_says_how_long_it_lasted(clock: SettableClock) -> None:
    """In the zone of whoever set up the channel."""
    alert.raise_(wrong())
    clock.advance(hours=26, minutes=5)
    alert.close("con_a", "unavailable", "It syncs again.")

    with reading() as session:
        body = session.execute(select(MESSAGES.c.body).where(MESSAGES.c.purpose == "recovered")).scalar_one()

    assert "It syncs again." == body.splitlines()[0]
    assert "It lasted 1 day 2 h: from 23 Nov 2026, 11:00 CET to 24 Nov 2026, 13:05 CET." in body


def test_a_snooze_is_quiet_until_its_time_and_then_speaks(clock: SettableClock) -> None:
    """Nothing before; then once, though nobody has seen the trouble since."""
    incident = alert.raise_(wrong())
    attend.snooze(incident, clock.now + timedelta(days=3), person())
    pass_time(clock, timedelta(days=5), timedelta(hours=1))

    assert ["23 10:00", "26 10:00"] == moments()


def test_a_snooze_holds_for_the_same_trouble_when_it_comes_back(clock: SettableClock) -> None:
    """Up and down within the snooze: the recovery is told, the return is not, until the snooze is over."""
    incident = alert.raise_(wrong())
    attend.snooze(incident, clock.now + timedelta(days=1), person())
    clock.advance(hours=5)
    alert.close("con_a", "unavailable")
    clock.advance(hours=1)
    alert.raise_(wrong())
    pass_time(clock, timedelta(days=1), timedelta(minutes=30))

    assert [("opened", "23 10:00"), ("recovered", "23 15:00"), ("opened", "24 10:00")] == [
        (what, at) for what, _, at in told()
    ]


def test_a_snooze_taken_back_speaks_again(clock: SettableClock) -> None:
    """Also where an earlier incident had been snoozed."""
    incident = alert.raise_(wrong())
    attend.snooze(incident, clock.now + timedelta(days=9), person())
    alert.close("con_a", "unavailable")
    clock.advance(hours=5)
    again = alert.raise_(wrong())
    quiet = moments("opened")
    attend.wake(again, person())
    tell_waiting(clock.now)

    assert (["23 10:00"], ["23 10:00", "23 15:00"]) == (quiet, moments("opened"))


def test_a_countdown_is_told_at_each_step(clock: SettableClock) -> None:
    """30, 14, 7 and 1 days: four messages in a month, also after an acknowledgement of an earlier step."""
    ends = clock.now + timedelta(days=31)

    def look() -> None:
        days = (ends - clock.now).days
        step = next((rung for rung in (1, 7, 14, 30) if days <= rung), None)
        if step is not None:
            incident = alert.raise_(wrong("credentials", step=f"{step} days", title=f"The token ends in {days} days"))
            if step == 30:
                attend.acknowledge(incident, person())

    pass_time(clock, timedelta(days=31), timedelta(hours=6), look)

    assert ["Berlin Outlet: The token ends in 30 days", "Berlin Outlet: The token ends in 14 days"] == [
        subject for _, subject, _ in told()
    ][:2]
    assert 4 == len(told())


def test_a_clock_that_was_wrong_silences_nothing(clock: SettableClock) -> None:
    """An alert told in a year that has not come holds nothing back once the clock is right."""
    clock.advance(days=400)
    alert.raise_(wrong())
    alert.close("con_a", "unavailable")
    clock.advance(days=-400)
    alert.raise_(wrong())
    clock.advance(minutes=30)
    alert.close("con_a", "unavailable")
    alert.raise_(wrong())

    assert ["23 10:00"] == [at for what, _, at in told() if what == "opened" and at.startswith("23")]


def test_no_clock_change_moves_a_cooldown(clock: SettableClock) -> None:
    """The night of 25 October 2026 has 25 hours in Berlin; four hours stay four hours."""
    clock.set(datetime(2026, 10, 24, 22, 0, tzinfo=clock.now.tzinfo))
    alert.raise_(wrong())
    pass_time(clock, timedelta(hours=8), timedelta(minutes=15), lambda: alert.raise_(wrong()))

    assert ["24 22:00", "25 02:00", "25 06:00"] == moments()


def test_a_removed_connection_has_nothing_wrong_any_more(clock: SettableClock) -> None:
    """Its incidents end without a word."""
    alert.raise_(wrong())
    with writing() as session:
        row = session.get(Connection, "con_a")
        assert row is not None
        row.removed_at = clock.now
    tell_waiting(clock.now)

    assert False is alert.close("con_a", "unavailable")
    assert [] == moments("recovered")


def test_an_alert_names_what_is_affected_and_where_to_look(clock: SettableClock) -> None:
    """Paths become addresses of this installation; a name with a line break stays one line."""
    orders = Link("Orders not read since", "/orders?connection=con_a", clock.now, "; about 14 come in that time")
    affected = (orders, Link("142 SKUs"))
    alert.raise_(Trouble("x", "con_b", Severity.CRITICAL, "Two\r\nlines", "Why.", affected, (Link("Sync", "/s"),)))

    with reading() as session:
        subject, body = session.execute(select(MESSAGES.c.subject, MESSAGES.c.body)).one()

    assert "Paris: Two lines" == subject
    since = "Orders not read since 23 Nov 2026, 11:00 CET; about 14 come in that time"
    assert f"- {since}: http://127.0.0.1:3000/orders?connection=con_a\n- 142 SKUs" in body
    assert "- Sync: http://127.0.0.1:3000/s" in body


def test_a_viewer_changes_nothing_and_nothing_is_snoozed_into_the_past(clock: SettableClock) -> None:
    """Refused in a sentence; and what is over cannot be acknowledged."""
    incident = alert.raise_(wrong())

    with pytest.raises(NotAllowed):
        attend.acknowledge(incident, person(Role.VIEWER))
    with pytest.raises(BadInput):
        attend.snooze(incident, clock.now, person())
    with pytest.raises(BadInput):
        attend.snooze(incident, clock.now + timedelta(days=91), person())
    alert.close("con_a", "unavailable")
    with pytest.raises(NotFound):
        attend.acknowledge(incident, person())
