"""Settings of the whole installation. One frozen value per settings page, checked when it is made."""

from dataclasses import asdict, dataclass, fields
from typing import TypeVar

from sqlmodel import Session

from nexus_ui.clock import utcnow
from nexus_ui.errors import BadInput
from nexus_ui.storage.database import reading
from nexus_ui.storage.tables import Preference

CONNECTIONS = "connections"
STOCK = "stock"
INTERVALS = (15, 60, 240, 1440)
"""The sync intervals a person can choose, in minutes."""

Kind = TypeVar("Kind", "ConnectionPreferences", "StockPreferences")


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


@dataclass(frozen=True, slots=True)
class StockPreferences:
    """Settings > General > Stock. Raises BadInput (naming the field) when a value is out of range.

    A push is held when more than `brake_percent` of its SKUs and more than `brake_skus` of them would fall to zero.
    Below `last_units` available (0: never) a SKU is published on `last_unit_connection` alone.
    """

    brake_percent: int = 20
    brake_skus: int = 10
    last_units: int = 0
    last_unit_connection: str = ""

    def __post_init__(self) -> None:
        """Check every value."""
        _within("brake_percent", self.brake_percent, 0, 100, "percent")
        _within("brake_skus", self.brake_skus, 0, 1_000_000, "SKUs")
        _within("last_units", self.last_units, 0, 1_000, "units")
        if self.last_units and not self.last_unit_connection:
            raise BadInput("Choose where the last units are published.", field="last_unit_connection")


def connections() -> ConnectionPreferences:
    """The values in force: what was saved, else the defaults."""
    with reading() as session:
        return connections_in(session)


def connections_in(session: Session) -> ConnectionPreferences:
    """As `connections`, inside a transaction."""
    return _kept(session, CONNECTIONS, ConnectionPreferences)


def save_connections(session: Session, preferences: ConnectionPreferences) -> None:
    """Remember `preferences`; running cycles keep the values they began with."""
    _keep(session, CONNECTIONS, preferences)


def stock() -> StockPreferences:
    """The values in force: what was saved, else the defaults."""
    with reading() as session:
        return stock_in(session)


def stock_in(session: Session) -> StockPreferences:
    """As `stock`, inside a transaction."""
    return _kept(session, STOCK, StockPreferences)


def save_stock(session: Session, preferences: StockPreferences) -> None:
    """Remember `preferences`."""
    _keep(session, STOCK, preferences)


def _kept(session: Session, name: str, kind: type[Kind]) -> Kind:
    saved = session.get(Preference, name)
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in (saved.value if saved else {}).items() if name in known})


def _keep(session: Session, name: str, preferences: ConnectionPreferences | StockPreferences) -> None:
    session.merge(Preference(name=name, value=asdict(preferences), changed_at=utcnow()))


def _within(field: str, value: float, lowest: float, highest: float, unit: str) -> None:
    """Raises BadInput unless `value` is a number from `lowest` to `highest`."""
    if not lowest <= value <= highest:
        raise BadInput(f"Choose a number of {unit} from {lowest:g} to {highest:,g}.", field=field)
