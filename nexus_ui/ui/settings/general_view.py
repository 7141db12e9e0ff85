"""Settings > General, drawn."""

from typing import Any

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.parts import choice_field, lines, mark, page_link, text_field
from nexus_ui.ui.parts.listing import origin_tag
from nexus_ui.ui.settings.forecasts import ForecastRow
from nexus_ui.ui.settings.general_state import GeneralSettings
from nexus_ui.ui.settings.layout import INTERVALS, save_row, section, settings_page
from nexus_ui.ui.settings.stock_view import stock_settings


def general_settings_page() -> rx.Component:
    """The whole page."""
    return settings_page(
        "General", rx.cond(GeneralSettings.loaded, rx.fragment(_form(), stock_settings(), _each()), lines(6, "52px"))
    )


def _form() -> rx.Component:
    interval = choice_field(
        "interval_minutes",
        "Default sync interval",
        INTERVALS,
        "New connections start with it. Existing ones keep theirs.",
        GeneralSettings.wrong["interval_minutes"],
        default_value=GeneralSettings.values["interval_minutes"],
        on_change=GeneralSettings.weigh,
    )
    boxes = rx.el.div(
        _box("retry_attempts", "Retry attempts", "How often a call is repeated while a marketplace does not answer."),
        _box("retry_backoff_seconds", "First retry wait (seconds)", "It doubles from attempt to attempt."),
        _box("secret_rotation_days", "Webhook secret rotation (days)", "After so long a signing secret is replaced."),
        _box("alert_cooldown_minutes", "Alert cooldown (hours)", "The same error of a connection is told once in it."),
        _box("log_days", "Keep the sync log (days)", "Older cycles and their calls are dropped."),
        _box("delivery_days", "Keep webhooks (days)", "Older ones are dropped, also the memory of which came before."),
        class_name="boxes",
    )
    return rx.el.form(
        section(
            "Connections",
            "What holds for every connection that does not say otherwise.",
            rx.el.fieldset(
                rx.el.div(interval, _forecasts(), class_name="col"),
                boxes,
                disabled=~Session.may_change,
                class_name="col wider",
            ),
            save_row(GeneralSettings.saved),
        ),
        on_submit=GeneralSettings.save,
        no_validate=True,
        aria_label="Connections",
    )


def _box(name: str, label: str, help: str) -> rx.Component:
    return text_field(
        name,
        label,
        help,
        GeneralSettings.wrong[name],
        default_value=GeneralSettings.values[name],
        input_mode="decimal",
        auto_complete="off",
    )


def _forecasts() -> rx.Component:
    return rx.el.ul(
        rx.foreach(GeneralSettings.forecasts, _forecast), class_name="forecast", aria_live="polite", id="forecast"
    )


def _forecast(row: rx.Var[ForecastRow]) -> rx.Component:
    return rx.el.li(
        mark(row.marketplace, "small"),
        rx.el.span(
            rx.el.span(row.name, ": ", class_name="strong"),
            row.calls,
            " ",
            rx.el.span(row.budget, class_name="muted"),
        ),
    )


def _each() -> rx.Component:
    listed = rx.el.ul(rx.foreach(GeneralSettings.places, _place), class_name="links")
    return rx.cond(
        GeneralSettings.places.length() > 0,
        section("One connection", "Interval, sync window, lookback and buffer of its own.", listed),
        rx.fragment(),
    )


def _place(place: Any) -> rx.Component:
    return rx.el.li(
        page_link(
            origin_tag(place),
            rx.icon("chevron-right", size=15, aria_hidden="true"),
            href="/settings/connections/" + place.id,
            class_name="row between",
        ),
        key=place.id,
    )
