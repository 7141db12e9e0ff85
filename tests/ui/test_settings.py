"""The states of the settings pages, and what they are made of."""

import re
from typing import Any

import pytest

from nexus_ui.adapters import CATALOGUE
from nexus_ui.flows import sign_in
from nexus_ui.storage import connections, people, preferences
from nexus_ui.storage.preferences import ConnectionPreferences, StockPreferences
from nexus_ui.ui.settings.connection_state import ConnectionSetup
from nexus_ui.ui.settings.forecasts import forecast_row
from nexus_ui.ui.settings.form import read_connection, read_preferences
from nexus_ui.ui.settings.general_state import GeneralSettings
from nexus_ui.ui.settings.layout import zones
from nexus_ui.ui.settings.people_state import People
from nexus_ui.ui.settings.profile import Profile
from nexus_ui.ui.settings.stock_state import StockSettings
from nexus_ui.ui.settings.window_bar import Stretch, said, stretches
from tests.storage.shelves import connection, cycle, item, keep, product, stock, stock_rule, variant
from tests.ui.conftest import StateOf

GENERAL = {
    "interval_minutes": "15",
    "retry_attempts": "5",
    "retry_backoff_seconds": "0,5",
    "secret_rotation_days": "30",
    "alert_cooldown_minutes": "1.5",
    "log_days": "14",
    "delivery_days": "7",
}
ONE = {
    "name": "Berlin",
    "interval_minutes": "240",
    "window_start": "22:00",
    "window_end": "06:00",
    "time_zone": "Europe/Berlin",
    "lookback_days": "90",
    "buffer_percent": "10",
    "auto_reconnect": "on",
    "retry_attempts": "",
    "retry_backoff_seconds": "",
}


@pytest.fixture
def berlin(owner_cookie: str) -> None:
    """A connection with three SKUs in stock and one cycle behind it; its orders reach 60 days back."""
    keep(connection("con_a", "Berlin", orders_reach_days=60), product("con_a", "1", "Mug"))
    keep(cycle("cyc_1", "con_a", calls=10))
    keep(*(variant("con_a", "1", f"v{n}", f"SKU-{n}") for n in (1, 5, 100)))
    keep(*(stock("con_a", f"v{n}", n) for n in (1, 5, 100)), *(item(f"SKU-{n}", n) for n in (1, 5, 100)))


async def test_general_settings_are_saved_as_typed(state_of: StateOf) -> None:
    """Hours become minutes, a decimal comma is a comma, and the form says that it is saved."""
    state = state_of(GeneralSettings, "/settings")
    await GeneralSettings.load.fn(state)
    await GeneralSettings.save.fn(state, GENERAL)

    assert ConnectionPreferences(15, 5, 0.5, 30, 90, 14, 7) == preferences.connections()
    assert (True, "1.5") == (state.saved, state.values["alert_cooldown_minutes"])


async def test_every_wrong_box_is_named_and_nothing_is_saved(state_of: StateOf) -> None:
    """Two mistakes, two sentences."""
    state = state_of(GeneralSettings, "/settings")
    await GeneralSettings.save.fn(state, {**GENERAL, "retry_attempts": "many", "alert_cooldown_minutes": "900"})
    wrong = {name: sentence for name, sentence in state.wrong.items() if sentence}

    assert {
        "retry_attempts": "Write a number, such as 3.",
        "alert_cooldown_minutes": "Choose 0 to 168 hours.",
    } == wrong
    assert (False, ConnectionPreferences()) == (state.saved, preferences.connections())


async def test_a_viewer_changes_nothing(state_of: StateOf, viewer_cookie: str, berlin: None) -> None:
    """The handler refuses, whatever the page shows."""
    await GeneralSettings.save.fn(state_of(GeneralSettings, "/settings", viewer_cookie), GENERAL)
    one = state_of(ConnectionSetup, "/settings/connections/con_a", viewer_cookie)
    await ConnectionSetup.load.fn(one)
    await ConnectionSetup.save.fn(one, ONE)

    assert ConnectionPreferences() == preferences.connections()
    assert 60 == connections.get("con_a").settings.interval_minutes


async def test_another_interval_shows_what_it_costs(state_of: StateOf, berlin: None) -> None:
    """Ten calls a cycle: 240 a day every hour, 960 every quarter of an hour."""
    state = state_of(GeneralSettings, "/settings")
    await GeneralSettings.load.fn(state)
    hourly = state.forecasts[0].calls
    await GeneralSettings.weigh.fn(state, "15")

    assert "About 240 calls a day (24 cycles of 10)." == hourly
    assert "About 960 calls a day (96 cycles of 10)." == state.forecasts[0].calls


async def test_the_settings_of_one_connection_are_saved(state_of: StateOf, berlin: None) -> None:
    """Window, zone, lookback and buffer; empty retries follow the general settings."""
    state = state_of(ConnectionSetup, "/settings/connections/con_a")
    await ConnectionSetup.load.fn(state)
    await ConnectionSetup.save.fn(state, {**ONE, "name": "Berlin Mitte", "retry_attempts": "7"})
    kept = connections.get("con_a")

    assert ("Berlin Mitte", "22:00", "06:00", "Europe/Berlin") == (
        *(kept.name, kept.settings.window_start, kept.settings.window_end),
        kept.settings.time_zone,
    )
    assert (240, 90, 10, True, 7, None) == (
        *(kept.settings.interval_minutes, kept.settings.lookback_days, kept.settings.buffer_percent),
        *(kept.settings.auto_reconnect, kept.settings.retry_attempts, kept.settings.retry_backoff_seconds),
    )
    assert state.saved


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("buffer_percent", "51"),
        ("buffer_percent", "ten"),
        ("time_zone", "Europe/Atlantis"),
        ("window_end", ""),
        ("retry_attempts", "99"),
        ("interval_minutes", "7"),
        ("lookback_days", "8"),
    ],
)
async def test_a_wrong_value_is_said_at_its_box(state_of: StateOf, berlin: None, field: str, value: str) -> None:
    """Nothing is saved; a window with one end is said at its start."""
    state = state_of(ConnectionSetup, "/settings/connections/con_a")
    await ConnectionSetup.load.fn(state)
    await ConnectionSetup.save.fn(state, {**ONE, field: value})
    wrong = [name for name, sentence in state.wrong.items() if sentence]

    assert ["window_start" if field == "window_end" else field] == wrong
    assert (False, 60) == (state.saved, connections.get("con_a").settings.interval_minutes)


async def test_a_buffer_is_previewed_before_it_is_saved(state_of: StateOf, berlin: None) -> None:
    """At ten percent the single unit is gone, five become four; nothing is kept yet."""
    state = state_of(ConnectionSetup, "/settings/connections/con_a")
    await ConnectionSetup.load.fn(state)
    await ConnectionSetup.preview.fn(state, "buffer_percent", "10")

    assert "1 of 3 SKUs in stock would be published as zero." == state.buffer_said
    assert [("SKU-1", "1", "0"), ("SKU-5", "5", "4"), ("SKU-100", "100", "90")] == [
        (row.sku, row.available, row.published) for row in state.buffered
    ]
    assert 0 == connections.get("con_a").settings.buffer_percent


async def test_what_the_buffer_does_not_change_is_said(state_of: StateOf, berlin: None) -> None:
    """A SKU with a rule of its own is no part of the count."""
    keep(stock_rule("con_a", "SKU-1", 5))
    state = state_of(ConnectionSetup, "/settings/connections/con_a")
    await ConnectionSetup.load.fn(state)
    await ConnectionSetup.preview.fn(state, "buffer_percent", "50")

    assert "0 of 2 SKUs in stock would be published as zero." == state.buffer_said
    assert "Not changed by the buffer: 1 SKU with an own rule." == state.buffer_rest


async def test_the_last_unit_rule_is_weighed_before_it_is_saved(state_of: StateOf, berlin: None) -> None:
    """How many SKUs it would concern at present; off or unfinished, it says nothing."""
    keep(connection("con_b", "Oslo"), product("con_b", "1", "Mug"), variant("con_b", "1", "v1", "SKU-1"))
    state = state_of(StockSettings, "/settings")
    await StockSettings.load.fn(state)
    await StockSettings.weigh.fn(state, "last_units", "3")
    nowhere = state.said
    await StockSettings.weigh.fn(state, "last_unit_connection", "con_b")
    there = state.said
    await StockSettings.weigh.fn(state, "last_units", "0")

    assert ("", "") == (nowhere, state.said)
    assert "At present this would be 1 SKU: shown there, and as sold out on the other connections." == there
    assert StockPreferences() == preferences.stock()


async def test_the_brake_and_last_units_are_kept_or_refused_at_their_boxes(state_of: StateOf, berlin: None) -> None:
    """Every wrong box at once; a connection that is gone is refused by name of its box."""
    form = {"brake_percent": "30", "brake_skus": "5", "last_units": "2", "last_unit_connection": "con_a"}
    state = state_of(StockSettings, "/settings")
    await StockSettings.save.fn(state, {**form, "brake_percent": "many", "last_unit_connection": ""})
    wrong = {name for name, sentence in state.wrong.items() if sentence}
    await StockSettings.save.fn(state, {**form, "last_unit_connection": "con_gone"})
    gone = {name for name, sentence in state.wrong.items() if sentence}
    await StockSettings.save.fn(state, form)

    assert ({"brake_percent", "last_unit_connection"}, {"last_unit_connection"}) == (wrong, gone)
    assert (True, StockPreferences(30, 5, 2, "con_a")) == (state.saved, preferences.stock())


async def test_a_lookback_beyond_the_accounts_reach_is_told(state_of: StateOf, berlin: None) -> None:
    """Thirty days are within sixty, ninety are not."""
    state = state_of(ConnectionSetup, "/settings/connections/con_a")
    await ConnectionSetup.load.fn(state)
    before = state.reach_note
    await ConnectionSetup.preview.fn(state, "lookback_days", "90")

    assert ("", True) == (before, "last 60 days only" in state.reach_note)


async def test_a_connection_that_is_gone_says_so(state_of: StateOf) -> None:
    """An old link is no error."""
    state = state_of(ConnectionSetup, "/settings/connections/con_gone")
    await ConnectionSetup.load.fn(state)

    assert (True, True) == (state.missing, state.loaded)


async def test_only_an_owner_sees_people(state_of: StateOf, viewer_cookie: str) -> None:
    """A viewer's handler answers nothing; the owner sees both."""
    closed = state_of(People, "/settings/people", viewer_cookie)
    await People.load.fn(closed)
    opened = state_of(People, "/settings/people")
    await People.load.fn(opened)

    assert (False, []) == (closed.loaded, closed.rows)
    assert [("Olga", "owner", True), ("Vera", "viewer", False)] == [
        (row.name, row.role, row.myself) for row in opened.rows
    ]


async def test_an_invitation_works_and_stays_out_of_the_state(state_of: StateOf) -> None:
    """The link is told once, to the clipboard and in a message."""
    state = state_of(People, "/settings/people")
    events: Any = await People.invite.fn(state, {"role": "admin"})
    link = re.findall(r"link=([\w-]+)", str(events[0].args))[0]

    assert sign_in.Role.ADMIN is sign_in.link_role(link)
    assert link not in str(state.dict())


async def test_roles_change_and_the_last_owner_stays(state_of: StateOf, viewer_cookie: str) -> None:
    """A viewer becomes an admin and is locked out; the only owner cannot be."""
    state = state_of(People, "/settings/people")
    await People.load.fn(state)
    olga, vera = (row.id for row in state.rows)
    await People.change_role.fn(state, vera, "admin")
    promoted = state.rows[1].role
    await People.lock_out.fn(state, vera)
    await People.lock_out.fn(state, olga)

    assert ("admin", [False, True]) == (promoted, [row.disabled for row in state.rows])
    assert sign_in.who(viewer_cookie) is None


async def test_a_time_zone_is_kept_for_the_person(state_of: StateOf) -> None:
    """A place that does not exist is refused at the box."""
    state = state_of(Profile, "/settings/profile")
    await Profile.save.fn(state, {"time_zone": "Asia/Tokyo"})
    kept = [person.time_zone for person in people.everybody()]
    await Profile.save.fn(state, {"time_zone": "Asia/Atlantis"})

    assert ["Asia/Tokyo"] == kept
    assert "Choose a time zone from the list, such as Europe/Berlin." == state.wrong


def test_a_form_without_boxes_is_refused_not_crashed() -> None:
    """A browser can send anything."""
    assert {"interval_minutes", "retry_attempts"} <= set(read_preferences({})[1])
    assert "buffer_percent" in read_connection({"buffer_percent": None, "time_zone": 5})[1]


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("", "", [Stretch(0, 100)]),
        ("06:00", "18:00", [Stretch(25.0, 50.0)]),
        ("18:00", "06:00", [Stretch(75.0, 25.0), Stretch(0.0, 25.0)]),
        ("18:00", "00:00", [Stretch(75.0, 25.0)]),
        ("12:00", "12:00", [Stretch(0, 100)]),
        ("noon", "18:00", [Stretch(0, 100)]),
    ],
)
def test_the_window_is_drawn_over_the_day(start: str, end: str, expected: list[Stretch]) -> None:
    """A window over midnight is two stretches."""
    assert expected == stretches(start, end)


def test_the_window_is_said_in_words() -> None:
    """Midnight is named when it is crossed."""
    assert "Syncs from 22:00 to 06:30 (over midnight), 8.5 hours a day, Europe/Berlin time." == said(
        "22:00", "06:30", "Europe/Berlin"
    )
    assert "Syncs at any time of day." == said("", "06:00", "UTC")


def test_before_the_first_cycle_nobody_knows_the_calls() -> None:
    """The cycles are known, the calls are not."""
    told = forecast_row(CATALOGUE["shopify"], 240, [])

    assert "6 cycles a day; the first cycle will show how many calls that makes." == told.calls


def test_the_list_of_zones_holds_places_and_utc() -> None:
    """Every one of them is accepted by the clock."""
    assert {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"} <= set(zones())
    assert not [name for name in zones() if name.startswith("Etc/")]
