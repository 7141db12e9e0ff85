"""Settings > Alerts, drawn."""

from typing import Any

import reflex as rx

from nexus_ui.channels import KINDS
from nexus_ui.channels.contract import Kind
from nexus_ui.ui.access import Session
from nexus_ui.ui.parts import (
    ago,
    badge,
    button,
    declared_field,
    dialog,
    dialog_body,
    dialog_foot,
    lines,
    menu,
    menu_item,
    menu_line,
    notice,
    page_link,
    text_field,
)
from nexus_ui.ui.settings.channels_state import ChannelRow, Channels
from nexus_ui.ui.settings.layout import section, settings_page

RAISED = "when a connection fails, after three failed syncs, on silence, on expiring access, on a held push"


def channels_page() -> rx.Component:
    """The whole page."""
    content = rx.fragment(_everything(), _remove_dialog())
    return settings_page("Alerts", rx.cond(Channels.loaded, content, lines(3, "88px")))


def _everything() -> rx.Component:
    listed = rx.el.ul(_here(), rx.foreach(Channels.rows, _channel), class_name="channels", aria_label="Where alerts go")
    return rx.fragment(
        section(
            "Where alerts go",
            f"An alert is raised {RAISED}. It goes to each of these, and so does the word that it is over.",
            listed,
            rx.cond(Session.may_change, rx.cond(Channels.form == "", _adding(), rx.fragment()), _reading()),
        ),
        rx.match(Channels.kind, *[(kind.slug, _form(kind)) for kind in KINDS.values()], rx.fragment()),
        section(
            "How often",
            rx.fragment(
                "The same error of the same connection is told at most once in ", rx.el.strong(Channels.cooldown), "."
            ),
            rx.el.div(page_link("Change it in Settings > General", href="/settings", class_name="small")),
        ),
    )


def _reading() -> rx.Component:
    return rx.el.p("Your role may look, not change.", class_name="muted small")


def _adding() -> rx.Component:
    buttons = [button(f"Add {kind.name}", "", kind.icon, on_click=Channels.begin(kind.slug)) for kind in KINDS.values()]
    return rx.el.div(*buttons, class_name="row wrap")


def _here() -> rx.Component:
    """The one channel that is always on."""
    names = rx.el.div(
        rx.el.div(rx.el.strong("This panel"), badge("Always on", "ok", "circle-check"), class_name="row wrap"),
        rx.el.div("The ", page_link("Alerts page", href="/alerts"), " and the bell", class_name="muted tiny"),
        class_name="col grow",
        style={"gap": "3px"},
    )
    send = button("Send test", "small", "send", on_click=Channels.test_here, aria_label="Send a test by this panel")
    glyph = rx.el.span(rx.icon("bell", size=18, aria_hidden="true"), class_name="mark")
    actions = rx.cond(Session.may_change, rx.el.div(send, class_name="row"), rx.fragment())
    return rx.el.li(rx.el.div(glyph, names, actions, class_name="channel"), class_name="col")


def _channel(row: rx.Var[ChannelRow]) -> rx.Component:
    glyph = rx.match(
        row.kind,
        *[(kind.slug, rx.icon(kind.icon, size=18, aria_hidden="true")) for kind in KINDS.values()],
        rx.icon("send", size=18, aria_hidden="true"),
    )
    names = rx.el.div(
        rx.el.div(rx.el.strong(row.name, class_name="cut"), _state(row), class_name="row wrap"),
        rx.el.div(row.kind_name, " · ", row.at, class_name="muted tiny wrap-any"),
        _traffic(row),
        class_name="col grow",
        style={"gap": "3px"},
    )
    return rx.el.li(
        rx.el.div(
            rx.el.span(glyph, class_name="mark"),
            names,
            rx.cond(Session.may_change, _actions(row), rx.fragment()),
            class_name="channel",
        ),
        rx.cond(row.problem != "", _problem(row), rx.fragment()),
        key=row.id,
        class_name="col",
    )


def _state(row: rx.Var[ChannelRow]) -> rx.Component:
    return rx.cond(
        row.enabled,
        rx.cond(
            row.problem != "",
            badge("Has a problem", "bad", "circle-alert"),
            rx.cond(row.sent != "", badge("Works", "ok", "circle-check"), badge("Not tried yet", "", "circle-dashed")),
        ),
        badge("Off", "", "bell-off"),
    )


def _traffic(row: rx.Var[ChannelRow]) -> rx.Component:
    sent = rx.cond(row.sent != "", rx.el.span("Last sent ", ago(row.sent)), rx.fragment())
    waiting = rx.cond(row.waiting != "", rx.el.span(row.waiting, class_name="tone-warn"), rx.fragment())
    failed = rx.cond(row.failed != "", rx.el.span(row.failed, class_name="tone-bad"), rx.fragment())
    return rx.el.div(sent, waiting, failed, class_name="row wrap muted tiny")


def _problem(row: rx.Var[ChannelRow]) -> rx.Component:
    return notice(
        rx.el.span(row.problem, class_name="wrap-any"),
        rx.el.span("Since ", ago(row.since), class_name="muted tiny"),
        tone="bad",
        role="status",
    )


def _actions(row: rx.Var[ChannelRow]) -> rx.Component:
    send = button(
        "Send test",
        "small",
        "send",
        Channels.testing == row.id,
        on_click=Channels.test(row.id),
        aria_label="Send a test by " + row.name,
    )
    switch = rx.cond(
        row.enabled,
        menu_item("Switch off", "bell-off", on_click=Channels.switch(row.id, False)),
        menu_item("Switch on", "bell", on_click=Channels.switch(row.id, True)),
    )
    more = menu(
        "More",
        menu_item("Edit", "pencil", on_click=Channels.edit(row.id)),
        switch,
        menu_line(),
        menu_item("Remove", "trash-2", danger=True, on_click=Channels.ask_remove(row.id)),
    )
    return rx.el.div(send, more, class_name="row")


def _form(kind: Kind) -> rx.Component:
    boxes = [_box(kind, field.name) for field in kind.fields]
    name = text_field(
        "name",
        "Name",
        "How messages and this page call it.",
        Channels.wrong["name"],
        default_value=Channels.values["name"],
        placeholder=kind.name,
        auto_complete="off",
    )
    buttons = rx.el.div(
        button("Save", "primary", type="submit"),
        button("Cancel", on_click=Channels.leave, custom_attrs={"data-escape": "true"}),
        class_name="row wide",
    )
    title: Any = rx.cond(
        Channels.form == kind.slug, f"Add {kind.name}", rx.fragment("Change ", Channels.values["name"])
    )
    return rx.el.form(
        section(title, kind.help, name, rx.el.div(*boxes, class_name="boxes"), buttons),
        on_submit=Channels.save,
        reset_on_submit=False,
        no_validate=True,
        auto_complete="off",
        key=Channels.form,
        id="channel-form",
    )


def _box(kind: Kind, name: str) -> rx.Component:
    declared = next(field for field in kind.fields if field.name == name)
    if declared.secret:
        hint = rx.cond(Channels.hints[name] != "", Channels.hints[name], declared.example)
        return declared_field(declared, Channels.wrong[name], placeholder=hint)
    return declared_field(declared, Channels.wrong[name], default_value=Channels.values[name])


def _remove_dialog() -> rx.Component:
    return dialog(
        dialog_body(
            rx.el.p("No alert goes out by it any more, and what it signs in with is deleted.", class_name="small")
        ),
        dialog_foot(
            button("Cancel", on_click=Channels.keep(False)),
            button("Remove channel", "danger solid", on_click=Channels.remove),
        ),
        title=rx.fragment("Remove ", Channels.leaving_name),
        shown=Channels.leaving != "",
        on_open_change=Channels.keep,
    )
