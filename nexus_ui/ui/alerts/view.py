"""The Alerts page, drawn."""

from typing import Any

import reflex as rx

from nexus_ui.storage.incident_log import Show
from nexus_ui.ui.access import Session
from nexus_ui.ui.alerts.rows import SNOOZES, AlertRow, LinkRow, ToldRow
from nexus_ui.ui.alerts.state import Alerts
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import (
    absolute,
    ago,
    badge,
    button,
    empty_state,
    lines,
    link_button,
    menu,
    menu_item,
    page_link,
    pager,
)
from nexus_ui.ui.parts.listing import filter_choice, origin_tag

SHOWS = ((Show.OPEN, "Open"), (Show.ATTENDED, "Acknowledged or snoozed"), (Show.OVER, "Over"))


def alerts_page() -> rx.Component:
    """The whole page."""
    label = rx.el.span("Where alerts go", class_name="wide-only")
    settings = link_button(label, "/settings/alerts", "small", "send", aria_label="Where alerts go")
    return frame("Alerts", _toolbar(), _content(), place="", actions=settings)


def _toolbar() -> rx.Component:
    places = rx.foreach(Alerts.places, lambda place: rx.el.option(place.name, value=place.id))
    return rx.el.div(
        rx.el.div(*[_chip(show, label) for show, label in SHOWS], class_name="chips", role="group", aria_label="Which"),
        filter_choice(
            "Connection",
            Alerts.connection,
            [("", "All connections")],
            lambda to: Alerts.narrow("connection", to),
            places,
        ),
        class_name="toolbar",
    )


def _chip(show: Show, label: str) -> rx.Component:
    here = Alerts.show == show.value
    return rx.el.button(
        label,
        rx.el.span(Alerts.counts[show.value], class_name="count"),
        type="button",
        class_name="chip",
        aria_pressed=rx.cond(here, "true", "false"),
        on_click=Alerts.narrow("show", "" if show is Show.OPEN else show.value),
    )


def _content() -> rx.Component:
    listed = rx.el.ul(rx.foreach(Alerts.rows, _alert), class_name="alerts", aria_label="Alerts")
    pages = pager(Alerts.number, Alerts.pages, Alerts.shown, Alerts.go)
    found = rx.cond(Alerts.matching > 0, rx.fragment(listed, pages), _nothing())
    return rx.cond(Alerts.loaded, found, lines(4, "120px"))


def _nothing() -> rx.Component:
    calm = empty_state(
        "bell",
        "Nothing asks for you",
        "When a connection fails, falls silent or needs a decision, it stands here, and goes out by e-mail or Slack "
        "where that is set up.",
        link_button("Set up where alerts go", "/settings/alerts"),
    )
    return rx.match(
        Alerts.show,
        (Show.ATTENDED.value, empty_state("check", "Nobody has taken anything on", "Open alerts are under Open.")),
        (Show.OVER.value, empty_state("history", "Nothing has been wrong yet", "What is over stays here.")),
        calm,
    )


def _alert(row: rx.Var[AlertRow]) -> rx.Component:
    return rx.el.li(
        rx.el.article(
            _head(row),
            rx.el.p(row.sentence, class_name="small wrap-any"),
            _listed("Affected", row.affected),
            _listed("Evidence", row.evidence),
            _attended(row),
            _told(row),
            class_name="card pad alert",
            aria_label=row.title,
            id=row.id,
        ),
        key=row.id,
    )


def _head(row: rx.Var[AlertRow]) -> rx.Component:
    glyph = rx.match(
        row.tone,
        ("bad", badge(row.severity, "bad", "circle-alert")),
        ("warn", badge(row.severity, "warn", "triangle-alert")),
        ("ok", badge(row.severity, "ok", "circle-check")),
        badge(row.severity, "wait", "info"),
    )
    where = rx.cond(
        row.place.id != "",
        page_link(origin_tag(row.place), href="/connections/" + row.place.id, class_name="plain-link"),
        rx.el.span("This installation", class_name="muted"),
    )
    times = rx.cond(row.times != "", rx.el.span(row.times, ", last ", ago(row.seen)), rx.fragment())
    since = rx.cond(
        row.over != "",
        rx.el.span("Lasted ", row.lasted, ", until ", absolute(row.over)),
        rx.el.span("Since ", absolute(row.since)),
    )
    return rx.el.header(
        rx.el.div(
            rx.el.div(glyph, rx.el.h2(row.title, class_name="wrap-any"), class_name="row wrap"),
            rx.el.div(where, since, rx.cond(row.over == "", times, rx.fragment()), class_name="row wrap muted tiny"),
            class_name="col grow",
            style={"gap": "6px"},
        ),
        rx.cond(Session.may_change & (row.over == ""), _actions(row), rx.fragment()),
        class_name="alert-head",
    )


def _actions(row: rx.Var[AlertRow]) -> rx.Component:
    snoozes = [menu_item(label, "clock", on_click=Alerts.snooze(row.id, word)) for word, label in SNOOZES.items()]
    open_again = button("Open again", "small", on_click=Alerts.wake(row.id))
    take_on = button(
        "Acknowledge", "small", "check", on_click=Alerts.acknowledge(row.id), aria_label="Acknowledge: " + row.title
    )
    return rx.el.div(
        rx.cond(row.attended, open_again, take_on), menu("Snooze", *snoozes, icon="alarm-clock"), class_name="row"
    )


def _listed(label: str, links: rx.Var[list[LinkRow]]) -> rx.Component:
    items = rx.el.ul(rx.foreach(links, lambda one: rx.el.li(_link(one))), class_name="alert-links")
    told = rx.el.div(rx.el.span(label, class_name="muted tiny"), items, class_name="alert-list")
    return rx.cond(links.length() > 0, told, rx.fragment())


def _link(one: rx.Var[LinkRow]) -> rx.Component:
    moment = rx.cond(one.at != "", rx.fragment(" ", absolute(one.at), one.then), rx.fragment())
    outside = rx.el.a(one.text, href=one.outside, target="_blank", rel="noopener noreferrer")
    text = rx.cond(
        one.page != "",
        page_link(one.text, href=one.page),
        rx.cond(one.outside != "", outside, rx.el.span(one.text)),
    )
    return rx.fragment(text, moment)


def _attended(row: rx.Var[AlertRow]) -> rx.Component:
    """Who took it on, until when it is put off, or how it ended."""
    return rx.fragment(
        _note(row.acknowledged != "", "check", "Acknowledged by ", row.acknowledged, ", ", ago(row.acknowledged_at)),
        _note(row.snoozed != "", "alarm-clock", "Snoozed until ", absolute(row.snoozed)),
        _note(row.ending != "", "circle-check", row.ending),
    )


def _note(shown: Any, icon: str, *words: Any) -> rx.Component:
    told = rx.el.div(
        rx.icon(icon, size=14, aria_hidden="true"), rx.el.span(*words), class_name="row small muted alert-note"
    )
    return rx.cond(shown, told, rx.fragment())


def _told(row: rx.Var[AlertRow]) -> rx.Component:
    """Who was told, behind a line that shows whether that worked."""
    failed = rx.cond(row.undelivered, badge("Not delivered", "bad", "circle-alert"), rx.fragment())
    handle = rx.el.summary("Messages: ", row.told.length(), failed, class_name="small muted")
    return rx.cond(
        row.told.length() > 0,
        rx.el.details(handle, rx.el.ul(rx.foreach(row.told, _message), class_name="alert-told"), class_name="told"),
        rx.fragment(),
    )


def _message(one: rx.Var[ToldRow]) -> rx.Component:
    return rx.el.li(
        rx.el.span(one.what),
        rx.el.span(one.state, class_name="tone-" + one.tone),
        ago(one.at),
        rx.cond(one.problem != "", rx.el.span(one.problem, class_name="muted wrap-any"), rx.fragment()),
        class_name="row wrap tiny",
    )
