"""What forms deliver, as the browser really sends it."""

from nexus_ui.ui.forms import filled


def test_a_box_that_is_not_shown_counts_as_empty() -> None:
    """Reflex sends None for every box that has an id and is not on the page."""
    form = {"reason": "  Stocktaking ", "until": None}

    assert ("Stocktaking", "", "") == (filled(form, "reason"), filled(form, "until"), filled(form, "never"))
