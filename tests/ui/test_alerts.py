"""The states of the Alerts page, the bell, and Settings > Alerts."""

from datetime import timedelta

import pytest

from nexus_ui.flows import alert, channels, keys
from nexus_ui.flows.alert import Link, Severity, Trouble
from nexus_ui.flows.telling import tell_waiting
from nexus_ui.rules.schedule import zone_named
from nexus_ui.ui.alerts.rows import snoozed_until
from nexus_ui.ui.alerts.state import Alerts
from nexus_ui.ui.bell import Bell
from nexus_ui.ui.settings.channels_state import Channels
from tests.conftest import SettableClock
from tests.flows.test_alert import SLACK, person, wrong
from tests.storage.shelves import connection, keep
from tests.ui.conftest import StateOf

MAIL = {
    "host": "smtp.example.com",
    "port": "587",
    "security": "starttls",
    "username": "anna",
    "password": "correct horse battery",
    "sender": "alerts@example.com",
    "to": "ops@example.com",
}


@pytest.fixture
def troubled(settable_clock: SettableClock, owner_cookie: str) -> SettableClock:
    """Berlin's token has expired, Paris is silent, and a push is held."""
    keep(connection("con_a", "Berlin"), connection("con_b", "Paris"))
    proof = (Link("The sync", "/connections/con_a?log=con_a"), Link("Portal", "https://x.example"), Link("X", "x:y"))
    alert.raise_(Trouble("held_push", "con_a", Severity.WARNING, "A push waits", "It takes 31 SKUs to zero."))
    settable_clock.advance(minutes=5)
    alert.raise_(Trouble("token_expired", "con_a", Severity.CRITICAL, "Token expired", "Sign in.", evidence=proof))
    alert.raise_(wrong("silence", "con_b"))
    return settable_clock


async def test_the_gravest_stand_first_and_links_lead_only_where_they_may(
    state_of: StateOf, troubled: SettableClock
) -> None:
    """Ours open in the page, https elsewhere, anything else is words."""
    state = state_of(Alerts, "/alerts")
    await Alerts.load.fn(state)

    assert ["Token expired", "Marketplace unavailable", "A push waits"] == [row.title for row in state.rows]
    assert [("/connections/con_a?log=con_a", ""), ("", "https://x.example"), ("", "")] == [
        (one.page, one.outside) for one in state.rows[0].evidence
    ]
    assert {"open": "3", "attended": "0", "over": "0"} == state.counts


async def test_the_address_narrows_to_a_connection_and_a_sort(state_of: StateOf, troubled: SettableClock) -> None:
    """Nonsense shows what is open."""
    one, odd = state_of(Alerts, "/alerts?connection=con_b"), state_of(Alerts, "/alerts?show=secret")
    await Alerts.load.fn(one)
    await Alerts.load.fn(odd)

    assert (["Paris"], 3) == ([row.place.name for row in one.rows], len(odd.rows))


async def test_what_somebody_took_on_leaves_the_open_ones_and_the_bell(
    state_of: StateOf, troubled: SettableClock
) -> None:
    """Acknowledged by name, snoozed with its time; both can be taken back; what is over says how long it lasted."""
    state, bell = state_of(Alerts, "/alerts"), state_of(Bell, "/alerts")
    await Alerts.load.fn(state)
    token, silence, push = (row.id for row in state.rows)
    await Bell.arrive.fn(bell)
    before = (bell.count, bell.critical, bell.said)
    await Alerts.acknowledge.fn(state, token)
    await Alerts.snooze.fn(state, silence, "hour")
    troubled.advance(minutes=30)
    alert.close("con_a", "held_push", "It was approved.")
    await Bell.arrive.fn(bell)
    quiet = (bell.count, bell.critical)
    taken, over = state_of(Alerts, "/alerts?show=attended"), state_of(Alerts, "/alerts?show=over")
    await Alerts.load.fn(taken)
    await Alerts.load.fn(over)
    rows = {row.id: row for row in taken.rows}
    await Alerts.wake.fn(taken, token)

    assert ((3, True, "3"), (0, False)) == (before, quiet)
    assert ("Olga", "") == (rows[token].acknowledged, rows[token].snoozed)
    assert (troubled.now + timedelta(minutes=30)).isoformat() == rows[silence].snoozed
    assert [("35 min", "It was approved.")] == [(row.lasted, row.ending) for row in over.rows]
    assert [silence] == [row.id for row in taken.rows]
    assert push == over.rows[0].id


async def test_a_snooze_that_ended_asks_again(state_of: StateOf, troubled: SettableClock) -> None:
    """Without anybody doing anything."""
    state = state_of(Alerts, "/alerts")
    await Alerts.load.fn(state)
    await Alerts.snooze.fn(state, state.rows[0].id, "four")
    quiet = len(state.rows)
    troubled.advance(hours=4, seconds=1)
    await Alerts.load.fn(state)

    assert (2, 3) == (quiet, len(state.rows))


async def test_a_viewer_looks_and_changes_nothing(
    state_of: StateOf, troubled: SettableClock, viewer_cookie: str
) -> None:
    """The page loads; the buttons' handlers refuse."""
    state = state_of(Alerts, "/alerts", viewer_cookie)
    await Alerts.load.fn(state)
    await Alerts.acknowledge.fn(state, state.rows[0].id)
    await Alerts.load.fn(state)

    assert 3 == len(state.rows)


def test_tomorrow_morning_is_the_persons_own(settable_clock: SettableClock) -> None:
    """Nine in Berlin, also over the night the clocks change (25 October 2026)."""
    before_change = settable_clock.now.replace(month=10, day=24, hour=20)

    assert (
        "2026-10-25T08:00:00+00:00" == snoozed_until("morning", before_change, zone_named("Europe/Berlin")).isoformat()
    )
    assert "2026-11-24T09:00:00+00:00" == snoozed_until("morning", settable_clock.now, zone_named("UTC")).isoformat()


async def test_the_messages_of_an_alert_show_what_became_of_them(state_of: StateOf, troubled: SettableClock) -> None:
    """By which channel, and that it is on its way."""
    channels.add("slack", "Ops", SLACK, person())
    alert.raise_(wrong("failing", "con_b"))
    tell_waiting(troubled.now)
    state = state_of(Alerts, "/alerts")
    await Alerts.load.fn(state)

    assert [("Alert by Ops", "on its way")] == [(one.what, one.state) for row in state.rows for one in row.told]


async def test_a_channel_is_set_up_and_its_secret_never_reaches_the_page(state_of: StateOf) -> None:
    """What is wrong is said at its box; a blank password keeps the one there is."""
    state = state_of(Channels, "/settings/alerts")
    await Channels.load.fn(state)
    await Channels.begin.fn(state, "email")
    started = (state.values["port"], state.values["security"])
    await Channels.save.fn(state, {**MAIL, "name": "Team", "to": "nobody"})
    wrong_box = {name: said for name, said in state.wrong.items() if said}
    await Channels.save.fn(state, {**MAIL, "name": "Team"})
    [row] = state.rows
    await Channels.edit.fn(state, row.id)
    shown = (state.values["host"], state.values["password"], state.hints["password"])
    await Channels.save.fn(state, {**MAIL, "name": "Mail", "password": "", "to": "new@example.com"})

    assert (("587", "starttls"), {"to": "nobody is not an e-mail address."}) == (started, wrong_box)
    assert ("Team", "ops@example.com through smtp.example.com:587", True) == (row.name, row.at, row.enabled)
    assert ("smtp.example.com", "", "Set, ends tery. Leave it empty to keep it.") == shown
    assert ("Mail", "correct horse battery") == (state.rows[0].name, keys.open(row.id)["password"])
    assert "correct horse" not in repr(state.dict())


async def test_a_channel_is_switched_off_and_removed(state_of: StateOf) -> None:
    """Removing asks first."""
    channel = channels.add("slack", "Ops", SLACK, person())
    state = state_of(Channels, "/settings/alerts")
    await Channels.load.fn(state)
    await Channels.switch.fn(state, channel, False)
    off = state.rows[0].enabled
    await Channels.ask_remove.fn(state, channel)
    asked = state.leaving_name
    await Channels.keep.fn(state, False)
    await Channels.remove.fn(state)
    kept = len(state.rows)
    await Channels.ask_remove.fn(state, channel)
    await Channels.remove.fn(state)

    assert (False, "Ops", 1, 0) == (off, asked, kept, len(state.rows))


async def test_the_panel_itself_can_be_tested(state_of: StateOf) -> None:
    """A test alert stands among the open ones."""
    state, page = state_of(Channels, "/settings/alerts"), state_of(Alerts, "/alerts")
    await Channels.test_here.fn(state)
    await Alerts.load.fn(page)

    assert [("Test alert", "Notice")] == [(row.title, row.severity) for row in page.rows]


async def test_a_viewer_sets_up_nothing(state_of: StateOf, viewer_cookie: str) -> None:
    """The list loads; no form opens, nothing is saved."""
    state = state_of(Channels, "/settings/alerts", viewer_cookie)
    await Channels.load.fn(state)
    await Channels.begin.fn(state, "email")
    await Channels.save.fn(state, MAIL)

    assert (True, "", []) == (state.loaded, state.form, state.rows)
