"""When refused webhooks mean that the secret is another one."""

from datetime import UTC, datetime, timedelta

from nexus_ui.rules.acceptance import ENOUGH, all_rejected

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def hours(*before: float) -> list[datetime]:
    """These many hours before now."""
    return [NOW - timedelta(hours=one) for one in before]


def test_several_refusals_and_nothing_accepted_since_is_a_wrong_secret() -> None:
    """Also when nothing was ever accepted."""
    assert all_rejected(NOW, [], hours(1, 2, 3))
    assert all_rejected(NOW, hours(4, 30), hours(1, 2, 3))


def test_a_stranger_who_knocks_once_is_not() -> None:
    """Fewer than enough, or something accepted among them, proves that the secret fits."""
    assert not all_rejected(NOW, [], hours(*range(1, ENOUGH)))
    assert not all_rejected(NOW, hours(1.5), hours(1, 2, 3))


def test_refusals_of_yesterday_do_not_count() -> None:
    """Nothing has arrived since, so nothing is known."""
    assert not all_rejected(NOW, [], hours(25, 26, 27))
