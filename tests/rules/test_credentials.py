"""The ladder before the end of a credential."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from nexus_ui.rules.credentials import STEPS, SUNSET_STEPS, Held, days_left, in_words, lowest, rung

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=400)


def held(label: str = "token", renewed: bool = False, since: datetime = LONG_AGO, **left: float) -> Held:
    """Something that ends so much later."""
    return Held(label, since, NOW + timedelta(**left), renewed)


def reached(**left: float) -> int | None:
    """The step reached so long before the end."""
    found = rung(held(**left), NOW)
    return found.days if found else None


def test_each_step_begins_when_so_many_days_are_left() -> None:
    """30, 14, 7, 1 and the end itself; before that nothing."""
    assert (None, 30, 30, 14) == (reached(days=30, seconds=1), reached(days=30), reached(days=15), reached(days=14))
    assert (7, 1, 1, 0, 0) == (reached(days=2), reached(days=1), reached(seconds=1), reached(), reached(days=-9))


def test_what_never_lives_as_long_as_a_step_is_not_announced_by_it() -> None:
    """A token of an hour is no news at any time, one of three days only on its last."""
    assert None is rung(held(since=NOW, hours=1), NOW)
    assert None is rung(held(since=NOW - timedelta(hours=2), hours=-1), NOW)
    three = held(since=NOW - timedelta(days=1), days=2)
    assert (None, 1) == (rung(three, NOW), (rung(three, NOW + timedelta(days=1)) or three).days)  # type: ignore[union-attr]  # a Held has no days


def test_what_renews_itself_is_never_announced_and_the_most_urgent_comes_first() -> None:
    """Of several the one that ends first; a longer ladder begins earlier."""
    several = [held("renewed", True, days=0), held("late", days=20), held("soon", days=5)]

    found = lowest(several, NOW)
    assert found is not None
    assert ("soon", 7) == (found.label, found.days)
    assert None is lowest(several[:1], NOW)
    assert (None, 90) == (lowest([held(days=80)], NOW), getattr(lowest([held(days=80)], NOW, SUNSET_STEPS), "days", 0))


@given(st.timedeltas(timedelta(days=-3), timedelta(days=60)), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_the_ladder_only_goes_down(left: timedelta, later: timedelta) -> None:
    """As time passes the step never rises, and it is always one of the ladder."""
    one = Held("token", LONG_AGO, NOW + left)
    before, after = rung(one, NOW), rung(one, NOW + later)

    assert after is None or after.days in (0, *STEPS)
    assert before is None or (after is not None and after.days <= before.days)


def test_the_end_is_said_with_its_day() -> None:
    """Days are rounded up: until it ends there is at least one."""
    ends = datetime(2026, 12, 5, 9, tzinfo=UTC)

    assert ("ends within 12 days, on 5 Dec 2026", 12) == (in_words(ends, NOW), days_left(ends, NOW))
    assert "ends within a day, on 5 Dec 2026" == in_words(ends, ends - timedelta(minutes=1))
    assert ("ended on 5 Dec 2026", 0) == (in_words(ends, ends), days_left(ends, ends))
