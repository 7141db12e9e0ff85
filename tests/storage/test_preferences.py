"""Settings > General, remembered: what holds for connections, and for stock."""

from typing import Any

import pytest

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput
from nexus_ui.storage import preferences
from nexus_ui.storage.database import writing
from nexus_ui.storage.preferences import ConnectionPreferences, StockPreferences
from nexus_ui.storage.tables import Preference


def test_a_new_installation_has_the_documented_defaults(database: None) -> None:
    """One hour, three attempts, two seconds, ninety days, four hours."""
    found = preferences.connections()

    assert ConnectionPreferences(60, 3, 2.0, 90, 240, 90) == found


def test_saved_values_come_back(database: None) -> None:
    """What was saved last is in force."""
    with writing() as session:
        preferences.save_connections(session, ConnectionPreferences(interval_minutes=15))
    with writing() as session:
        preferences.save_connections(session, ConnectionPreferences(interval_minutes=240, retry_backoff_seconds=0.5))

    assert ConnectionPreferences(interval_minutes=240, retry_backoff_seconds=0.5) == preferences.connections()


def test_values_saved_by_another_version_do_not_stop_this_one(database: None) -> None:
    """A name this version does not know is ignored, and a missing one has its default."""
    with writing() as session:
        row = {"interval_minutes": 15, "from_the_future": 1}
        session.add(Preference(name=preferences.CONNECTIONS, value=row, changed_at=utcnow()))

    assert ConnectionPreferences(interval_minutes=15) == preferences.connections()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("interval_minutes", 30),
        ("retry_attempts", -1),
        ("retry_attempts", 11),
        ("retry_backoff_seconds", 0),
        ("retry_backoff_seconds", float("nan")),
        ("secret_rotation_days", 0),
        ("alert_cooldown_minutes", -1),
        ("log_days", 0),
    ],
)
def test_a_value_out_of_range_is_refused_and_named(field: str, value: float) -> None:
    """The refusal says which box is wrong."""
    with pytest.raises(BadInput) as refused:
        ConnectionPreferences(**{field: value})

    assert field == refused.value.field


def test_stock_has_a_brake_and_no_last_unit_rule_until_somebody_says_otherwise(database: None) -> None:
    """Held above a fifth of the SKUs and ten of them; what is saved is in force, beside the other settings."""
    before = preferences.stock()
    with writing() as session:
        preferences.save_stock(session, StockPreferences(50, 5, 2, "con_a"))

    assert StockPreferences(20, 10, 0, "") == before
    assert (StockPreferences(50, 5, 2, "con_a"), ConnectionPreferences()) == (
        preferences.stock(),
        preferences.connections(),
    )


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("brake_percent", {"brake_percent": 101}),
        ("brake_skus", {"brake_skus": -1}),
        ("last_units", {"last_units": 1001, "last_unit_connection": "con_a"}),
        ("last_unit_connection", {"last_units": 1}),
    ],
)
def test_stock_settings_that_make_no_sense_are_refused_and_named(field: str, values: dict[str, Any]) -> None:
    """Last units have to be published somewhere."""
    with pytest.raises(BadInput) as refused:
        StockPreferences(**values)

    assert field == refused.value.field
