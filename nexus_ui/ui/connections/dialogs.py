"""The dialogs of the Connections page: one of each, about whichever connection was chosen."""

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.connections.state import Connections
from nexus_ui.ui.parts import button, dialog, dialog_body, dialog_foot, text_field


def pause_dialog() -> rx.Component:
    """Why, and until when."""
    form = rx.el.form(
        dialog_body(
            rx.el.div(
                text_field("reason", "Reason (optional)", "Shown on the card, so that others know.", max_length=200),
                text_field(
                    "until",
                    "Resume by itself on (optional)",
                    rx.fragment("Your time, ", Session.zone, ". Leave it empty to resume by hand."),
                    Connections.problem,
                    type="datetime-local",
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
        description="No sync starts while it is paused. A running one still ends.",
        shown=Connections.dialog == "pause",
        on_open_change=Connections.close,
    )


def remove_dialog() -> rx.Component:
    """Type the name to confirm; says what stops and what stays."""
    name = Connections.chosen.name
    facts = rx.el.ul(
        _line("x", "Syncing stops at once, also a running one."),
        _line("x", "The credentials and the schedule are deleted."),
        _line("check", "Products, orders and the sync log stay, under this connection's name."),
        _line("check", "Nothing changes at the marketplace."),
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
