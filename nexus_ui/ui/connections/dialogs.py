"""The dialogs of the Connections page: one of each, about whichever connection was chosen."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connections.pausing import AT, LENGTHS
from nexus_ui.ui.connections.state import Connections
from nexus_ui.ui.parts import (
    button,
    check_field,
    choice_field,
    dialog,
    dialog_body,
    dialog_foot,
    short,
    text_field,
)


def pause_dialog() -> rx.Component:
    """Why, and until when."""
    at = text_field(
        "until",
        "Day and time",
        rx.fragment("Your time, ", Session.zone, "."),
        Connections.problem,
        type="datetime-local",
    )
    ends = rx.cond(
        Connections.pause_ends != "", rx.fragment("Goes on ", short(Connections.pause_ends), ", your time."), ""
    )
    refused = rx.cond(Connections.pause_length == AT, "", Connections.problem)
    form = rx.el.form(
        dialog_body(
            rx.el.div(
                text_field("reason", "Reason (optional)", "Shown on the card, so that others know.", max_length=200),
                choice_field("length", "Until", list(LENGTHS.items()), ends, refused, on_change=Connections.plan_pause),
                rx.cond(Connections.pause_length == AT, at, rx.fragment()),
                rx.el.ul(
                    _line("x", "No sync starts, and no stock is sent there. A running sync still ends."),
                    _line("check", "Webhooks that arrive meanwhile are kept, and worked off when it goes on."),
                    class_name="col",
                ),
                class_name="col wide",
            )
        ),
        dialog_foot(
            button("Cancel", on_click=Connections.close(False)),
            button("Pause", "primary", "", Connections.busy_id != "", type="submit"),
        ),
        on_submit=Connections.pause,
    )
    return dialog(
        form,
        title=rx.fragment("Pause ", Connections.chosen.name),
        shown=Connections.dialog == "pause",
        on_open_change=Connections.close,
    )


def remove_dialog() -> rx.Component:
    """Type the name to confirm; says what stops and what stays."""
    name = Connections.chosen.name
    facts = rx.el.ul(
        _line("x", "Syncing stops at once, also a running one."),
        _line("x", "Our webhooks are taken away at the marketplace. Nothing else changes there."),
        _line("check", "Products, orders and the sync log stay, under this connection's name."),
        _line("check", "For 30 days you can undo this: settings, history and encrypted credentials are kept."),
        class_name="col",
    )
    form = rx.el.form(
        dialog_body(
            rx.el.div(
                facts,
                text_field(
                    "confirm",
                    rx.fragment("Type ", rx.el.strong(name), " to confirm"),
                    "",
                    Connections.problem,
                    auto_complete="off",
                ),
                check_field(
                    "forget",
                    "Delete the credentials at once",
                    "They have to be entered again if you undo the removal. Otherwise they are deleted after 30 days.",
                ),
                class_name="col wide",
            )
        ),
        dialog_foot(
            button("Cancel", on_click=Connections.close(False)),
            button("Remove connection", "danger solid", "", Connections.busy_id != "", type="submit"),
        ),
        on_submit=Connections.remove,
    )
    return dialog(
        form,
        title=rx.fragment("Remove ", name),
        shown=Connections.dialog == "remove",
        on_open_change=Connections.close,
    )


def _line(icon: str, text: str) -> rx.Component:
    tone = "tone-ok" if icon == "check" else "tone-bad"
    return rx.el.li(
        rx.icon(icon, size=15, class_name=tone, aria_hidden="true"), rx.el.span(text), class_name="row small"
    )
