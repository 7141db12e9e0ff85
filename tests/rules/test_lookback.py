"""The first import begins with a whole day, within what the account gives."""

from datetime import UTC, datetime, timedelta

from nexus_ui.rules.lookback import oldest_order

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_it_begins_with_a_whole_day_of_the_connection() -> None:
    """Thirty days before the 23rd of November is the 24th of October, which begins at 22:00 UTC in Berlin."""
    assert datetime(2026, 10, 23, 22, tzinfo=UTC) == oldest_order(NOON, 30, None, "Europe/Berlin")


def test_two_looks_on_one_day_ask_the_same() -> None:
    """A marketplace may keep the answer to a question it has been asked before."""
    assert oldest_order(NOON, 7, 90, "UTC") == oldest_order(NOON + timedelta(hours=11), 7, 90, "UTC")


def test_nothing_is_asked_that_the_account_does_not_give() -> None:
    """Some marketplaces refuse a date beyond their reach, to the second."""
    assert NOON - timedelta(days=60) == oldest_order(NOON, 60, 60, "America/Los_Angeles")
    assert NOON - timedelta(days=60) == oldest_order(NOON, 365, 60, "UTC")
