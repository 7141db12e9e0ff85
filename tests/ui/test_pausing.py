"""How long a pause lasts: chosen lengths in the person's own zone, and a typed day and time."""

from datetime import UTC, datetime, timedelta

import pytest

from nexus_ui.errors import BadInput
from nexus_ui.ui.connections.pausing import AT, LENGTHS, pause_end

MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FRIDAY = MONDAY + timedelta(days=4)
BEFORE_SPRING = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
"""A Saturday; in the night to Sunday the clocks of Berlin skip an hour."""


@pytest.mark.parametrize(
    ("expected", "length", "now", "zone"),
    [
        (None, "", MONDAY, "UTC"),
        (MONDAY + timedelta(hours=1), "hour", MONDAY, "Europe/Berlin"),
        (MONDAY + timedelta(hours=4), "hours", MONDAY, "Europe/Berlin"),
        (datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "morning", MONDAY, "Europe/Berlin"),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), "morning", MONDAY, "America/Los_Angeles"),
        (datetime(2026, 3, 29, 6, 0, tzinfo=UTC), "morning", BEFORE_SPRING, "Europe/Berlin"),
        (datetime(2026, 11, 30, 8, 0, tzinfo=UTC), "monday", MONDAY, "UTC"),
        (datetime(2026, 11, 30, 8, 0, tzinfo=UTC), "monday", FRIDAY, "UTC"),
        (None, "something else", MONDAY, "UTC"),
    ],
)
def test_a_chosen_length_ends_at_a_moment(expected: datetime | None, length: str, now: datetime, zone: str) -> None:
    """Mornings are those of the person who pauses, also when the clocks change."""
    assert expected == pause_end(length, "", now, zone)


def test_a_typed_day_and_time_is_in_the_persons_zone() -> None:
    """What the box holds has no zone of its own."""
    assert datetime(2026, 11, 23, 11, 0, tzinfo=UTC) == pause_end(AT, "2026-11-23T12:00", MONDAY, "Europe/Berlin")


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01T12:00"])
def test_a_day_and_time_must_be_chosen(typed: str) -> None:
    """An empty or odd box is said at the box."""
    with pytest.raises(BadInput) as refused:
        pause_end(AT, typed, MONDAY, "Europe/Berlin")

    assert "until" == refused.value.field


def test_every_choice_but_the_first_ends() -> None:
    """What is offered is understood."""
    endless = [length for length in LENGTHS if length != AT and pause_end(length, "", MONDAY, "UTC") is None]

    assert [""] == endless
