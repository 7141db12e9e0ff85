"""Status, health, outcome, backoff, progress, forecast and remedies."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_ui.rules import backoff, forecast, health, outcome, progress, remedy, status
from nexus_ui.rules.health import Health
from nexus_ui.rules.outcome import Outcome, StreamEnd, StreamResult
from nexus_ui.rules.progress import PastCycle
from nexus_ui.rules.remedy import Fix
from nexus_ui.rules.schedule import Window
from nexus_ui.rules.status import Status

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(minutes=5), NOW - timedelta(minutes=5)
letters = st.text(alphabet="spf", max_size=40)


@pytest.mark.parametrize(
    ("expected", "done", "recent", "limited"),
    [
        (Status.PENDING, False, "", None),
        (Status.ACTIVE, True, "s", None),
        (Status.ACTIVE, True, "fp", None),
        (Status.ERROR, True, "sf", None),
        (Status.ERROR, True, "sf", EARLIER),
        (Status.RATE_LIMITED, False, "", LATER),
        (Status.RATE_LIMITED, True, "sf", LATER),
    ],
)
def test_a_connection_has_exactly_one_status(
    expected: Status, done: bool, recent: str, limited: datetime | None
) -> None:
    """Waiting comes first, then a failed last cycle, then whether one ever finished."""
    found = status.status(NOW, first_cycle_done=done, recent_outcomes=recent, rate_limited_until=limited)
    assert expected is found


def test_a_pause_ends_by_itself() -> None:
    """It holds until its time, or until somebody ends it."""
    assert [False, True, True, False] == [
        status.paused(NOW, None, None),
        status.paused(NOW, EARLIER, None),
        status.paused(NOW, EARLIER, LATER),
        status.paused(NOW, EARLIER - timedelta(hours=1), EARLIER),
    ]


@pytest.mark.parametrize(
    ("expected", "recent"),
    [
        (Health.UNKNOWN, ""),
        (Health.HEALTHY, "s"),
        (Health.HEALTHY, "fff" + "s" * 10),
        (Health.DEGRADED, "fssssssssss"[:10]),
        (Health.DEGRADED, "sp"),
        (Health.DEGRADED, "ssff"),
        (Health.UNHEALTHY, "sssfff"),
        (Health.UNHEALTHY, "fff"),
    ],
)
def test_health_looks_at_the_last_ten(expected: Health, recent: str) -> None:
    """All good, some bad, or three failures in a row."""
    assert expected is health.health(recent)


def test_a_doubt_makes_health_degraded_at_best() -> None:
    """Success that brought suspiciously little is no full health, and no better than what failed."""
    assert [Health.DEGRADED, Health.DEGRADED, Health.UNHEALTHY, Health.UNKNOWN] == [
        health.health(recent, doubt="0 orders") for recent in ("ssss", "sp", "fff", "")
    ]


@given(letters, st.sampled_from("spf"))
def test_what_is_remembered_is_bounded_and_ends_with_the_newest(recent: str, letter: str) -> None:
    """And health depends on its last ten letters alone."""
    kept = health.remembered(recent, letter)

    assert kept.endswith(letter) and len(kept) <= health.KEPT
    assert health.health(kept) is health.health((recent + letter)[-10:])


def stream(name: str, end: StreamEnd = StreamEnd.DONE, pages: int = 1, bad: int = 0) -> StreamResult:
    """One stream's result."""
    return StreamResult(name, end, pages, 5, bad, proven=end is StreamEnd.DONE)


@pytest.mark.parametrize(
    ("expected", "calls", "streams"),
    [
        (Outcome.SUCCESS, 2, [stream("products"), stream("orders")]),
        (Outcome.FAILED, 0, [stream("products")]),
        (Outcome.FAILED, 3, [stream("products", pages=0)]),
        (Outcome.FAILED, 3, []),
        (Outcome.PARTIAL, 2, [stream("products", bad=1)]),
        (Outcome.PARTIAL, 2, [stream("products"), stream("orders", StreamEnd.FAILED)]),
        (Outcome.PARTIAL, 2, [stream("products"), stream("inventory", StreamEnd.NOT_RUN)]),
        (Outcome.FAILED, 2, [stream("products", StreamEnd.FAILED), stream("inventory", StreamEnd.NOT_RUN)]),
        (Outcome.DEFERRED, 2, [stream("products"), stream("orders", StreamEnd.DEFERRED)]),
        (Outcome.FAILED, 2, [stream("products", StreamEnd.FAILED), stream("orders", StreamEnd.DEFERRED)]),
    ],
)
def test_success_needs_evidence(expected: Outcome, calls: int, streams: list[StreamResult]) -> None:
    """Calls made and every stream read to its end."""
    assert expected is outcome.outcome(calls, streams)


def test_what_a_person_must_mend_names_the_cycle() -> None:
    """It outweighs an outage, which outweighs a wait."""
    kinds = ["rate_limited", "scope_missing", "unavailable", "surprise"]
    assert "scope_missing" == max(kinds, key=outcome.gravity)


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_backoff_is_jittered_and_capped(failures: int, roll: float) -> None:
    """Between a few seconds and the ceiling, which doubles up to four hours."""
    wait = backoff.delay(failures, roll)

    assert backoff.SHORTEST <= wait <= max(backoff.SHORTEST, backoff.ceiling(failures)) <= backoff.LONGEST
    assert backoff.ceiling(failures) <= backoff.ceiling(failures + 1)


@given(st.floats(0, 1, exclude_max=True), st.floats(0, 86_400))
def test_nobody_comes_back_sooner_than_asked(roll: float, asked: float) -> None:
    """Retry-After is a lower bound."""
    assert backoff.delay(1, roll, asked=asked) >= timedelta(seconds=asked)


def test_progress_counts_records_when_their_number_is_known() -> None:
    """Half done after ten seconds: ten seconds remain, and a wait comes on top."""
    started = NOW - timedelta(seconds=10)

    plain = progress.progress(NOW, started, 500, 1_000)
    waiting = progress.progress(NOW, started, 500, 1_000, waiting_until=NOW + timedelta(seconds=30))

    assert (0.5, timedelta(seconds=10)) == (plain.fraction, plain.remaining)
    assert timedelta(seconds=40) == waiting.remaining


def test_progress_falls_back_on_the_usual_duration() -> None:
    """And says nothing when there is no history either."""
    past = [PastCycle(100, 20.0), PastCycle(100, 40.0), PastCycle(100, 30.0)]
    found = progress.progress(NOW, NOW - timedelta(seconds=15), 3, None, past)

    assert (0.5, timedelta(seconds=15)) == (found.fraction, found.remaining)
    assert (None, None) == (
        (nothing := progress.progress(NOW, NOW, 0, None)).fraction,
        nothing.remaining,
    )


@given(st.integers(0, 10**6), st.one_of(st.none(), st.integers(0, 10**6)), st.integers(0, 10**6))
def test_progress_never_reaches_the_end_before_the_cycle_does(done: int, expected: int | None, seconds: int) -> None:
    """Fractions stay below one, remaining times are never negative."""
    found = progress.progress(NOW, NOW - timedelta(seconds=seconds), done, expected, [PastCycle(10, 5.0)])

    assert found.fraction is not None and 0 <= found.fraction < 1
    assert found.remaining is None or found.remaining >= timedelta(0)


def test_the_forecast_multiplies_what_a_cycle_costs() -> None:
    """Hourly with ten calls each is 240 a day; 0.01 calls a second allow 864."""
    found = forecast.forecast(60, [9, 10, 50], per_second=0.01)

    assert (24, 10, 240) == (found.cycles_per_day, found.calls_per_cycle, found.calls_per_day)
    assert pytest.approx(240 / 864) == found.quota_share


def test_a_window_makes_for_fewer_cycles() -> None:
    """Six hours a day at a quarter of an hour each."""
    night = Window(time(22), time(4), ZoneInfo("UTC"))
    assert 24 == forecast.forecast(15, [], sync_window=night).cycles_per_day


def test_the_forecast_of_a_new_connection_admits_that_it_knows_nothing() -> None:
    """Unknown is not zero."""
    assert forecast.forecast(60, []).calls_per_day is None


@pytest.mark.parametrize(
    ("kind", "by_consent", "fix", "button"),
    [
        ("token_expired", True, Fix.RECONNECT, "Reconnect"),
        ("token_expired", False, Fix.EDIT_CREDENTIALS, "Edit Credentials"),
        ("invalid_credentials", False, Fix.EDIT_CREDENTIALS, "Edit Credentials"),
        ("unavailable", False, Fix.WAIT, ""),
        ("account_suspended", False, Fix.SELLER_PORTAL, "Open seller portal"),
        ("scope_missing", True, Fix.REAUTHORISE, "Re-authorise with read_orders"),
        ("setup_wrong", False, Fix.EDIT_CREDENTIALS, "Edit Credentials"),
        ("clock_skew", False, Fix.SET_CLOCK, "Sync Now"),
        ("secret_unreadable", False, Fix.EDIT_CREDENTIALS, "Edit Credentials"),
        ("surprise", False, Fix.SYNC_NOW, "Sync Now"),
    ],
)
def test_every_error_offers_what_mends_it(kind: str, by_consent: bool, fix: Fix, button: str) -> None:
    """The button that fixes it, or none where waiting does."""
    found = remedy.remedy(
        kind, by_consent=by_consent, scope="read_orders", portal_url="https://shop.example/admin", next_sync_at=LATER
    )

    assert (fix, button) == (found.fix, found.button)
    assert found.title and found.cause and found.blocks and found.resolution


def test_waiting_shows_when_the_next_try_comes() -> None:
    """An outage needs no person."""
    assert LATER == remedy.remedy("unavailable", by_consent=False, next_sync_at=LATER).next_try_at
