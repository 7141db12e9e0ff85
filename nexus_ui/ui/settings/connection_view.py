"""One connection's settings, drawn."""

from typing import Any

import reflex as rx

from nexus_ui.flows.manage import MOST_BUFFER
from nexus_ui.ui.access import Session
from nexus_ui.ui.parts import (
    check_field,
    choice_field,
    empty_state,
    labelled,
    lines,
    link_button,
    mark_tile,
    notice,
    text_field,
    until,
)
from nexus_ui.ui.parts.listing import list_cell, list_table, plain_head
from nexus_ui.ui.settings.connection_state import BufferedRow, ConnectionSetup
from nexus_ui.ui.settings.layout import INTERVALS, save_row, section, settings_page, zone_field

LOOKBACKS = [("7", "7 days"), ("30", "30 days"), ("90", "90 days"), ("365", "1 year")]
HOURS = ("0:00", "6:00", "12:00", "18:00", "24:00")


def connection_settings_page() -> rx.Component:
    """The whole page."""
    gone = empty_state(
        "unplug",
        "This connection does not exist any more",
        "It was removed, or the link is wrong. Its products and orders are still in their lists.",
        link_button("Show connections", "/"),
    )
    content = rx.cond(ConnectionSetup.missing, gone, _form())
    return settings_page("General", rx.cond(ConnectionSetup.loaded, content, lines(6, "64px")))


def _form() -> rx.Component:
    place = ConnectionSetup.place
    head = rx.el.div(
        mark_tile(place.marketplace, place.name, place.identifier),
        rx.el.span(
            "Next sync ",
            until(ConnectionSetup.next_sync),
            class_name="muted small",
            hidden=ConnectionSetup.next_sync == "",
        ),
        class_name="row between wrap",
    )
    return rx.el.form(
        rx.el.fieldset(
            head,
            _schedule(),
            _orders(),
            _stock(),
            _access(),
            disabled=~Session.may_change,
            class_name="col wider",
        ),
        rx.el.div(save_row(ConnectionSetup.saved), class_name="save-bar"),
        on_submit=ConnectionSetup.save,
        no_validate=True,
        class_name="col wider",
        key=place.id,
    )


def _schedule() -> rx.Component:
    interval = choice_field(
        "interval_minutes",
        "Sync interval",
        INTERVALS,
        "A cycle starts this often, with a small fixed offset so that connections do not all start at once.",
        ConnectionSetup.wrong["interval_minutes"],
        **_previewed("interval_minutes"),
    )
    forecast = rx.el.p(
        ConnectionSetup.forecast.calls,
        " ",
        rx.el.span(ConnectionSetup.forecast.budget, class_name="muted"),
        class_name="small",
        aria_live="polite",
        id="forecast",
    )
    window = rx.el.div(
        _time_box("window_start", "Sync window from"),
        _time_box("window_end", "Sync window until"),
        zone_field(
            ConnectionSetup.values["time_zone"],
            ConnectionSetup.wrong["time_zone"],
            "The window follows this zone's clock, also when it changes.",
            on_change=lambda to: ConnectionSetup.preview("time_zone", to),
        ),
        class_name="boxes",
    )
    return section(
        "Schedule",
        "When this connection syncs by itself. Sync Now works at any time.",
        text_field(
            "name",
            "Name",
            "How this connection is called here.",
            ConnectionSetup.wrong["name"],
            default_value=ConnectionSetup.values["name"],
            auto_complete="off",
        ),
        rx.el.div(interval, forecast, class_name="col"),
        window,
        _bar(),
    )


def _time_box(name: str, label: str) -> rx.Component:
    control = rx.el.input(
        type="time",
        id=name,
        name=name,
        class_name="input",
        aria_invalid=rx.cond(ConnectionSetup.wrong[name] != "", "true", "false"),
        **_previewed(name),
    )
    return labelled(control, name, label, "Leave both empty for any time.", ConnectionSetup.wrong[name])


def _bar() -> rx.Component:
    """The open hours over a day."""
    open_hours = rx.foreach(
        ConnectionSetup.bar,
        lambda part: rx.el.i(style={"left": part.left.to_string() + "%", "width": part.width.to_string() + "%"}),
    )
    scale = rx.el.div(*[rx.el.span(hour) for hour in HOURS], class_name="scale", aria_hidden="true")
    return rx.el.div(
        rx.el.div(open_hours, class_name="day", aria_hidden="true"),
        scale,
        rx.el.p(ConnectionSetup.window_said, class_name="small", aria_live="polite", id="window-said"),
        class_name="col",
    )


def _orders() -> rx.Component:
    return section(
        "Orders",
        "How far back the first import reaches. Later cycles fetch what changed.",
        choice_field(
            "lookback_days",
            "Order lookback",
            LOOKBACKS,
            "",
            ConnectionSetup.wrong["lookback_days"],
            **_previewed("lookback_days"),
        ),
        rx.cond(
            ConnectionSetup.reach_note != "",
            notice(ConnectionSetup.reach_note, tone="warn"),
            rx.fragment(),
        ),
    )


def _stock() -> rx.Component:
    heads = [plain_head("SKU"), plain_head("Available", True), plain_head("Published", True)]
    preview = rx.el.div(
        rx.el.p(ConnectionSetup.buffer_said, class_name="small strong", aria_live="polite", id="buffer-said"),
        rx.cond(
            ConnectionSetup.buffer_rest != "",
            rx.el.p(ConnectionSetup.buffer_rest, class_name="small muted"),
            rx.fragment(),
        ),
        rx.cond(
            ConnectionSetup.buffered.length() > 0,
            list_table(heads, rx.foreach(ConnectionSetup.buffered, _buffered), caption="What the buffer would publish"),
            rx.fragment(),
        ),
        class_name="col",
    )
    return section(
        "Inventory",
        "How much of what is available is shown to buyers here: floor(available × (1 − buffer)).",
        labelled(
            _buffer_slider(),
            "buffer_percent",
            "Inventory buffer",
            "0 to 50 percent are kept back, against selling the same unit twice.",
            ConnectionSetup.wrong["buffer_percent"],
        ),
        preview,
    )


def _buffer_slider() -> rx.Component:
    """The buffer; what it would publish follows while it moves."""
    typed = ConnectionSetup.typed["buffer_percent"]
    box = rx.el.input(
        type="range",
        min="0",
        max=str(MOST_BUFFER),
        step="1",
        id="buffer_percent",
        name="buffer_percent",
        aria_valuetext=typed + " percent",
        aria_describedby="buffer_percent-help buffer-said",
        **_previewed("buffer_percent"),
    )
    return rx.el.div(box, rx.el.output(typed, " %", html_for="buffer_percent"), class_name="slider")


def _buffered(row: rx.Var[BufferedRow]) -> rx.Component:
    return rx.el.tr(
        list_cell("", rx.el.span(row.sku, class_name="mono"), class_name="lead"),
        list_cell("Available", row.available, right=True),
        list_cell(
            "Published", rx.el.span(row.published, class_name=rx.cond(row.gone, "tone-bad strong", "")), right=True
        ),
    )


def _access() -> rx.Component:
    return section(
        "Access and retries",
        "What happens when a token ends or a call fails.",
        check_field(
            "auto_reconnect",
            "Renew access by itself",
            "Tokens are renewed before they expire. Switched off, the connection asks for you instead.",
            default_checked=ConnectionSetup.values["auto_reconnect"] != "",
        ),
        rx.el.div(
            _override("retry_attempts", "Retry attempts", ConnectionSetup.general_attempts),
            _override("retry_backoff_seconds", "First retry wait (seconds)", ConnectionSetup.general_backoff),
            class_name="boxes",
        ),
    )


def _override(name: str, label: str, general: Any) -> rx.Component:
    return text_field(
        name,
        label,
        "Leave empty to follow the general settings.",
        ConnectionSetup.wrong[name],
        default_value=ConnectionSetup.values[name],
        placeholder=general,
        input_mode="decimal",
        auto_complete="off",
    )


def _previewed(name: str) -> dict[str, Any]:
    return {
        "default_value": ConnectionSetup.values[name],
        "on_change": lambda to: ConnectionSetup.preview(name, to),
    }
