"""What quantity is published."""

import pytest

from nexus_ui.rules.stock import published


@pytest.mark.parametrize(
    ("available", "buffer", "expected"),
    [(10, 0, 10), (10, 10, 9), (9, 10, 8), (1, 1, 0), (1, 0, 1), (3, 50, 1), (0, 20, 0), (-4, 0, 0), (7, 29, 4)],
)
def test_the_buffer_is_taken_off_and_rounded_down(available: int, buffer: int, expected: int) -> None:
    """Never more than is there, never less than nothing."""
    assert expected == published(available, buffer)
