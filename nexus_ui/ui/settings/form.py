"""From what a form delivers to settings, with every wrong box named at once. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from nexus_ui.errors import BadInput
from nexus_ui.storage.connections import ConnectionSettings
from nexus_ui.storage.preferences import ConnectionPreferences, StockPreferences
from nexus_ui.ui.forms import filled

Problems = dict[str, str]
NOT_A_NUMBER = "Write a number, such as {example}."


def read_preferences(form: Mapping[str, Any]) -> tuple[ConnectionPreferences, Problems]:
    """The general settings, or the problems by field (then the first half means nothing)."""
    values, problems = _parsed(
        form,
        {
            "interval_minutes": (_whole, "60"),
            "retry_attempts": (_whole, "3"),
            "retry_backoff_seconds": (float, "2"),
            "secret_rotation_days": (_whole, "90"),
            "alert_cooldown_minutes": (_hours, "4"),
            "log_days": (_whole, "90"),
            "delivery_days": (_whole, "30"),
        },
    )
    for name, value in values.items():
        try:
            ConnectionPreferences(**{name: value})
        except BadInput as wrong:
            problems[name] = "Choose 0 to 168 hours." if name == "alert_cooldown_minutes" else wrong.message
    return (ConnectionPreferences() if problems else ConnectionPreferences(**values)), problems


def read_connection(form: Mapping[str, Any]) -> tuple[ConnectionSettings, Problems]:
    """The settings of one connection as typed; `flows.manage` has the last word on what is acceptable."""
    values, problems = _parsed(
        form,
        {
            "interval_minutes": (_whole, "60"),
            "lookback_days": (_whole, "30"),
            "buffer_percent": (_whole, "10"),
            "retry_attempts": (_optional(_whole), "3"),
            "retry_backoff_seconds": (_optional(float), "2"),
        },
    )
    values |= {name: filled(form, name) or None for name in ("window_start", "window_end")}
    values |= {"time_zone": filled(form, "time_zone"), "auto_reconnect": bool(form.get("auto_reconnect"))}
    return (ConnectionSettings() if problems else ConnectionSettings(**values)), problems


def read_stock(form: Mapping[str, Any]) -> tuple[StockPreferences, Problems]:
    """The settings of stock, or the problems by field (then the first half means nothing)."""
    numbers = {"brake_percent": (_whole, "20"), "brake_skus": (_whole, "10"), "last_units": (_whole, "2")}
    values, problems = _parsed(form, numbers)
    there = filled(form, "last_unit_connection")
    for name, value in values.items():
        try:
            StockPreferences(**{name: value, "last_unit_connection": there})
        except BadInput as wrong:
            problems[wrong.field or name] = wrong.message
    return (StockPreferences() if problems else StockPreferences(**values, last_unit_connection=there)), problems


def _parsed(
    form: Mapping[str, Any], wanted: Mapping[str, tuple[Callable[[str], Any], str]]
) -> tuple[dict[str, Any], Problems]:
    values: dict[str, Any] = {}
    problems: Problems = {}
    for name, (parse, example) in wanted.items():
        try:
            values[name] = parse(filled(form, name).replace(",", "."))
        except ValueError:
            problems[name] = NOT_A_NUMBER.format(example=example)
    return values, problems


def _whole(typed: str) -> int:
    return int(typed)


def _hours(typed: str) -> int:
    return round(float(typed) * 60)


def _optional(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda typed: parse(typed) if typed else None
