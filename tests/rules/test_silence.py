"""Silence: who should have been heard from, and what provably holds it up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_ui.rules.silence import BEAT, QUIET, Because, Engine, Standing, alarming, engine_silence, silence

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
"""A Monday noon."""


def ago(**units: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(**units)


def ahead(**units: float) -> datetime:
    """So long after now."""
    return NOW + timedelta(**units)


ALIVE = Engine(scheduler=ago(seconds=2), workers={"w": ago(seconds=2)}, room=True, since=ago(hours=1))
FULL = replace(ALIVE, room=False)
STOPPED_CLOCK = replace(ALIVE, scheduler=ago(seconds=9))
DEAD = replace(ALIVE, scheduler=ago(seconds=9), workers={"w": ago(seconds=9)})
HALF_DEAD = replace(ALIVE, workers={"w": ago(seconds=9), "other": ago(seconds=1)})
NEVER = Engine(scheduler=None, workers={}, room=False, since=ago(seconds=1))
STARTING = replace(NEVER, since=ahead(seconds=30))

WELL = Standing(
    id="con_a",
    interval_minutes=60,
    window_start=None,
    window_end=None,
    time_zone="Europe/Berlin",
    paused_at=None,
    paused_until=None,
    next_sync_at=ahead(minutes=20),
    requested_at=None,
    rate_limited_until=None,
    cycle_id=None,
    lease_until=None,
    worker="",
    cycle_moved_at=None,
    cycle_waits_until=None,
    last_heard_at=ago(minutes=40),
)
RUNNING = replace(WELL, cycle_id="cyc_a", lease_until=ahead(seconds=40), worker="w", cycle_moved_at=ago(seconds=5))
LATE = replace(WELL, next_sync_at=ago(minutes=11))
LIMITED = replace(WELL, rate_limited_until=ahead(hours=5), next_sync_at=ahead(hours=5), last_heard_at=ago(hours=3))
NIGHTLY = replace(WELL, window_start="22:00", window_end="06:00", next_sync_at=ahead(hours=9))


@pytest.mark.parametrize(
    ("expected", "one", "engine"),
    [
        pytest.param(None, WELL, ALIVE, id="all is well"),
        pytest.param(None, replace(LATE, next_sync_at=ago(minutes=9)), ALIVE, id="a little late"),
        pytest.param(Because.UNCLAIMED, LATE, ALIVE, id="nobody takes it up"),
        pytest.param(Because.BUSY, LATE, FULL, id="all places are taken"),
        pytest.param(Because.UNCLAIMED, replace(WELL, requested_at=ago(minutes=11)), ALIVE, id="a press of the button"),
        pytest.param(Because.NO_WORKER, replace(LATE, next_sync_at=ago(seconds=1)), DEAD, id="due while nothing lives"),
        pytest.param(Because.NO_WORKER, LATE, NEVER, id="nothing ever lived"),
        pytest.param(None, replace(LATE, next_sync_at=ago(minutes=1)), STARTING, id="the engine may still start"),
        pytest.param(None, WELL, DEAD, id="not due, nothing lives"),
        pytest.param(Because.NO_SCHEDULER, LATE, STOPPED_CLOCK, id="the clock stands still"),
        pytest.param(None, RUNNING, ALIVE, id="it runs"),
        pytest.param(None, replace(RUNNING, next_sync_at=ago(hours=3)), ALIVE, id="a long first import runs"),
        pytest.param(Because.NO_WORKER, RUNNING, DEAD, id="the only worker froze while it ran"),
        pytest.param(Because.WORKER_SILENT, RUNNING, HALF_DEAD, id="one of two workers froze"),
        pytest.param(
            Because.WORKER_GONE,
            replace(RUNNING, worker="gone", lease_until=ago(minutes=11)),
            ALIVE,
            id="nobody takes up what a worker left",
        ),
        pytest.param(Because.STUCK, replace(RUNNING, cycle_moved_at=ago(minutes=31)), ALIVE, id="it does not move"),
        pytest.param(
            None,
            replace(RUNNING, cycle_moved_at=ago(minutes=31), cycle_waits_until=ahead(minutes=1)),
            ALIVE,
            id="it waits for the marketplace",
        ),
        pytest.param(None, replace(LATE, paused_at=ago(hours=2)), ALIVE, id="a person paused it"),
        pytest.param(None, replace(LATE, paused_at=ago(hours=2)), DEAD, id="paused, and nothing lives"),
        pytest.param(None, replace(LATE, paused_at=ago(hours=2), paused_until=ahead(hours=1)), ALIVE, id="until one"),
        pytest.param(
            Because.PAUSE_OVER,
            replace(LATE, paused_at=ago(hours=2), paused_until=ago(minutes=11)),
            ALIVE,
            id="a pause nobody ended",
        ),
        pytest.param(Because.TOLD_TO_WAIT, LIMITED, ALIVE, id="a marketplace makes it wait for hours"),
        pytest.param(None, replace(LIMITED, last_heard_at=ago(minutes=30)), ALIVE, id="told to wait a moment ago"),
        pytest.param(Because.WINDOW_CLOSED, replace(NIGHTLY, last_heard_at=ago(hours=30)), ALIVE, id="a missed night"),
        pytest.param(None, replace(NIGHTLY, last_heard_at=ago(hours=7)), ALIVE, id="the night went well"),
        pytest.param(None, replace(WELL, next_sync_at=None), ALIVE, id="a person must act first"),
    ],
)
def test_a_connection_is_overdue_for_one_provable_reason(
    expected: Because | None, one: Standing, engine: Engine
) -> None:
    """What it waits for decides; what is meant to be silent is not overdue."""
    found = silence(NOW, one, engine)

    assert expected == (found.because if found else None)
    if found is not None:
        assert found.since <= NOW
        assert found.sentence.endswith(".")


def test_the_reason_names_the_time_in_the_connections_zone() -> None:
    """A merchant reads wall clock times."""
    told, missed = silence(NOW, LIMITED, ALIVE), silence(NOW, replace(NIGHTLY, last_heard_at=ago(hours=30)), ALIVE)

    assert told is not None
    assert missed is not None
    assert "The marketplace asked us to wait until 18:00 (Europe/Berlin)." == told.sentence
    assert "It missed its sync window, which opens again at 22:00 (Europe/Berlin)." == missed.sentence


def test_a_silent_process_is_noticed_before_its_second_beat_is_missed() -> None:
    """However the end falls between two beats, two beats later it is noticed, looking every second and a half."""
    assert QUIET + timedelta(seconds=1.5) < 2 * BEAT
    assert engine_silence(NOW, replace(ALIVE, workers={"w": NOW - 1.5 * BEAT})) is None


def test_only_what_a_connection_has_for_itself_is_told_of_it() -> None:
    """The engine is told once for all; a worker that was lost is replaced within minutes."""
    dead, late = silence(NOW, LATE, DEAD), silence(NOW, LATE, ALIVE)
    lost = silence(NOW, RUNNING, HALF_DEAD)

    assert dead is not None
    assert late is not None
    assert lost is not None
    assert [False, True, False, True] == [
        alarming(NOW, dead),
        alarming(NOW, late),
        alarming(NOW, lost),
        alarming(NOW + timedelta(minutes=4), lost),
    ]


moments = st.none() | st.integers(-100_000, 100_000).map(lambda seconds: NOW + timedelta(seconds=seconds))
standings = st.builds(
    Standing,
    id=st.just("con_a"),
    interval_minutes=st.sampled_from([15, 60, 240, 1440]),
    window_start=st.sampled_from([None, "22:00", "02:30"]),
    window_end=st.sampled_from(["06:00", "03:10"]),
    time_zone=st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles"]),
    paused_at=moments,
    paused_until=moments,
    next_sync_at=moments,
    requested_at=moments,
    rate_limited_until=moments,
    cycle_id=st.none() | st.just("cyc_a"),
    lease_until=moments,
    worker=st.sampled_from(["w", "gone"]),
    cycle_moved_at=moments,
    cycle_waits_until=moments,
    last_heard_at=moments.filter(bool),
)


@given(standings, st.sampled_from([ALIVE, FULL, STOPPED_CLOCK, DEAD, HALF_DEAD, NEVER]))
def test_whatever_stands_in_the_table_is_judged(one: Standing, engine: Engine) -> None:
    """No row breaks the watcher, and no silence begins in the future."""
    found = silence(NOW, one, engine)

    assert found is None or (found.since <= NOW and bool(found.sentence))
