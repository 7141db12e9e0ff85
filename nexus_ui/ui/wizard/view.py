"""The wizard, drawn: pick a marketplace, sign in, look at the preflight table, save."""

import reflex as rx

from nexus_ui.adapters import CATALOGUE
from nexus_ui.adapters.contract import Marketplace
from nexus_ui.ui.access import Session
from nexus_ui.ui.frame import frame
from nexus_ui.ui.parts import empty_state, lines, link_button, mark_tile, page_link
from nexus_ui.ui.wizard.forms import sign_in_forms
from nexus_ui.ui.wizard.result import problem, result
from nexus_ui.ui.wizard.state import ADD, Wizard, step


def add_page() -> rx.Component:
    """A new connection."""
    steps = rx.cond(
        Wizard.slug == "",
        rx.el.div(_steps(1), _pick(), class_name="wizard"),
        rx.el.div(_steps(2), _chosen(ADD), sign_in_forms(False), result(), problem(), class_name="wizard"),
    )
    return _wizard("Add connection", steps)


def credentials_page() -> rx.Component:
    """New credentials for a connection that exists: edit or reconnect."""
    content = rx.el.div(_chosen("/"), sign_in_forms(True), result(), problem(), class_name="wizard")
    return _wizard(rx.cond(Wizard.name != "", Wizard.name, "Credentials"), content)


def _wizard(title: str | rx.Var, content: rx.Component) -> rx.Component:
    locked = empty_state(
        "lock",
        "Only an admin or the owner can change connections",
        "Ask one of them, or have your role changed.",
        link_button("Back to connections", "/"),
    )
    body = rx.cond(Session.may_change, rx.cond(Wizard.loaded, content, lines(4, "56px")), locked)
    return frame(title, body, place="Connections")


def _steps(here: int) -> rx.Component:
    done = rx.cond(Wizard.outcome.passed, 4, rx.cond(Wizard.testing, 3, 2)) if here == 2 else 1
    names = ("Marketplace", "Sign in", "Test", "Save")
    return rx.el.ol(
        *[
            rx.el.li(
                rx.el.span(number, class_name="n", aria_hidden="true"),
                name,
                custom_attrs={"aria-current": rx.cond(done == number, "step", "false")},
            )
            for number, name in enumerate(names, start=1)
        ],
        class_name="steps",
        aria_label="Steps",
    )


def _pick() -> rx.Component:
    tiles = [rx.el.li(_tile(kind)) for kind in CATALOGUE.values()]
    return rx.el.section(
        rx.el.h2("Where do you sell?", id="pick"), rx.el.ul(*tiles, class_name="tiles"), class_name="col wide"
    )


def _tile(kind: Marketplace) -> rx.Component:
    words = mark_tile(kind.slug, kind.name, f"API {kind.api_version}")
    return page_link(words, href=step(kind.slug), class_name="tile")


def _chosen(back: str) -> rx.Component:
    """Which marketplace this is about, and the way back."""
    kinds = [
        (kind.slug, mark_tile(kind.slug, kind.name, f"API {kind.api_version}", "large")) for kind in CATALOGUE.values()
    ]
    away = "All connections" if back == "/" else "Choose another"
    return rx.el.div(
        rx.match(Wizard.slug, *kinds, rx.fragment()),
        link_button(away, back, "plain small", "arrow-left"),
        class_name="row between wrap",
    )
