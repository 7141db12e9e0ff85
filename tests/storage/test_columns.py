"""Times and amounts mean the same in both databases, exactly, or are refused."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nexus_ui.storage.columns import LARGEST_AMOUNT, Amount, micros, stamp, unstamp

ZONES = some.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
FIRST, LAST = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001 - hypothesis wants its bounds without zone
MOMENTS = some.datetimes(FIRST, LAST, timezones=ZONES | some.just(UTC))


@given(MOMENTS)
def test_a_stamp_keeps_the_moment(moment: datetime) -> None:
    """To the microsecond, in UTC, always 27 characters long."""
    text = stamp(moment)

    assert 27 == len(text)
    assert moment == unstamp(text)
    assert UTC is unstamp(text).tzinfo


@given(MOMENTS, MOMENTS)
def test_the_order_of_stamps_is_the_order_of_moments(one: datetime, other: datetime) -> None:
    """So SQLite can compare and sort them as text."""
    assert (one < other, one == other) == (stamp(one) < stamp(other), stamp(one) == stamp(other))


@given(some.decimals(-LARGEST_AMOUNT, LARGEST_AMOUNT, places=6))
def test_an_amount_with_six_decimals_comes_back_exactly(amount: Decimal) -> None:
    """And its millionths fit into 64 bits."""
    whole = micros(amount)

    assert -(2**63) < whole < 2**63
    assert amount == Amount().process_result_value(whole, None)


@given(some.decimals(allow_nan=True, allow_infinity=True) | some.decimals(places=40, min_value=-10, max_value=10))
def test_any_amount_is_kept_exactly_or_refused(amount: Decimal) -> None:
    """Never rounded, however many digits it has."""
    try:
        whole = micros(amount)
    except ValueError:
        assert not amount.is_finite() or abs(amount) > LARGEST_AMOUNT or amount != amount.quantize(Decimal("0.000001"))
    else:
        numerator, denominator = amount.as_integer_ratio()
        assert numerator * 1_000_000 == whole * denominator


@pytest.mark.parametrize(
    "text",
    [
        "1e-999999",
        "0.0000001",
        "NaN",
        "sNaN",
        "-Infinity",
        "9000000000000.01",
        "1e400",
        "1.00000000000000000000000000000000000001",
    ],
)
def test_absurd_amounts_are_refused_at_once(text: str) -> None:
    """Also those that would take all memory to write out."""
    with pytest.raises(ValueError, match="amount"):
        micros(Decimal(text))


@pytest.mark.parametrize(
    ("shown", "amount"), [("9.90", "9.900000"), ("1234567.00", "1.234567E+6"), ("0.00", "0"), ("0.125", "0.125000")]
)
def test_an_amount_is_read_back_as_money_is_written(shown: str, amount: str) -> None:
    """Two decimals, more only where they say something."""
    assert shown == str(Amount().process_result_value(micros(Decimal(amount)), None))
