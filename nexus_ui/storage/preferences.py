"""Settings of the whole installation. One frozen value per settings page, checked when it is made."""

from dataclasses import asdict, dataclass, fields

from sqlmodel import Session

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput
from nexus_ui.storage.database import reading
from nexus_ui.storage.tables import Preference

CONNECTIONS = "connections"
INTERVALS = (15, 60, 240, 1440)
"""The sync intervals a person can choose, in minutes."""


@dataclass(frozen=True, slots=True)
class ConnectionPreferences:
    """Settings > General > Connections. Raises BadInput (naming the field) when a value is out of range."""

    interval_minutes: int = 60
    retry_attempts: int = 3
    retry_backoff_seconds: float = 2.0
    secret_rotation_days: int = 90
    alert_cooldown_minutes: int = 240
    log_days: int = 90
    delivery_days: int = 30

    def __post_init__(self) -> None:
        """Check every value."""
        if self.interval_minutes not in INTERVALS:
            raise BadInput("Choose one of the offered intervals.", field="interval_minutes")
        _within("retry_attempts", self.retry_attempts, 0, 10, "attempts")
        _within("retry_backoff_seconds", self.retry_backoff_seconds, 0.1, 300, "seconds")
        _within("secret_rotation_days", self.secret_rotation_days, 1, 365, "days")
        _within("alert_cooldown_minutes", self.alert_cooldown_minutes, 0, 10_080, "minutes")
        _within("log_days", self.log_days, 1, 3_650, "days")
        _within("delivery_days", self.delivery_days, 2, 3_650, "days")


def connections() -> ConnectionPreferences:
    """The values in force: what was saved, else the defaults."""
    with reading() as session:
        return connections_in(session)


def connections_in(session: Session) -> ConnectionPreferences:
    """As `connections`, inside a transaction."""
    saved = session.get(Preference, CONNECTIONS)
    known = {field.name for field in fields(ConnectionPreferences)}
    return ConnectionPreferences(
        **{name: value for name, value in (saved.value if saved else {}).items() if name in known}
    )


def save_connections(session: Session, preferences: ConnectionPreferences) -> None:
    """Remember `preferences`; running cycles keep the values they began with."""
    session.merge(Preference(name=CONNECTIONS, value=asdict(preferences), changed_at=utcnow()))


def _within(field: str, value: float, lowest: float, highest: float, unit: str) -> None:
    """Raises BadInput unless `value` is a number from `lowest` to `highest`."""
    if not lowest <= value <= highest:
        raise BadInput(f"Choose a number of {unit} from {lowest:g} to {highest:,g}.", field=field)
