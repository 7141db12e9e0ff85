"""Settings > General > Connections, remembered."""

import pytest

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput
from nexus_ui.storage import preferences
from nexus_ui.storage.database import writing
from nexus_ui.storage.preferences import ConnectionPreferences
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
