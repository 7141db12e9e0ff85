"""What a connection in trouble holds up."""

from datetime import UTC, datetime, timedelta

import pytest

from nexus_ui.rules.diagnosis import Held, Waiting, held_up, missed, orders_a_day

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
TWO_HOURS_AGO = NOW - timedelta(hours=2)


def test_orders_that_are_not_read_come_first_with_how_many_usually_come() -> None:
    """108 a day make about 9 in two hours; products and stock stand still together."""
    read = dict.fromkeys(("products", "orders", "inventory"), TWO_HOURS_AGO)
    waiting = Waiting(("products", "orders", "inventory"), read, orders_a_day=108.0)

    assert (
        Held("Orders not read since", TWO_HOURS_AGO, "about 9 come in that time"),
        Held("Products and stock not read since", TWO_HOURS_AGO),
    ) == held_up(waiting, NOW)


def test_what_waits_is_counted() -> None:
    """Webhooks, those about orders among them, and SKUs that are to be sent."""
    several = held_up(Waiting(webhooks=12, order_webhooks=5, skus=1_031), NOW)
    single = held_up(Waiting(webhooks=1, order_webhooks=1, skus=1), NOW)

    assert [Held("12 webhooks wait, 5 about orders"), Held("1,031 SKUs wait to be sent there")] == list(several)
    assert [Held("1 webhook waits, all about orders"), Held("1 SKU waits to be sent there")] == list(single)


def test_a_stream_that_was_never_read_is_not_given_a_time() -> None:
    """Unknown is not a long time ago."""
    held = held_up(Waiting(("orders", "products"), {"products": TWO_HOURS_AGO}), NOW)

    assert (Held("No orders have been read yet"), Held("Products not read since", TWO_HOURS_AGO)) == held


def test_nothing_is_held_up_when_everything_was_read() -> None:
    """No line, rather than lines full of zeros."""
    assert () == held_up(Waiting(), NOW)


@pytest.mark.parametrize(
    ("count", "oldest_days", "expected"),
    [(280, 28, 10.0), (280, 90, 10.0), (14, 7, 2.0), (4, 28, None), (100, 2, None), (0, None, None)],
)
def test_the_usual_number_of_orders_needs_enough_history(
    count: int, oldest_days: int | None, expected: float | None
) -> None:
    """Five orders over three days at least; no more than 28 days are looked at."""
    oldest = None if oldest_days is None else NOW - timedelta(days=oldest_days)

    assert expected == orders_a_day(count, oldest, NOW, NOW)


def test_orders_that_stopped_long_ago_are_counted_until_they_were_last_read() -> None:
    """20 orders in the 20 days before the break are one a day, however long it is broken."""
    assert 1.0 == orders_a_day(20, NOW - timedelta(days=27), NOW - timedelta(days=7), NOW)


def test_hardly_any_missing_order_is_not_made_a_number() -> None:
    """A quarter of an order is none."""
    assert missed(3.0, TWO_HOURS_AGO, NOW) is None
    assert missed(None, TWO_HOURS_AGO, NOW) is None
    assert 3 == missed(36.0, TWO_HOURS_AGO, NOW)
