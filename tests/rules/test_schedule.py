"""When a connection syncs next: offsets, windows, and both clock-change days."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nexus_ui.rules import schedule
from nexus_ui.rules.schedule import Window

ZONES = [
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Chatham",
]
MINUTE = timedelta(minutes=1)

zones = st.sampled_from(ZONES).map(ZoneInfo)
times = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
windows = st.builds(Window, times, times, zones)
near_changes = st.sampled_from(
    [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4)]
)
moments = st.one_of(
    st.integers(0, 5 * 366 * 24 * 60).map(
        lambda minutes: datetime.combine(date(2024, 1, 1), time(0)) + minutes * MINUTE
    ),
    st.builds(
        lambda day, minutes: datetime.combine(day, time(0)) + timedelta(minutes=minutes),
        near_changes,
        st.integers(-24 * 60, 48 * 60),
    ),
).map(lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC))


def at(text: str, zone: str = "UTC", fold: int = 0) -> datetime:
    """A moment written as the clock on the wall shows it."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def slowly_open(hours: Window, moment: datetime) -> bool:
    """The model: list every minute of the days around, mark those of the window, move windows that have none."""
    open_minutes: set[datetime] = set()
    today = moment.astimezone(hours.zone).date()
    for day in (today + timedelta(days=ahead) for ahead in range(-2, 3)):
        open_minutes |= _minutes_of_occurrence(hours, day)
    return moment in open_minutes


def _minutes_of_occurrence(hours: Window, day: date) -> set[datetime]:
    start, end = datetime.combine(day, hours.start), datetime.combine(day, hours.end)
    end += timedelta(days=1) if end <= start else timedelta(0)
    wanted = {start + n * MINUTE for n in range(int((end - start) / MINUTE))}
    begin = datetime.combine(day, time(0), UTC) - timedelta(days=1)
    every = [begin + n * MINUTE for n in range(4 * 24 * 60)]
    found = {utc for utc in every if utc.astimezone(hours.zone).replace(tzinfo=None) in wanted}
    if found:
        return found
    shown_before = (begin - timedelta(days=2)).astimezone(hours.zone).utcoffset()
    assert shown_before is not None
    return {(wall - shown_before).replace(tzinfo=UTC) for wall in wanted}


@settings(max_examples=60, deadline=None)
@given(windows, moments)
def test_a_window_is_open_exactly_when_a_slow_model_says_so(hours: Window, moment: datetime) -> None:
    """Also around clock changes, over midnight, and in zones with odd offsets."""
    assert slowly_open(hours, moment) == schedule.window_open(hours, moment)


@settings(max_examples=300, deadline=None)
@given(windows, moments)
def test_the_opening_is_the_first_open_minute(hours: Window, moment: datetime) -> None:
    """Nothing before it is open, it is open itself, and it comes within two days."""
    opens = schedule.window_opens_at(hours, moment)

    assert schedule.window_open(hours, opens)
    assert moment <= opens <= moment + timedelta(days=2)
    steps = range(0, int((opens - moment) / MINUTE), 7)
    assert not any(schedule.window_open(hours, moment + n * MINUTE) for n in steps)
    assert opens == moment or not schedule.window_open(hours, opens - timedelta(seconds=1))


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.none(), windows), moments, st.sampled_from([15, 60, 240, 1440]), st.text(min_size=1), st.booleans())
def test_the_next_sync_lies_ahead_and_in_the_window(
    hours: Window | None, now: datetime, interval: int, connection_id: str, started: bool
) -> None:
    """Whatever the interval, the offset and the zone."""
    zone = hours.zone.key if hours else "UTC"
    last = now - timedelta(minutes=3) if started else None

    found = schedule.next_sync_at(now, connection_id, interval, hours, zone, last)

    assert found > now
    assert hours is None or schedule.window_open(hours, found)
    assert hours is not None or found <= now + timedelta(minutes=1.5 * interval) + timedelta(hours=2)


@settings(max_examples=40, deadline=None)
@given(zones, st.text(min_size=1), times, st.integers(1, 600))
def test_a_daily_sync_runs_once_on_every_day_of_a_year(
    zone: ZoneInfo, connection_id: str, start: time, length: int
) -> None:
    """With a window of any length, also on the days on which the clocks change."""
    ends = (datetime.combine(date(2026, 1, 1), start) + timedelta(minutes=length)).time()
    hours = Window(start, ends, zone)
    now = datetime(2026, 1, 1, tzinfo=zone).astimezone(UTC)
    days = []
    while now < datetime(2026, 12, 31, tzinfo=UTC):
        now = schedule.next_sync_at(now, connection_id, 1440, hours, zone.key, now)
        days.append(now)

    gaps = [(later - earlier) / timedelta(hours=1) for earlier, later in pairwise(days)]
    assert 360 <= len(days) <= 366
    assert all(12 <= gap <= 36 for gap in gaps)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        pytest.param(at("2026-06-01T21:59", "Europe/Berlin"), False, id="before"),
        pytest.param(at("2026-06-01T22:00", "Europe/Berlin"), True, id="opens"),
        pytest.param(at("2026-06-02T00:00", "Europe/Berlin"), True, id="midnight"),
        pytest.param(at("2026-06-02T05:59", "Europe/Berlin"), True, id="last minute"),
        pytest.param(at("2026-06-02T06:00", "Europe/Berlin"), False, id="closed"),
    ],
)
def test_a_window_may_cross_midnight(moment: datetime, is_open: bool) -> None:
    """From 22:00 to 06:00."""
    assert is_open == schedule.window_open(Window(time(22), time(6), ZoneInfo("Europe/Berlin")), moment)


def test_a_window_that_the_clocks_skip_moves_on_with_them() -> None:
    """02:15 to 02:45 does not exist in Berlin on 29 March 2026: it is held from 03:15 to 03:45."""
    hours = Window(time(2, 15), time(2, 45), ZoneInfo("Europe/Berlin"))

    assert datetime(2026, 3, 29, 1, 15, tzinfo=UTC) == schedule.window_opens_at(hours, at("2026-03-28T12:00"))
    assert not schedule.window_open(hours, datetime(2026, 3, 29, 1, 45, tzinfo=UTC))


def test_a_window_that_begins_in_the_gap_opens_when_the_gap_ends() -> None:
    """02:30 to 05:00 opens at 03:00 on the day on which 02:00 to 03:00 does not exist."""
    hours = Window(time(2, 30), time(5), ZoneInfo("Europe/Berlin"))

    assert datetime(2026, 3, 29, 1, 0, tzinfo=UTC) == schedule.window_opens_at(hours, at("2026-03-29T00:00"))


def test_an_hour_that_comes_twice_is_open_twice_by_the_clock_on_the_wall() -> None:
    """01:15 to 01:45 in New York on 1 November 2026, in both readings, and not between them."""
    hours = Window(time(1, 15), time(1, 45), ZoneInfo("America/New_York"))
    first, second = (at("2026-11-01T01:20", "America/New_York", fold) for fold in (0, 1))

    assert timedelta(hours=1) == second - first
    assert [True, False, True] == [
        schedule.window_open(hours, moment) for moment in (first, first + timedelta(minutes=30), second)
    ]


def test_equal_ends_mean_the_whole_day() -> None:
    """00:00 to 00:00 is always open."""
    assert schedule.window_open(Window(time(0), time(0), ZoneInfo("UTC")), at("2026-06-01T13:00"))


def test_offsets_are_fixed_small_and_different() -> None:
    """A tenth of the interval at most, spread over the connections."""
    found = {schedule.offset(f"con_{number}", 60) for number in range(500)}

    assert schedule.offset("con_1", 60) == schedule.offset("con_1", 60)
    assert all(timedelta(0) <= delay < timedelta(minutes=6) for delay in found)
    assert len(found) > 200


def test_a_manual_sync_takes_the_place_of_a_slot_that_follows_soon() -> None:
    """Half an interval lies between a start and the next regular one."""
    found = schedule.next_sync_at(at("2026-06-01T13:59"), "con_1", 60, last_started_at=at("2026-06-01T13:58"))

    assert found >= at("2026-06-01T14:28")


def test_what_a_stop_left_behind_starts_one_after_the_other() -> None:
    """The first at once, all within a quarter of an hour, in order."""
    now = at("2026-06-01T12:00")

    assert [now] == schedule.catch_up(now, 1)
    places = schedule.catch_up(now, 5_000)
    assert now == places[0] and places == sorted(places) and len(set(places)) == 5_000
    assert places[-1] < now + timedelta(minutes=15)


def test_an_unknown_zone_is_refused() -> None:
    """With a sentence that names it."""
    with pytest.raises(ValueError, match="Mars/Olympus"):
        schedule.window("01:00", "02:00", "Mars/Olympus")


def test_no_times_mean_no_window() -> None:
    """Whatever the zone."""
    assert schedule.window(None, None, "Europe/Berlin") is None
