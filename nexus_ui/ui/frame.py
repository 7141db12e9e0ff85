"""The frame of every page: sidebar (a bar below on a phone), header, who is signed in, the engine's signs of life."""

from typing import Any

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.bell import bell
from nexus_ui.ui.parts import empty_state, icon_button, menu_line, page_link, post_form, short, skeleton
from nexus_ui.ui.pulse import Pulse

PLACES = (
    ("Connections", "/", "plug-zap"),
    ("Products", "/products", "package"),
    ("Orders", "/orders", "receipt-text"),
    ("Stock", "/stock", "boxes"),
    ("Settings", "/settings", "settings-2"),
)


def frame(title: Any, *content: rx.Component, place: str, actions: rx.Component | None = None) -> rx.Component:
    """A whole page. `place` is the sidebar's entry it belongs to; `actions` stand beside the title."""
    return rx.el.div(
        rx.el.a("Skip to content", href="#content", class_name="skip"),
        _sidebar(place),
        rx.el.div(
            _header(title, actions or rx.fragment()),
            rx.el.main(
                rx.cond(Session.role != "", rx.fragment(*content), rx.cond(Session.ended, _ended(), _arriving())),
                id="content",
                tab_index=-1,
                class_name="main",
            ),
            class_name="col",
            style={"gap": "0"},
        ),
        class_name="frame",
        custom_attrs={"data-zone": Session.zone},
    )


def _sidebar(place: str) -> rx.Component:
    mark = rx.el.img(src="/favicon.svg", alt="", class_name="logo")
    entries = [rx.el.li(_entry(name, href, icon, name == place)) for name, href, icon in PLACES]
    return rx.el.aside(
        page_link(mark, "Nexus", href="/", class_name="brand"),
        rx.el.nav(rx.el.ul(*entries), aria_label="Main"),
        rx.el.div(_engine(), class_name="side-foot"),
        class_name="side",
    )


def _entry(name: str, href: str, icon: str, here: bool) -> rx.Component:
    current = {"aria_current": "page"} if here else {}
    return page_link(
        rx.icon(icon, size=16, aria_hidden="true"), rx.el.span(name), href=href, class_name="nav", **current
    )


def _header(title: Any, actions: rx.Component) -> rx.Component:
    return rx.el.header(
        rx.el.h1(title, class_name="cut"), actions, bell(), _pulse(), _theme_toggle(), _person(), class_name="bar"
    )


def _pulse() -> rx.Component:
    """The engine's signs of life in the header: one dot, as grave as the gravest part, that opens to all of them."""
    handle = rx.el.summary(
        rx.icon("activity", size=16, aria_hidden="true"),
        rx.el.span(class_name="dot " + Pulse.tone, aria_hidden="true"),
        rx.el.span("Engine: ", Pulse.word, class_name="sr"),
        class_name="btn icon plain pulse",
        title="Engine: " + Pulse.word,
    )
    items = rx.el.div(_beats(), class_name="menu-items beats")
    return rx.el.details(handle, items, class_name="menu")


def _theme_toggle() -> rx.Component:
    return rx.color_mode_cond(
        icon_button("moon", "Dark colours", on_click=rx.toggle_color_mode),
        icon_button("sun", "Light colours", on_click=rx.toggle_color_mode),
    )


def _person() -> rx.Component:
    handle = rx.el.summary(
        rx.el.span(Session.initials, class_name="avatar", aria_hidden="true"),
        rx.el.span("Account of ", Session.name, class_name="sr"),
        class_name="btn icon plain",
        title=Session.email,
    )
    card = rx.el.div(
        rx.el.div(Session.name, class_name="strong cut"),
        rx.el.div(Session.email, class_name="muted tiny cut"),
        rx.el.div("Role: ", Session.role, " · Zone: ", Session.zone, class_name="muted tiny"),
        style={"padding": "8px 10px", "max_width": "260px"},
    )
    leave = post_form(
        "/auth/sign-out",
        rx.el.button(
            rx.icon("log-out", size=15, aria_hidden="true"),
            "Sign out",
            type="submit",
            role="menuitem",
            class_name="menu-item",
        ),
    )
    items = rx.el.div(card, menu_line(), leave, role="menu", class_name="menu-items")
    return rx.el.details(handle, items, class_name="menu")


def _engine() -> rx.Component:
    """Whether the scheduler and the workers give signs of life, and since when not."""
    return rx.el.div(
        _beats(),
        class_name="col",
        style={"gap": "4px", "padding": "0 8px 4px"},
        role="status",
        aria_label="Engine",
    )


def _beats() -> rx.Component:
    return rx.foreach(
        Pulse.parts,
        lambda part: rx.el.div(
            rx.el.span(class_name="dot " + part.tone, aria_hidden="true"),
            rx.el.span(part.name, " ", part.word),
            rx.cond(part.since != "", short(part.since)),
            class_name="beat",
        ),
    )


def _ended() -> rx.Component:
    again = rx.el.a("Sign in", href="/sign-in", class_name="btn primary large")
    return empty_state("log-out", "You are signed out", "This session ended. Sign in to go on.", again)


def _arriving() -> rx.Component:
    return rx.el.div(
        skeleton("32px", "60%"), skeleton("120px"), skeleton("120px"), class_name="col wide", aria_busy="true"
    )
