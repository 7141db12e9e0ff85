"""What every settings page has: the places beside it, sections, the row of buttons, and the choice of a time zone."""

from typing import Any
from zoneinfo import available_timezones

import reflex as rx

from nexus_ui.ui.access import Session
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import button, labelled, page_link

PLACES = (
    ("General", "/settings", "sliders-horizontal"),
    ("Alerts", "/settings/alerts", "bell"),
    ("People", "/settings/people", "users"),
    ("Audit log", "/settings/audit", "scroll-text"),
    ("Profile", "/settings/profile", "user-round"),
)
ZONE_LIST = "time-zones"
NO_PLACES = ("Etc/", "SystemV/", "posix", "right/", "localtime", "Factory")
INTERVALS = [("15", "Every 15 minutes"), ("60", "Every hour"), ("240", "Every 4 hours"), ("1440", "Once a day")]


def settings_page(place: str, *content: rx.Component, title: Any = "Settings") -> rx.Component:
    """A settings page with the way to the others."""
    entries = [_entry(name, href, icon, name == place) for name, href, icon in PLACES]
    return frame(
        title,
        rx.el.div(
            rx.el.nav(*entries, class_name="subnav", aria_label="Settings"),
            rx.el.div(*content, class_name="col wider grow"),
            class_name="settings",
        ),
        place="Settings",
    )


def section(title: Any, text: Any, *content: rx.Component) -> rx.Component:
    """A titled card of settings."""
    return rx.el.section(
        rx.el.div(rx.el.h2(title), rx.el.p(text, class_name="muted small"), class_name="col", style={"gap": "2px"}),
        *content,
        class_name="card pad settings-section",
    )


def save_row(saved: rx.Var[bool]) -> rx.Component:
    """The button that saves, and the word that it did."""
    done = rx.el.span(
        rx.icon("circle-check", size=14, aria_hidden="true"), "Saved", class_name="row small tone-ok", role="status"
    )
    reading = rx.el.span("Your role may look, not change.", class_name="muted small")
    return rx.el.div(
        rx.cond(Session.may_change, button("Save", "primary", type="submit"), reading),
        rx.cond(saved, done, rx.el.span(role="status")),
        class_name="row wide",
    )


def zone_field(value: Any, error: Any, help: str, **props: Any) -> rx.Component:
    """A time zone: type to search, or choose from the list."""
    control = rx.el.input(
        id="time_zone",
        name="time_zone",
        default_value=value,
        list=ZONE_LIST,
        class_name="input",
        auto_complete="off",
        spell_check=False,
        aria_describedby="time_zone-help",
        aria_invalid=rx.cond(error != "", "true", "false"),
        **props,
    )
    return rx.fragment(labelled(control, "time_zone", "Time zone", help, error), _zones())


def zones() -> list[str]:
    """The time zones a person can choose, those of places before the rest."""
    return ["UTC", *sorted(name for name in available_timezones() if "/" in name and not name.startswith(NO_PLACES))]


def _zones() -> rx.Component:
    return rx.el.datalist(*[rx.el.option(value=name) for name in zones()], id=ZONE_LIST)


def _entry(name: str, href: str, icon: str, here: bool) -> rx.Component:
    current = {"aria_current": "page"} if here else {}
    entry = page_link(rx.icon(icon, size=15, aria_hidden="true"), name, href=href, class_name="nav", **current)
    return rx.cond(Session.is_owner, entry, rx.fragment()) if name == "People" else entry
